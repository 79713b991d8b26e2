import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.preprocessing import FunctionTransformer

from skfashion import DenseAE
from skfashion.displays import ManifoldDisplay


@pytest.fixture(scope="module")
def identity():
    """Codes are the pixels themselves, so that images show the codes of the grid."""
    return FunctionTransformer(lambda X: X, inverse_func=lambda Z: Z)


@pytest.fixture(scope="module")
def ramp():
    """101 rows of four columns: 0 to 100, twice that, 0 to 1000, and 7."""
    steps = np.arange(101.0)
    return np.column_stack([steps, 2 * steps, 10 * steps, np.full(101, 7.0)])


def test_components_run_over_the_middle_of_their_values_and_the_others_stay(identity, ramp):
    grid = ManifoldDisplay.from_estimator(identity, ramp, n_rows=2, n_columns=3).images
    assert grid.tolist() == [
        [2.5, 195, 500, 7], [50, 195, 500, 7], [97.5, 195, 500, 7],
        [2.5, 5, 500, 7], [50, 5, 500, 7], [97.5, 5, 500, 7],
    ]  # fmt: skip


def test_the_first_component_runs_to_the_right_and_the_second_up(identity, ramp):
    display = ManifoldDisplay.from_estimator(identity, ramp, n_rows=2, n_columns=2, components=(2, 0))
    grid = display.images.reshape(2, 2, 4)  # (n_rows, n_columns, n_features)
    assert (grid[:, 1, 2] > grid[:, 0, 2]).all()
    assert (grid[0, :, 0] > grid[1, :, 0]).all()


def test_axes_name_the_components_and_their_ranges(identity, ramp):
    ax = ManifoldDisplay.from_estimator(identity, ramp, components=(2, 0)).ax_
    assert ax.get_xlabel() == "component 2, from 25 to 975"
    assert ax.get_ylabel() == "component 0, from 2.5 to 97.5"


def test_the_originals_set_black_and_white(identity, ramp):
    display = ManifoldDisplay.from_estimator(identity, ramp, n_rows=1, n_columns=1)
    assert display.image_range == (0, 1000)
    np.testing.assert_allclose(display.im_.get_array(), [[0.05, 0.1], [0.5, 0.007]], rtol=1e-6)


def test_a_single_row_keeps_its_component_at_the_median(identity, ramp):
    display = ManifoldDisplay.from_estimator(identity, ramp, n_rows=1, n_columns=3)
    assert display.images.tolist() == [[2.5, 100, 500, 7], [50, 100, 500, 7], [97.5, 100, 500, 7]]
    assert display.ax_.get_ylabel() == "component 1, at 100"


def test_an_autoencoder_decodes_a_grid(sample):
    X = sample[0][:100]
    autoencoder = DenseAE(3, max_iter=2, rescale=255, random_state=0).fit(X)
    display = ManifoldDisplay.from_estimator(autoencoder, X, n_rows=3, n_columns=4, components=(0, 2))
    assert display.images.shape == (12, 784)
    assert display.image_range == (0, 255)


def test_stored_images_are_enough_to_draw():
    display = ManifoldDisplay(images=np.eye(4), image_shape=None, n_rows=2, n_columns=2).plot()
    assert display.im_.get_array().shape == (5, 5)
    assert display.ax_.get_xlabel() == "component 0"


def test_it_draws_where_it_is_told(identity, ramp):
    ax = plt.subplots()[1]
    display = ManifoldDisplay.from_estimator(identity, ramp, ax=ax)
    assert (display.ax_, display.figure_) == (ax, ax.figure)


@pytest.mark.parametrize("components", [(0, 4), (1, 1), (0,), (-1, 0), (0, 1, 2)])
def test_components_that_are_no_two_columns_are_refused(identity, ramp, components):
    with pytest.raises(ValueError, match="must be two different columns of the codes, which have 4"):
        ManifoldDisplay.from_estimator(identity, ramp, components=components)


def test_wrong_sizes_are_refused(images):
    pca = PCA(2).fit(images)
    with pytest.raises(ValueError, match="n_rows=0 must be an integer of at least 1"):
        ManifoldDisplay.from_estimator(pca, images, n_rows=0)
    with pytest.raises(ValueError, match=r"image_shape=\(2, 2\) has 4 pixels but X has 784 columns"):
        ManifoldDisplay.from_estimator(pca, images, image_shape=(2, 2))
