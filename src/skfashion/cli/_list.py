"""``skfashion list``: the reducers and clusterers that are installed."""

from rich import box
from rich.markup import escape
from rich.table import Table

from skfashion.cli._output import console, note
from skfashion.cli._terminal import printable
from skfashion.plugins import PluginError, describe_space, get_plugin, list_plugins, plugin_origin, plugin_path

NARROW = ("reducer", "clusterer", "up to")


def run(*, verbose: bool):
    """Print a table of each kind; with -v, load each plugin and show its estimator and the search space."""
    for kind in ("reducer", "clusterer"):
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
        for heading in (kind, "from", *(("estimator", "a search draws", "up to") if verbose else ("object",))):
            table.add_column(heading, overflow="fold", no_wrap=heading in NARROW)
        for name in list_plugins(kind):
            details = _details(kind, name) if verbose else [plugin_path(kind, name)]
            table.add_row(*(escape(printable(text)) for text in (name, plugin_origin(kind, name), *details)))
        console.print(table)


def _details(kind, name):
    """Describe the estimator, its search space, and the number of images that it takes."""
    try:
        plugin = get_plugin(kind, name)
        estimator, space = " ".join(repr(plugin.estimator()).split()), describe_space(plugin)
    except PluginError as error:
        note(str(error))
        return "cannot be used", "", ""
    except Exception as error:  # a plugin may raise anything; the others are shown
        note(f"The {kind} {name!r} of {plugin_origin(kind, name)} is broken: {type(error).__name__}: {error}")
        return "broken", "", ""
    if plugin.takes == "images":
        estimator += " on the images themselves"
    drawn = "; ".join(f"{parameter}: {values}" for parameter, values in space.items())
    return estimator, drawn, "" if plugin.max_samples is None else f"{plugin.max_samples:,}"
