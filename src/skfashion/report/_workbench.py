"""The part of the page in which a person names clusters: its data, pictures, script and style."""

import base64
import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from sklearn.utils.extmath import randomized_svd

from skfashion._utils.pipelines import NOISE
from skfashion.inspection import Centres
from skfashion.labelling import (
    cluster_worth,
    doubts_of,
    order_by_doubt,
    order_by_typicality,
    similar_clusters,
)
from skfashion.report._sprites import N_COLUMNS, PER_SHEET, Sprites, can_be_drawn, draw_sprites

SCRIPTS = tuple(f"workbench{part}.js" for part in ("_decisions", "_storage", "_grid", "_images", "", "_controls"))
STYLE = "workbench.css"
MAX_CHARACTERS = 26_000_000  # of pictures: with figures and data, the page stays under 40 MB
MIN_SHOWN = 20  # images of each cluster, if not all are shown
MAX_SIMILAR = 200  # pairs of clusters
N_CODES = 16  # bytes of each image, by which the page finds its neighbours
MAX_FITTED = 5000  # rows that show in which directions the codes vary most
BATCH = 4096


class Workbench(NamedTuple):
    """The content of the template; nothing in it needs to be escaped.

    Attributes
    ----------
    data : str
        Facts of the clusters and images, as JSON without the characters that end a script in HTML.
    sheets : list of str
        Pictures, in base64.
    script, script_hash : str
        The program, and its hash for the page's security policy.
    style : str
        The style sheet.
    n_shown, n_images : int
        Number of images that can be looked at, and of all.
    """

    data: str
    sheets: list[str]
    script: str
    script_hash: str
    style: str
    n_shown: int
    n_images: int


def workbench(report) -> Workbench | None:
    """Return the workbench of a ClusteringReport; None if its clusters are no integers."""
    if not np.array_equal(report.labels, np.trunc(_numbers(report.labels))):
        return None
    labels = np.asarray(report.labels).astype(np.int64)
    distances, margins = report.to_clusters or (None, None)
    doubts = doubts_of(len(labels), confidence=report.confidence, margins=margins)
    by_typicality = order_by_typicality(labels, doubts if distances is None else distances)
    by_doubt = order_by_doubt(labels, doubts, distances)
    is_shown, sprites = _pictures(report, labels, by_typicality, by_doubt)
    rows, by_doubt = by_typicality[is_shown[by_typicality]], by_doubt[is_shown[by_doubt]]
    places = np.empty(len(labels), np.int64)
    places[rows] = np.arange(len(rows))
    data = {
        "run": report.run,
        "n_images": report.n_images,
        "clusters": list(_clusters(report, labels, labels[rows], doubts)),
        "names": [[int(cluster), name] for cluster, name in report.cluster_names.items()],
        "similar": _similar(report.Z, labels),
        "rows": (rows if report.whole is None else report.whole.rows[rows]).tolist(),
        "files": None if report.filenames is None else [report.filenames[row] for row in rows],
        "by_doubt": places[by_doubt].tolist(),
        "confidence": _permille(report.confidence, rows),
        "margin": _permille(margins, rows),
        "codes": base64.b64encode(_small_codes(report.Z)[rows].tobytes()).decode(),
        "sprites": sprites
        and {"width": sprites.width, "height": sprites.height, "kind": sprites.kind}
        | {"columns": N_COLUMNS, "per_sheet": PER_SHEET},
    }
    script = "\n".join(_text(name) for name in SCRIPTS)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    sheets = [] if sprites is None else sprites.sheets
    return Workbench(json_in_html(data), sheets, script, f"sha256-{digest}", _text(STYLE), len(rows), report.n_images)


def json_in_html(data) -> str:
    """Write JSON for a script element; no text in it can end the element or begin a comment."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)  # ASCII, so that any name of a file survives
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _text(name):
    return (files("skfashion.report") / name).read_text(encoding="utf-8")


def _numbers(labels):
    """Return labels as numbers; others become NaN, which is equal to nothing."""
    labels = np.asarray(labels)
    return labels.astype(np.float64) if labels.dtype.kind in "iufb" else np.full(len(labels), np.nan)


def _pictures(report, labels, by_typicality, by_doubt) -> tuple[np.ndarray, Sprites | None]:
    """Draw all images, or as many of each cluster as the page has room for; tell which images are shown."""
    is_shown = np.ones(len(labels), bool)
    if not can_be_drawn(report.image_shape):
        return is_shown, None
    share = _share_with_room(report)
    if share < 1:
        is_shown[:] = False
        is_shown[sample_of_clusters(labels, by_doubt, share)] = True
    rows = by_typicality[is_shown[by_typicality]]
    return is_shown, draw_sprites(report.X, rows, report.image_shape, report.value_range)


def _share_with_room(report):
    """Return the share of the images that the page has room for, by the length of one sheet of them."""
    n_images = len(report.labels)
    rows = np.linspace(0, n_images - 1, min(n_images, PER_SHEET)).astype(int)
    if n_images == len(rows):
        return 1.0
    drawn = draw_sprites(report.X, rows, report.image_shape, report.value_range, n_images=n_images)
    return MAX_CHARACTERS / drawn.n_characters * len(rows) / n_images


def sample_of_clusters(labels, by_doubt, share) -> np.ndarray:
    """Return a share of the rows of each cluster, evenly from the most to the least doubtful one.

    Parameters
    ----------
    labels : ndarray of shape (n_samples,)
        Cluster of each image.
    by_doubt : ndarray of shape (n_samples,)
        Rows cluster by cluster, the most doubtful first.
    share : float
        Share of the rows, below 1. Of a small cluster more are taken.
    """
    _, starts = np.unique(labels[by_doubt], return_index=True)
    taken = []
    for members in np.split(by_doubt, starts[1:]):
        n_taken = min(len(members), max(MIN_SHOWN, int(share * len(members))))
        taken.append(members[np.linspace(0, len(members) - 1, n_taken).astype(int)])
    return np.concatenate(taken)


def _clusters(report, labels, shown, doubts) -> Iterator[dict]:
    """Describe each cluster: its size among all images, its images on the page, its doubt."""
    names, worths = cluster_worth(labels, doubts)
    counts = np.bincount(np.searchsorted(names, labels))
    sizes = {int(cluster.name): cluster.size for cluster in report.clusters}
    for name, count, worth in zip(names.tolist(), counts.tolist(), worths.tolist(), strict=True):
        start, stop = np.searchsorted(shown, [name, name + 1]).tolist()
        doubt = round(1 - worth / count, 4)
        yield {"cluster": name, "size": sizes.pop(name), "start": start, "stop": stop, "doubt": doubt}
    for name, size in sorted(sizes.items()):  # no image of the sample is in it
        yield {"cluster": name, "size": size, "start": len(shown), "stop": len(shown), "doubt": 0.5}


def _similar(Z, labels):
    """Return the pairs of clusters that are most alike, the most similar first."""
    if not (labels != NOISE).any():
        return []
    centres = Centres.of(Z, labels)
    pairs, _ = similar_clusters(centres.means, centres.radii)
    return centres.names[pairs[:MAX_SIMILAR]].tolist()


def _permille(values, rows):
    if values is None:
        return None
    return [None if np.isnan(value) else round(1000 * value) for value in values[rows].tolist()]


def _small_codes(Z):
    """Return codes of 16 bytes at most; distances between them are nearly those between the codes."""
    fitted = Z[np.linspace(0, len(Z) - 1, min(len(Z), MAX_FITTED)).astype(int)].astype(np.float32)
    mean = fitted.mean(axis=0)
    directions = randomized_svd(fitted - mean, min(N_CODES, *fitted.shape), random_state=0)[2].T
    low, high = np.percentile((fitted - mean) @ directions, [0.5, 99.5], axis=0)
    step = max(float(np.max(high - low)), float(np.finfo(np.float32).tiny)) / 255
    parts = ((Z[start : start + BATCH] - mean) @ directions for start in range(0, len(Z), BATCH))
    return np.concatenate([np.clip(np.rint((part - low) / step), 0, 255).astype(np.uint8) for part in parts])
