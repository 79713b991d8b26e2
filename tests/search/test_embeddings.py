import threading

import numpy as np
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skfashion.search import _embeddings
from skfashion.search._embeddings import Embeddings


class _Counting(PCA):
    fits = 0

    def fit_transform(self, X, y=None):
        type(self).fits += 1
        return super().fit_transform(X)


def _fits(images, *sizes):
    """How often embeddings of these sizes, asked for in turn, have to be made."""
    before, embeddings = _Counting.fits, Embeddings()
    for n_components in sizes:
        embeddings.fit_transform(make_pipeline(_Counting(n_components)), images, np.arange(len(images)))
    return _Counting.fits - before


def test_the_same_steps_are_fitted_once(images):
    assert _fits(images, 2, 3, 2, 3) == 2


def test_what_was_not_used_for_longest_makes_room(monkeypatch, images):
    monkeypatch.setattr(_embeddings, "MAX_BYTES", 25_000)  # of which the components of a PCA take most
    assert _fits(images, 2, 3, 2) == 3
    assert _fits(images, 2, 2) == 1
    assert _fits(images, 9, 9) == 2  # too large to be kept at all


def test_who_writes_to_an_embedding_spoils_it_for_nobody(images):
    embeddings, rows, steps = Embeddings(), np.arange(len(images)), make_pipeline(PCA(2, random_state=0))
    for _ in range(3):
        _, Z = embeddings.fit_transform(steps, images, rows)
        assert np.abs(Z).max() > 0
        Z[:] = 0


class _Locked(PCA):
    def fit_transform(self, X, y=None):
        self.lock_ = threading.Lock()
        return super().fit_transform(X)


def test_what_cannot_be_pickled_is_not_kept(images):
    embeddings, rows = Embeddings(), np.arange(len(images))
    steps, Z = embeddings.fit_transform(make_pipeline(_Locked(2)), images, rows)
    assert Z.shape == (len(images), 2)
    again, _ = embeddings.fit_transform(make_pipeline(_Locked(2)), images, rows)
    assert again is not steps


def test_steps_that_cannot_be_told_apart_are_fitted_each_time(images):
    embeddings, rows = Embeddings(), np.arange(len(images))
    for factor in (1, 2):
        _, Z = embeddings.fit_transform(make_pipeline(FunctionTransformer(lambda X, f=factor: f * X)), images, rows)
        np.testing.assert_array_equal(Z, factor * images)
