"""Names of clusters in a CSV file."""

import csv
import io
import re

from skfashion._utils.csv_cells import from_cell
from skfashion.labelling._decisions import DecisionError, Decisions, Group, check_name, check_repeats, read_text

_NUMBER = re.compile(r"\s*-?\d{1,18}\s*")


def read_names(path) -> Decisions:
    """Read the names of clusters from a CSV file with the columns cluster and name.

    Clusters with one name are merged. A cluster without a name is not decided.

    Parameters
    ----------
    path : str or path-like
        The file: commas, semicolons or tabs between the columns.

    Returns
    -------
    Decisions
        Without a run: only the numbers of the clusters can be checked.

    Raises
    ------
    DecisionError
        If the file cannot be read, has no such columns, or names a cluster twice.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skfashion.labelling import read_names
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "names.csv")
    ...     with path.open("w") as file:
    ...         print("cluster,name", "0,boots", "1,bags", "2,boots", sep=chr(10), file=file)
    ...     read_names(path).labels
    (Group(name='boots', clusters=(0, 2)), Group(name='bags', clusters=(1,)))
    """
    try:
        groups: dict[str, list[int]] = {}
        for cluster, name in _named(read_text(path)):
            groups.setdefault(name, []).append(cluster)
        decisions = Decisions(tuple(Group(name, tuple(clusters)) for name, clusters in groups.items()))
        check_repeats(decisions)
    except (DecisionError, csv.Error) as error:
        raise DecisionError(f"{path}: {error}") from error
    return decisions


def _named(text):
    """Yield the cluster and the name of each line that has a name."""
    header = next(iter(text.splitlines()), "")
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = [(column or "").strip().lower() for column in reader.fieldnames or ()]
    if not {"cluster", "name"} <= set(names):
        hint = "; pass decisions by --decisions" if header.lstrip().startswith("{") else ""
        raise DecisionError(f'its first line must name the columns "cluster" and "name"{hint}')
    if names.count("cluster") > 1 or names.count("name") > 1:
        raise DecisionError('its first line must name the columns "cluster" and "name" once each')
    columns = dict(zip(names, reader.fieldnames or (), strict=True))
    for line in reader:
        where = f"line {reader.line_num}"
        if any(map(str.strip, line.get(None) or ())):
            hint = f"put a name with {delimiter!r} in it between quotation marks"
            raise DecisionError(f"{where} has more cells than the first line; {hint}")
        cluster, name = line[columns["cluster"]], line[columns["name"]]
        if not (cluster or "").strip() and not (name or "").strip():
            continue
        if not _NUMBER.fullmatch(cluster or ""):  # a line that ends early has None
            raise DecisionError(f"{where}: {cluster!r:.50} is no number of a cluster")
        if name is not None and name.strip():
            yield int(cluster), check_name(from_cell(name), where)
