"""Saved models: one file from which no code is run.

The file is a zip archive in the format of skops with a manifest beside: JSON for what the estimators are and hold, an
.npy file for each array, and their SHA-256. Autoencoders are kept as parameters and weights; their networks are built
anew by the code that is installed.
"""

from skfashion.persistence._errors import ModelFileError, UntrustedModelError
from skfashion.persistence._models import load, read_manifest, save

__all__ = ["ModelFileError", "UntrustedModelError", "load", "read_manifest", "save"]
