"""Plugins that need a package of an extra, which their entry points name."""

from importlib.util import find_spec


def require(module: str, package: str) -> None:
    """Raise an error if a module is not installed, without importing it.

    Parameters
    ----------
    module : str
        Name of the module.
    package : str
        Name of its distribution.

    Raises
    ------
    ModuleNotFoundError
        If it is not installed.
    """
    if find_spec(module) is None:
        raise ModuleNotFoundError(f"No module named {module!r}", name=package)
