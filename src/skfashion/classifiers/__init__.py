"""Classifiers: the supervised baselines of the source papers, on the engine that trains the autoencoders."""

from skfashion.classifiers._base import BaseClassifier
from skfashion.classifiers._conv import ConvClassifier
from skfashion.classifiers._dense import DenseClassifier

__all__ = ["BaseClassifier", "ConvClassifier", "DenseClassifier"]
