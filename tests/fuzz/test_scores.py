"""Scores of any labels: a number in its range that the names of clusters do not change, or an error that says why."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from skfashion.metrics import (
    CalinskiHarabasz,
    DaviesBouldin,
    Modularity,
    Silhouette,
    hungarian_accuracy_score,
    match_labels,
    mean_agreement,
    purity_score,
)

SIZES = st.integers(1, 30)
PARTITIONS = st.integers(1, 30).flatmap(
    lambda n: st.tuples(*[hnp.arrays(np.int64, n, elements=st.integers(-1, 4)) for _ in range(2)])
)
LABELS = st.one_of(
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3), st.booleans()), max_size=8),
    st.lists(st.floats(), max_size=8),
    hnp.arrays(st.sampled_from([np.int8, np.uint64, np.float32, "U2", bool, object]), st.integers(0, 8)),
    hnp.arrays(np.int64, st.tuples(st.integers(0, 3), st.integers(0, 3))),
)
NUMBERS = st.floats(-1e3, 1e3, width=32) | st.sampled_from([0.0, 1.0, 1e-30, 1e30])
ROWS = hnp.arrays(np.float64, st.tuples(st.integers(1, 20), st.integers(1, 4)), elements=NUMBERS)


@given(partitions=PARTITIONS, names=st.permutations(range(-1, 5)), noise=st.sampled_from([None, -1]))
def test_scores_do_not_depend_on_the_names_of_clusters(partitions, names, noise):
    classes, clusters = partitions
    renamed = np.array(names)[clusters + 1]
    new_noise = None if noise is None else names[0]
    accuracy, purity = (
        score(classes, clusters, noise_label=noise) for score in (hungarian_accuracy_score, purity_score)
    )
    assert 0 <= accuracy <= purity <= 1
    assert hungarian_accuracy_score(classes, renamed, noise_label=new_noise) == pytest.approx(accuracy)
    assert purity_score(classes, renamed, noise_label=new_noise) == pytest.approx(purity)
    assert hungarian_accuracy_score(classes, classes) == 1
    if noise is None:
        assert hungarian_accuracy_score(clusters, classes) == pytest.approx(accuracy)
        assert np.mean(match_labels(classes, clusters) == classes) == pytest.approx(accuracy)
        np.testing.assert_allclose(mean_agreement(partitions), accuracy)


@pytest.mark.filterwarnings("ignore")
@given(labels_true=LABELS, labels_pred=LABELS, weight=st.none() | st.lists(st.floats(), max_size=8))
def test_scores_of_any_labels(labels_true, labels_pred, weight, says_why):
    for score in (hungarian_accuracy_score, purity_score):
        value = says_why(
            lambda score=score: score(labels_true, labels_pred, sample_weight=weight), ValueError, TypeError
        )
        assert value is None or 0 <= value <= 1


class Fixed:
    """A clusterer with labels that are given."""

    def __init__(self, labels):
        self.labels_ = labels

    def fit(self, X, y=None):
        return self

    def predict(self, X):
        return self.labels_


@pytest.mark.filterwarnings("ignore")
@given(X=ROWS, seed=st.integers(0, 99), n_clusters=st.integers(1, 5), noise=st.sampled_from([None, -1]))
def test_label_free_scores_of_any_rows(X, seed, n_clusters, noise, says_why):
    labels = np.random.default_rng(seed).integers(-1, n_clusters, len(X))
    assume(len(X) > 2)
    with np.errstate(all="ignore"):
        for scorer in (Silhouette, CalinskiHarabasz, DaviesBouldin, Modularity):
            value = says_why(lambda scorer=scorer: scorer(noise_label=noise)(Fixed(labels), X), ValueError)
            assert value is None or np.isfinite(value), scorer
