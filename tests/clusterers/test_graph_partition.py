import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits, make_blobs, make_moons
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, homogeneity_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from skfashion import GraphPartition, HOGFeatures, KNNSpectral, load, save
from skfashion.clusterers import _graph_partition
from skfashion.clusterers._cuts import Cutter
from skfashion.clusterers._linkage_runs import LinkageRuns
from skfashion.clusterers._vote import RunAgreement
from skfashion.metrics import hungarian_accuracy_score

CENTERS = np.random.default_rng(0).normal(scale=6, size=(5, 6))


@parametrize_with_checks([GraphPartition(3, n_votes=4), GraphPartition(2, n_votes=3, max_imbalance=None)])
def test_scikit_learns_whole_suite(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def equal():
    return make_blobs([80] * 5, centers=CENTERS, random_state=0)


@pytest.fixture(scope="module")
def unequal():
    return make_blobs([500, 200, 80, 40, 20], centers=CENTERS, random_state=0)


def test_equal_sizes_are_kept_where_they_fit(equal):
    X, y = equal
    model = GraphPartition(5, random_state=0).fit(X)
    assert adjusted_rand_score(y, model.labels_) == 1
    assert model.has_equal_sizes_
    assert model.agreement_ == 1
    np.testing.assert_array_equal(model.confidence_, 1)


def test_unequal_sizes_are_found_without_labels(unequal):
    X, y = unequal
    model = GraphPartition(5, random_state=0).fit(X)
    assert adjusted_rand_score(y, model.labels_) > 0.99
    assert not model.has_equal_sizes_
    assert model.agreements_["equal sizes"] < 0.75 < model.agreements_["any size"]


@pytest.mark.parametrize("max_imbalance", [0.05, 0.5])
def test_a_bound_on_the_sizes_holds(unequal, max_imbalance):
    labels = GraphPartition(5, max_imbalance=max_imbalance, n_votes=1, random_state=0).fit_predict(unequal[0])
    assert np.bincount(labels).max() <= (1 + max_imbalance) * len(labels) / 5 + 2


def test_without_a_bound_clusters_have_any_size(unequal):
    X, y = unequal
    model = GraphPartition(5, max_imbalance=None, random_state=0).fit(X)
    assert adjusted_rand_score(y, model.labels_) > 0.99
    assert not model.has_equal_sizes_


def test_digits_are_told_apart_better_than_by_spectral_clustering():
    X, y = load_digits(return_X_y=True)
    Z = make_pipeline(HOGFeatures(), PCA(100, random_state=0)).fit_transform(X / 16)
    accuracy = hungarian_accuracy_score(y, GraphPartition(10, random_state=0).fit_predict(Z))
    assert accuracy > 0.94
    assert accuracy > hungarian_accuracy_score(y, KNNSpectral(10, random_state=0).fit_predict(Z))


def test_new_rows_get_the_clusters_of_their_neighbours():
    X, y = make_moons(1200, noise=0.05, random_state=0)
    model = GraphPartition(2, random_state=0).fit(X[:800])
    assert adjusted_rand_score(y[800:], model.predict(X[800:])) == 1
    np.testing.assert_allclose(model.predict_proba(X[800:]).sum(axis=1), 1)


def test_training_rows_keep_their_cluster_even_if_moved_a_little(equal):
    X = make_blobs(400, centers=4, cluster_std=4, random_state=0)[0]  # overlapping: some votes differ
    model = GraphPartition(4, random_state=0).fit(X)
    assert model.confidence_.min() < 1
    np.testing.assert_array_equal(model.predict(X), model.labels_)
    np.testing.assert_array_equal(model.predict(X + 1e-7), model.labels_)
    confidence = model.predict_proba(X)[np.arange(400), model.labels_]
    np.testing.assert_allclose(confidence, model.confidence_, rtol=1e-6)


def test_identical_rows_have_one_label():
    X = np.repeat(np.random.default_rng(0).normal(size=(30, 3)), 5, axis=0)
    labels = GraphPartition(6, random_state=0).fit_predict(X).reshape(30, 5)
    assert (labels == labels[:, [0]]).all()


def test_jobs_do_not_change_the_result(equal):
    one, two = (GraphPartition(7, n_jobs=n_jobs, random_state=0).fit(equal[0]) for n_jobs in (None, 2))
    np.testing.assert_array_equal(one.labels_, two.labels_)
    assert one.agreement_ == two.agreement_


def test_seeds_determine_the_fit():
    X = np.random.default_rng(0).normal(size=(300, 3))
    first, second, other = (GraphPartition(7, random_state=seed).fit(X) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first.confidence_, second.confidence_)
    assert (first.confidence_ != other.confidence_).any()


@pytest.mark.parametrize("n_clusters", [1, 5])
def test_as_many_clusters_as_rows_and_a_single_one(n_clusters):
    X = np.arange(5.0)[:, np.newaxis] ** 2
    assert len(np.unique(GraphPartition(n_clusters, random_state=0).fit_predict(X))) == n_clusters


def test_constant_rows_can_be_one_cluster_only():
    X = np.ones((9, 4))
    np.testing.assert_array_equal(GraphPartition(1).fit(X).predict(X), 0)
    with pytest.raises(ValueError, match=r"n_clusters=2 must be <= the number of distinct rows, 1"):
        GraphPartition(2).fit(X)


@pytest.mark.parametrize(
    ("parameters", "X", "message"),
    [
        ({"n_clusters": 12}, np.eye(8), r"n_clusters=12 must be <= n_samples=8"),
        ({"n_clusters": 0}, np.eye(8), "n_clusters"),
        ({"n_neighbors": 0}, np.eye(8), "n_neighbors"),
        ({"max_imbalance": -0.1}, np.eye(8), "max_imbalance"),
        ({"max_imbalance": "none"}, np.eye(8), "max_imbalance"),
        ({"n_votes": 1.5}, np.eye(8), "n_votes"),
        ({}, np.eye(1), "minimum of 2"),
        ({}, np.full((9, 2), np.nan), "NaN"),
    ],
)
def test_wrong_input_has_a_clear_answer(parameters, X, message):
    with pytest.raises(ValueError, match=message):
        GraphPartition(**parameters).fit(X)


def test_a_failed_fit_leaves_the_estimator_as_it_was(equal):
    model = GraphPartition(5, random_state=0).fit(equal[0])
    before = model.labels_
    with pytest.raises(ValueError, match="n_clusters=5"):
        model.fit(np.eye(6)[:3])
    assert model.labels_ is before
    assert model.n_features_in_ == 6
    np.testing.assert_array_equal(model.predict(equal[0]), before)


def test_a_saved_model_predicts_the_same(equal, tmp_path):
    model = GraphPartition(5, random_state=0).fit(equal[0])
    save(model, tmp_path / "model.skfashion")
    again = load(tmp_path / "model.skfashion")
    np.testing.assert_array_equal(again.predict_proba(equal[0] + 0.1), model.predict_proba(equal[0] + 0.1))


def test_a_small_integer_type_does_not_overflow(unequal):
    small = GraphPartition(np.uint8(40), random_state=0).fit(unequal[0])
    np.testing.assert_array_equal(small.labels_, GraphPartition(40, random_state=0).fit_predict(unequal[0]))


def test_sizes_are_tested_even_for_a_single_run():
    X, y = make_blobs([500, 100, 40], centers=CENTERS[:3], random_state=0)
    model = GraphPartition(3, n_votes=1, random_state=0).fit(X)
    assert not model.has_equal_sizes_
    assert adjusted_rand_score(y, model.labels_) > 0.8
    assert model.agreement_ == 1


def test_groups_that_no_edge_joins_stay_whole():
    X, y = make_blobs([40] * 8, centers=np.random.default_rng(1).normal(scale=100, size=(8, 5)), random_state=0)
    labels = GraphPartition(3, max_imbalance=None, random_state=0).fit_predict(X)
    assert homogeneity_score(labels, y) == pytest.approx(1)


def test_digits_of_unequal_numbers_are_told_apart():
    X, y = load_digits(return_X_y=True)
    rows = np.concatenate([np.flatnonzero(y == digit)[: 170 - 17 * digit] for digit in range(10)])
    Z = make_pipeline(HOGFeatures(), PCA(100, random_state=0)).fit_transform(X[rows] / 16)
    auto, equal = (GraphPartition(10, max_imbalance=bound, random_state=0).fit_predict(Z) for bound in ("auto", 0.1))
    assert hungarian_accuracy_score(y[rows], auto) > hungarian_accuracy_score(y[rows], equal) + 0.1


@pytest.mark.parametrize("share", [0.5, 0.9, 0.98])
def test_a_row_that_occurs_often_is_no_obstacle(capfd, share):
    X = np.random.default_rng(0).normal(size=(1000, 5))
    n_equal = int(share * len(X))
    X[:n_equal] = 0
    model = GraphPartition(5, max_imbalance=0.3, random_state=0).fit(X)
    assert len(np.unique(model.labels_[:n_equal])) == 1
    assert np.bincount(model.labels_[n_equal:], minlength=5).min() > 0.02 * (len(X) - n_equal)
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("n_clusters", "of_equal_sizes", "of_any_size", "are_equal"),
    [
        (10, 0.74, 0.6, False),
        (10, 0.76, 0.6, True),
        (10, 0.5, 0.54, True),  # no runs agree: there are no groups
        (10, 0.8, 0.89, False),
        (10, 0.8, 0.87, True),
        (2, 0.83, 0.82, False),  # two random clusters agree on half of the rows
        (2, 0.87, 0.9, True),
    ],
)
def test_equal_sizes_stand_if_their_runs_agree(monkeypatch, n_clusters, of_equal_sizes, of_any_size, are_equal):
    X = np.random.default_rng(0).normal(size=(200, 3))
    agreements = iter(RunAgreement(share, 1 / n_clusters) for share in (of_equal_sizes, of_any_size))
    monkeypatch.setattr(Cutter, "resampled_agreement", lambda *_: next(agreements))
    monkeypatch.setattr(LinkageRuns, "resampled_agreement", lambda *_: RunAgreement(0, 0))
    model = GraphPartition(n_clusters, n_votes=2, random_state=0).fit(X)
    assert model.has_equal_sizes_ == are_equal
    assert {"equal sizes": of_equal_sizes, "any size": of_any_size}.items() <= model.agreements_.items()


def test_rows_without_groups_in_their_graph_are_clustered_by_their_directions(monkeypatch, tmp_path):
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(4), [80, 40, 20, 10])
    X = (np.eye(12)[y] + 0.1 * rng.normal(size=(150, 12))) * rng.uniform(1, 5, size=(150, 1))
    monkeypatch.setattr(Cutter, "resampled_agreement", lambda *_: RunAgreement(0.4, 0.1))
    model = GraphPartition(4, random_state=0).fit(X)
    assert adjusted_rand_score(y, model.labels_) == 1
    assert not model.has_equal_sizes_
    assert model.agreements_ == {"equal sizes": 0.4, "any size": 0.4, "average linkage": 1}
    assert (model.agreement_, model.confidence_.min()) == (1, 1)
    np.testing.assert_array_equal(model.predict(X), model.labels_)
    save(model, tmp_path / "model.skfashion")
    np.testing.assert_array_equal(load(tmp_path / "model.skfashion").predict(1.01 * X), model.predict(1.01 * X))


def test_groups_of_few_distinct_rows_have_any_size():
    X = np.repeat([[0.0], [0.1], [0.2], [50.0], [50.1], [90.0], [90.1]], [400, 300, 100, 20, 20, 5, 5], axis=0)
    labels = GraphPartition(3, n_neighbors=2, max_imbalance=None, random_state=0).fit_predict(X)
    np.testing.assert_array_equal(np.sort(np.bincount(labels)), [10, 40, 800])


@pytest.mark.parametrize(("max_imbalance", "n_clusters"), [(None, 1), (None, 9), ("auto", 1), ("auto", 9), (0.2, 3)])
def test_has_equal_sizes_says_what_was_asked_for(max_imbalance, n_clusters):
    model = GraphPartition(n_clusters, max_imbalance=max_imbalance, random_state=0).fit(np.eye(9))
    assert model.has_equal_sizes_ == (max_imbalance is not None)


def test_without_pymetis_fit_says_so_before_the_search_of_neighbours(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymetis", None)
    monkeypatch.setattr(_graph_partition, "nearest_neighbors", None)
    with pytest.raises(ImportError, match="pip install pymetis"):
        GraphPartition(2).fit(np.eye(9))


def test_the_confidence_of_new_rows_is_the_share_of_their_cluster():
    X, _ = make_blobs(400, centers=4, n_features=5, cluster_std=4, random_state=0)
    model = GraphPartition(4, random_state=0).fit(X[:300])
    labels, confidence = model.predict_with_confidence(X)
    np.testing.assert_array_equal(labels, model.predict(X))
    np.testing.assert_array_equal(confidence, model.predict_proba(X)[np.arange(400), labels])


def test_a_bound_that_no_part_can_exceed_is_none(equal):
    large, huge = (GraphPartition(5, max_imbalance=n, random_state=0).fit_predict(equal[0]) for n in (5, 1e30))
    np.testing.assert_array_equal(large, huge)


@pytest.mark.parametrize("n_jobs", [10**30, -(10**12)])
def test_more_jobs_than_any_machine_has_are_refused(equal, n_jobs):
    with pytest.raises(ValueError, match=r"The 'n_jobs' parameter of GraphPartition must be an int in the range"):
        GraphPartition(5, n_jobs=n_jobs).fit(equal[0])
