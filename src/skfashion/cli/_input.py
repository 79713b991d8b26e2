"""Images of the user, or Fashion-MNIST."""

import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from rich.markup import escape

from skfashion._utils.blocks import blocks_of, extremes
from skfashion._utils.files import expanded
from skfashion._utils.missing import known_labels
from skfashion.cli._output import InputError, note, progress
from skfashion.cli._terminal import printable
from skfashion.datasets import DatasetError, fetch_fashion_mnist, load_fashion_mnist_sample, read_images

MAX_NAMES = 3  # of files in a note
MAX_COUNT = 2**31  # of values or pixels in a row
READ_AGAIN = ("label_column", "max_pixels")


class Images(NamedTuple):
    """Rows of pixels, with their names, classes and shape."""

    name: str
    X: np.ndarray  # (n_samples, n_features)
    y: np.ndarray | None  # (n_samples,)
    class_names: list[str] | None = None  # y holds their indices
    image_shape: tuple[int, ...] | None = None  # height, width, perhaps channels
    filenames: list[str] | None = None
    notes: tuple[str, ...] = ()  # for the report: files left out or passed over
    max_value: int | None = None  # value of 16 bits that became 255
    feature_names: list[str] | None = None  # of the columns in a CSV file
    are_files: bool = False  # decoded from image files, so that values are bytes
    features: np.ndarray | None = None  # (n_samples, n_given), made elsewhere; a pipeline takes them instead of X
    source: str | None = None  # absolute path; None for the images of Fashion-MNIST
    reading: Mapping[str, object] = MappingProxyType({})  # options that a model does not know

    def only(self, rows) -> "Images":
        """Return the images of these rows."""
        return self._replace(
            X=np.asarray(self.X[rows]),
            features=None if self.features is None else self.features[rows],
            y=None if self.y is None else self.y[rows],
            filenames=None if self.filenames is None else [self.filenames[row] for row in rows],
        )

    @property
    def rows(self) -> np.ndarray:
        """The rows that a pipeline takes: the features if there are any, else the pixels."""
        return self.X if self.features is None else self.features

    @property
    def range(self) -> tuple[float, float]:
        """The smallest and the largest value."""
        return extremes(self.X)

    @property
    def scale(self) -> str:
        """The scaling: "bytes" for bytes, unless they are only zeros and ones, or "minmax"."""
        is_bytes = self.X.dtype == np.uint8 and any(part.max() > 1 for part in blocks_of(self.X))
        return "bytes" if is_bytes else "minmax"

    @property
    def image_scale(self) -> str:
        """The scaling that keeps the edges in an image, which scaling pixel by pixel would change."""
        return "range" if self.scale == "minmax" else self.scale

    @property
    def pixels(self) -> str:
        """The size of an image, in words."""
        return "x".join(map(str, self.image_shape)) if self.image_shape else f"{self.X.shape[1]} values"


def images_of(path: Path | None, *, sample: bool, **reading) -> Images:
    """Read the images of a path, or those of Fashion-MNIST; `reading` is for `read_input`."""
    if path is None:
        return fashion_mnist(sample=sample)
    if sample:
        raise InputError("--sample is a part of Fashion-MNIST; leave it out to cluster your own images")
    return read_input(path, **reading)


def fashion_mnist(*, sample: bool) -> Images:
    """Return the training images of Fashion-MNIST, or the bundled sample: on request, or if there is no network."""
    if not sample:
        try:
            return _of_bunch("Fashion-MNIST, training images", fetch_fashion_mnist(), (28, 28))
        except DatasetError as error:
            raise InputError(str(error)) from error
        except OSError as error:
            note(f"Using the bundled sample of 5,000 images: {error}")
    return _of_bunch("Fashion-MNIST, bundled sample", load_fashion_mnist_sample(), (28, 28))


def _of_bunch(name, bunch, image_shape):
    return Images(name, bunch.data, bunch.target, bunch.target_names, image_shape)


def read_input(path: Path, **options) -> Images:
    """Read the user's images; the options are those of `read_images`."""
    try:
        with progress() as bar:
            task = bar.add_task(f"reading {escape(printable(path.name))}", total=None)
            bunch = read_images(
                path,
                **options,
                callback=lambda n_read, n_files: bar.update(task, completed=n_read, total=n_files),
            )
    except (DatasetError, OSError) as error:
        raise InputError(" ".join(str(error).split())) from error
    return _of_bunch(str(path), bunch, bunch.image_shape)._replace(
        filenames=bunch.filenames,
        notes=tuple(_notes(bunch)),
        max_value=bunch.max_value,
        feature_names=bunch.feature_names,
        are_files=path.is_dir(),
        source=os.path.abspath(expanded(path)),
        reading={name: options[name] for name in READ_AGAIN if name in options},
    )


def _notes(bunch) -> Iterator[str]:
    """Say what was not read of a folder, and how many images have no label."""
    if bunch.target is not None and (n_missing := int((~known_labels(bunch.target)[0]).sum())):
        images = "1 image has" if n_missing == 1 else f"{n_missing:,} images have"
        yield f"{images} no label and will not count in scores that use labels."
    if bunch.skipped:
        shown = [f"{name} ({why})" for name, why in bunch.skipped.items()]
        yield f"{_count(shown, 'image file')} unreadable and left out: {_first(shown)}."
    if bunch.passed_over:
        n_files = sum(bunch.passed_over.values())
        files = "1 file is no image and was" if n_files == 1 else f"{n_files:,} files are no images and were"
        counts = ", ".join(f"{count:,} {suffix}" for suffix, count in bunch.passed_over.items())
        yield f"{files} passed over: {counts}."
    if bunch.several_frames:
        files = _count(bunch.several_frames, "file", "has", "have")
        yield f"{files} several frames, and only the first was read: {_first(bunch.several_frames)}."
    if bunch.clipped:
        files = _count(bunch.clipped, "file", "has", "have")
        yield f"{files} values above {bunch.max_value:,}, which became white: {_first(bunch.clipped)}."


def _count(items, noun, one="was", many="were"):
    return f"1 {noun} {one}" if len(items) == 1 else f"{len(items):,} {noun}s {many}"


def _first(names):
    more = f" and {len(names) - MAX_NAMES:,} more" if len(names) > MAX_NAMES else ""
    return ", ".join(names[:MAX_NAMES]) + more


EXPECTED = "skfashion.images"  # in the metadata of a saved model


def expected_images(images: Images, scale: str | None) -> dict:
    """Describe the images that a model takes, for its metadata."""
    shape = None if images.image_shape is None else list(images.image_shape)
    return {
        "n_features": images.X.shape[1],
        "shape": shape,
        "scale": scale,
        "range": list(images.range),
        "max_value": images.max_value,
        "n_given": None if images.features is None else images.features.shape[1],
        "feature_names": images.feature_names,
    }


class Expected(NamedTuple):
    """A description of the images that a model takes; None stands for unknown."""

    n_features: int | None = None
    shape: tuple[int, ...] | None = None
    scale: str | None = None
    range: tuple[float, float] | None = None
    max_value: int | None = None  # value of 16 bits that became 255
    n_given: int | None = None  # features of each image that were made elsewhere
    feature_names: list[str] | None = None  # of the columns in a CSV file

    @classmethod
    def of(cls, metadata: dict) -> "Expected":
        """Read the description of `expected_images`; a model that was not saved by a command has none."""
        said = metadata.get(EXPECTED)
        if said is None:
            return cls()
        try:
            shape = None if said["shape"] is None else tuple(map(int, said["shape"]))
            low, high = map(float, said["range"])
            max_value, n_given = (  # models of before have none
                None if said.get(name) is None else int(said[name]) for name in ("max_value", "n_given")
            )
            names = None if said.get("feature_names") is None else list(map(str, said["feature_names"]))
            found = cls(int(said["n_features"]), shape, str(said["scale"]), (low, high), max_value, n_given, names)
            if not found._is_possible:
                raise ValueError("no image is so")
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise ValueError("the model's description of its images makes no sense") from error
        return found

    @property
    def _is_possible(self):
        if not np.isfinite(self.range or ()).all() or len(self.shape or (1, 1)) not in (2, 3):
            return False
        counts = (self.n_features, *(self.shape or ()), self.max_value, self.n_given)
        if self.shape is not None and math.prod(self.shape) != self.n_features:
            return False
        if self.feature_names is not None and len(self.feature_names) != self.n_features:
            return False
        return all(count is None or 1 <= count <= MAX_COUNT for count in counts)

    @property
    def pixels(self) -> str:
        """The size of an image, in words."""
        return "x".join(map(str, self.shape)) if self.shape else f"{self.n_features} values"
