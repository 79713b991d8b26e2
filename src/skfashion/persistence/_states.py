"""States of fitted estimators of our own, and of those that they are made of: the form of each attribute.

Their methods trust the shapes and the places in them. A forged state would end in an error of numpy, or of what else
meets it first.
"""

import numpy as np

from skfashion.persistence._forms import (
    Form,
    below,
    booleans,
    count,
    entries,
    fitted,
    flag,
    floats,
    integers,
    listed,
    mapping,
    network,
    number,
    optional,
    text,
)
from skfashion.persistence._relations import RELATIONS

N_FEATURES = {"n_features_in_": count("n_features_in_")}
CURVE = listed(number)
LABELS = integers("n_samples", low=-1)
OF_ROWS = {"n_features_in_": "n_features_in_"}  # a part that sees the same columns
SCORES = mapping(count(), number)
SEARCH = fitted("kneighbors", kind="NearestNeighbors", n_samples_fit_="n_rows", **OF_ROWS)
SHAPE = listed(count(), kind=tuple)
DOUBLE, SINGLE = np.finfo(np.float64).tiny, np.finfo(np.float32).tiny

# By the name of the class. The order matters: an attribute that sets a size is before those that have it.
STATES: dict[str, dict[str, Form]] = {
    "BaseAutoencoder": {**N_FEATURES, "_network": network("n_features_in_"), "loss_curve_": CURVE, "n_iter_": count()},
    "BaseClassifier": {
        **N_FEATURES,
        "classes_": entries("n_classes"),
        "_network": network("n_features_in_", "n_classes"),
        "loss_curve_": CURVE,
        "n_iter_": count(),
    },
    "BaseDeepClusterer": {
        **N_FEATURES,
        "_network": network("n_features_in_"),
        "labels_": integers("n_samples"),
        **dict.fromkeys(("loss_curve_", "clustering_loss_curve_", "label_change_curve_"), CURVE),
        "n_iter_": count(),
        "converged_": flag,
    },
    "ContrastiveEncoder": {
        **N_FEATURES,
        "_front": optional(fitted("transform", _n_features_out="n_described", **OF_ROWS)),
        "_gain": number,
        "_network": network("n_described"),
        "loss_curve_": CURVE,
        "n_iter_": count(),
    },
    "NeighborHeads": {
        **N_FEATURES,
        "encoders_": listed(fitted("transform", **OF_ROWS), "n_networks", low=1),
        "_heads": listed(network(None), "n_networks"),
        "_kept": listed(integers(None), "n_networks"),
        "_translations": floats("n_ballots", "n_clusters", "n_clusters", low=0),
        "labels_": integers("n_samples", below="n_clusters"),
        "sizes_": floats("n_clusters", low=0),
        "agreement_": number,
        "heads_loss_curves_": listed(CURVE, "n_networks"),
        "n_iter_": count(),
    },
    "ConsensusClusterer": {
        **N_FEATURES,
        "n_clusters_": count("n_clusters_"),
        "estimators_": listed(fitted(**OF_ROWS), "n_runs", low=1),
        "medoid_": below("n_runs"),
        "_voters": listed(below("n_runs"), low=1),
        "_clusters": listed(integers(None, low=-(2**31)), "n_runs"),
        "_names": integers("n_runs", "n_clusters_", below="n_clusters_"),
        "_order": integers("n_clusters_", below="n_clusters_"),
        "labels_": integers("n_samples", low=-1, below="n_clusters_"),
        "confidence_": floats("n_samples"),
        "agreement_": number,
    },
    "GraphPartition": {
        **N_FEATURES,
        "n_clusters_": count("n_clusters_"),
        "n_clusters_scores_": SCORES,
        "n_neighbors_": count(low=0),
        "has_equal_sizes_": flag,
        "agreements_": mapping(text, number),
        "agreement_": number,
        "_rows": floats("n_rows", "n_features_in_"),
        "_labels": integers("n_rows", below="n_clusters_"),
        "_shares": floats("n_rows", "n_clusters_", low=0),
        "_scales": floats("n_rows", low=DOUBLE),
        "_same_row": floats("n_rows", low=0),
        "_neighbors": SEARCH,
        "labels_": integers("n_samples", below="n_clusters_"),
        "confidence_": floats("n_samples"),
    },
    "KNNSpectral": {
        **N_FEATURES,
        "_X": floats("n_rows", "n_features_in_"),
        "_neighbors": SEARCH,
        **{name: floats("n_rows", low=DOUBLE) for name in ("_scales", "_degrees")},
        "eigenvalues_": floats("n_vectors"),
        "_vectors": floats("n_rows", "n_vectors"),
        "embedding_": floats("n_rows", "n_vectors"),
        "_kmeans": fitted("predict", kind="KMeans", n_features_in_="n_vectors"),
        "cluster_centers_": floats("n_clusters", "n_vectors"),
        "labels_": integers("n_rows", below="n_clusters"),
    },
    "SphericalKMeans": {
        **N_FEATURES,
        "cluster_centers_": floats("n_clusters", "n_features_in_"),
        "labels_": integers("n_samples", below="n_clusters"),
        "inertia_": number,
        "n_iter_": count(),
    },
    "Ward": {**N_FEATURES, "labels_": integers("n_samples"), "linkage_": floats("n_merges", 4)},
    "SubclusterRefiner": {
        **N_FEATURES,
        "clusterer_": fitted(**OF_ROWS),
        "splitters_": mapping(count(low=0), fitted(n_features_in_="n_codes")),
        "parts_": integers("n_parts", 2, low=-(2**31)),
        "_means": floats("n_parts", "n_codes"),
        "silhouettes_": floats("n_clusters", is_finite=False),
        "merged_": integers("n_parts", below="n_clusters"),
        "split_": booleans("n_clusters"),
        "labels_": integers("n_samples", low=-1, below="n_clusters"),
    },
    "ClusterClassifier": {
        **N_FEATURES,
        "clusterer_": fitted(**OF_ROWS),
        "classifier_": fitted("predict", **OF_ROWS),
        "pseudo_labels_": LABELS,
        "labels_": LABELS,
        "indices_": integers("n_learnt", below="n_samples"),
        "classes_": integers("n_classes"),
    },
    "HOGFeatures": {
        **N_FEATURES,
        "image_shape_": SHAPE,
        "size_": SHAPE,
        "n_cells_": listed(count(low=2), kind=tuple),
    },
    "ImageFeatures": {
        **N_FEATURES,
        "image_shape_": SHAPE,
        "_gradients": listed(fitted("transform", kind="HOGFeatures", **OF_ROWS)),
        "_scales": listed(number),
        "_pca": fitted("transform", kind="CappedPCA", n_components_="n_components_"),
        "n_components_": count("n_components_"),
        "_deviations": floats("n_components_", low=SINGLE),
    },
    "CappedPCA": {
        **N_FEATURES,
        "n_components_": count("n_components_"),
        "pca_": fitted("transform", kind="PCA", n_components_="n_components_", **OF_ROWS),
    },
    "RangeScaler": {**N_FEATURES, "data_min_": number, "data_max_": number},
    "PretrainedFeatures": {
        **N_FEATURES,
        "image_shape_": SHAPE,
        "image_size_": SHAPE,
        "model_path_": optional(text),
        "model_sha256_": text,
        "_n_features_out": count(),
    },
    "PCA": {
        **N_FEATURES,
        "n_components_": count("n_components_", low=0),
        "components_": floats("n_components_", "n_features_in_"),
        "mean_": floats("n_features_in_"),
        "explained_variance_": floats("n_components_"),
    },
    "KMeans": {**N_FEATURES, "cluster_centers_": floats("n_clusters", "n_features_in_"), "_n_threads": count()},
    "GaussianMixture": {
        **N_FEATURES,
        "means_": floats("n_components", "n_features_in_"),
        "weights_": floats("n_components", low=0),
    },
    "LogisticRegression": {
        **N_FEATURES,
        "classes_": entries("n_classes"),
        "coef_": floats("n_planes", "n_features_in_"),
        "intercept_": floats("n_planes"),
    },
    "MinMaxScaler": {
        **N_FEATURES,
        **dict.fromkeys(("scale_", "min_"), floats("n_features_in_", is_finite=False)),
    },
    "StandardScaler": {
        **N_FEATURES,
        **dict.fromkeys(("scale_", "mean_"), optional(floats("n_features_in_", is_finite=False))),
    },
}


def check_state(estimator) -> None:
    """Raise a ValueError if a fitted estimator has attributes of other forms than its class gives them."""
    for name in _known_kinds(estimator):
        forms = STATES.get(name, {})
        has_state = bool(forms.keys() & vars(estimator).keys())
        if has_state:
            _check_forms(name, forms, estimator)
        if name in RELATIONS and (has_state or not forms):
            RELATIONS[name](estimator)


def _known_kinds(estimator):
    """Yield the names of our classes, also as parents, and of scikit-learn's own, whose subclasses may differ."""
    for kind in type(estimator).__mro__:
        room = kind.__module__.partition(".")[0]
        if room == "skfashion" or (room == "sklearn" and kind is type(estimator)):
            yield kind.__name__


def _check_forms(name, forms, estimator):
    sizes: dict[str, int] = {}
    for attribute, form in forms.items():
        if attribute not in vars(estimator):
            raise ValueError(f"a fitted {name} must have {attribute}")
        try:
            form(vars(estimator)[attribute], sizes, estimator)
        except ValueError as error:
            raise ValueError(f"{attribute} of {name} {error}") from error
