import pytest

from skfashion.experiments.papers.ours import ROWS, graph_partition_of_gradients
from skfashion.plugins import get_plugin


def test_the_closing_row_is_a_graph_partition_of_gradients():
    pipeline = graph_partition_of_gradients(0)
    for kind, name in (("reducer", "hog"), ("clusterer", "graph-partition")):
        assert type(pipeline[kind]) is type(get_plugin(kind, name).estimator())
    assert pipeline["clusterer"].random_state is not None
    assert pipeline["clusterer"].n_clusters == 10


def test_it_is_compared_with_the_best_of_the_papers():
    bounds = {claim.metric: claim.above for claim in ROWS[0].claims}
    assert bounds == pytest.approx({"purity": 0.60795, "hungarian_accuracy": 0.6035833})
