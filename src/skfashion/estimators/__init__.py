"""Estimators that train a network: the common part of autoencoders and classifiers."""

from skfashion.estimators._base import (
    FLOATS_AND_BYTES,
    EpochPrinter,
    FitInterrupted,
    NetworkEstimator,
    check_codes,
    check_single_precision,
    unchanged_on_error,
)
from skfashion.estimators._parameters import ACTIVATIONS, TrainingParameters

__all__ = [
    "ACTIVATIONS",
    "FLOATS_AND_BYTES",
    "EpochPrinter",
    "FitInterrupted",
    "NetworkEstimator",
    "TrainingParameters",
    "check_codes",
    "check_single_precision",
    "unchanged_on_error",
]
