"""``skfashion list``: the reducers and clusterers that are installed."""

from rich import box
from rich.markup import escape
from rich.table import Table

from skfashion.cli._output import note, out
from skfashion.plugins import get_plugin, list_plugins, plugin_origin


def run(arguments):
    """Print a table of each kind; with -v, load each plugin and show its estimator."""
    details = ["estimator", "up to"] if arguments.verbose else []
    for kind in ("reducer", "clusterer"):
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
        for heading in (kind, "from", *details):
            table.add_column(heading, overflow="fold", no_wrap=heading in (kind, "up to"))
        for name in list_plugins(kind):
            table.add_row(escape(name), escape(plugin_origin(kind, name)), *(_details(kind, name) if details else ()))
        out.print(table)


def _details(kind, name):
    """The estimator, and the number of images that it takes."""
    try:
        plugin = get_plugin(kind, name)
        estimator = escape(" ".join(repr(plugin.estimator()).split()))
    except Exception as error:  # whatever a broken plugin raises, the others are shown
        note(f"The {kind} {name!r} is broken: {type(error).__name__}: {error}")
        return "broken", ""
    return estimator, "" if plugin.max_samples is None else f"{plugin.max_samples:,}"
