"""Graph partitions next to the clusterings of the papers."""

from skfashion._utils.pipelines import set_seed
from skfashion.experiments._clusterings import scores_of_matrix
from skfashion.experiments._rows import Claim, Paper, Row
from skfashion.experiments.papers.akula import AKULA
from skfashion.experiments.papers.akula import ROWS as ROWS_OF_AKULA
from skfashion.experiments.papers.tella import MATRIX_5_4, MATRIX_5_6, TELLA
from skfashion.experiments.papers.tella import ROWS as ROWS_OF_TELLA
from skfashion.plugins import pipeline_from_names

OURS = Paper("F", "skfashion", "Graph partitions of gradients")


def graph_partition_of_gradients(random_state):
    """Make the pipeline of hog and graph-partition for images of bytes."""
    return set_seed(pipeline_from_names("hog", "graph-partition", n_clusters=10, scale="bytes"), random_state)


def _best_published(metric):
    """Return the highest published value among the rows of the papers B and C."""
    return max(row.published.get(metric, 0.0) for row in (*ROWS_OF_TELLA, *ROWS_OF_AKULA))


BEST_ONE_TO_ONE = max(scores_of_matrix(counts)["hungarian_accuracy"] for counts in (MATRIX_5_4, MATRIX_5_6))

ROWS = [
    Row(
        "F1",
        "hog + graph-partition",
        OURS,
        "no paper",
        graph_partition_of_gradients,
        claims=(
            Claim(
                f"purer than the purest published clusters, {_best_published('purity'):.4f} ({AKULA.key})",
                "purity",
                _best_published("purity"),
            ),
            Claim(
                f"one to one more accurate than the best published matrix, {BEST_ONE_TO_ONE:.4f} ({TELLA.key})",
                "hungarian_accuracy",
                BEST_ONE_TO_ONE,
            ),
        ),
    ),
]
