"""Images to learn from: Fashion-MNIST whole, and a sample of it that comes with the package."""

from skfashion.datasets._errors import DatasetError
from skfashion.datasets._fashion_mnist import fetch_fashion_mnist, load_fashion_mnist_sample

__all__ = ["DatasetError", "fetch_fashion_mnist", "load_fashion_mnist_sample"]
