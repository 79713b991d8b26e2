"""The page as a browser shows it."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skfashion import DenseAE
from skfashion.report import ClusteringReport, _figures

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1200, "height": 900}
NASTY = "$\\frac$ <script>document.title = 'owned'</script><img src=x onerror=alert(1)>&\"'"


@pytest.fixture(scope="module")
def report(images, classes):
    """A report of real images with names that are out to break it; the last image is a copy of the first."""
    images = np.concatenate([images[:-1], images[:1]])
    pipeline = make_pipeline(DenseAE(4, max_iter=2, random_state=0), KMeans(5, n_init=1, random_state=0)).fit(images)
    Z = pipeline[:-1].transform(images)
    names = [f"{NASTY}{i}" for i in range(10)]
    return ClusteringReport(
        estimator=pipeline,
        X=images,
        Z=Z,
        labels=pipeline.predict(images),
        y=classes,
        class_names=names,
        image_shape=(28, 28),
        title=f"Clusters of {NASTY}",
        facts={NASTY: NASTY, "Images": "a_very_long_name_without_a_space" * 20},
        notes=[NASTY],
        filenames=[f"{NASTY}{'a_long_name' * 9}{i}.png" for i in range(300)],
    )


@pytest.fixture(scope="module")
def page(report, tmp_path_factory):
    """The report in a file."""
    path = tmp_path_factory.mktemp("report") / "index.html"
    commands = {"To run it again": "skfashion cluster " + "a_folder/" * 60}
    path.write_text(report.to_html(commands), encoding="utf-8")
    return path


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_fits_the_screen_without_an_error_or_a_request(browser, page, screen):
    tab = browser.new_page(viewport=screen)
    said, asked = [], []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("dialog", lambda dialog: said.append(dialog.message))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page.as_uri())
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [page.as_uri()]
    assert tab.evaluate("document.documentElement.scrollWidth") <= screen["width"]
    assert tab.title() == f"Clusters of {NASTY}"
    widths = tab.evaluate("[...document.querySelectorAll('figure img')].map(image => image.naturalWidth)")
    assert len(widths) == 9
    assert min(widths) > 300  # every picture is there
    tiles = tab.evaluate("[...document.querySelectorAll('.tiles img')].map(image => image.naturalWidth)")
    assert len(tiles) == 18 + 2  # odd images, and two copies
    assert min(tiles) >= 120
    assert all(tab.evaluate("[...document.images].map(image => image.alt)"))
    tab.close()


def test_figures_are_those_that_can_be_drawn(report):
    def titles(**changes):
        fields = {name: getattr(report, name) for name in ("estimator", "X", "Z", "labels")}
        return re.findall("<figure>\n *<h2>(.*)</h2>", ClusteringReport(**fields | changes).to_html())

    assert titles() == ["Map", "Fit of each image in its cluster", "Training"]
    assert titles(labels=np.zeros(300)) == ["Map", "Training"]
    assert titles(estimator=report.estimator[-1]) == ["Map", "Fit of each image in its cluster"]
    assert "Clusters and classes (uses labels)" in titles(y=report.y)
    assert titles(image_shape=(28, 28))[0] == "Typical images of each cluster"


def test_pictures_are_pictures(page):
    pictures = re.findall('data:image/png;base64,([^"]*)', page.read_text())
    for picture in pictures:
        image = Image.open(io.BytesIO(base64.b64decode(picture)))
        assert image.convert("L").getextrema() != (255, 255)


def test_clusters_have_sizes_and_commonest_classes(images):
    labels = np.repeat([0, 1], [100, 200])
    y = np.repeat([1, 0, 1], [100, 150, 50])
    report = ClusteringReport(estimator=KMeans(2), X=images, Z=images, labels=labels, y=y, class_names=["bag", "coat"])
    assert report.clusters == [(0, 100, 1 / 3, "coat", 1.0), (1, 200, 2 / 3, "bag", 0.75)]


def test_images_without_a_class_are_no_part_of_a_commonest_class(images):
    labels = np.repeat([0, 1], [100, 200])
    y = np.repeat([np.nan, 0, 1], [100, 150, 50])
    report = ClusteringReport(estimator=KMeans(2), X=images, Z=images, labels=labels, y=y, class_names=["bag", "coat"])
    assert report.clusters == [(0, 100, 1 / 3, None, None), (1, 200, 2 / 3, "bag", 0.75)]
    assert "None" not in report.to_html().partition("<h2>Clusters</h2>")[2].partition("</table>")[0]


def test_of_other_images_there_are_no_warnings_of_the_fit(report):
    fields = {name: getattr(report, name) for name in ("estimator", "X", "Z", "labels")}
    assert any("The training of DenseAE ended" in warning for warning in ClusteringReport(**fields).warnings)
    assert ClusteringReport(**fields, is_fit=False).warnings == []


def test_functions_are_shown_by_name(report, images):
    from skfashion.plugins import pipeline_from_names

    pipeline = pipeline_from_names("pca", "kmeans", n_clusters=2, scale="bytes")
    shown = ClusteringReport(estimator=pipeline, X=images, Z=images, labels=report.labels).estimator_repr
    assert "func=bytes_to_unit," in shown
    assert " at 0x" not in shown


@pytest.mark.parametrize("image_shape", [(1, 784), (784, 1), (2, 392)])
def test_pictures_of_any_shape_are_drawn(report, image_shape):
    fields = {name: getattr(report, name) for name in ("estimator", "X", "Z", "labels")}
    assert ClusteringReport(**fields, image_shape=image_shape).to_html().count("<figure>") == 8


def test_lengths_must_agree(images):
    with pytest.raises(ValueError, match="labels has 2 rows but X has 300; pass one row for each image"):
        ClusteringReport(estimator=KMeans(2), X=images, Z=images, labels=np.zeros(2))


def _first_columns(X):
    return X[:, 300:310]


def _never(X):
    raise AssertionError("asked for an inverse")


@pytest.mark.parametrize(
    ("reducer", "is_restored"),
    [
        (PCA(3), True),
        (DenseAE(3, max_iter=1), True),
        (FunctionTransformer(_first_columns, inverse_func=_never, check_inverse=False), False),
    ],
)
def test_images_are_restored_by_reducers_that_are_known_to_be_quick(images, reducer, is_restored):
    """Others are not asked: UMAP's inverse takes hours."""
    pipeline = make_pipeline(reducer, KMeans(2, n_init=1)).fit(images)
    fields = {"X": images, "Z": pipeline[:-1].transform(images), "labels": pipeline.predict(images)}
    page = ClusteringReport(estimator=pipeline, **fields, image_shape=(28, 28)).to_html()
    assert ("Restored images" in page) == is_restored


def test_the_least_sure_images_of_each_cluster_come_first(report, monkeypatch):
    drawn = []
    monkeypatch.setattr(_figures.ClusterImagesDisplay, "plot", lambda self, ax: drawn.append(self))
    fields = {name: getattr(report, name) for name in ("estimator", "X", "Z", "labels", "image_shape")}
    confidence = np.random.default_rng(0).random(300)
    confidence[report.labels == 4] = 1  # a line without images
    page = ClusteringReport(**fields, confidence=confidence).to_html()
    assert "Least sure images of each cluster" in page
    display = drawn[-1]
    for name, size, images in zip(display.clusters, display.sizes, display.images, strict=True):
        of_cluster = confidence[report.labels == name]
        assert size == len(of_cluster)
        assert len(images) == (0 if name == 4 else min(8, size))
        if len(images):
            np.testing.assert_array_equal(images[0], report.X[np.flatnonzero(confidence == of_cluster.min())[0]])
    assert "Least sure" not in ClusteringReport(**fields, confidence=np.ones(300)).to_html()
    with pytest.raises(ValueError, match="confidence has 2 rows but X has 300"):
        ClusteringReport(**fields, confidence=np.zeros(2))
