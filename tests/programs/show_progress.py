"""Show a progress bar, then print."""

from skfashion.cli._output import console, progress

with progress() as bar:
    task = bar.add_task("working", total=2)
    bar.advance(task)
    bar.refresh()
console.print("done")
