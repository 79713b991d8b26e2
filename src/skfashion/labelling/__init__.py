"""Labels from clusters: what a decision of a person is worth, and how it is applied; functions of arrays."""

from skfashion.labelling._order import cluster_worth, doubts_of, order_by_doubt, order_by_typicality, similar_clusters
from skfashion.labelling._run_id import run_id

__all__ = ["cluster_worth", "doubts_of", "order_by_doubt", "order_by_typicality", "run_id", "similar_clusters"]
