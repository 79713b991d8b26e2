"""Estimators that train a network: the common part of autoencoders and classifiers."""

from skfashion.estimators._base import FLOATS_AND_BYTES, NetworkEstimator, check_single_precision
from skfashion.estimators._parameters import ACTIVATIONS, TrainingParameters

__all__ = ["ACTIVATIONS", "FLOATS_AND_BYTES", "NetworkEstimator", "TrainingParameters", "check_single_precision"]
