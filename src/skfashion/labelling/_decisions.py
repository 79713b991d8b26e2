"""Decisions of a person about clusters and images: their form, and the files that hold them."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

FORMAT, VERSION = "skfashion.decisions", 1
MAX_NAME = 100  # characters of a label
MAX_NUMBER = 2**63 - 1  # of clusters and rows
KEYS = ("format", "version", "run", "labels", "split", "leave_out", "images")


class DecisionError(ValueError):
    """An error in decisions; the message is one line."""


class Group(NamedTuple):
    """Clusters that belong together, and their name; None if they have no name yet."""

    name: str | None
    clusters: tuple[int, ...]


class ImageDecision(NamedTuple):
    """A decision about one image: its label, or None to leave it out. The row or the file may be None."""

    row: int | None
    file: str | None
    label: str | None


class Decisions(NamedTuple):
    """Decisions about the clusters of a run.

    Attributes
    ----------
    labels : tuple of Group
        Clusters with names, and clusters that are merged. A name occurs once.
    split : tuple of int
        Clusters to split.
    leave_out : tuple of int
        Clusters to leave out. A cluster occurs once in all of `labels`, `split` and `leave_out`.
    images : tuple of ImageDecision
        Single images, which do not follow their cluster.
    run : str or None
        The run that the clusters belong to, as `run_id` returns it; None if it is not known.
    """

    labels: tuple[Group, ...] = ()
    split: tuple[int, ...] = ()
    leave_out: tuple[int, ...] = ()
    images: tuple[ImageDecision, ...] = ()
    run: str | None = None

    @property
    def n_decisions(self) -> int:
        """The number of named, merged and split clusters, and of clusters and images that are moved or left out."""
        names_and_merges = sum(len(group.clusters) - (group.name is None) for group in self.labels)
        return names_and_merges + len(self.split) + len(self.leave_out) + len(self.images)

    @property
    def clusters(self) -> Iterator[int]:
        """All clusters that are decided about, in the order of the decisions."""
        for group in self.labels:
            yield from group.clusters
        yield from (*self.split, *self.leave_out)


def run_id(labels, filenames: Iterable[str] | None = None) -> str:
    """Identify a clustering.

    Parameters
    ----------
    labels : array-like of shape (n_samples,) of ints
        Cluster of each row.
    filenames : iterable of str or None, default=None
        File of each row.

    Returns
    -------
    str
        16 hexadecimal digits; other clusters or other files have other digits.

    Examples
    --------
    >>> from skfashion.labelling import run_id
    >>> run_id([0, 1, 1], ["a.png", "b.png", "c.png"])
    'fb6a24b3bebaf266'
    """
    digest = hashlib.sha256(np.asarray(labels).astype("<i8").tobytes())
    for name in filenames or ():
        digest.update(name.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()[:16]


def parse_decisions(content: Mapping[str, Any] | str) -> Decisions:
    """Read decisions from a dict or from the text of a decisions.json.

    Parameters
    ----------
    content : dict or str
        The dict, or JSON text of it.

    Returns
    -------
    Decisions
        The decisions.

    Raises
    ------
    DecisionError
        If it is damaged, of another version, or contradicts itself.

    Examples
    --------
    >>> from skfashion.labelling import parse_decisions
    >>> said = {"format": "skfashion.decisions", "version": 1, "run": "fb6a24b3bebaf266"}
    >>> parse_decisions(said | {"labels": [{"name": "boots", "clusters": [0, 1]}]}).labels
    (Group(name='boots', clusters=(0, 1)),)
    """
    if isinstance(content, str):
        try:
            content = json.loads(content, object_pairs_hook=_without_repeats)
        except (ValueError, RecursionError) as error:
            raise DecisionError(f"it is no JSON text, or is damaged ({' '.join(str(error).split())})") from error
    if not isinstance(content, Mapping) or content.get("format") != FORMAT:
        raise DecisionError(f'it holds no decisions: its "format" must be "{FORMAT}"')
    version, run = content.get("version"), content.get("run")
    if type(version) is not int or version != VERSION:
        raise DecisionError(f"its version is {short(version)}, but this skfashion reads version {VERSION}")
    if not isinstance(run, str):
        raise DecisionError('it does not say its "run"; copy it from metrics.json')
    _check_keys(content, KEYS, "it")
    decisions = Decisions(
        tuple(_groups(_listed(content, "labels"))),
        tuple(_number(value, "split") for value in _listed(content, "split")),
        tuple(_number(value, "leave_out") for value in _listed(content, "leave_out")),
        tuple(_images(_listed(content, "images"))),
        run,
    )
    check_repeats(decisions)
    return decisions


def read_decisions(path) -> Decisions:
    """Read the decisions in a file, decisions.json.

    Parameters
    ----------
    path : str or path-like
        The file.

    Returns
    -------
    Decisions
        The decisions.

    Raises
    ------
    DecisionError
        If the file cannot be read, or as `parse_decisions`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from skfashion.labelling import read_decisions
    >>> head = '"format": "skfashion.decisions", "version": 1, "run": "0123456789abcdef"'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "decisions.json")
    ...     _ = path.write_text('{%s, "labels": [{"name": "bags", "clusters": [3]}]}' % head)
    ...     read_decisions(path).labels
    (Group(name='bags', clusters=(3,)),)
    """
    try:
        return parse_decisions(read_text(path))
    except DecisionError as error:
        hint = "; pass names by --names" if Path(path).suffix.lower() == ".csv" else ""
        raise DecisionError(f"{path}: {error}{hint}") from error


def read_text(path):
    """Read a text file, with or without a byte order mark."""
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DecisionError("it is no text in UTF-8") from error
    except OSError as error:
        raise DecisionError(error.strerror or str(error)) from error


def _without_repeats(pairs):
    """Make a dict of JSON; json would take the last of equal keys."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise DecisionError(f"{next(key for key in keys if keys.count(key) > 1)!r:.50} occurs twice in one entry")
    return found


def _check_keys(entry, known, where):
    for key in entry:
        if key not in known:
            raise DecisionError(f"{where} has an unknown entry {short(key)}; choose from {', '.join(known)}")


def _listed(content, key):
    values = content.get(key, [])
    if not isinstance(values, list | tuple):
        raise DecisionError(f'"{key}" must be a list, not {short(values)}')
    return values


def _entries(values, key, known):
    """Yield the dicts in a list, each with its place in words."""
    for i, entry in enumerate(values):
        where = f"{key}[{i}]"
        if not isinstance(entry, Mapping):
            raise DecisionError(f"{where} must have the entries {', '.join(known)}, not {short(entry)}")
        _check_keys(entry, known, where)
        yield where, entry


def _groups(values):
    for where, entry in _entries(values, "labels", ("name", "clusters")):
        clusters = tuple(_number(value, f"{where}.clusters") for value in _listed(entry, "clusters"))
        if not clusters:
            raise DecisionError(f"{where} has no clusters")
        name = entry.get("name")
        yield Group(None if name is None else check_name(name, where), clusters)


def _images(values):
    for where, entry in _entries(values, "images", ("row", "file", "label", "leave_out")):
        row, file, label = (entry.get(key) for key in ("row", "file", "label"))
        if row is None and file is None:
            raise DecisionError(f"{where} has neither a row nor a file")
        if file is not None and not isinstance(file, str):
            raise DecisionError(f"{where}: {short(file)} is no name of a file")
        is_left_out = entry.get("leave_out", False)
        if not isinstance(is_left_out, bool) or is_left_out is (label is not None):
            raise DecisionError(f'{where} must have either a label or "leave_out": true')
        number = None if row is None else _number(row, f"{where}.row")
        yield ImageDecision(number, file, None if is_left_out else check_name(label, where))


def _number(value, where):
    if type(value) is not int or abs(value) > MAX_NUMBER:  # True is no number
        raise DecisionError(f"{where}: {short(value)} is no whole number")
    return value


def short(value):
    """Return the first characters of a value as an error shows it."""
    try:
        return f"{value!r:.50}"
    except ValueError:  # Python writes no numbers of thousands of digits
        return "a number of thousands of digits"


def check_name(value, where):
    """Check a label, and make each white space in it a single space."""
    if not isinstance(value, str) or not value.strip():
        raise DecisionError(f"{where}: {short(value)} is no name; give it letters or digits")
    name = unicodedata.normalize("NFC", " ".join(value.split()))  # else names that look alike would be two
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        raise DecisionError(f"{where}: the name {short(name)} has a character that cannot be written")
    if len(name) > MAX_NAME:
        raise DecisionError(f"{where}: the name {name[:20]!r}... has {len(name)} characters; at most {MAX_NAME}")
    return name


def check_repeats(decisions):
    """Refuse a name or a cluster that occurs twice."""
    names, clusters = set[str](), set[int]()
    for name in (group.name for group in decisions.labels if group.name is not None):
        if name in names:
            raise DecisionError(f"two entries of labels have the name {name!r}; put their clusters into one")
        names.add(name)
    for cluster in decisions.clusters:
        if cluster in clusters:
            raise DecisionError(f"cluster {cluster} occurs twice; decide about it once")
        clusters.add(cluster)
