"""Estimators that train a network: what autoencoders and classifiers have in common."""

from skfashion.estimators._base import NetworkEstimator
from skfashion.estimators._parameters import ACTIVATIONS, TrainingParameters

__all__ = ["ACTIVATIONS", "NetworkEstimator", "TrainingParameters"]
