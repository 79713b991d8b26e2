"""Duplicates and odd images for the page: pictures, names and numbers."""

import base64
import io
from typing import NamedTuple

import numpy as np

from skfashion.inspection import EXPECTED_SHARE

MAX_GROUPS = 8  # on the page
MAX_OF_A_GROUP = 6
MAX_ODD = 18
MIN_SIDE = 120  # pixels of a picture: smaller images are enlarged, so that browsers do not blur them
MAX_SIDE = 240  # larger ones would make the page large


class Tile(NamedTuple):
    """An image with its name and a note; `png` is empty if it cannot be drawn."""

    name: str
    note: str
    png: str  # base64


class DuplicateGroup(NamedTuple):
    """A group of copies: its number in duplicates.csv, its size and its first images."""

    number: int
    size: int
    images: list[Tile]


class Unlike(NamedTuple):
    """The images that are unlike those that a model was trained on."""

    is_unlike: np.ndarray  # (n_samples,)

    @property
    def n_unlike(self) -> int:
        """Their number."""
        return int(np.count_nonzero(self.is_unlike))

    def __str__(self):
        n, verb = len(self.is_unlike), "is" if self.n_unlike == 1 else "are"
        share = f"{self.n_unlike:,} of {n:,} image{'s' * (n > 1)} ({self.n_unlike / n:.1%})"
        expected = f"{EXPECTED_SHARE:.0%} is expected for images like them"
        return f"{share} {verb} unlike those that the model was trained on; {expected}."


def duplicate_groups(report) -> list[DuplicateGroup]:
    """Return the largest groups of a ClusteringReport; among equally large ones, those with the closest copies."""
    copies = report.copies
    sizes = np.bincount(copies.groups, minlength=copies.n_groups)
    farthest = np.zeros(copies.n_groups)
    np.maximum.at(farthest, copies.groups, copies.distances)
    shown = []
    for group in np.lexsort((farthest, -sizes))[:MAX_GROUPS].tolist():
        members = np.flatnonzero(copies.groups == group)[:MAX_OF_A_GROUP]
        notes = ["first", *(f"distance {d:.3f}" if d else "equal pixels" for d in copies.distances[members[1:]])]
        tiles = [tile(report, row, note) for row, note in zip(copies.rows[members].tolist(), notes, strict=True)]
        shown.append(DuplicateGroup(group, int(sizes[group]), tiles))
    return shown


def odd_images(report) -> list[Tile]:
    """Return the images of a ClusteringReport with the highest scores, the highest first."""
    if report.odd_scores is None:
        return []
    rows = np.argsort(-report.odd_scores, kind="stable")[:MAX_ODD]
    return [tile(report, int(row), f"score {report.odd_scores[row]:.2f}") for row in rows]


def tile(report, row, note) -> Tile:
    """Draw an image of a ClusteringReport."""
    png = "" if report.image_shape is None else _png(report.X[row], report.image_shape, *report.value_range)
    return Tile(report.name_of(row), note, png)


def _png(pixels, image_shape, low, high):
    from PIL import Image

    height, width, n_channels = (*image_shape, 1)[:3]
    if n_channels not in (1, 3):
        return ""
    unit = np.clip((pixels.astype(np.float64) - low) / (high - low if high > low else 1), 0, 1)
    values = np.rint(255 * unit).astype(np.uint8).reshape(height, width, n_channels)
    image = Image.fromarray(values[:, :, 0] if n_channels == 1 else values)
    scale = max(1, -(-MIN_SIDE // max(height, width)))
    if scale > 1:
        image = image.resize((scale * width, scale * height), Image.Resampling.NEAREST)
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()
