"""Parameters of all estimators that train a network, and their ranges."""

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
    batch_size: int = 256
    learning_rate_init: float = 1e-3
    max_iter: int = 50
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
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
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
