"""States of trusted objects that would make compiled code reach beyond its arrays."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.cluster import HDBSCAN, BisectingKMeans, KMeans, MiniBatchKMeans
from sklearn.decomposition import NMF, PCA
from sklearn.linear_model import Lasso, SGDRegressor
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.preprocessing import OneHotEncoder

from skfashion import GraphPartition, KNNSpectral, load
from skfashion.persistence import ModelFileError, _archive, _models
from skfashion.persistence._consistency import check_consistency

X = np.abs(np.random.RandomState(0).normal(size=(40, 6)))
Y = np.arange(40) % 2


def with_sparse():
    encoder = OneHotEncoder().fit(np.eye(3))
    encoder.forged_ = csr_matrix((np.ones(1), np.array([2**30]), np.array([0, 1])), shape=(1, 3))
    return encoder


def at_position(position):
    state = np.random.RandomState(0)
    inner = state.get_state(legacy=False)
    inner["state"]["pos"] = position
    try:
        state.set_state(inner)
    except ValueError:  # newer versions of numpy check it themselves
        pytest.skip("numpy refuses this state")
    return PCA(2, random_state=state)


def fitted(estimator, **attributes):
    estimator.fit(X, Y)
    for name, value in attributes.items():
        setattr(estimator, name, value)
    return estimator


def without(estimator, attribute):
    delattr(estimator, attribute)
    return estimator


def with_tree(change):
    k_means = BisectingKMeans(3, random_state=0).fit(X)
    change(k_means._bisecting_tree)
    return k_means


def narrow(root):
    root.right.center = root.right.center[:2]


def with_merges():
    hdbscan = HDBSCAN(copy=True).fit(X)
    hdbscan._single_linkage_tree_["left_node"][0] = 2**30
    return hdbscan


IMPOSSIBLE = {
    "sparse": (with_sparse, "ind(ex|ices)"),
    "position": (lambda: at_position(2**30), "at position 1073741824 of 624"),
    "negative": (lambda: at_position(-1), "at position -1 of 624"),
    "centers": (lambda: fitted(KMeans(2), cluster_centers_=np.ones((2, 3))), "does not fit KMeans"),
    "number": (lambda: fitted(KMeans(2), n_clusters=10**6), "does not fit KMeans"),
    "counts": (lambda: fitted(MiniBatchKMeans(2), _counts=np.ones(1)), "_counts of shape"),
    "narrow": (lambda: with_tree(narrow), "a centre of shape"),
    "components": (lambda: fitted(NMF(2), components_=np.ones((1, 6))), "does not fit NMF"),
    "width": (lambda: fitted(NMF(2), _n_components=10**6), "two numbers of components"),
    "votes": (
        lambda: fitted(KNeighborsClassifier(algorithm="brute"), _y=np.full(40, 2**30)),
        "rows of an unknown class",
    ),
    "merges": (with_merges, "names nodes that it does not have"),
    "lasso": (lambda: fitted(Lasso(warm_start=True)), "a fitted Lasso with warm_start=True is not loaded"),
    "columns": (lambda: fitted(OneHotEncoder(sparse_output=False), _n_features_outs=[1] * 6), "not as wide"),
    "leaves": (lambda: without(with_tree(narrow), "cluster_centers_"), "a centre of shape"),
    "rows": (lambda: fitted(NearestNeighbors(algorithm="brute"), n_features_in_=10**7), "_fit_X of shape"),
    "width unknown": (lambda: without(fitted(SGDRegressor()), "n_features_in_"), "n_features_in_"),
    "graph": (lambda: fitted(GraphPartition(2, random_state=0), n_features_in_=10**7), "of shape"),
    "spectral": (lambda: fitted(KNNSpectral(2, random_state=0), n_features_in_=10**7), "of shape"),
    "gradient": (lambda: fitted(SGDRegressor(warm_start=True), coef_=np.ones(1)), "coef_ of shape"),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("made", "problem"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_states_that_would_end_the_process_are_refused(tmp_path, made, problem):
    path, content = tmp_path / "model.skfashion", _models._dumped(made())
    _archive.write(path, _archive.with_manifest(content, metadata={}, layouts=[]))
    with pytest.raises(ModelFileError, match=problem):
        load(path)


def test_a_tree_that_is_a_circle_is_refused():
    def close(root):
        root.left.left = root.left.right = root

    with pytest.raises(ValueError, match="too many nodes"):
        check_consistency(with_tree(close))


def test_only_generators_whose_position_is_checked_are_loaded():
    check_consistency(np.random.default_rng(0))
    with pytest.raises(ValueError, match="random states of Philox are not loaded"):
        check_consistency(np.random.Generator(np.random.Philox(0)))
