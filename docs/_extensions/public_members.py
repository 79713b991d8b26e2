"""Choice of the members that the reference shows: those that this package defines."""


def setup(app):
    """Leave out what scikit-learn, Optuna and Python define: their own pages have it."""
    app.connect("autodoc-skip-member", skips)
    return {"parallel_read_safe": True}


def skips(_app, _what, name, member, skip, _options):
    """Return True for members that are not ours, None for the others."""
    function = getattr(member, "fget", None) or getattr(member, "__func__", member)
    is_ours = str(getattr(function, "__module__", "")).startswith("skfashion")
    is_request = name.startswith("set_") and name.endswith("_request")
    return True if skip or is_request or not is_ours else None
