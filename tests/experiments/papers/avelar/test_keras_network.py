from joblib import Memory

from skfashion.experiments import find_rows


def test_scikeras_trains_the_network_that_ours_is(data):
    (row,) = find_rows(["A1b"])
    classifier = row.build(random_state=0)
    values = row.measure(classifier, data, 0, Memory(None))
    assert values["n_parameters"] == row.published["n_parameters"]
    assert 4 < values["n_epochs"] < 50  # stopped early
    assert set(row.published) <= set(values)
    assert values["accuracy"] > 0.5
    assert not hasattr(classifier, "model_")
