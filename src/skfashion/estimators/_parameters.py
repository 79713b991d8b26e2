"""Parameters of all estimators that train a network, and their ranges."""

import math
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, fields
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

ACTIVATIONS = StrOptions(
    {"celu", "elu", "gelu", "hard_sigmoid", "hard_tanh", "identity", "leaky_relu", "linear", "logistic", "mish", "relu"}
    | {"relu6", "selu", "sigmoid", "silu", "softplus", "softsign", "swish", "tanh"}
)


MIN_BATCH_SIZE, MAX_BATCH_SIZE = 16, 256
STEPS_PER_EPOCH = 75  # of batch_size="auto", as far as its bounds allow
MIN_EPOCHS, MAX_EPOCHS, ENOUGH_STEPS = 50, 600, 10_000  # of max_iter="auto"
AUTO = StrOptions({"auto"})


@dataclass(eq=False, repr=False)
class TrainingParameters:
    """Constructor parameters; `DenseAE` and `DenseClassifier` describe them."""

    _: KW_ONLY
    activation: str | Callable = "relu"
    alpha: float = 0.0
    dropout: float = 0.0
    augment: Callable | str | Sequence[str] | dict[str, float] | None = None
    rescale: float | None = None
    compute_dtype: str = "float32"
    batch_size: int | str = "auto"
    learning_rate: str = "linear_decay"
    learning_rate_init: float = 1e-3
    max_iter: int | str = "auto"
    tol: float = 1e-4
    n_iter_no_change: int = 10
    early_stopping: bool = False
    validation_fraction: float = 0.1
    shuffle: bool = True
    warm_start: bool = False
    callbacks: Sequence | None = None
    verbose: int = 0
    random_state: int | np.random.RandomState | None = None

    _parameter_constraints: ClassVar[dict] = {
        "activation": [ACTIVATIONS, callable],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "dropout": [Interval(Real, 0, 1, closed="left")],
        "augment": [callable, str, "array-like", dict, None],
        "rescale": [Interval(Real, 0, None, closed="neither"), None],
        "compute_dtype": [StrOptions({"float32", "bfloat16"})],
        "batch_size": [Interval(Integral, 1, None, closed="left"), AUTO],
        "learning_rate": [StrOptions({"constant", "linear_decay"})],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "max_iter": [Interval(Integral, 1, None, closed="left"), AUTO],
        "tol": [Interval(Real, 0, None, closed="left")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "shuffle": ["boolean"],
        "warm_start": ["boolean"],
        "callbacks": ["array-like", None],
        "verbose": ["verbose"],
        "random_state": ["random_state"],
    }


# A fit that continues must have these as before, and those of subclasses; all others may change.
_OF_THE_NETWORK = {"activation", "alpha", "dropout", "augment", "rescale", "compute_dtype"}
TRAINING_PARAMETERS = {f.name for f in fields(TrainingParameters)} - _OF_THE_NETWORK


def resolve_batch_size(batch_size, n_rows) -> int:
    """Return the batch size; "auto" is the power of two that makes about 75 steps an epoch, from 16 to 256.

    It is 256 if the number of rows is not known (None), as that of the rows to come in `partial_fit`.
    """
    if batch_size != "auto":
        return int(batch_size)
    if n_rows is None:
        return MAX_BATCH_SIZE
    return min(MAX_BATCH_SIZE, max(MIN_BATCH_SIZE, 2 ** round(math.log2(n_rows / STEPS_PER_EPOCH))))


def resolve_max_iter(max_iter, n_rows, batch_size, factor=1.0) -> int:
    """Return the number of epochs; "auto" is as many as 10,000 steps take, from 50 to 600.

    An architecture that needs more steps has a `factor` above 1.
    """
    if max_iter != "auto":
        return int(max_iter)
    enough = math.ceil(factor * ENOUGH_STEPS / math.ceil(n_rows / batch_size))
    return min(MAX_EPOCHS, max(round(factor * MIN_EPOCHS), enough))
