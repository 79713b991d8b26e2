import numpy as np
import pytest
from sklearn.datasets import make_blobs
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import DCN, DenseAE, load, save
from skfashion.metrics import hungarian_accuracy_score

SMALL = DenseAE(2, max_iter=60, batch_size=16, learning_rate_init=1e-2)
QUICK = DenseAE(2, max_iter=20, batch_size=16, learning_rate_init=3e-2)  # for the checks
pytestmark = pytest.mark.filterwarnings("ignore:.*of the labels still changed:sklearn.exceptions.ConvergenceWarning")


@pytest.mark.once
@parametrize_with_checks(
    [DCN(3, autoencoder=QUICK, max_iter=3, batch_size=16), DCN(2, autoencoder=QUICK, gamma=1.0, max_iter=3)]
)
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def blobs():
    return make_blobs(300, 8, centers=4, cluster_std=2, random_state=0)


def share_within(codes, labels):
    """Return the share of the codes' variance that is within the clusters."""
    means = np.array([codes[labels == cluster].mean(axis=0) for cluster in range(labels.max() + 1)])
    return ((codes - means[labels]) ** 2).sum() / ((codes - codes.mean(axis=0)) ** 2).sum()


def test_blobs_are_found_and_the_codes_come_nearer_to_the_centres(blobs, tmp_path):
    X, y = blobs
    curved = DenseAE(2, hidden_layer_sizes=(32,), max_iter=60, batch_size=16, learning_rate_init=1e-2)
    before = DCN(4, autoencoder=curved, max_iter=1, learning_rate_init=1e-12, random_state=0).fit(X)
    model = DCN(4, autoencoder=curved, gamma=10.0, batch_size=16, max_iter=20, tol=0, random_state=0).fit(X)
    assert hungarian_accuracy_score(y, model.labels_) > 0.98
    np.testing.assert_array_equal(model.predict(X), model.labels_)
    assert share_within(model.transform(X), y) < 0.9 * share_within(before.transform(X), y)
    save(model, tmp_path / "model.skfashion")
    np.testing.assert_array_equal(load(tmp_path / "model.skfashion").transform(X), model.transform(X))


def test_the_centres_are_the_running_means_of_their_codes():
    """Two batches by hand: 10 codes with mean 1, then 2 codes of 4."""
    from skfashion.engine.backend import import_keras
    from skfashion.networks.clustering import CenteredNetwork

    keras = import_keras()
    identity = keras.Sequential([keras.Input((1,)), keras.layers.Identity()])
    network = CenteredNetwork(identity, identity, 2, gamma=1.0, loss="squared_error")
    network.centers.assign([[1.0], [-1.0]])
    network._counts.assign([10.0, 3.0])
    rows, members = np.float32([[4.0], [4.0], [9.0]]), np.float32([[1, 0], [1, 0], [1, 0]])
    terms = network.terms((rows, members), np.float32([1, 1, 0]))  # the last row has no weight
    centers, clustering = map(keras.ops.convert_to_numpy, (network.centers.value, terms["clustering"]))
    np.testing.assert_allclose(centers, [[1.5], [-1.0]])
    np.testing.assert_allclose(clustering[:2], 0.5 * 2.5**2, rtol=1e-6)


def test_targets_are_a_1_for_the_nearest_centre():
    targets = DCN.targets_of(np.array([[0.2, 0.5, 0.3], [0.6, 0.4, 0], [0.5, 0.5, 0]]))
    assert targets.tolist() == [[0, 1, 0], [1, 0, 0], [1, 0, 0]]
    assert targets.dtype == np.float32


def test_clusters_begin_with_the_centres_of_k_means_and_their_numbers_of_rows():
    codes = np.array([[0, 0], [0, 2], [9, 9], [0, 1], [30, 30], [30, 30]])
    centers, counts, _ = DCN(3, whiten=False)._clusters_of(codes, seed=0)
    order = np.argsort(centers[:, 0])
    np.testing.assert_allclose(centers[order], [[0, 1], [9, 9], [30, 30]])
    assert counts[order].tolist() == [3, 1, 2]
