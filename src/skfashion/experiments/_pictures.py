"""The papers' figures, drawn by our displays."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.metrics import ConfusionMatrixDisplay

from skfashion.displays import (
    ClusterClassMatrixDisplay,
    ClusterImagesDisplay,
    EmbeddingDisplay,
    LossCurveDisplay,
    ManifoldDisplay,
    ReconstructionDisplay,
)
from skfashion.experiments import _latent
from skfashion.experiments._clusterings import clusters_of
from skfashion.experiments._measures import Data, fitted

N_IMAGES = 12  # in a line of a figure
N_CURVES = 4  # in a line of a figure
WORDS = {"ae": "autoencoder", "vae": "VAE"}  # in titles


def draw_maps(autoencoder, epochs: Iterable[int], data: Data, memory):
    """Draw the codes of the test images after some epochs, coloured by class."""
    epochs = list(epochs)
    figure, axes = _figure(1, len(epochs), (5.5, 5))
    for ax, n_epochs in zip(axes, epochs, strict=True):
        model = fitted(clone(autoencoder).set_params(max_iter=n_epochs), data.X, memory)
        EmbeddingDisplay.from_predictions(model.transform(data.X_test), data.y_test, method="first", ax=ax)
        ax.set_title(f"after {n_epochs} epoch{'s' * (n_epochs > 1)}")
    return figure


def draw_manifold(autoencoder, data: Data, memory):
    """Draw a grid of decoded codes."""
    figure, (ax,) = _figure(1, 1, (7, 7))
    ManifoldDisplay.from_estimator(fitted(autoencoder, data.X, memory), data.X_test, ax=ax)
    return figure


def draw_reconstructions(autoencoders: Mapping[str, Any], data: Data, memory):
    """Draw the same test images as each autoencoder restores them."""
    figure, axes = _figure(len(autoencoders), 1, (10, 2.2))
    for ax, (name, autoencoder) in zip(axes, autoencoders.items(), strict=True):
        ReconstructionDisplay.from_estimator(fitted(autoencoder, data.X, memory), data.X_test, n_images=N_IMAGES, ax=ax)
        ax.set_title(" ".join(WORDS.get(word, word) for word in name.split("_")))
    return figure


def draw_random_points(sources: Mapping[str, tuple[Any, str]], data: Data, memory):
    """Draw decoded random points: a line for each source, which is a model and a kind of points."""
    figure, axes = _figure(len(sources), 1, (10, 1.2))
    for ax, (name, (autoencoder, kind)) in zip(axes, sources.items(), strict=True):
        model = fitted(autoencoder, data.X, memory)
        points = _latent.random_points(model.transform(data.X), kind, np.random.default_rng(0))
        images = model.inverse_transform(points[:N_IMAGES])
        ManifoldDisplay(images=images, image_shape=None, n_rows=1, n_columns=N_IMAGES, image_range=(0, 255)).plot(ax)
        ax.set(title=name, xlabel="", ylabel="")
    return figure


def draw_accuracy_curves(classifiers: Mapping[str, Any]):
    """Draw the accuracy of trained classifiers by epoch, on the images to train and to validate on."""
    n_rows = math.ceil(len(classifiers) / N_CURVES)
    figure, axes = _figure(n_rows, N_CURVES, (3.6, 2.8))
    for ax, (name, classifier) in zip(axes, classifiers.items(), strict=False):
        epochs = range(1, classifier.n_iter_ + 1)
        ax.plot(epochs, classifier.accuracy_curve_, label="training")
        ax.plot(epochs, classifier.validation_accuracy_curve_, label="validation")
        ax.set(title=name, xlabel="epoch", ylabel="accuracy")
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.legend()
    for ax in axes[len(classifiers) :]:
        ax.set_axis_off()
    return figure


def draw_loss_curves(autoencoder):
    """Draw the training and the validation loss of a trained autoencoder by epoch."""
    figure, (ax,) = _figure(1, 1, (6, 4))
    LossCurveDisplay.from_estimator(autoencoder, ax=ax)
    return figure


def draw_clusters(images, partitions: Mapping[str, Any]):
    """Draw images of each cluster; a panel for each partition, which is given as (Z, labels)."""
    figure, axes = _figure(1, len(partitions), (5, 4.7))
    for ax, (name, (Z, labels)) in zip(axes, partitions.items(), strict=True):
        ClusterImagesDisplay.from_predictions(images, labels, embedding=Z, n_images=10, kind="random", ax=ax)
        ax.set_title(name)
    return figure


def draw_confusion(y, predicted):
    """Draw the counts of images by class and predicted class."""
    figure, (ax,) = _figure(1, 1, (7, 6))
    ConfusionMatrixDisplay.from_predictions(y, predicted, colorbar=False, cmap="Blues", ax=ax)
    return figure


def draw_partition_matrix(y, labels):
    """Draw the counts of images by class and cluster, matched one to one."""
    figure, (ax,) = _figure(1, 1, (7, 6))
    ClusterClassMatrixDisplay.from_predictions(y, labels, ax=ax)
    return figure


def draw_training_partition(pipeline, data: Data, memory):
    """Draw the counts of the training images by class and cluster."""
    _, labels = clusters_of(fitted(pipeline, data.X, memory), data.X)
    return draw_partition_matrix(data.y, labels)


def draw_partition_maps(Z, partitions: Mapping[str, Any], memory):
    """Draw one t-SNE map of rows, coloured by the clusters of each partition, which is given as labels."""
    embedding = memory.cache(_map)(Z)
    figure, axes = _figure(1, len(partitions), (5.5, 5))
    for ax, (name, labels) in zip(axes, partitions.items(), strict=True):
        EmbeddingDisplay.from_predictions(embedding, labels, method="first", ax=ax)
        ax.set_title(name)
    return figure


def _map(Z):
    from openTSNE import TSNE  # several times faster than scikit-learn's on 60,000 rows

    return np.array(TSNE(2, random_state=0).fit(Z))


def draw_data(data: Data):
    """Draw images with their classes, the sizes of the classes, and the values of pixels."""
    figure, axes = _figure(1, 3, (4.5, 4))
    ManifoldDisplay(images=data.X[:9], image_shape=None, n_rows=3, n_columns=3, image_range=(0, 255)).plot(axes[0])
    axes[0].set(title=f"classes {', '.join(map(str, data.y[:9]))}", xlabel="", ylabel="")
    classes, counts = np.unique(data.y, return_counts=True)
    axes[1].bar(classes, counts, color="gray")
    axes[1].set(title="images of each class", xlabel="class", xticks=classes)
    axes[2].hist(data.X.ravel() / 255, bins=50, color="gray")
    axes[2].set(title="pixels", xlabel="value")
    return figure


def _figure(n_rows, n_columns, size):
    """Make a figure without a window, and a flat list of its axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(n_columns * size[0], n_rows * size[1]), layout="constrained")
    return figure, list(np.ravel(figure.subplots(n_rows, n_columns)))
