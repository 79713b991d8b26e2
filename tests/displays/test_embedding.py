import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.offsetbox import AnnotationBbox
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline

from skfashion.displays import EmbeddingDisplay
from skfashion.displays._style import NOISE_COLOR, PETROFF_10

SQUARE = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [4.0, 4.0]])


@pytest.fixture(scope="module")
def pipe(images):
    return make_pipeline(PCA(4, random_state=0), KMeans(3, n_init=1, random_state=0)).fit(images)


def colors_drawn(display):
    """The colour of each point."""
    return {
        tuple(point): to_hex(color)
        for points in display.points_
        for point, color in zip(
            points.get_offsets().tolist(),
            np.broadcast_to(points.get_facecolors(), (len(points.get_offsets()), 4)),
            strict=True,
        )
    }


def thumbnails(display):
    return [artist for artist in display.ax_.artists if isinstance(artist, AnnotationBbox)]


def test_every_row_is_drawn_once_in_the_colour_of_its_label():
    display = EmbeddingDisplay.from_predictions(SQUARE, ["b", "a", "b", "c"])
    expected = [PETROFF_10[i] for i in (1, 0, 1, 2)]
    assert colors_drawn(display) == dict(zip(map(tuple, SQUARE.tolist()), expected, strict=True))


def test_names_stand_at_the_medians():
    Z = np.array([[0.0, 0], [1, 5], [9, 1], [100, 100]])
    texts = EmbeddingDisplay.from_predictions(Z, [7, 7, 7, 8]).texts_
    assert [(text.get_text(), tuple(text.xy)) for text in texts] == [("7", (1, 1)), ("8", (100, 100))]


@pytest.mark.parametrize("Z", [[[1.0], [1.01], [50.0]], [[1.0, 3.0], [1.01, 3.0], [50.0, 9.0]]])
def test_names_do_not_cover_one_another(Z):
    display = EmbeddingDisplay.from_predictions(Z, ["coat", "shirt", "bag"])
    display.figure_.draw_without_rendering()
    _, coat, shirt = (text.get_window_extent() for text in display.texts_)
    assert not coat.overlaps(shirt)
    assert display.texts_[0].get_position() == (0, 0)


def test_noise_is_grey_has_no_median_and_is_named_in_the_legend():
    display = EmbeddingDisplay.from_predictions(SQUARE, [-1, 0, 0, -1])
    assert colors_drawn(display)[0.0, 0.0] == NOISE_COLOR
    assert [text.get_text() for text in display.texts_] == ["0"]
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == ["noise"]


def test_nothing_but_noise_is_drawn_too():
    assert EmbeddingDisplay.from_predictions(SQUARE, [-1, -1, -1, -1]).texts_ == []


def test_beyond_ten_categories_the_shape_changes():
    first, second = EmbeddingDisplay.from_predictions(np.arange(24.0).reshape(12, 2), range(12)).points_
    assert (len(first.get_offsets()), len(second.get_offsets())) == (10, 2)
    assert not np.array_equal(first.get_paths()[0].vertices, second.get_paths()[0].vertices)


def test_no_category_is_drawn_on_top_of_all_others():
    Z = np.column_stack([np.arange(200.0), np.arange(200.0)])
    (points,) = EmbeddingDisplay.from_predictions(Z, [0] * 100 + [1] * 100).points_
    assert 20 < (points.get_offsets()[:100, 0] < 100).sum() < 80


@pytest.mark.parametrize(
    ("labels", "name"), [(["b", None, "b", None], "no label"), ([2, -1, 2, None], "noise or no label")]
)
def test_rows_without_a_label_are_grey_and_named_in_the_legend(labels, name):
    display = EmbeddingDisplay.from_predictions(SQUARE, labels)
    assert list(colors_drawn(display).values()).count(NOISE_COLOR) == 2
    assert [text.get_text() for text in display.ax_.get_legend().get_texts()] == [name]
    assert [text.get_text() for text in display.texts_] == [str(labels[0])]


def test_without_labels_there_are_no_names():
    display = EmbeddingDisplay.from_predictions(SQUARE)
    assert display.texts_ == []
    assert len(colors_drawn(display)) == 4


def test_points_are_rasterised():
    assert all(points.get_rasterized() for points in EmbeddingDisplay.from_predictions(SQUARE, [0, 1, 0, -1]).points_)


def test_a_pipeline_is_drawn_as_its_clusterer_sees_it(pipe, images):
    display = EmbeddingDisplay.from_estimator(pipe, images, method="first")
    np.testing.assert_array_equal(display.embedding, pipe[:-1].transform(images)[:, :2])
    np.testing.assert_array_equal(display.labels, pipe.predict(images))


def test_labels_given_take_the_place_of_the_clusters(pipe, images, classes):
    np.testing.assert_array_equal(EmbeddingDisplay.from_estimator(pipe, images, labels=classes).labels, classes)


def test_rows_that_a_clusterer_cannot_predict_are_drawn_without_labels(images):
    pipe = make_pipeline(PCA(4, random_state=0), AgglomerativeClustering(3)).fit(images)
    assert EmbeddingDisplay.from_estimator(pipe, images[:50]).labels is None


@pytest.mark.parametrize(
    ("method", "xlabel", "ylabel"),
    [
        ("first", "component 0", "component 1"),
        ("pca", "PCA 1", "PCA 2"),
        ("tsne", "t-SNE 1", "t-SNE 2"),
    ],
)
def test_axes_name_the_method(images, method, xlabel, ylabel):
    ax = EmbeddingDisplay.from_predictions(images[:30, 300:304], method=method).ax_
    assert (ax.get_xlabel(), ax.get_ylabel()) == (xlabel, ylabel)


def test_axes_without_units_have_no_ticks():
    ax = EmbeddingDisplay(embedding=SQUARE, method="umap").plot().ax_
    assert ax.get_xlabel() == "UMAP 1"
    assert [*ax.get_xticks(), *ax.get_yticks()] == []


def test_one_column_makes_a_strip_without_a_second_axis():
    display = EmbeddingDisplay.from_predictions([[1.0], [2.0], [3.0]], [0, 0, 1])
    assert display.embedding.tolist() == [[1, 0], [2, 0], [3, 0]]
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("component 0", "")


def test_a_sample_keeps_rows_labels_and_images_together(images):
    Z, labels = images[:, 300:302], np.arange(300)
    display = EmbeddingDisplay.from_predictions(Z, labels, sample_size=40, images=images, thumbnails=6)
    np.testing.assert_array_equal(display.embedding, Z[display.labels])
    np.testing.assert_array_equal(display.images, images[display.labels[display.image_rows]])


def test_thumbnails_stand_at_their_points(images):
    Z = np.arange(600.0).reshape(300, 2)
    display = EmbeddingDisplay.from_predictions(Z, images=images, thumbnails=5)
    drawn = thumbnails(display)
    assert [tuple(box.xy) for box in drawn] == [tuple(Z[row]) for row in display.image_rows]
    np.testing.assert_array_equal(drawn[0].offsetbox.get_data(), display.images[0].reshape(28, 28))


def test_an_estimator_draws_its_rows_as_thumbnails(pipe, images):
    assert len(thumbnails(EmbeddingDisplay.from_estimator(pipe, images, thumbnails=7))) == 7
    assert EmbeddingDisplay.from_estimator(pipe, images).images is None


def test_it_draws_where_it_is_told(pipe, images):
    ax = plt.subplots()[1]
    display = EmbeddingDisplay.from_estimator(pipe, images, thumbnails=3, ax=ax)
    assert (display.ax_, display.figure_) == (ax, ax.figure)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "mds"}, "method='mds' must be one of"),
        ({"thumbnails": -1}, "thumbnails=-1 must be an integer of at least 0"),
        ({"thumbnails": 3}, "thumbnails=3 needs images; pass the image of each row of Z"),
        ({"thumbnails": 3, "images": [[0.0]]}, "images has 1 rows but Z has 4"),
        ({"thumbnails": 3, "images": np.zeros((4, 3))}, "X has 3 columns; pass image_shape"),
        ({"labels": [0]}, "labels has 1 entries but there are 4 rows"),
        ({"sample_size": 1}, "sample_size=1 must be an integer of at least 2"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        EmbeddingDisplay.from_predictions(SQUARE, **options)


def test_sixty_thousand_points_are_all_drawn():
    rng = np.random.default_rng(0)
    display = EmbeddingDisplay.from_predictions(rng.normal(size=(60_000, 3)), rng.integers(10, size=60_000))
    display.figure_.canvas.draw()
    assert sum(len(points.get_offsets()) for points in display.points_) == 60_000
