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
    n_rows = len(views.neighbors)
    batch_size = min(int(estimator.batch_size), max(2, n_rows // 2))
    n_drawn = n_rows // batch_size * batch_size

    def draw(epoch):
        first, second = views.pairs(n_drawn, [network.seed, epoch])
        return Rows(first, targets=second)

    n_epochs = _n_epochs(estimator.max_iter, n_drawn // batch_size)
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


def _n_epochs(max_iter, n_steps):
    """Return the number of epochs of so many steps; "auto" is six, or as many as 360 steps take."""
    return max(MIN_EPOCHS, math.ceil(ENOUGH_STEPS / n_steps)) if max_iter == "auto" else int(max_iter)
