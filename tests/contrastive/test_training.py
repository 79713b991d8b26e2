import pytest

from skfashion import ContrastiveEncoder
from skfashion.contrastive._training import PairPlan


@pytest.mark.parametrize(
    ("n_rows", "batch_size", "plan"),
    [
        (1000, 256, (768, 256, 120)),  # three steps an epoch
        (500, 10, (500, 10, 8)),  # 7.2 epochs of fifty steps
        (600, 10, (600, 10, 6)),
        (100_000, 256, (99_840, 256, 6)),  # six epochs are more than enough steps
        (101, 1000, (100, 50, 180)),  # two steps an epoch
        (3, 1000, (2, 2, 360)),
        (2, 1000, (2, 2, 360)),
    ],
)
def test_an_epoch_has_whole_batches_and_a_training_360_steps_or_six_epochs(n_rows, batch_size, plan):
    assert PairPlan.of(ContrastiveEncoder(batch_size=batch_size), n_rows) == plan


def test_a_number_of_epochs_can_be_asked_for():
    assert PairPlan.of(ContrastiveEncoder(batch_size=256, max_iter=2), 1000) == (768, 256, 2)
