"""Labels from clusters: decisions of a person, their application, sorted files and a classifier."""

from skfashion.labelling._apply import BY_CLUSTER, BY_HAND, Decided, apply_decisions
from skfashion.labelling._classifier import predict_labels, train_classifier
from skfashion.labelling._decisions import (
    DecisionError,
    Decisions,
    Group,
    ImageDecision,
    parse_decisions,
    read_decisions,
    run_id,
)
from skfashion.labelling._names import read_names
from skfashion.labelling._order import cluster_worth, doubts_of, order_by_doubt, order_by_typicality, similar_clusters
from skfashion.labelling._sorting import safe_name, sort_files
from skfashion.labelling._splitting import Parts, split_rows, with_parts

__all__ = [
    "BY_CLUSTER",
    "BY_HAND",
    "Decided",
    "DecisionError",
    "Decisions",
    "Group",
    "ImageDecision",
    "Parts",
    "apply_decisions",
    "cluster_worth",
    "doubts_of",
    "order_by_doubt",
    "order_by_typicality",
    "parse_decisions",
    "predict_labels",
    "read_decisions",
    "read_names",
    "run_id",
    "safe_name",
    "similar_clusters",
    "sort_files",
    "split_rows",
    "train_classifier",
    "with_parts",
]
