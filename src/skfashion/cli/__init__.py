"""The command line: ``skfashion cluster | search | label | predict | reproduce | list``."""

from skfashion.cli._main import main, program

__all__ = ["main", "program"]
