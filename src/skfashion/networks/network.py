"""The base of all networks: Keras models, and their objective, which the training engine compiles."""

from abc import ABC, abstractmethod
from typing import ClassVar

import keras
from keras import ops

from skfashion.networks.losses import l2_penalty


class Network(ABC):
    """Base of the networks.

    Everything is written in `keras.ops`, and nothing but `variables` is read and written: each backend runs it in its
    own way.

    Parameters
    ----------
    models : list of keras.Model
        The models to train.
    alpha : float
        Strength of the L2 penalty on the kernels of the models: their trainable variables of two or more dimensions.
        It is divided by the number of rows of the batch, as in MLPClassifier.
    noise : float
        Standard deviation of the Gaussian noise added to the scaled rows while training; targets stay clean.
    augment : callable or None
        ``augment(rows, seed)`` returns changed rows, input and target alike, while training.
    rescale : float or None
        Rows are divided by it before they enter a model.
    compute_dtype : {"float32", "bfloat16"}
        Precision in which the layers compute.
    seed : int
        Seed of all draws.
    """

    term_names: ClassVar[tuple[str, ...]]  # the keys of `terms`

    def __init__(self, models, *, alpha=0.0, noise=0.0, augment=None, rescale=None, compute_dtype="float32", seed=0):
        self.models = models
        self.alpha = float(alpha)  # jax takes no large integers
        self.noise = float(noise)
        self.augment = augment
        self.rescale = None if rescale is None else float(rescale)
        if compute_dtype != "float32":
            for model in models:
                set_compute_dtype(model, compute_dtype)
        self.seed_generator = keras.random.SeedGenerator(seed)

    @property
    def variables(self):
        """Variables of the models, of the network itself, and the state of its random numbers."""
        return [*(v for model in self.models for v in model.variables), *self.own_variables, self.seed_generator.state]

    @property
    def own_variables(self):
        """Variables that belong to no model."""
        return []

    @property
    def trainable_variables(self):
        return [v for v in self.variables if v.trainable]

    @property
    def non_trainable_variables(self):
        return [v for v in self.variables if not v.trainable]

    @property
    def settings(self):
        """Values that the objective depends on, other than the models."""
        return self.alpha, self.noise, self.augment, self.rescale

    def prepare(self, n_rows):  # noqa: B027 (most networks need not know)
        """Store the number of rows of an epoch, before training."""

    @abstractmethod
    def terms(self, batch, weights=None):
        """Compute each term of the loss for each row of a batch: a dict of arrays of shape (n_rows,).

        `weights` are those of the rows in training, 0 for padding; None otherwise.
        """

    def total(self, terms, *, training):
        """Combine the terms, or their means, to the loss."""
        return sum(terms.values())

    def loss_rows(self, batch):
        """Compute the loss of each row without penalties, shape (n_rows,)."""
        return self.total(self.terms(batch), training=False)

    def term_rows(self, batch):
        """Compute the loss of each row without penalties, and each of its terms, shape (n_rows, 1 + n_terms)."""
        terms = self.terms(batch)
        return ops.stack([self.total(terms, training=False), *(terms[name] for name in self.term_names)], axis=1)

    def objective(self, batch, weights):
        """Compute the scalar that training minimises, and the weighted mean of each term over the rows."""
        n_rows = ops.sum(weights)
        means = {name: ops.sum(weights * term) / n_rows for name, term in self.terms(batch, weights).items()}
        total = self.total(means, training=True) + sum(sum(model.losses) for model in self.models)
        if self.alpha:
            kernels = [v for model in self.models for v in model.trainable_variables if len(v.shape) > 1]
            total = total + self.alpha * l2_penalty(kernels) / n_rows
        return total, means

    def run(self, model, x, *, training):
        """Apply a model to x; return float32."""
        return ops.cast(model(x, training=training), "float32")

    def scale(self, rows):
        """Divide rows by `rescale`; return float32."""
        x = ops.cast(rows, "float32")
        return x if self.rescale is None else x / self.rescale

    def augmented(self, rows, training):
        """Return scaled rows, changed by `augment` in training."""
        x = self.scale(rows)  # (n_rows, n_features)
        if not training or self.augment is None:
            return x
        changed = self.augment(x, self.seed_generator)
        if getattr(changed, "shape", None) != x.shape:
            raise ValueError(
                f"augment must return a tensor of the shape {tuple(x.shape)} of its rows, not {changed!r}."
            )
        return changed

    def target_and_input(self, rows, training):
        """Return the rows to reconstruct, and the rows to reconstruct them from: the same, with noise in training."""
        x = self.augmented(rows, training)
        if training and self.noise:
            return x, x + self.noise * keras.random.normal(ops.shape(x), seed=self.seed_generator)
        return x, x


def set_compute_dtype(model, dtype):
    """Let the model's layers compute in `dtype`, such as "bfloat16", and keep their variables in float32.

    Layers inside other layers that are no models keep their own dtype.
    """
    for layer in model.layers:
        layer.dtype_policy = f"mixed_{dtype}"
        if isinstance(layer, keras.Model):
            set_compute_dtype(layer, dtype)


def check_model(model, name, n_inputs, n_outputs=None):
    """Return a model that a user has built, if it fits the network.

    Parameters
    ----------
    model : object
        What the method has returned.
    name : str
        Name of the class and of the method, for errors.
    n_inputs, n_outputs : int
        Width of the rows that it takes and gives; None stands for any.

    Raises
    ------
    TypeError
        If it is no Keras model.
    ValueError
        If it has other shapes, or none yet.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"{name} returned {model!r}; return a keras.Model.")
    if not model.built:
        raise ValueError(f"{name} returned a model of unknown input; begin with keras.Input(({n_inputs},)).")
    if not hasattr(model, "input_shape"):  # a class of the user with its own `call` and `build`
        return model
    shapes = model.input_shape, model.output_shape
    wanted = (None, n_inputs), (None, n_outputs or shapes[1][-1])
    if shapes != wanted:
        raise ValueError(
            f"{name} returned a model from {shapes[0]} to {shapes[1]}; it must be from {wanted[0]} to {wanted[1]}."
        )
    return model
