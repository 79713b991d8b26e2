"""Paper A, Avelar and Chaves: classifiers on pixels and on reduced images, clusters, future work."""

from skfashion.experiments.papers.avelar import figures, future_work, keras_network, tables

ROWS = [*tables.ROWS, *keras_network.ROWS, *figures.ROWS, *future_work.ROWS]
CONCLUSIONS, ERRATA = tables.CONCLUSIONS, tables.ERRATA

__all__ = ["CONCLUSIONS", "ERRATA", "ROWS"]
