import numpy as np

from skfashion import HOGFeatures
from skfashion.features import CappedPCA, gradient_components


def test_they_are_the_components_of_the_reducer_hog(images):
    expected = CappedPCA(150).fit_transform(HOGFeatures().fit_transform(images))
    np.testing.assert_array_equal(gradient_components(images), expected)


def test_numbers_other_than_bytes_are_scaled_by_one_range(sample):
    X = sample[0][:200]
    np.testing.assert_allclose(gradient_components(X * 3.0 - 7), gradient_components(X), atol=1e-5)


def test_images_of_any_shape_are_taken(images):
    assert gradient_components(images[:, :196], image_shape=(7, 28)).shape[0] == len(images)
