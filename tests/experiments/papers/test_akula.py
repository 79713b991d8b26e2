import numpy as np
import pytest

from skfashion import DenseAE
from skfashion.experiments import find_rows
from skfashion.experiments._clusterings import n_empty_columns, scores_of_matrix
from skfashion.experiments.papers import akula, tella


@pytest.mark.parametrize(
    ("matrix", "row", "n_empty"),
    [
        (tella.MATRIX_5_4, "B2", 2),
        (tella.MATRIX_5_6, "B3", 1),
        (akula.MATRIX_5_3, "C2", 0),
        (akula.MATRIX_5_4, "C3", 1),
    ],
)
def test_the_published_accuracies_are_the_purities_of_the_published_matrices(matrix, row, n_empty):
    (row,) = find_rows([row])
    assert scores_of_matrix(matrix)["purity"] == pytest.approx(row.published["purity"], abs=5e-5)
    assert n_empty_columns(matrix) == n_empty
    assert np.sum(matrix) == 60_000


def test_the_matrix_that_is_printed_before_any_matching_has_another_accuracy():
    assert scores_of_matrix(akula.MATRIX_5_3)["hungarian_accuracy"] == pytest.approx(0.5546, abs=5e-5)


@pytest.mark.parametrize(("name", "n_parameters"), [("B2", 6_368_794), ("C2", 8_153_794)])
def test_the_autoencoders_have_the_sizes_that_the_papers_give(data, name, n_parameters):
    (row,) = find_rows([name])
    ae = row.build(random_state=0)["ae"]
    assert isinstance(ae, DenseAE)
    ae.set_params(max_iter=1).fit(data.X[:20])
    assert ae.encoder_.count_params() + ae.decoder_.count_params() == n_parameters
