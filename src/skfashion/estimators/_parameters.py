"""The parameters of whatever trains a network, and their ranges."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, fields
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from skfashion._utils.image_shape import is_square, resolve_image_shape

ACTIVATIONS = StrOptions(
    {"celu", "elu", "gelu", "hard_sigmoid", "hard_tanh", "identity", "leaky_relu", "linear", "logistic", "mish", "relu"}
    | {"relu6", "selu", "sigmoid", "silu", "softplus", "softsign", "swish", "tanh"}
)


@dataclass(eq=False, repr=False)
class TrainingParameters:
    """Part of the constructors; `DenseAE` and `DenseClassifier` describe the parameters."""

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

    def __post_init__(self):
        """Refuse a subclass whose new parameters would be silently missing."""
        for cls in type(self).__mro__:
            annotated = {k for k, v in inspect.get_annotations(cls).items() if "ClassVar" not in str(v)}
            if issubclass(cls, TrainingParameters) and annotated - {"_"} - {f.name for f in fields(self)}:
                raise TypeError(
                    f"{cls.__name__} annotates parameters but is not a dataclass; "
                    "decorate it with @dataclass(kw_only=True, eq=False, repr=False)."
                )

    def _image_shape(self, n_features):
        """The shape of the images whose pixels the rows are, for `augment`."""
        if not is_square(n_features):
            raise ValueError(
                f"augment={self.augment!r} is for square grey images here but X has {n_features} columns; use a "
                "convolutional estimator with its image_shape, or pass a function, such as "
                "skfashion.networks.augmentation.ImageAugmentation((height, width, channels), shift=2)."
            )
        return resolve_image_shape(None, n_features)

    @property
    def _network_parameters(self):
        """The parameters that the network depends on: a fitted network can go on only if they are as they were."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _TRAINING_PARAMETERS}


_TRAINING_PARAMETERS = {
    "batch_size",
    "learning_rate_init",
    "max_iter",
    "tol",
    "n_iter_no_change",
    "early_stopping",
    "validation_fraction",
    "shuffle",
    "warm_start",
    "callbacks",
    "verbose",
    "random_state",
}
