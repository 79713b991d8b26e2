"""Training of a network on pairs of views; imported in function bodies only, since keras loads slowly."""

import math

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
    n_drawn, batch_size, n_epochs = plan(estimator, len(views.neighbors))

    def draw(epoch):
        first, second = views.pairs(n_drawn, [network.seed, epoch])
        return Rows(first, targets=second)

    schedule = Schedule(
        max_iter=n_epochs,
        batch_size=batch_size,
        learning_rate_init=estimator.learning_rate_init,
        stop=NoImprovement(0.0, n_iter_no_change=n_epochs),
        decays=True,
        shuffle=False,
        draw=draw,
        callbacks=[EpochPrinter()] if estimator.verbose else [],
    )
    result = network.train(draw(0), None, schedule)
    if result.is_interrupted:
        raise KeyboardInterrupt
    return result.curves.training["loss"]


def plan(estimator, n_rows) -> tuple[int, int, int]:
    """Return the pairs of an epoch, the pairs of a batch, and the number of epochs.

    ``max_iter="auto"`` is six epochs, or as many as 360 steps take.
    """
    batch_size = min(int(estimator.batch_size), max(2, n_rows // 2))
    n_steps = n_rows // batch_size
    enough = max(MIN_EPOCHS, math.ceil(ENOUGH_STEPS / n_steps))
    return n_steps * batch_size, batch_size, enough if estimator.max_iter == "auto" else int(estimator.max_iter)
