"""Relations between the attributes of an estimator, and between its parts, beyond the forms in `_states.py`."""

from collections.abc import Callable
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
from sklearn.base import OneToOneFeatureMixin

from skfashion._utils.pipelines import steps_of
from skfashion._utils.validation import check_squares, validate_params
from skfashion.persistence._forms import is_fitted, require


def _check_image_shape(features):
    shape = features.image_shape_
    is_right = len(shape) in (2, 3) and prod(shape) == features.n_features_in_
    require(is_right, f"image_shape_={shape} must have n_features_in_={features.n_features_in_} pixels")


def _check_features(features):
    _check_image_shape(features)
    features.check_state()


def _check_pretrained(features):
    _check_image_shape(features)
    require(len(features.image_size_) == 2, f"image_size_={features.image_size_} must be (height, width)")
    require(set(features._recipe) == {"layer", "mean", "std"}, f"_recipe={features._recipe} must have three entries")
    validate_params(type(features)(features.model, **features._recipe))


def _check_partition(clusterer):
    _check_search(clusterer, clusterer._rows)
    shares = clusterer._shares.sum(axis=1)
    require(bool(np.allclose(shares, 1, atol=1e-3)), "_shares of GraphPartition must have rows with the sum 1")
    labels, own_labels = clusterer.labels_, clusterer._labels  # of all rows, and of those that differ
    fits = len(labels) >= len(own_labels) and set(labels.tolist()) == set(own_labels.tolist())
    require(fits, "labels_ and _labels of GraphPartition must be of the same rows")


def _check_search(clusterer, own_rows):
    """Check the search of neighbours: one by brute force for Euclidean distances among the clusterer's own rows."""
    search = clusterer._neighbors
    state = search._fit_method, search.effective_metric_, search.effective_metric_params_
    require(state == ("brute", "euclidean", {}), f"_neighbors of {type(clusterer).__name__} is another search")
    rows = search._fit_X
    is_right = isinstance(rows, np.ndarray) and rows.dtype.kind == "f" and rows.ndim == 2
    require(is_right and bool(np.isfinite(rows).all()), "_neighbors must have rows of finite numbers")
    require(np.array_equal(rows, own_rows), f"_neighbors of {type(clusterer).__name__} must have its rows")
    check_squares(rows)
    n_neighbors, n_rows = search.n_neighbors, len(rows)
    require(n_neighbors <= n_rows, f"_neighbors has n_neighbors={n_neighbors}, but only {n_rows} rows")


def _check_spectral(clusterer):
    _check_search(clusterer, clusterer._X)
    values = clusterer.eigenvalues_
    is_right = bool((np.abs(values) >= np.finfo(values.dtype).tiny).all())
    require(is_right, "eigenvalues_ of KNNSpectral must not be 0: predict divides by them")
    dtypes = {array.dtype for array in (clusterer.embedding_, clusterer._kmeans.cluster_centers_)}
    require(len(dtypes) == 1, "embedding_ and cluster_centers_ of KNNSpectral must have one dtype")
    is_right = np.array_equal(clusterer.cluster_centers_, clusterer._kmeans.cluster_centers_)
    require(is_right, "cluster_centers_ of KNNSpectral must be those of its k-means")


def _check_directions(clusterer):
    lengths = np.linalg.norm(clusterer.cluster_centers_, axis=1)
    is_right = bool(np.isclose(lengths, 1, atol=1e-3)[lengths != 0].all())
    require(is_right, "cluster_centers_ of SphericalKMeans must have the length 1")


def _check_deep(clusterer):
    n_clusters, labels = clusterer._network.blueprint.n_clusters, clusterer.labels_
    is_right = not labels.size or labels.max() < n_clusters
    require(is_right, f"labels_ of {type(clusterer).__name__} must be below n_clusters={n_clusters} of its network")


def _check_vote(consensus):
    voters, n_clusters = consensus._voters, consensus.n_clusters_
    require(len(set(voters)) == len(voters), "_voters of ConsensusClusterer must be different")
    require(consensus.medoid_ in voters, "medoid_ of ConsensusClusterer must be a voter")
    for clusters in consensus._clusters:
        is_right = len(clusters) <= n_clusters and bool((np.diff(clusters.astype(np.int64)) > 0).all())
        require(is_right, f"_clusters of ConsensusClusterer must be at most {n_clusters} in ascending order")
    for name in ("_names", "_order"):
        is_right = bool((np.sort(getattr(consensus, name)) == np.arange(n_clusters)).all())
        require(is_right, f"{name} of ConsensusClusterer must have each number of a cluster once")
    _check_methods(consensus, consensus.estimators_)
    if all(hasattr(estimator, "predict_proba") for estimator in consensus.estimators_):  # one share for each cluster
        for estimator, clusters in zip(consensus.estimators_, consensus._clusters, strict=True):
            n_made = _n_shares(steps_of(estimator)[-1])
            fits = n_made in (None, len(clusters)) and np.array_equal(clusters, np.arange(len(clusters)))
            require(fits, f"_clusters of ConsensusClusterer must be the {n_made} of its part")


def _n_shares(mixture):
    """Return the number of columns of `predict_proba`, or None if the mixture does not say it."""
    weights = getattr(mixture, "weights_", None)
    return getattr(mixture, "n_clusters_", None) if weights is None else len(weights)


def _check_methods(estimator, parts):
    """Check that the parts have the methods that the estimator offers, which ask their parameters, not the parts."""
    for method in ("predict", "predict_proba"):
        if method == "predict" or not hasattr(parts[0], "predict"):
            can = all(hasattr(part, method) for part in parts)
            require(can or not hasattr(estimator, method), f"a part of {type(estimator).__name__} has no {method}")


def _check_refiner(refiner):
    last = steps_of(refiner.clusterer_)[-1]
    n_codes = refiner._means.shape[1]
    n_seen = getattr(last, "n_features_in_", n_codes)
    require(n_seen == n_codes, f"_means of SubclusterRefiner has {n_codes} columns, but its clusterer {n_seen}")
    clusters = set(refiner.parts_[:, 0].tolist())
    fits = len(refiner.splitters_) == refiner.split_.sum() and clusters.issuperset(refiner.splitters_)
    require(fits, "splitters_ of SubclusterRefiner must be those of its split_ clusters")
    if hasattr(refiner, "predict"):
        require(len(refiner.parts_) > 0, "parts_ of SubclusterRefiner must have a row")
        _check_methods(refiner, [last, *refiner.splitters_.values()])


def _check_classifier(clusterer):
    for method in ("predict", "predict_proba"):
        can = hasattr(clusterer.classifier_, method) or not hasattr(clusterer, method)
        require(can, f"classifier_ of ClusterClassifier must have {method}")


def _check_heads(heads):
    n_ballots, n_clusters = heads._translations.shape[:2]
    require(sum(map(len, heads._kept)) == n_ballots, "_kept and _translations of NeighborHeads must fit")
    for encoder, network, kept in zip(heads.encoders_, heads._heads, heads._kept, strict=True):
        hidden = encoder._network.network.encoder.output_shape[-1]
        blueprint = network.blueprint
        require(network.sizes == (hidden,), "_heads of NeighborHeads must fit its encoders")
        require(blueprint.n_clusters == n_clusters, "_heads of NeighborHeads must have its number of clusters")
        require(not len(kept) or kept.max() < blueprint.n_heads, "_kept of NeighborHeads must be heads")
    widths = {encoder._network.sizes for encoder in heads.encoders_}
    require(len(widths) == 1, "encoders_ of NeighborHeads must see the same features")


def _check_encoder(encoder):
    is_right = encoder._front is not None or encoder._network.sizes == (encoder.n_features_in_,)
    require(is_right, "_network of ContrastiveEncoder must have n_features_in_ features")


def _check_mixture(mixture):
    k, n = mixture.means_.shape
    shapes = {"full": (k, n, n), "tied": (n, n), "diag": (k, n), "spherical": (k,)}
    wanted = shapes[mixture.covariance_type]
    precisions = mixture.precisions_cholesky_
    is_right = isinstance(precisions, np.ndarray) and precisions.dtype.kind == "f" and precisions.shape == wanted
    require(is_right, f"precisions_cholesky_ of GaussianMixture must be numbers of shape {wanted}")
    are_triangles = mixture.covariance_type in ("full", "tied")
    scales = np.diagonal(precisions, axis1=-2, axis2=-1) if are_triangles else precisions
    is_right = bool(np.isfinite(precisions).all() and (scales > 0).all())
    require(is_right, "precisions_cholesky_ of GaussianMixture must be finite, and above 0 on the diagonal")
    require(bool(np.isclose(mixture.weights_.sum(), 1, atol=1e-3)), "weights_ of GaussianMixture must have the sum 1")


def _check_planes(classifier):
    n_classes, n_planes = len(classifier.classes_), len(classifier.intercept_)
    require(n_planes == (1 if n_classes == 2 else n_classes), "coef_ of LogisticRegression must fit its classes_")


def _refuse_fitted_search(search):
    names = [name for name in vars(search) if name.endswith("_")]
    require(not names, f"a PipelineSearch with {', '.join(names[:1])} is neither saved nor loaded")


def _check_pipeline(pipeline):
    """Check the steps of a fitted Pipeline: all are fitted, and each takes what the one before it makes."""
    require(bool(pipeline.steps), "a Pipeline must have steps")
    for pair in pipeline.steps:
        is_pair = isinstance(pair, tuple | list) and len(pair) == 2 and isinstance(pair[0], str)
        require(is_pair, "the steps of a Pipeline must be pairs of a name and an estimator")
    names = [name for name, _ in pipeline.steps]
    require(len(set(names)) == len(names), "the names of the steps of a Pipeline must be different")
    steps = [step for _, step in pipeline.steps if step not in (None, "passthrough")]
    if not steps or not is_fitted(steps[-1]):
        return
    for step, following in pairwise(steps):
        name = type(step).__name__
        require(is_fitted(step), f"{name} must be fitted, as the last step of its Pipeline is")
        n_made, n_taken = _n_made(step), getattr(following, "n_features_in_", None)
        fits = None in (n_made, n_taken) or n_made == n_taken
        require(fits, f"{name} makes {n_made} columns, but {type(following).__name__} takes {n_taken}")


def _n_made(step):
    """Return the number of columns that a step makes, or None if it does not say it."""
    name = "n_features_in_" if isinstance(step, OneToOneFeatureMixin) else "_n_features_out"
    return getattr(step, name, None)


RELATIONS: dict[str, Callable[[Any], None]] = {
    "BaseDeepClusterer": _check_deep,
    "HOGFeatures": _check_features,
    "ImageFeatures": _check_features,
    "PretrainedFeatures": _check_pretrained,
    "GraphPartition": _check_partition,
    "KNNSpectral": _check_spectral,
    "SphericalKMeans": _check_directions,
    "ConsensusClusterer": _check_vote,
    "SubclusterRefiner": _check_refiner,
    "ClusterClassifier": _check_classifier,
    "NeighborHeads": _check_heads,
    "ContrastiveEncoder": _check_encoder,
    "GaussianMixture": _check_mixture,
    "LogisticRegression": _check_planes,
    "PipelineSearch": _refuse_fitted_search,
    "Pipeline": _check_pipeline,
}
