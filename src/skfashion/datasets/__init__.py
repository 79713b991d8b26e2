"""Images to learn from: your own, all of Fashion-MNIST, and a sample of it in the package."""

from skfashion.datasets._errors import DatasetError
from skfashion.datasets._fashion_mnist import fetch_fashion_mnist, load_fashion_mnist_sample
from skfashion.datasets._read_images import read_images

__all__ = ["DatasetError", "fetch_fashion_mnist", "load_fashion_mnist_sample", "read_images"]
