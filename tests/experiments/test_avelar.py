import numpy as np
from joblib import Memory

from skfashion.experiments import find_rows


def test_the_networks_are_those_that_the_paper_counts(data, tmp_path):
    X, y = data.standardised(data.X[:40]), np.arange(40) % 10
    for name in ("A1", "A2"):
        (row,) = find_rows([name])
        classifier = row.build(memory=None, random_state=0).set_params(max_iter=1).fit(X, y)
        assert classifier.model_.count_params() == row.published["n_parameters"]


def test_reducers_of_a19_see_no_class(data, tmp_path):
    (row,) = find_rows(["A19"])
    built = row.build(memory=None, random_state=0)
    assert {name: built[name].n_components for name in built if name != "classifier"} == {
        "pca_84": 84,
        "ae_84": 84,
        "pca_24": 24,
        "ae_24": 24,
    }
    for name in ("ae_84", "ae_24"):
        built[name].set_params(max_iter=1)
    built["classifier"].set_params(max_iter=2)
    figures = row.measure(built, data, 0, Memory(None))
    assert all(0 <= figures[claim.metric] <= 1 for claim in row.claims)
