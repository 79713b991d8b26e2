"""Pretrained networks by their name or file."""

import hashlib
import os
from math import prod
from pathlib import Path
from typing import Protocol

import numpy as np

from skfashion.features._network_input import Layout, resize, to_pixels

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
KERAS_FILE, ONNX_FILE, APPLICATION = ".keras", ".onnx", "keras.applications"
MAX_BATCH_BYTES = 4 * 2**30  # the sides that a file declares may be anything


class Network(Protocol):
    """A network that turns images into features."""

    layout: Layout
    sha256: str

    def features(self, images: np.ndarray) -> np.ndarray:
        """Return the features of pixels from 0 to 255, shape (n, n_features), float32."""


def kind_of(model) -> str:
    """Return ".keras", ".onnx" or "keras.applications".

    Raises
    ------
    ValueError
        If there is no model, or its file has another form.
    """
    if not model or not isinstance(model, str | os.PathLike):
        raise ValueError(
            f"model={model!r} must be a .keras or .onnx file, or a network of keras.applications, "
            "such as 'EfficientNetV2B0'."
        )
    path = Path(model)
    if path.suffix in (KERAS_FILE, ONNX_FILE):
        return path.suffix
    if path.suffix or len(path.parts) > 1:
        raise ValueError(f"model={str(model)!r} must end in .keras or .onnx; other files may hold code.")
    return APPLICATION


def sha256_of(path: Path) -> str:
    """Return the hash of a model's file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    if not path.is_file():
        raise FileNotFoundError(f"The model {path} is not there.")
    if path.suffix == ONNX_FILE:
        from skfashion.features._onnx_networks import onnx_sha256

        return readable(path, onnx_sha256)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def load_network(kind: str, model, *, layer, mean, std, sha256) -> Network:
    """Load a network.

    Parameters
    ----------
    kind : str
        The kind of the model, as `kind_of` returns it.
    model : str or Path
        Its name or its file.
    layer : str or None
        Name of the layer that makes the features.
    mean, std : float, sequence of float or None
        Normalisation of pixels from 0 to 1; None is that of the kind.
    sha256 : str or None
        Hash of the file.

    Raises
    ------
    OSError
        If the weights cannot be loaded.
    ImportError
        If a package of the extra is missing.
    ValueError
        If the network is unknown, damaged, or does not take images.
    """
    if kind == APPLICATION:
        if mean is not None or std is not None:
            raise ValueError(
                f"mean and std must be None for {model!r}, since Keras prepares its images; leave them out."
            )
        from skfashion.features._keras_networks import application

        return application(model, layer)
    if kind == KERAS_FILE:
        from skfashion.features._keras_networks import from_keras_file

        mean, std = (0.0 if mean is None else mean), (1 / 255 if std is None else std)
        return readable(model, lambda path: from_keras_file(path, layer, mean, std, sha256))
    from skfashion.features._onnx_networks import OnnxNetwork

    mean, std = (IMAGENET_MEAN if mean is None else mean), (IMAGENET_STD if std is None else std)
    return readable(model, lambda path: OnnxNetwork(path, layer, mean, std, sha256))


def features_of_batch(network: Network, rows, shape, size, batch_size):
    """Return the features of a batch, which is filled up: other sizes would change the last bits."""
    n_bytes = 4 * (network.layout.n_images or batch_size) * prod(size) * network.layout.n_channels
    if n_bytes > MAX_BATCH_BYTES:
        raise ValueError(
            f"A batch of images of {size[1]}x{size[0]} pixels, which the model takes, has {n_bytes / 2**30:,.1f} GiB; "
            "pass a smaller batch_size or image_size, or take another model."
        )
    images = resize(to_pixels(rows, shape), size)
    images = np.broadcast_to(images, (*images.shape[:3], network.layout.n_channels))
    n_images = network.layout.n_images or batch_size
    return network.features(np.pad(images, ((0, n_images - len(images)), (0, 0), (0, 0), (0, 0))))


def readable(path, read):
    """Read a model; an error becomes a line with the name of the file."""
    try:
        return read(path)
    except ImportError:
        raise
    except Exception as error:  # Keras and onnxruntime raise many
        reason = " ".join(str(error).split())
        if "safe_mode" in reason or "ambda" in reason:
            reason = "it has a Lambda layer, which holds code that loading would run; build it without."
        raise ValueError(f"The model {path} cannot be used: {reason}") from error
