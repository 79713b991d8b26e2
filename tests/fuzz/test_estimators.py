"""Estimators on rows of any numbers: labels and codes for all rows, or an error that says why."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.base import clone
from sklearn.cluster import KMeans

from skfashion import (
    ClusterClassifier,
    ConsensusClusterer,
    DenseAE,
    DenseVAE,
    GraphPartition,
    HOGFeatures,
    ImageFeatures,
    KNNSpectral,
    SubclusterRefiner,
)
from skfashion.inspection import find_copies

NUMBERS = st.one_of(
    st.floats(width=32),
    st.integers(0, 255).map(float),
    st.sampled_from([0.0, -0.0, 1.0, 1e-45, 1e-300, 1e18, 1e38, 1e200, np.nan, np.inf]),
)
FINITE = st.integers(0, 3).map(float) | st.floats(-1e6, 1e6, width=32)
SHAPES = st.tuples(st.integers(1, 16), st.integers(1, 5))
ROWS = hnp.arrays(st.sampled_from([np.float64, np.float32]), SHAPES, elements=NUMBERS) | hnp.arrays(
    st.sampled_from([np.uint8, np.int64, bool]), SHAPES
)
REPEATED = hnp.arrays(np.float64, SHAPES, elements=FINITE).map(lambda X: np.concatenate([X, X]))
CLUSTERERS = [
    KNNSpectral(2, n_neighbors=3, random_state=0),
    GraphPartition(2, n_neighbors=3, n_votes=2, random_state=0),
    ConsensusClusterer([("k", KMeans(2, n_init=1))], n_clusters=2, n_repeats=2, random_state=0),
    SubclusterRefiner(KMeans(2, n_init=1, random_state=0), random_state=0),
    ClusterClassifier(KMeans(2, n_init=1, random_state=0)),
]
NETWORKS = [DenseAE(2, max_iter=1, random_state=0), DenseVAE(2, max_iter=1, random_state=0)]
IMAGES = hnp.arrays(
    st.sampled_from([np.uint8, np.float32]), st.tuples(st.integers(1, 6), st.sampled_from([16, 48, 64]))
)


def fit(estimator, X):
    y = np.arange(len(X)) % 2 if isinstance(estimator, ClusterClassifier) else None
    with np.errstate(all="ignore"):
        return clone(estimator).fit(X, y)


@pytest.mark.filterwarnings("ignore")
@given(estimator=st.sampled_from(CLUSTERERS), X=ROWS)
def test_clusterers_on_rows_of_any_numbers(estimator, X, says_why):
    fitted = says_why(lambda: fit(estimator, X), ValueError)
    if fitted is not None:
        labels = fitted.predict(X)
        assert labels.shape == (len(X),)
        if hasattr(fitted, "predict_proba"):
            np.testing.assert_allclose(fitted.predict_proba(X).sum(axis=1), 1, rtol=1e-6)


@pytest.mark.filterwarnings("ignore")
@given(estimator=st.sampled_from(CLUSTERERS[:2]), X=REPEATED)
def test_identical_rows_have_one_label(estimator, X, says_why):
    fitted = says_why(lambda: fit(estimator, X), ValueError)
    if fitted is not None:
        first, second = np.split(fitted.labels_, 2)
        np.testing.assert_array_equal(first, second)


@pytest.mark.filterwarnings("ignore")
@given(network=st.sampled_from(NETWORKS), X=hnp.arrays(np.float64, (8, 4), elements=NUMBERS))
def test_networks_on_rows_of_any_numbers(network, X, says_why):
    fitted = says_why(lambda: fit(network, X), ValueError)
    if fitted is not None:
        codes = says_why(lambda: fitted.transform(X), ValueError)
        assert codes is None or np.isfinite(codes).all()


@pytest.mark.filterwarnings("ignore")
@given(features=st.sampled_from([HOGFeatures(), ImageFeatures(2)]), X=IMAGES)
def test_features_of_any_images(features, X, says_why):
    fitted = says_why(lambda: fit(features, X), ValueError)
    if fitted is not None:
        codes = fitted.transform(X)
        assert len(codes) == len(X)
        assert np.isfinite(codes).all()


@pytest.mark.filterwarnings("ignore")
@given(X=IMAGES)
def test_copies_in_any_images(X, says_why):
    copies = says_why(lambda: find_copies(X), ValueError)
    if copies is not None:
        same = np.array([[np.array_equal(row, other) for other in X] for row in X]) & ~np.eye(len(X), dtype=bool)
        assert set(np.flatnonzero(same.any(axis=1))) <= set(copies.rows.tolist())
