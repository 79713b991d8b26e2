import numpy as np
import pytest
from joblib import Memory
from sklearn.cluster import DBSCAN, AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import silhouette_samples, silhouette_score
from sklearn.mixture import GaussianMixture
from sklearn.pipeline import make_pipeline

from skfashion import metrics
from skfashion.experiments._clusterings import (
    clusters_of,
    measure_clustering,
    measure_clustering_of_split,
    measure_clusterings,
    measure_silhouettes,
    n_empty_columns,
    scores_of_matrix,
)

NO_MEMORY = Memory(None)


def test_a_partition_is_scored_beside_the_classes_and_by_its_shape(data):
    pipe = make_pipeline(PCA(5, random_state=0), KMeans(10, random_state=0))
    values = measure_clustering(pipe, data, 0, NO_MEMORY)
    pipe.fit(data.X)
    labels, Z = pipe[-1].labels_, pipe[:-1].transform(data.X)
    assert values["purity"] == metrics.purity_score(data.y, labels)
    assert values["hungarian_accuracy"] == metrics.hungarian_accuracy_score(data.y, labels)
    assert values["silhouette"] == pytest.approx(silhouette_score(Z, labels))
    assert values["inertia"] == pipe[-1].inertia_


def test_a_mixture_has_a_likelihood_and_no_inertia(data):
    pipe = make_pipeline(PCA(5, random_state=0), GaussianMixture(3, random_state=0))
    values = measure_clustering(pipe, data, 0, NO_MEMORY)
    assert "inertia" not in values
    assert values["log_likelihood"] == pytest.approx(pipe.fit(data.X).score(data.X))


def test_paper_a_clusters_four_fifths_of_the_standardised_images(data):
    pipe = make_pipeline(KMeans(10, random_state=0))
    values = measure_clustering_of_split(pipe, data, 3, NO_MEMORY)
    train, _ = data.split(3)
    labels = KMeans(10, random_state=0).fit_predict(data.standardised(data.X[train], 3))
    assert values["purity"] == metrics.purity_score(data.y[train], labels)


def test_several_clusterings_have_their_names_in_their_metrics(data):
    pipes = {"ward": make_pipeline(AgglomerativeClustering(4)), "noise": make_pipeline(DBSCAN(eps=0.1))}
    values = measure_clusterings(pipes, data, 0, NO_MEMORY)
    assert values["purity_ward"] > 0
    assert values["purity_noise"] == values["silhouette_noise"] == 0  # rows of noise match nothing
    assert len(values) == 10


def test_silhouettes_of_clusters_ascend(data):
    pipe = make_pipeline(PCA(5, random_state=0), KMeans(4, random_state=0))
    values = measure_silhouettes(pipe, data, 0, NO_MEMORY)
    X, _ = data.standardised_split(0)
    Z, labels = clusters_of(pipe.fit(X), X)
    silhouettes = silhouette_samples(Z, labels)
    assert list(values.values()) == pytest.approx(sorted(silhouettes[labels == i].mean() for i in range(4)))


def test_a_matrix_of_counts_is_scored_as_the_labels_behind_it_are():
    y, labels = np.random.default_rng(0).integers(4, size=(2, 200))
    counts = np.zeros((4, 5), int)
    np.add.at(counts, (y, labels), 1)
    assert scores_of_matrix(counts) == {
        "purity": pytest.approx(metrics.purity_score(y, labels)),
        "hungarian_accuracy": pytest.approx(metrics.hungarian_accuracy_score(y, labels)),
    }
    assert n_empty_columns(counts) == 1
