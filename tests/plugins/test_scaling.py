import numpy as np
import pytest

from skfashion.plugins import pipeline_from_names, unit_to_bytes


def test_bytes_come_back_from_the_unit_interval():
    scale = pipeline_from_names("pca", "kmeans", n_clusters=3, scale="bytes")["scale"]
    X = np.arange(256, dtype=np.uint8).reshape(2, 128)
    back = scale.inverse_transform(scale.fit_transform(X))
    assert back.dtype == np.uint8
    np.testing.assert_array_equal(back, X)


def test_what_is_no_pixel_is_cut_off():
    assert unit_to_bytes([[-1.0, 2.0]]).tolist() == [[0, 255]]


def test_an_unknown_scale_is_an_error():
    with pytest.raises(ValueError, match="scale='log' must be one of 'minmax', 'standard', 'bytes', None"):
        pipeline_from_names("pca", "kmeans", n_clusters=3, scale="log")
