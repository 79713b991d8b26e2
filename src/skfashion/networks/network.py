"""What every network of ours is: Keras models, and an objective of them that the training engine compiles."""

from abc import ABC, abstractmethod
from typing import ClassVar

import keras
from keras import ops

from skfashion.engine.precision import set_compute_dtype
from skfashion.networks.losses import l2_penalty


class Network(ABC):
    """Base of the networks. Everything is written in `keras.ops` and reads and writes nothing but `variables`.

    So each backend can run it in its own way.

    Parameters
    ----------
    models : list of keras.Model
        What is trained.
    alpha : float
        Strength of the L2 penalty; divided by the number of rows of the batch, as in MLPClassifier.
    noise : float
        Standard deviation of the Gaussian noise added to the scaled rows while training; targets stay clean.
    augment : callable or None
        ``augment(rows, seed)`` returns changed rows, input and target alike, while training.
    rescale : float or None
        Rows are divided by it before they enter a model.
    compute_dtype : {"float32", "bfloat16"}
        What the layers compute in; float32 leaves them as they are.
    seed : int
        Seed of whatever is drawn.
    """

    term_names: ClassVar[tuple[str, ...]]  # of what `terms` returns

    def __init__(self, models, *, alpha=0.0, noise=0.0, augment=None, rescale=None, compute_dtype="float32", seed=0):
        self.models = models
        self.alpha = alpha
        self.noise = noise
        self.augment = augment
        self.rescale = rescale
        if compute_dtype != "float32":
            for model in models:
                set_compute_dtype(model, compute_dtype)
        self.seed_generator = keras.random.SeedGenerator(seed)

    @property
    def variables(self):
        """Of the models, of the network itself, and the state of its random numbers."""
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
        """What the objective depends on besides the models."""
        return self.alpha, self.noise, self.augment, self.rescale

    def prepare(self, n_rows):  # noqa: B027 (most networks need not know)
        """Take note of how many rows an epoch has, before training."""

    @abstractmethod
    def terms(self, batch, weights=None):
        """Each term of the loss by its name, for each row of a batch: arrays of shape (n_rows,).

        `weights` are those of the rows, 1 or 0, while training; None otherwise.
        """

    def total(self, terms, *, training):
        """What the terms, or their means, come to."""
        return sum(terms.values())

    def loss_rows(self, batch):
        """The loss of each row without penalties, shape (n_rows,)."""
        return self.total(self.terms(batch), training=False)

    def term_rows(self, batch):
        """The loss of each row without penalties, and then each of its terms, shape (n_rows, 1 + n_terms)."""
        terms = self.terms(batch)
        return ops.stack([self.total(terms, training=False), *(terms[name] for name in self.term_names)], axis=1)

    def objective(self, batch, weights):
        """Compute what training minimises, a scalar, and the mean of each term over the rows of weight 1."""
        n_rows = ops.sum(weights)
        means = {name: ops.sum(weights * term) / n_rows for name, term in self.terms(batch, weights).items()}
        total = self.total(means, training=True) + sum(sum(model.losses) for model in self.models)
        if self.alpha:
            kernels = [v for v in self.trainable_variables if len(v.shape) > 1]
            total = total + self.alpha * l2_penalty(kernels) / n_rows
        return total, means

    def run(self, model, x, *, training):
        """What a model makes of x, float32."""
        return ops.cast(model(x, training=training), "float32")

    def scale(self, rows):
        x = ops.cast(rows, "float32")
        return x if self.rescale is None else x / self.rescale

    def augmented(self, rows, training):
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
        """Rows to restore, and the rows to restore them from: augmented both, and noise added to the latter."""
        x = self.augmented(rows, training)
        if training and self.noise:
            return x, x + self.noise * keras.random.normal(ops.shape(x), seed=self.seed_generator)
        return x, x
