"""States of trusted objects that would make compiled code reach beyond its arrays."""

import os
import zipfile

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.cluster import HDBSCAN, BisectingKMeans, KMeans, MiniBatchKMeans
from sklearn.cluster._kmeans import _kmeans_single_lloyd
from sklearn.decomposition import NMF, PCA
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import Lasso, SGDRegressor
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, KBinsDiscretizer, OneHotEncoder, PolynomialFeatures
from sklearn.utils import Bunch

from skfashion import DenseAE, GraphPartition, KNNSpectral, load, save
from skfashion.persistence import ModelFileError, UntrustedModelError, _archive, _models
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


def renamed(root):
    leaf = root.left
    while leaf.left is not None:
        leaf = leaf.left
    leaf.label = -99


def narrow(root):
    root.right.center = root.right.center[:2]


def with_merges():
    hdbscan = HDBSCAN(copy=True).fit(X)
    hdbscan._single_linkage_tree_["left_node"][0] = 2**30
    return hdbscan


def with_rare(drop=None, **attributes):
    """One category of three that is frequent, and two rare ones that are one group."""
    encoder = OneHotEncoder(min_frequency=2, drop=drop, handle_unknown="ignore" if drop else "infrequent_if_exist")
    encoder.fit(np.array([[0], [0], [1], [2]]))
    for name, value in attributes.items():
        setattr(encoder, name, value)
    return encoder


def with_bins():
    bins = KBinsDiscretizer(2, encode="onehot-dense").fit(X)
    bins._encoder = with_rare(_default_to_infrequent_mappings=[np.full(3, 2**28)])
    return bins


IMPOSSIBLE = {
    "sparse": (with_sparse, "ind(ex|ices)"),
    "position": (lambda: at_position(2**30), "at position 1073741824 of 624"),
    "negative": (lambda: at_position(-1), "at position -1 of 624"),
    "centers": (lambda: fitted(KMeans(2), cluster_centers_=np.ones((2, 3))), "does not fit KMeans"),
    "order": (lambda: fitted(KMeans(2), cluster_centers_=np.ones((6, 2)).T), "KMeans must be in C order"),
    "number": (lambda: fitted(KMeans(2), n_clusters=10**6), "does not fit KMeans"),
    "counts": (lambda: fitted(MiniBatchKMeans(2), _counts=np.ones(1)), "_counts of shape"),
    "narrow": (lambda: with_tree(narrow), "a centre of shape"),
    "other clusters": (lambda: with_tree(renamed), "the leaves .* are not its clusters"),
    "powers": (lambda: fitted(PolynomialFeatures(), _n_out_full=60), "another number of columns than its degree"),
    "power": (lambda: without(fitted(PolynomialFeatures(), _n_out_full=60), "n_output_features_"), "another number"),
    "degree": (
        lambda: fitted(PolynomialFeatures(), degree=10**9, n_features_in_=10**9),
        "degree=1000000000 of 1000000000 columns",
    ),
    "components": (lambda: fitted(NMF(2), components_=np.ones((1, 6))), "does not fit NMF"),
    "width": (lambda: fitted(NMF(2), _n_components=10**6), "two numbers of components"),
    "votes": (
        lambda: fitted(KNeighborsClassifier(algorithm="brute"), _y=np.full(40, 2**30)),
        "rows of an unknown class",
    ),
    "merges": (with_merges, "names nodes that it does not have"),
    "lasso": (lambda: fitted(Lasso(warm_start=True)), "a fitted Lasso with warm_start=True is not loaded"),
    "columns": (lambda: fitted(OneHotEncoder(sparse_output=False), _n_features_outs=[1] * 6), "not as wide"),
    "leaves": (lambda: without(with_tree(narrow), "cluster_centers_"), r"cluster_centers_ of shape \(\)"),
    "rows": (lambda: fitted(NearestNeighbors(algorithm="brute"), n_features_in_=10**7), "_fit_X of shape"),
    "no rows": (
        lambda: fitted(NearestNeighbors(algorithm="brute"), _fit_X=np.ones((0, 6)), n_samples_fit_=0),
        "_fit_X of shape",
    ),
    "other number of rows": (lambda: fitted(NearestNeighbors(algorithm="brute"), n_samples_fit_=3), "_fit_X of shape"),
    "threads": (lambda: fitted(KMeans(2), _n_threads=-1), "asks for -1 threads"),
    "many threads": (lambda: fitted(BisectingKMeans(2), _n_threads=2**30), "asks for 1073741824 threads"),
    "groups": (lambda: with_rare(_default_to_infrequent_mappings=[np.full(3, 2**28)]), r"not in range\(2\)"),
    "rare": (lambda: with_rare(_infrequent_indices=[np.array([2**28, 1])]), r"not in range\(3\)"),
    "rare only": (lambda: with_rare(_default_to_infrequent_mappings=[None]), "without their groups"),
    "dropped": (lambda: with_rare(drop="first", _drop_idx_after_grouping=np.array([-1])), r"not in range\(2\)"),
    "bins": (with_bins, r"not in range\(2\)"),
    "no buckets": (lambda: HashingVectorizer(n_features=0), "n_features"),
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


@pytest.mark.parametrize(
    "encoder", [with_rare(), with_rare(drop="first"), OneHotEncoder(drop="if_binary").fit(Y[:, None])]
)
def test_possible_encoders_are_loaded(tmp_path, encoder):
    save(encoder, tmp_path / "model.skfashion")
    rows = encoder.categories_[0][:, np.newaxis]
    loaded = load(tmp_path / "model.skfashion")
    np.testing.assert_array_equal(loaded.transform(rows).toarray(), encoder.transform(rows).toarray())


def test_no_attribute_stands_in_place_of_a_method_that_checks():
    matrix = with_sparse().forged_
    matrix.check_format = Bunch
    with pytest.raises(ValueError, match="csr_matrix has an attribute in place of its method check_format"):
        check_consistency(matrix)


def test_the_compiled_step_of_k_means_stands_in_its_place_only(tmp_path):
    save(BisectingKMeans(2).fit(X), tmp_path / "model.skfashion")
    with pytest.raises(UntrustedModelError, match="holds a compiled step of k-means as its 'func'"):
        save(FunctionTransformer(_kmeans_single_lloyd), tmp_path / "forged.skfashion")


def test_a_tree_that_is_a_circle_is_refused():
    def close(root):
        root.left.left = root.left.right = root

    with pytest.raises(ValueError, match="too many nodes"):
        check_consistency(with_tree(close))


def test_generators_are_neither_saved_nor_loaded(tmp_path):
    """To make one takes as long as a number in the file says."""
    path, transformer = tmp_path / "model.skfashion", FunctionTransformer(kw_args={"rng": np.random.default_rng(0)})
    with pytest.raises(UntrustedModelError, match=r"holds .*Generator, which may run code"):
        save(transformer, path)
    _archive.write(path, _archive.with_manifest(_models._dumped(transformer), metadata={}, layouts=[]))
    with pytest.raises(UntrustedModelError, match=r"holds .*Generator, which may run code"):
        load(path)


def test_a_loaded_model_asks_for_no_more_threads_than_there_are_processors(tmp_path):
    k_means = fitted(KMeans(2), _n_threads=4096)
    save(make_pipeline(k_means), tmp_path / "model.skfashion")
    assert k_means._n_threads == 4096
    assert load(tmp_path / "model.skfashion")[0]._n_threads == os.cpu_count()


def test_a_random_state_of_another_generator_is_refused(tmp_path):
    with pytest.raises(ValueError, match="a RandomState of PCG64 is not loaded; pass a seed"):
        save(KMeans(random_state=np.random.RandomState(np.random.PCG64(0))), tmp_path / "model.skfashion")


def test_polynomials_are_loaded(tmp_path):
    polynomials = PolynomialFeatures((1, 3), interaction_only=True, include_bias=False).fit(X)
    save(polynomials, tmp_path / "model.skfashion")
    np.testing.assert_array_equal(load(tmp_path / "model.skfashion").transform(X), polynomials.transform(X))


def test_a_class_as_an_activation_of_a_network_is_refused(tmp_path):
    network = DenseAE(2, activation=int)
    content = _models._dumped(network)
    _archive.write(tmp_path / "model.skfashion", _archive.with_manifest(content, metadata={}, layouts=[]))
    with pytest.raises(ModelFileError, match="activation of DenseAE is a class; pass a function"):
        load(tmp_path / "model.skfashion")


@pytest.mark.parametrize(("n_characters", "is_cut"), [(300, False), (10_000, True)])
def test_an_error_that_shows_a_whole_array_is_cut(n_characters, is_cut):
    said = str(_archive.damaged("model.skfashion", "x" * n_characters))
    assert said.count("x") == 300
    assert said.endswith("x....") == is_cut


def test_a_manifest_that_is_nested_too_deep_is_damaged(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.skfashion", "w") as archive:
        archive.writestr("manifest.json", "[" * 100_000)
    with pytest.raises(ModelFileError, match="it has no manifest of a model"):
        load(tmp_path / "model.skfashion")
