import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline

from skfashion.displays import ClusterImagesDisplay

PIXELS = np.array([[0.0], [1.0], [2.5], [7.0], [100.0]])  # images of a single pixel
LABELS = np.array([0, 0, 0, 0, 1])  # the mean of cluster 0 is 2.625


@pytest.mark.parametrize(("kind", "expected"), [("nearest", [2.5, 1.0, 0.0]), ("farthest", [7.0, 0.0, 1.0])])
def test_images_are_chosen_by_their_distance_from_the_mean(kind, expected):
    display = ClusterImagesDisplay.from_predictions(PIXELS, LABELS, kind=kind, n_images=3)
    assert display.images[0].ravel().tolist() == expected


def test_distances_are_measured_in_the_embedding():
    display = ClusterImagesDisplay.from_predictions(
        PIXELS, LABELS, embedding=[[0.0, 0], [9, 9], [0, 1], [1, 0], [0, 0]], n_images=1
    )
    assert display.images[0].tolist() in ([[2.5]], [[7.0]])  # as far from (2.5, 2.5) as one another


def test_bytes_do_not_overflow():
    X = np.array([[250], [251], [252], [10]], dtype=np.uint8)
    display = ClusterImagesDisplay.from_predictions(X, np.zeros(4), kind="farthest", n_images=1)
    assert display.images[0].tolist() == [[10]]


def test_random_images_follow_random_state(images):
    labels = np.arange(300) % 2
    draws = [
        np.concatenate(ClusterImagesDisplay.from_predictions(images, labels, kind="random", random_state=seed).images)
        for seed in (0, 0, 1)
    ]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])


def test_rows_are_named_by_cluster_and_size_noise_last(images):
    labels = np.full(300, 3)
    labels[:20] = -1
    labels[20:50] = 0
    ax = ClusterImagesDisplay.from_predictions(images, labels).ax_
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0 (30)", "3 (250)", "noise (20)"]


def test_thousands_are_set_apart():
    display = ClusterImagesDisplay.from_predictions(np.zeros((5812, 1)), ["bag"] * 5812)
    assert display.ax_.get_yticklabels()[0].get_text() == "bag (5,812)"


def test_small_clusters_leave_blank_tiles():
    picture = ClusterImagesDisplay.from_predictions(PIXELS, LABELS, n_images=2).im_.get_array()
    expected = [[False, True, False], [True] * 3, [False, True, True]]  # images and gaps; the last tile is blank
    assert np.ma.getmaskarray(picture).tolist() == expected


def test_one_range_of_values_serves_all_images():
    picture = ClusterImagesDisplay.from_predictions(PIXELS, LABELS, n_images=1).im_.get_array()
    assert picture.compressed().tolist() == [0, 1]


def test_a_pipeline_is_drawn_as_its_predictions(images):
    pipe = make_pipeline(PCA(4, random_state=0), KMeans(3, n_init=1, random_state=0)).fit(images)
    drawn = ClusterImagesDisplay.from_estimator(pipe, images, kind="farthest")
    expected = ClusterImagesDisplay.from_predictions(
        images, pipe.predict(images), embedding=pipe[:-1].transform(images), kind="farthest"
    )
    np.testing.assert_array_equal(np.concatenate(drawn.images), np.concatenate(expected.images))


def test_it_draws_where_it_is_told():
    ax = plt.subplots()[1]
    display = ClusterImagesDisplay.from_predictions(PIXELS, LABELS, ax=ax)
    assert (display.ax_, display.figure_) == (ax, ax.figure)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "best"}, "kind='best' must be one of 'nearest', 'farthest', 'random'"),
        ({"n_images": 0}, "n_images=0 must be an integer of at least 1"),
        ({"labels": [0, 1]}, "labels has 2 entries but there are 5 rows"),
        ({"embedding": [[0.0]]}, "embedding has 1 rows but X has 5"),
        ({"image_shape": (2, 2)}, r"image_shape=\(2, 2\) has 4 pixels but X has 1 columns"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        ClusterImagesDisplay.from_predictions(PIXELS, **{"labels": LABELS, **options})
