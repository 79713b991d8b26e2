"""Training of a network on pairs of views; imported in function bodies only, since keras loads slowly."""

import math
from typing import NamedTuple

from skfashion.engine.fitted import FittedNetwork
from skfashion.engine.rows import Rows
from skfashion.engine.schedule import NoImprovement, Schedule
from skfashion.estimators import EpochPrinter

MIN_EPOCHS, ENOUGH_STEPS = 6, 360  # of max_iter="auto"


def train_on_pairs(network: FittedNetwork, views, estimator) -> list[float]:
    """Train a network by the parameters of an estimator; return the loss of each epoch.

    Each epoch draws other pairs. It leaves out the rows that would not fill a batch: padding would change the
    statistics of batch normalisation.
    """
    plan = PairPlan.of(estimator, len(views.neighbors))

    def draw(epoch):
        first, second = views.pairs(plan.n_drawn, [network.seed, epoch])
        return Rows(first, targets=second)

    schedule = Schedule(
        max_iter=plan.n_epochs,
        batch_size=plan.batch_size,
        learning_rate_init=estimator.learning_rate_init,
        stop=NoImprovement(0.0, n_iter_no_change=plan.n_epochs),
        decays=True,
        shuffle=False,
        draw=draw,
        callbacks=[EpochPrinter()] if estimator.verbose else [],
    )
    result = network.train(draw(0), None, schedule)
    if result.is_interrupted:
        raise KeyboardInterrupt
    return result.curves.training["loss"]


class PairPlan(NamedTuple):
    """Size of a training on pairs."""

    n_drawn: int  # pairs of an epoch
    batch_size: int
    n_epochs: int

    @classmethod
    def of(cls, estimator, n_rows) -> "PairPlan":
        """Plan the training of so many rows; ``max_iter="auto"`` is six epochs, or as many as 360 steps take."""
        batch_size = min(int(estimator.batch_size), max(2, n_rows // 2))
        n_steps = n_rows // batch_size
        enough = max(MIN_EPOCHS, math.ceil(ENOUGH_STEPS / n_steps))
        n_epochs = enough if estimator.max_iter == "auto" else int(estimator.max_iter)
        return cls(n_steps * batch_size, batch_size, n_epochs)
