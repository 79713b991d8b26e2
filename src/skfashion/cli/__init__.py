"""The command line: ``skfashion cluster | search | predict | reproduce | list``."""

from skfashion.cli._main import main

__all__ = ["main"]
