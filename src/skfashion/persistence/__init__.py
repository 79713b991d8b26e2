"""Saved models: one file; loading it runs no code of the file.

The file is a zip archive in the format of skops, with a manifest. It holds JSON for the estimators, an .npy file for
each array, and the SHA-256 of each part. Autoencoders are saved as parameters and weights; the installed code builds
their networks again.
"""

from skfashion.persistence._archive import ModelFileError, UntrustedModelError
from skfashion.persistence._models import load, read_manifest, save

__all__ = ["ModelFileError", "UntrustedModelError", "load", "read_manifest", "save"]
