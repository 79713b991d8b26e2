"""Public docstrings are complete: numpydoc finds what is missing."""

import importlib
import inspect

import pytest

pytest.importorskip("numpydoc", reason="numpydoc is in the dependency group docs")

MODULES = (
    *("autoencoders", "classifiers", "clusterers", "datasets", "deep", "displays", "features", "inspection", "interop"),
    *("labelling", "metrics", "persistence", "plugins", "report", "search", "testing"),
)
ALWAYS = {"GL08", "SS03", "PR02", "RT03"}  # a docstring, a full stop, no unknown parameter, a described result
OF_FUNCTIONS = {"PR01", "RT01", "YD01"}  # parameters and results
OF_THE_SEARCH = {"TrialRecord"}  # searches write it; users read it
HOOKS = {  # CONTRIBUTING.md explains them
    *("build_clustering_network", "build_decoder", "build_encoder", "build_model", "build_network", "targets_of"),
}
RETURNS_ITSELF = {"fit", "partial_fit", "plot", "set_params"}  # a description would say "the estimator"


def public_objects():
    for module in MODULES:
        room = importlib.import_module(f"skfashion.{module}")
        for name in getattr(room, "__all__", ("plugin_checks", "plugin_test")):
            if callable(getattr(room, name)) and name not in OF_THE_SEARCH:
                yield f"skfashion.{module}.{name}", getattr(room, name)


def methods_of(cls):
    """Yield the methods that are written here and have a docstring of their own."""
    for name in dir(cls):
        function = inspect.getattr_static(cls, name)
        function = getattr(function, "__func__", function)
        if not name.startswith("_") and inspect.isfunction(function) and name not in HOOKS:
            has_own = function.__doc__ is not None or inspect.getdoc(getattr(cls, name)) is None
            if function.__module__.startswith("skfashion") and has_own:
                yield name


def missing(path, codes):
    from numpydoc.validate import validate

    return [f"{path}: {message}" for code, message in validate(path)["errors"] if code in codes]


@pytest.mark.parametrize(("path", "thing"), public_objects(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_public_docstring_is_complete(path, thing):
    name = path.rsplit(".", 1)[1]
    is_class = inspect.isclass(thing)
    has_parameters = "Parameters\n" in thing.__doc__
    is_plain = is_class and (issubclass(thing, Exception) or name.startswith("Base") or not has_parameters)
    found = missing(path, ALWAYS | (set() if is_class else OF_FUNCTIONS) | (set() if is_plain else {"EX01"}))
    for method in methods_of(thing) if is_class else ():
        of_method = ALWAYS | OF_FUNCTIONS
        found += missing(f"{path}.{method}", of_method - {"RT03"} if method in RETURNS_ITSELF else of_method)
    assert found == []
