"""The parameters that all autoencoders share, and their ranges."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import ClassVar

from sklearn.utils._param_validation import Interval, StrOptions

from skfashion.estimators import ACTIVATIONS, TrainingParameters


@dataclass(eq=False, repr=False)
class AutoencoderParameters(TrainingParameters):
    """Constructor of the autoencoders; `DenseAE` describes the parameters."""

    n_components: int = 2
    _: KW_ONLY
    code_activation: str | Callable | None = None
    output_activation: str | Callable | None = None
    loss: str = "squared_error"
    noise: float = 0.0

    _parameter_constraints: ClassVar[dict] = {
        **TrainingParameters._parameter_constraints,
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "code_activation": [ACTIVATIONS, callable, None],
        "output_activation": [ACTIVATIONS, callable, None],
        "loss": [StrOptions({"squared_error", "log_loss"})],
        "noise": [Interval(Real, 0, None, closed="left")],
    }

    @property
    def reconstruction_activation(self):
        """Activation of the decoder's output: `output_activation`, or what the loss needs where that is None."""
        if self.output_activation is None and self.loss == "log_loss":
            return "logistic"
        return self.output_activation
