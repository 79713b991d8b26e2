import numpy as np
import pytest
from joblib import Memory

from skfashion.experiments import find_rows


@pytest.mark.filterwarnings("ignore:The classifier finds:UserWarning")  # after two epochs it may lose a cluster
def test_a17_compares_a_classifier_with_the_clusterer_that_it_learns_from(data, memory):
    (row,) = find_rows(["A17"])
    built = row.build(random_state=0)
    for model in built.values():
        model.classifier.set_params(max_iter=2)
    values = row.measure(built, data, 0, memory)
    X, y = data.standardised_split(0)
    clusterer = built["all"].clusterer.fit(X)
    from skfashion import metrics

    expected = metrics.hungarian_accuracy_score(y, clusterer[-1].labels_)
    assert values["hungarian_accuracy_clusterer"] == expected
    for claim in row.claims:
        assert np.isfinite(claim.differences({name: [value] for name, value in values.items()})).all()


def test_a18_compares_before_and_after(data, memory):
    (row,) = find_rows(["A18"])
    values = row.measure(row.build(random_state=0), data, 0, memory)
    assert 0 < values["clusters_split"] < 10
    for claim in row.claims:
        assert np.isfinite(claim.differences({name: [value] for name, value in values.items()})).all()


def test_a19_compares_reducers_of_equal_size(data):
    (row,) = find_rows(["A19"])
    built = row.build(random_state=0)
    sizes = {name: reducer.n_components for name, reducer in built["reducers"].items()}
    assert sizes == {"pca_84": 84, "ae_84": 84, "pca_24": 24, "ae_24": 24}
    for name in ("ae_84", "ae_24"):
        built["reducers"][name].set_params(max_iter=1)
    built["classifier"].set_params(max_iter=2)
    values = row.measure(built, data, 0, Memory(None))
    assert len(row.claims) == 6
    for claim in row.claims:
        assert 0 <= values[claim.metric] <= 1
        assert np.isfinite(claim.differences({name: [value] for name, value in values.items()})).all()
