import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits, make_blobs
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import ContrastiveEncoder, GraphPartition, NeighborHeads, load, save
from skfashion.clusterers._cuts import Cutter
from skfashion.clusterers._vote import RunAgreement
from skfashion.metrics import hungarian_accuracy_score

SHORT = ContrastiveEncoder(2, n_copies=2, max_iter=3, hidden_layer_sizes=(16,))


@pytest.mark.once
@parametrize_with_checks([NeighborHeads(3, encoder=SHORT, n_networks=1, n_heads=6, max_iter=20)])
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def digits():
    return load_digits(return_X_y=True)


@pytest.fixture(scope="module")
def fitted(digits):
    encoder = ContrastiveEncoder(n_copies=3, hidden_layer_sizes=(128, 128))
    return NeighborHeads(10, encoder=encoder, n_networks=1, n_heads=20, random_state=0).fit(digits[0] / 16)


@pytest.mark.once
def test_digits_are_found_better_than_by_k_means_on_the_features(fitted, digits):
    X, y = digits
    features = fitted.encoders_[0]._describe(X / 16)
    by_kmeans = hungarian_accuracy_score(y, KMeans(10, n_init=10, random_state=0).fit_predict(features))
    assert hungarian_accuracy_score(y, fitted.labels_) > max(0.9, by_kmeans)


@pytest.mark.once
def test_predictions_of_the_training_rows_are_their_labels(fitted, digits):
    X = digits[0] / 16
    np.testing.assert_array_equal(fitted.predict(X), fitted.labels_)
    np.testing.assert_allclose(fitted.predict_proba(X).sum(axis=1), 1, rtol=1e-5)
    assert list(np.bincount(fitted.labels_)) == sorted(np.bincount(fitted.labels_), reverse=True)
    assert 0.5 < fitted.agreement_ <= 1


def test_it_can_be_saved(fitted, digits, tmp_path):
    save(fitted, tmp_path / "model.skfashion")
    loaded = load(tmp_path / "model.skfashion")
    np.testing.assert_array_equal(loaded.predict_proba(digits[0][:50] / 16), fitted.predict_proba(digits[0][:50] / 16))


@pytest.fixture(scope="module")
def unequal_blobs():
    return make_blobs([1000, 300, 100], 10, centers=None, cluster_std=1.0, random_state=0)


@pytest.mark.parametrize("seed", [0, 7])  # 7: heads that know the sizes from the start end in wrong clusters
@pytest.mark.once
def test_unequal_groups_are_found(unequal_blobs, seed):
    X, y = unequal_blobs
    encoder = ContrastiveEncoder(hidden_layer_sizes=(32, 32))
    heads = NeighborHeads(3, encoder=encoder, n_networks=1, random_state=seed).fit(X)
    assert hungarian_accuracy_score(y, heads.labels_) > 0.97
    assert heads.sizes_[0] > 0.6


def test_equal_sizes_can_be_asked_for(unequal_blobs):
    heads = NeighborHeads(3, encoder=SHORT, n_networks=1, sizes="equal", random_state=0).fit(unequal_blobs[0])
    np.testing.assert_allclose(heads.sizes_, 1 / 3)


def test_a_fit_is_bitwise_repeatable(unequal_blobs):
    make = lambda: NeighborHeads(3, encoder=SHORT, n_networks=2, n_heads=5, max_iter=2, random_state=0)  # noqa: E731
    first, second = (make().fit(unequal_blobs[0]).predict_proba(unequal_blobs[0]) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_more_clusters_than_rows_are_refused():
    with pytest.raises(ValueError, match=r"n_clusters=4 must be <= n_samples=3"):
        NeighborHeads(4, encoder=SHORT).fit(np.eye(3))


# The choice of heads, and their consensus


def test_the_loss_of_a_head_is_its_disagreement_and_the_balance_by_the_divergence_of_its_sizes(monkeypatch):
    sure, unsure, one = np.eye(2), np.full((2, 2), 0.5), np.array([[1, 0], [1, 0]])
    P, Q = np.stack([sure, sure, one, unsure], axis=1), np.stack([sure, unsure, one, one], axis=1)
    monkeypatch.setattr(NeighborHeads, "_soft_clusters", lambda self, heads, hidden: hidden)
    heads = NeighborHeads(2, balance=3.0)
    heads.sizes_ = np.array([0.5, 0.5])
    log_2 = np.log(2)
    np.testing.assert_allclose(heads._losses(None, P, Q), [0, log_2, 3 * log_2, log_2 + 3 * log_2 / 2], atol=1e-12)


def test_clusters_that_heads_share_are_numbered_by_size():
    labels = np.array([2, 2, 0, 1, 1, 1])
    ballots = [np.eye(3, dtype=np.float32)[one] for one in (labels, labels, (labels + 1) % 3)]
    heads = NeighborHeads(3)
    heads._agree(ballots, np.random.RandomState(0))
    assert heads.labels_.tolist() == [1, 1, 2, 0, 0, 0]
    assert heads.agreement_ == 1
    names = heads._translations.argmax(axis=2)
    assert names.tolist() == [[2, 0, 1], [2, 0, 1], [1, 2, 0]]


def test_wanted_sizes_are_equal_or_those_of_a_graph_in_descending_order():
    features = np.repeat(np.eye(3), (12, 30, 6), axis=0) + np.random.default_rng(0).normal(0, 0.02, (48, 3))
    rng = np.random.RandomState(0)
    assert NeighborHeads(3, sizes="any")._wanted_sizes(features, rng).tolist() == [30 / 48, 12 / 48, 6 / 48]
    assert NeighborHeads(4, sizes="equal")._wanted_sizes(features, rng).tolist() == [1 / 4] * 4
    assert NeighborHeads(1, sizes="any")._wanted_sizes(features, rng).tolist() == [1]


def test_a_large_integer_is_a_weight_as_the_float():
    X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
    encoder = ContrastiveEncoder(2, features="passthrough", n_neighbors=5, hidden_layer_sizes=(4,), max_iter=1)
    heads = NeighborHeads(2, encoder=encoder, n_networks=1, n_heads=2, max_iter=1, random_state=0)
    found = [clone(heads).set_params(balance=kind(2**40)).fit(X).predict_proba(X) for kind in (int, float)]
    np.testing.assert_array_equal(*found)


def test_sizes_are_equal_where_the_graph_has_no_groups(monkeypatch):
    monkeypatch.setattr(Cutter, "resampled_agreement", lambda *_: RunAgreement(0.4, 0.1))
    rng = np.random.RandomState(0)
    features = np.repeat(np.eye(3), [30, 12, 6], axis=0) + 0.05 * rng.normal(size=(48, 3))
    assert "average linkage" in GraphPartition(3, random_state=0).fit(features).agreements_
    assert NeighborHeads(3)._wanted_sizes(features, rng).tolist() == [1 / 3] * 3
