"""Plugins that need a package of an extra, which their entry points name."""

from importlib.util import find_spec


def require(module: str, package: str) -> None:
    """Raise a ModuleNotFoundError with the name of the package if a module is not installed, without importing it."""
    if find_spec(module) is None:
        raise ModuleNotFoundError(f"No module named {module!r}", name=package)
