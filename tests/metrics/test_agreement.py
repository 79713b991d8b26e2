import numpy as np
import pytest

from skfashion.metrics import hungarian_accuracy_score, mean_agreement


@pytest.mark.parametrize("noise_label", [None, -1])
def test_it_is_the_mean_hungarian_accuracy_of_each_with_the_others(noise_label):
    partitions = np.random.default_rng(0).integers(-1, 4, size=(5, 60))
    expected = []
    for i, partition in enumerate(partitions):
        others = [other for j, other in enumerate(partitions) if j != i]
        expected.append(np.mean([_matched(partition, other, noise_label) for other in others]))
    np.testing.assert_allclose(mean_agreement(partitions, noise_label=noise_label), expected)


def _matched(partition, other, noise_label):
    """Of all rows, those that are right; noise on either side is not."""
    is_cluster = np.full(len(partition), True) if noise_label is None else partition != noise_label
    accuracy = hungarian_accuracy_score(partition[is_cluster], other[is_cluster], noise_label=noise_label)
    return accuracy * is_cluster.mean()


def test_numbers_of_clusters_may_differ():
    assert mean_agreement([[0, 0, 0, 0], [0, 1, 2, 3]]).tolist() == [0.25, 0.25]


def test_a_single_partition_agrees_with_no_other():
    with pytest.raises(ValueError, match="minimum of 2"):
        mean_agreement([[0, 1]])
