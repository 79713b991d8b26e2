import numpy as np
from sklearn.utils import check_random_state

from skfashion.contrastive import _views as views_module
from skfashion.contrastive._views import Views, make_views, unit_rows

X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)


def _views(augment=None, X=X, **options):
    options = {"n_copies": 3, "n_neighbors": 5, "n_jobs": None, "rng": check_random_state(0)} | options
    return make_views(X, np.float32, augment, **options)


def test_pairs_are_copies_of_a_row_and_of_itself_or_a_neighbour():
    neighbors = np.array([[1], [2], [0]])
    copies = np.float32([[[0], [1], [2]], [[10], [11], [12]]])
    first, second = Views(copies, neighbors).pairs(3, seed=0)
    rows, partners = np.int64(first[:, 0]) % 10, np.int64(second[:, 0]) % 10
    assert sorted(rows) == [0, 1, 2]
    assert all(partner in (row, neighbors[row, 0]) for row, partner in zip(rows, partners, strict=True))


def test_half_of_the_pairs_are_copies_of_one_row_and_all_copies_occur():
    views = Views(np.arange(2000, dtype=np.float32).reshape(2, 1000, 1), np.roll(np.arange(1000), 1)[:, np.newaxis])
    first, second = views.pairs(1000, seed=0)
    assert 450 < np.sum(first % 1000 == second % 1000) < 550
    assert 450 < np.sum(first >= 1000) < 550


def test_pairs_follow_from_the_seed():
    views = _views()
    first, again, other = (views.pairs(10, [0, epoch])[0] for epoch in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_neighbours_are_the_nearest_by_cosine():
    near = _views().neighbors[7]
    cosines = X @ X[7] / np.linalg.norm(X, axis=1)
    assert set(near) == set(np.argsort(-cosines)[1:6])


def test_there_is_one_copy_without_changes_and_the_first_is_unchanged():
    assert _views().copies.shape == (1, 40, 3)
    copies = _views(lambda rows, seed: rows + 1).copies
    np.testing.assert_array_equal(copies[0], X)
    np.testing.assert_allclose(copies[1:], np.stack([X + 1] * 2), rtol=1e-6)


def test_bytes_are_changed_as_numbers_from_0_to_1():
    images = np.full((20, 4), 255, np.uint8)
    copies = _views(lambda rows, seed: rows, images, n_copies=2).copies
    assert copies[0].max() == 255
    assert copies[1].max() == 1


def test_many_images_are_changed_in_parts(monkeypatch):
    monkeypatch.setattr(views_module, "ROWS_AT_ONCE", 15)
    sizes = []
    copies = _views(lambda rows, seed: sizes.append(len(rows)) or rows + 1, n_copies=2).copies
    np.testing.assert_array_equal(copies[1], X + 1)
    assert sizes == [15, 15, 10]


def test_fewer_rows_than_neighbours_are_all_neighbours():
    near = _views(X=X[:4]).neighbors
    assert [sorted([i, *row]) for i, row in enumerate(near)] == [[0, 1, 2, 3]] * 4


def test_rows_of_zeros_stay_when_others_get_length_1():
    rows = np.float32([[3, 4], [0, 0], [0, -2e-20]])
    np.testing.assert_allclose(unit_rows(rows), [[0.6, 0.8], [0, 0], [0, -1]], rtol=1e-6)


def test_a_function_of_features_is_applied_to_each_copy_alone():
    views = Views(np.float32([[[0], [1]], [[10], [11]]]), np.array([[1], [0]]))
    centered = views.mapped(lambda copy: copy - copy.mean())
    np.testing.assert_array_equal(centered.copies[..., 0], [[-0.5, 0.5]] * 2)
    assert centered.neighbors is views.neighbors
