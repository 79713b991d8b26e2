"""Parts that need a package of an extra: entry points name the extra, and the registry says how to install it."""

from importlib.util import find_spec


def require(module: str, package: str) -> None:
    """Refuse to go on without a module, which need not be imported for that.

    Parameters
    ----------
    module : str
        What would be imported.
    package : str
        The distribution that has it.

    Raises
    ------
    ModuleNotFoundError
        If it is not installed.
    """
    if find_spec(module) is None:
        raise ModuleNotFoundError(f"No module named {module!r}", name=package)
