"""Figures of paper A, restored weights, and the silhouettes of single clusters."""

import numpy as np
from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline

from skfashion import Ward
from skfashion.experiments import _pictures
from skfashion.experiments._clusterings import clusters_of, measure_silhouettes
from skfashion.experiments._measures import Data, codes, fitted, fitted_classifier
from skfashion.experiments._rows import Row
from skfashion.experiments.papers.avelar.tables import (
    AVELAR,
    DIMENSIONS,
    KMEANS,
    MINIBATCH_KMEANS,
    ae_and_mlp,
    clusterer_on_pca,
    cnn,
    mlp,
    pca_and_mlp,
)


def networks_and_clusterers(random_state):
    """Make the networks and the clusterers of the figures."""
    networks = {"MLP": mlp(random_state), "CNN": cnn(random_state)}
    networks |= {
        f"PCA {variance:.0%} + MLP": pca_and_mlp(variance, random_state) for variance in (0.99, 0.95, 0.9, 0.8)
    }
    networks |= {f"autoencoder {n} + MLP": ae_and_mlp(n, random_state) for n in DIMENSIONS}
    makes = {"k-means": KMEANS, "mini-batch k-means": MINIBATCH_KMEANS, "Ward": Ward}
    clusterers = {name: clusterer_on_pca(make, 24, random_state) for name, make in makes.items()}
    return {"networks": networks, "clusterers": clusterers}


def draw_figures(built, data: Data, memory):
    """Draw figures 1 to 6."""
    X, y = data.standardised_split(0)
    partitions = {name: clusters_of(fitted(c, X, memory), X) for name, c in built["clusterers"].items()}
    trained = {name: _trained(network, data, memory) for name, network in built["networks"].items()}
    images = data.X[data.split(0)[0]]
    return {
        "accuracy": _pictures.draw_accuracy_curves(trained),
        "clusters": _pictures.draw_clusters(images, partitions),
        "cnn": _pictures.draw_confusion(data.y_test, trained["CNN"].predict(data.standardised(data.X_test, 0))),
        "kmeans": _pictures.draw_partition_matrix(y, partitions["k-means"][1]),
    }


def _trained(network, data, memory):
    if not isinstance(network, Pipeline):
        return fitted_classifier(network, data.standardised(data.X, 0), data, 0, memory)
    Z, _ = codes(network[:-1], data, 0, memory)
    return fitted_classifier(network[-1], Z, data, 0, memory)


def restored_and_clustered(random_state):
    """Make the convolutional network, and k-means on 24 components."""
    return {"network": cnn(random_state), "clusterer": clusterer_on_pca(KMEANS, 24, random_state)}


def measure_restored_and_clustered(built, data: Data, seed: int, memory) -> dict[str, float]:
    """Compare the kept weights with those of the best epoch, and score each cluster."""
    X, (_, validation) = data.standardised(data.X, seed), data.split(seed)
    trained = fitted_classifier(built["network"], X, data, seed, memory)
    losses = trained.validation_loss_curve_
    P = trained.predict_proba(X[validation])
    return {
        "epochs": len(losses),
        "best_epoch": int(np.argmin(losses)) + 1,
        "loss_of_the_best_epoch": min(losses),
        "loss_with_the_kept_weights": float(log_loss(data.y[validation], P, labels=trained.classes_)),
        "loss_of_the_last_epoch": losses[-1],
        **measure_silhouettes(built["clusterer"], data, seed, memory),
    }


ROWS = [
    Row(
        "A16",
        "accuracy by epoch, images of clusters, confusion matrices",
        AVELAR,
        "figures 1 to 6",
        networks_and_clusterers,
        details="From the first seed.",
        measure=None,
        draw=draw_figures,
        packages=("fastcluster",),
    ),
    Row(
        "A16b",
        "the best epoch's weights restored; the silhouette of each cluster",
        AVELAR,
        "sections III-G and V",
        restored_and_clustered,
        details="The CNN, and k-means on 24 components; clusters are in the order of their silhouettes.",
        measure=measure_restored_and_clustered,
    ),
]
