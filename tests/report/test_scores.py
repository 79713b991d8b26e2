import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, davies_bouldin_score

from skfashion.metrics import hungarian_accuracy_score
from skfashion.report import clustering_scores


def test_the_scores_are_scikit_learns_and_ours(images, classes):
    labels = KMeans(5, n_init=1, random_state=0).fit_predict(images)
    scores, missing = clustering_scores(images, labels, classes)
    values = {score.name: score.value for score in scores}
    assert values["neg_davies_bouldin"] == -davies_bouldin_score(images, labels)
    assert values["hungarian_accuracy"] == hungarian_accuracy_score(classes, labels)
    assert values["adjusted_rand"] == adjusted_rand_score(classes, labels)
    assert not missing


def test_labels_are_used_only_by_scores_that_say_so(images, classes):
    labels = KMeans(5, n_init=1, random_state=0).fit_predict(images)
    with_labels, _ = clustering_scores(images, labels, classes)
    without, _ = clustering_scores(images, labels)
    assert [score for score in with_labels if not score.uses_labels] == without


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2]], ids=["one cluster", "as many as images"])
def test_what_is_not_defined_is_missing_and_says_why(labels):
    scores, missing = clustering_scores([[0.0], [1.0], [2.0]], labels, [0, 0, 1])
    assert [score.name for score in scores if not score.uses_labels] == []
    (sentence,) = missing
    there = "there is 1 cluster" if len(set(labels)) == 1 else "there are 3 clusters"
    assert sentence == (
        f"No silhouette, calinski_harabasz, neg_davies_bouldin: {there} of 3 rows; "
        "the score needs at least 2, and fewer than rows."
    )


def test_images_without_a_class_count_in_label_free_scores_only(images, classes):
    labels = KMeans(5, n_init=1, random_state=0).fit_predict(images)
    some = np.where(np.arange(len(images)) % 3 == 0, np.nan, classes.astype(float))
    values = {score.name: score.value for score in clustering_scores(images, labels, some)[0]}
    known = np.arange(len(images)) % 3 > 0
    assert values["neg_davies_bouldin"] == -davies_bouldin_score(images, labels)
    assert values["hungarian_accuracy"] == hungarian_accuracy_score(classes[known], labels[known])
    assert values["adjusted_rand"] == adjusted_rand_score(classes[known], labels[known])


def test_no_class_at_all_is_said(images):
    labels = KMeans(5, n_init=1, random_state=0).fit_predict(images)
    scores, missing = clustering_scores(images, labels, [None] * len(images))
    assert not any(score.uses_labels for score in scores)
    assert missing == ["No hungarian_accuracy, purity, adjusted_rand, normalized_mutual_info: no image has a label."]


def test_noise_matches_no_class():
    scores, _ = clustering_scores(np.arange(10.0).reshape(10, 1), [-1] * 6 + [0] * 3 + [1], [0] * 6 + [1] * 4)
    values = {score.name: score.value for score in scores}
    assert values["hungarian_accuracy"] == pytest.approx(0.3)
    assert values["purity"] == pytest.approx(0.4)
