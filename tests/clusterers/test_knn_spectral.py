import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs, make_circles, make_moons
from sklearn.metrics import adjusted_rand_score, pairwise_distances
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import load, save
from skfashion.clusterers import KNNSpectral
from skfashion.clusterers._knn_spectral import _at_length_1, _leading_eigenvectors


@parametrize_with_checks([KNNSpectral(3), KNNSpectral(2, n_neighbors=3, n_components=4)])
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


@pytest.mark.parametrize("n_samples", [200, 1000])  # by all eigenvectors at once, and by iteration
@pytest.mark.parametrize(
    "make", [lambda n: make_moons(n, noise=0.05, random_state=0), lambda n: make_circles(n, factor=0.4, random_state=0)]
)
def test_shapes_that_k_means_cannot_tell_apart(make, n_samples):
    X, y = make(n_samples)
    assert adjusted_rand_score(y, KMeans(2, n_init=3, random_state=0).fit_predict(X)) < 0.6
    assert adjusted_rand_score(y, KNNSpectral(2, random_state=0).fit_predict(X)) == 1


def test_new_rows_go_where_their_neighbours_are():
    X, y = make_moons(1200, noise=0.05, random_state=0)
    model = KNNSpectral(2, random_state=0).fit(X[:800])
    assert adjusted_rand_score(y[800:], model.predict(X[800:])) == 1
    np.testing.assert_array_equal(model.predict(X[:800]), model.labels_)


@pytest.mark.parametrize("n_components", [1, 2, 4])
@pytest.mark.parametrize("jitter", [0, 1e-7, 1e-4])
def test_jittered_training_rows_keep_their_labels_in_overlapping_clusters(n_components, jitter):
    X, _ = make_blobs(400, centers=[[0, 0], [2, 0], [0, 2]], random_state=0)
    model = KNNSpectral(3, n_components=n_components, random_state=0).fit(X)
    moved = X + np.random.default_rng(0).normal(scale=jitter, size=X.shape)
    np.testing.assert_array_equal(model.predict(moved), model.labels_)


def test_the_extension_is_the_eigenvector_equation_at_a_new_row():
    """u = sum of w u_j / sqrt(d d_j), divided by the eigenvalue: with the graph's weights, it is the eigenvector."""
    X, _ = make_blobs(60, centers=[[0, 0], [3, 0]], random_state=0)
    model = KNNSpectral(2, n_neighbors=59, n_components=3, random_state=0).fit(X)  # all are neighbours of all
    distances, neighbors = model._neighbors.kneighbors()
    np.testing.assert_allclose(model._extended(distances, neighbors), model._vectors, atol=1e-10)
    assert np.ptp(model.eigenvalues_) > 0.05  # else it would not matter which one divides


def test_parts_without_a_connection_are_clusters():
    """Three blobs far apart: three eigenvalues are 1, and each row is one of three unit vectors."""
    X, y = make_blobs(600, centers=[[0, 0], [100, 0], [0, 100]], random_state=0)
    model = KNNSpectral(3, random_state=0).fit(X)
    np.testing.assert_allclose(model.eigenvalues_, 1, atol=1e-6)
    assert adjusted_rand_score(y, model.labels_) == 1
    np.testing.assert_allclose(np.linalg.norm(model.embedding_, axis=1), 1)


def test_eigenvectors_are_those_of_the_normalised_graph():
    X, _ = make_blobs(400, random_state=0)
    model = KNNSpectral(3, n_components=5, random_state=0).fit(X)
    few, many = model.eigenvalues_, KNNSpectral(3, n_components=150, random_state=0).fit(X).eigenvalues_
    np.testing.assert_allclose(few, many[:5], atol=1e-8)  # by iteration, and all at once
    assert (np.diff(few) <= 1e-12).all()


def test_equal_rows_are_no_obstacle():
    X = np.repeat([[0.0, 0.0], [5.0, 5.0]], 30, axis=0)
    labels = KNNSpectral(2, n_neighbors=5, random_state=0).fit_predict(X)
    assert adjusted_rand_score(np.repeat([0, 1], 30), labels) == 1


@pytest.mark.parametrize("n_neighbors", [1, 2, 3])
def test_identical_rows_have_one_label(n_neighbors):
    X = np.repeat(np.random.default_rng(0).integers(3, size=(12, 2)), 2, axis=0).astype(float)
    labels = KNNSpectral(2, n_neighbors=n_neighbors, random_state=0).fit_predict(X)
    np.testing.assert_array_equal(labels[::2], labels[1::2])


def test_an_integer_seed_determines_the_fit():
    X, _ = make_blobs(500, cluster_std=5, random_state=0)
    first, second = (KNNSpectral(4, random_state=7).fit(X) for _ in range(2))
    np.testing.assert_array_equal(first.labels_, second.labels_)
    np.testing.assert_array_equal(first.embedding_, second.embedding_)


@pytest.mark.parametrize("name", ["n_clusters", "n_components"])
def test_more_clusters_or_vectors_than_rows_are_refused(name):
    with pytest.raises(ValueError, match=rf"{name}=9 must be <= n_samples=8; pass more rows or lower {name}"):
        KNNSpectral(2).set_params(**{name: 9}).fit(np.arange(16.0).reshape(8, 2))


def test_a_model_of_few_features_can_be_saved(tmp_path):
    X, _ = make_blobs(100, random_state=0)
    model = KNNSpectral(3, random_state=0).fit(X)
    save(model, tmp_path / "model.skfashion")
    np.testing.assert_array_equal(load(tmp_path / "model.skfashion").predict(X + 0.1), model.predict(X + 0.1))


def test_a_small_integer_type_does_not_overflow():
    X, _ = make_blobs(500, random_state=0)
    small = KNNSpectral(np.uint8(10), random_state=0).fit_predict(X)
    np.testing.assert_array_equal(small, KNNSpectral(10, random_state=0).fit_predict(X))


def test_each_part_without_a_connection_has_the_eigenvalue_1():
    graph = csr_matrix(np.kron(np.eye(2), [[0, 1], [1, 0]]))
    values, vectors = _leading_eigenvectors(graph, np.ones(4), 2, np.random.RandomState(0))
    np.testing.assert_allclose(values, 1)
    np.testing.assert_allclose(vectors[0], vectors[1])


@pytest.mark.parametrize("n_rows", [8, 310])
def test_all_eigenvectors_of_a_graph_can_be_asked_for(n_rows):
    graph = csr_matrix(np.diag(1.0 + np.arange(n_rows)))
    values, vectors = _leading_eigenvectors(graph, np.ones(n_rows), n_rows, np.random.RandomState(0))
    np.testing.assert_allclose(values, np.arange(n_rows, 0, -1), rtol=1e-12)
    np.testing.assert_allclose(np.abs(vectors), np.eye(n_rows)[::-1], atol=1e-12)


def test_a_new_row_within_a_hundredth_of_the_scale_of_a_training_row_is_that_row():
    model = KNNSpectral(2, n_neighbors=2, random_state=0).fit([[100.0 * i, 0] for i in range(6)])
    assert model._scales.tolist() == [200, 100, 100, 100, 100, 200]
    model.labels_ = np.arange(10, 16)  # not those of the centres
    assert model.predict([[x, 0] for x in (-2, 2, 99, 101, 200, 502)]).tolist() == [10, 10, 11, 11, 12, 15]
    assert (model.predict([[x, 0] for x in (-2.5, 2.5, 98.5, 101.5, 502.5)]) < 2).all()


def test_rows_have_length_1_unless_they_have_one_column():
    np.testing.assert_allclose(_at_length_1(np.array([[3.0, 4.0]])), [[0.6, 0.8]])
    np.testing.assert_array_equal(_at_length_1(np.array([[3.0]])), [[3.0]])


@pytest.mark.parametrize("n_samples", [2, 4])
def test_fewer_rows_than_neighbours_are_all_neighbours(n_samples):
    labels = KNNSpectral(2, random_state=0).fit_predict(10 * np.sort(np.arange(n_samples) % 2)[:, None] + 1e-3)
    assert labels[0] != labels[-1]


def test_a_row_far_from_all_training_rows_need_not_have_the_label_of_the_nearest():
    X, _ = make_blobs(200, centers=[[0, 0], [2, 0]], random_state=0)
    model = KNNSpectral(4, random_state=0).fit(X)
    new = np.random.default_rng(0).uniform(-2, 4, (300, 2))
    nearest = pairwise_distances(new, X).argmin(axis=1)
    assert 0 < np.mean(model.predict(new) != model.labels_[nearest]) < 0.5


def test_predictions_do_not_depend_on_the_unit_of_the_rows():
    X, _ = make_blobs(200, centers=[[0, 0], [2, 0]], random_state=0)
    new = np.random.default_rng(0).uniform(-2, 4, (300, 2))
    model, small = KNNSpectral(4, random_state=0).fit(X), KNNSpectral(4, random_state=0).fit(X / 2**20)
    np.testing.assert_array_equal(small.predict(new / 2**20), model.predict(new))


@pytest.mark.filterwarnings("ignore:KNNSpectral found 1 clusters")
def test_equal_rows_are_predicted_where_floating_point_errors_are_raised():
    with np.errstate(all="raise"):
        assert len(set(KNNSpectral(2, random_state=0).fit(np.zeros((60, 4))).predict(np.zeros((3, 4))))) == 1
