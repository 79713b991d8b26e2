"""The papers' figures of latent spaces, drawn by our displays: maps, manifolds, reconstructions, random points."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sklearn.base import clone

from skfashion.displays import EmbeddingDisplay, ManifoldDisplay, ReconstructionDisplay
from skfashion.experiments import _latent
from skfashion.experiments._measures import Data, fitted

N_IMAGES = 12  # in a row


def draw_maps(autoencoder, epochs: Iterable[int], data: Data, memory):
    """The codes of the test images after some epochs, coloured by class."""
    epochs = list(epochs)
    figure, axes = _figure(1, len(epochs), (5.5, 5))
    for ax, n_epochs in zip(axes, epochs, strict=True):
        model = fitted(clone(autoencoder).set_params(max_iter=n_epochs), data.X, memory)
        EmbeddingDisplay.from_predictions(model.transform(data.X_test), data.y_test, method="first", ax=ax)
        ax.set_title(f"after {n_epochs} epoch{'s' * (n_epochs > 1)}")
    return figure


def draw_manifold(autoencoder, data: Data, memory):
    """A grid of decoded codes."""
    figure, (ax,) = _figure(1, 1, (7, 7))
    ManifoldDisplay.from_estimator(fitted(autoencoder, data.X, memory), data.X_test, ax=ax)
    return figure


def draw_reconstructions(autoencoders: Mapping[str, Any], data: Data, memory):
    """The same test images, restored by each."""
    figure, axes = _figure(len(autoencoders), 1, (10, 2.2))
    for ax, (name, autoencoder) in zip(axes, autoencoders.items(), strict=True):
        ReconstructionDisplay.from_estimator(fitted(autoencoder, data.X, memory), data.X_test, n_images=N_IMAGES, ax=ax)
        ax.set_title(name.replace("_", " "))
    return figure


def draw_random_points(sources: Mapping[str, tuple[Any, str]], data: Data, memory):
    """What random points decode to: a row for each source, a model and the kind of its points."""
    figure, axes = _figure(len(sources), 1, (10, 1.2))
    for ax, (name, (autoencoder, kind)) in zip(axes, sources.items(), strict=True):
        model = fitted(autoencoder, data.X, memory)
        points = _latent.random_points(model.transform(data.X), kind, np.random.default_rng(0))
        images = model.inverse_transform(points[:N_IMAGES])
        ManifoldDisplay(images=images, image_shape=None, n_rows=1, n_columns=N_IMAGES, image_range=(0, 255)).plot(ax)
        ax.set(title=name, xlabel="", ylabel="")
    return figure


def _figure(n_rows, n_columns, size):
    """A figure and its axes in a flat list, drawn without a window."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(n_columns * size[0], n_rows * size[1]), layout="constrained")
    return figure, list(np.ravel(figure.subplots(n_rows, n_columns)))
