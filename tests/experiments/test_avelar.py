import numpy as np
from joblib import Memory

from skfashion.experiments import find_rows


def test_the_networks_are_those_that_the_paper_counts(data):
    X, y = data.standardised(data.X[:40]), np.arange(40) % 10
    for name in ("A1", "A2"):
        (row,) = find_rows([name])
        classifier = row.build(memory=None, random_state=0).set_params(max_iter=1).fit(X, y)
        assert classifier.model_.count_params() == row.published["n_parameters"]


def test_a19_compares_reducers_of_equal_size(data):
    (row,) = find_rows(["A19"])
    built = row.build(memory=None, random_state=0)
    sizes = {name: reducer.n_components for name, reducer in built["reducers"].items()}
    assert sizes == {"pca_84": 84, "ae_84": 84, "pca_24": 24, "ae_24": 24}
    for name in ("ae_84", "ae_24"):
        built["reducers"][name].set_params(max_iter=1)
    built["classifier"].set_params(max_iter=2)
    figures = row.measure(built, data, 0, Memory(None))
    assert len(row.claims) == 6
    for claim in row.claims:
        assert 0 <= figures[claim.metric] <= 1
        assert np.isfinite(claim.differences({name: [value] for name, value in figures.items()})).all()
