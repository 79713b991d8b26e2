"""The command line: ``skfashion cluster | reproduce``."""

from skfashion.cli._main import main

__all__ = ["main"]
