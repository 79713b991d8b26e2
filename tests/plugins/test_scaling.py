import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from skfashion.plugins import bytes_to_unit, pipeline_from_names, unit_to_bytes


@pytest.mark.parametrize(("scale", "kind"), [("minmax", MinMaxScaler), ("standard", StandardScaler)])
def test_scalers(scale, kind):
    assert isinstance(pipeline_from_names("pca", "kmeans", n_clusters=3, scale=scale)["scale"], kind)


def test_bytes_become_single_floats_from_0_to_1():
    scale = pipeline_from_names("pca", "kmeans", n_clusters=3, scale="bytes")["scale"]
    X = scale.fit_transform(np.array([[0, 51, 255]], np.uint8))
    assert X.dtype == np.float32
    np.testing.assert_allclose(X, [[0, 0.2, 1]])
    np.testing.assert_array_equal(X, bytes_to_unit([[0, 51, 255]]))


def test_bytes_come_back_from_the_unit_interval():
    scale = pipeline_from_names("pca", "kmeans", n_clusters=3, scale="bytes")["scale"]
    X = np.arange(256, dtype=np.uint8).reshape(2, 128)
    back = scale.inverse_transform(scale.fit_transform(X))
    assert back.dtype == np.uint8
    np.testing.assert_array_equal(back, X)


def test_what_is_no_pixel_is_cut_off():
    assert unit_to_bytes([[-1.0, 2.0]]).tolist() == [[0, 255]]


def test_an_unknown_scale_is_an_error():
    with pytest.raises(ValueError, match="scale='log' must be one of 'minmax', 'standard', 'range', 'bytes', None"):
        pipeline_from_names("pca", "kmeans", n_clusters=3, scale="log")


def test_all_pixels_share_one_range():
    scale = pipeline_from_names("pca", "kmeans", n_clusters=3, scale="range")["scale"]
    X = np.array([[-1.0, 0.0], [1.0, 3.0]])
    assert scale.fit_transform(X).tolist() == [[0.0, 0.25], [0.5, 1.0]]
    np.testing.assert_allclose(scale.inverse_transform(scale.transform(X)), X)
    assert scale.fit_transform(np.ones((2, 2))).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_the_scaler_of_ranges_passes_the_checks_of_scikit_learn():
    check_estimator(pipeline_from_names("pca", "kmeans", n_clusters=3, scale="range")["scale"], on_skip=None)
