import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_samples
from sklearn.pipeline import make_pipeline

from skfashion import Silhouette
from skfashion.displays import SilhouetteDisplay


@pytest.fixture(scope="module")
def pipe(images):
    return make_pipeline(PCA(4, random_state=0), KMeans(3, n_init=1, random_state=0)).fit(images)


def test_silhouettes_are_those_of_scikit_learn(pipe, images):
    Z, labels = pipe[:-1].transform(images), pipe.predict(images)
    display = SilhouetteDisplay.from_predictions(Z, labels)
    np.testing.assert_array_equal(display.silhouettes, silhouette_samples(Z, labels))


def test_the_rows_drawn_are_those_of_the_scorer(pipe, images):
    display = SilhouetteDisplay.from_estimator(pipe, images, sample_size=100, random_state=3)
    assert len(display.silhouettes) == 100
    assert display.silhouettes.mean() == pytest.approx(Silhouette(sample_size=100, random_state=3)(pipe, images))


def test_means_stand_beside_their_clusters():
    display = SilhouetteDisplay(silhouettes=np.array([0.5, 0.1, 0.3, -1.0]), labels=np.array([7, 2, 2, -1])).plot()
    assert display.means_ == pytest.approx({2: 0.2, 7: 0.5, -1: -1.0})
    texts = {text.get_text(): text.get_position()[1] for text in display.ax_.texts}
    ticks = {label.get_text(): label.get_position()[1] for label in display.ax_.get_yticklabels()}
    assert [texts[mean] for mean in ("0.20", "0.50", "-1.00")] == [ticks[name] for name in ("2", "7", "noise")]


def test_the_mean_of_all_rows_is_a_dashed_line():
    display = SilhouetteDisplay(silhouettes=np.array([0.5, 0.1, 0.3]), labels=np.array([1, 0, 0])).plot()
    (line,) = display.ax_.lines
    assert line.get_xdata() == pytest.approx([0.3, 0.3])
    assert line.get_linestyle() == "--"


def test_bands_are_as_high_as_their_clusters_are_large_and_do_not_overlap():
    display = SilhouetteDisplay(silhouettes=np.array([0.5, 0.1, 0.3]), labels=np.array([1, 0, 0])).plot()
    extents = [band.get_paths()[0].get_extents() for band in display.ax_.collections]
    assert [(extent.height, extent.x1) for extent in extents] == [(2, 0.3), (1, 0.5)]
    assert extents[0].y1 < extents[1].y0


def test_it_draws_where_it_is_told(pipe, images):
    ax = plt.subplots()[1]
    display = SilhouetteDisplay.from_estimator(pipe, images, ax=ax)
    assert (display.ax_, display.figure_) == (ax, ax.figure)


def test_one_cluster_has_no_silhouettes():
    with pytest.raises(ValueError, match="labels has 1 clusters in 3 rows; silhouettes need at least 2 clusters"):
        SilhouetteDisplay.from_predictions(np.eye(3), [0, 0, 0])


def test_wrong_options_are_refused():
    with pytest.raises(ValueError, match="sample_size=1 must be an integer of at least 2"):
        SilhouetteDisplay.from_predictions(np.eye(3), [0, 0, 1], sample_size=1)
    with pytest.raises(ValueError, match="labels has 2 entries but there are 3 rows"):
        SilhouetteDisplay.from_predictions(np.eye(3), [0, 1])


def test_sixty_thousand_rows_are_all_drawn():
    rng = np.random.default_rng(0)
    display = SilhouetteDisplay(silhouettes=rng.uniform(-1, 1, 60_000), labels=rng.integers(10, size=60_000)).plot()
    display.figure_.canvas.draw()
    bands = display.ax_.collections
    heights = [path.vertices[:, 1].max() - path.vertices[:, 1].min() for band in bands for path in band.get_paths()]
    assert sum(heights) == pytest.approx(60_000)
