import numpy as np

from skfashion._utils.last_results import keep_last


def test_equal_arguments_are_computed_once_and_others_again():
    calls = []

    @keep_last(2)
    def double(X, factor):
        calls.append(factor)
        return factor * X

    first = double(np.ones(3), 2)
    assert double(np.ones(3), 2) is first
    np.testing.assert_array_equal(double(np.ones(3), 3), [3, 3, 3])
    np.testing.assert_array_equal(double(np.zeros(3), 3), [0, 0, 0])
    assert calls == [2, 3, 3]
    double(np.ones(3), 2)  # two others came after it
    assert calls == [2, 3, 3, 2]
