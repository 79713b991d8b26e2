import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix

from skfashion.clusterers._eigenvectors import at_length_1, leading_eigenvectors


def test_each_part_without_a_connection_has_the_eigenvalue_1():
    graph = csr_matrix(np.kron(np.eye(2), [[0, 1], [1, 0]]))
    values, vectors = leading_eigenvectors(graph, np.ones(4), 2, np.random.RandomState(0))
    assert_allclose(values, 1)
    assert_allclose(vectors[0], vectors[1])


def test_rows_have_length_1_unless_they_have_one_column():
    assert_allclose(at_length_1(np.array([[3.0, 4.0]])), [[0.6, 0.8]])
    assert_array_equal(at_length_1(np.array([[3.0]])), [[3.0]])
