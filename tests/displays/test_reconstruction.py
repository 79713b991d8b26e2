import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skfashion import DenseAE
from skfashion.displays import ReconstructionDisplay


@pytest.fixture(scope="module")
def pca(images):
    return PCA(8, random_state=0).fit(images)


def test_reconstructions_are_those_of_the_images(pca, images):
    display = ReconstructionDisplay.from_estimator(pca, images, n_images=5)
    expected = pca.inverse_transform(pca.transform(display.images))
    np.testing.assert_array_equal(display.reconstructions, expected)


def test_originals_lie_above_their_reconstructions():
    display = ReconstructionDisplay(
        images=np.array([[0.0], [1.0]]), reconstructions=np.array([[0.5], [0.25]]), image_shape=(1, 1)
    )
    picture = np.asarray(display.plot().im_.get_array().filled(np.nan))
    np.testing.assert_array_equal(picture, [[0, np.nan, 1], [np.nan] * 3, [0.5, np.nan, 0.25]])


def test_the_originals_set_black_and_white():
    display = ReconstructionDisplay(
        images=np.array([[10.0, 20.0]]), reconstructions=np.array([[5.0, 25.0]]), image_shape=(1, 2)
    ).plot()
    assert display.im_.get_array()[2].tolist() == [0, 1]
    assert display.im_.get_clim() == (0, 1)


def test_bytes_are_drawn_on_the_scale_of_bytes(sample):
    X = sample[0][:50]
    display = ReconstructionDisplay.from_estimator(PCA(2, random_state=0).fit(X), X, n_images=1)
    np.testing.assert_allclose(display.im_.get_array()[:28], display.images.reshape(28, 28) / 255, rtol=1e-6)


def test_rows_are_named():
    images = np.zeros((3, 4))
    ax = ReconstructionDisplay(images=images, reconstructions=images, image_shape=None).plot().ax_
    assert [label.get_text() for label in ax.get_yticklabels()] == ["original", "reconstruction"]


def test_images_are_drawn_by_random_state(pca, images):
    draws = [ReconstructionDisplay.from_estimator(pca, images, random_state=seed).images for seed in (0, 0, 1)]
    np.testing.assert_array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])


def test_no_more_images_are_drawn_than_there_are(pca, images):
    assert len(ReconstructionDisplay.from_estimator(pca, images[:3]).images) == 3


def test_a_pipeline_with_a_clusterer_reconstructs_by_the_steps_before_it(images):
    pipe = make_pipeline(StandardScaler(), PCA(4, random_state=0), KMeans(2, n_init=1, random_state=0)).fit(images)
    display = ReconstructionDisplay.from_estimator(pipe, images, n_images=2)
    expected = pipe[:-1].inverse_transform(pipe[:-1].transform(display.images))
    np.testing.assert_array_equal(display.reconstructions, expected)


def test_an_autoencoder_of_bytes_reconstructs(sample):
    X = sample[0][:100]
    autoencoder = DenseAE(4, max_iter=2, rescale=255, random_state=0).fit(X)
    display = ReconstructionDisplay.from_estimator(autoencoder, X, n_images=4)
    assert display.reconstructions.shape == (4, 784)
    assert display.reconstructions.max() > 1


def test_a_data_frame_keeps_its_names(sample):
    pd = pytest.importorskip("pandas")
    X = pd.DataFrame(sample[0][:50], columns=[f"pixel{i}" for i in range(784)])
    display = ReconstructionDisplay.from_estimator(PCA(2, random_state=0).fit(X), X, n_images=3)
    assert display.images.shape == (3, 784)


def test_it_draws_where_it_is_told(pca, images):
    ax = plt.subplots()[1]
    display = ReconstructionDisplay.from_estimator(pca, images, ax=ax)
    assert (display.ax_, display.figure_) == (ax, ax.figure)


def test_wrong_options_are_refused(pca, images):
    with pytest.raises(ValueError, match="n_images=0 must be an integer of at least 1"):
        ReconstructionDisplay.from_estimator(pca, images, n_images=0)
    with pytest.raises(ValueError, match=r"image_shape=\(2, 2\) has 4 pixels but X has 784 columns"):
        ReconstructionDisplay.from_estimator(pca, images, image_shape=(2, 2))
