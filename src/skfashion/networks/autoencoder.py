"""What an autoencoder computes: two Keras models and the objective that trains them."""

import keras
from keras import ops

from skfashion.networks.losses import RECONSTRUCTION_LOSSES, l2_penalty


class AutoencoderNetwork:
    """An encoder and a decoder, with the functions of them that the training engine compiles.

    Everything is written in `keras.ops` and reads and writes nothing but `variables`, so that each backend
    can run it in its own way.

    Parameters
    ----------
    encoder, decoder : keras.Model
        From rows to codes and back.
    loss : {"squared_error", "log_loss"}
        Reconstruction loss.
    alpha : float
        Strength of the L2 penalty; divided by the number of rows of the batch, as in MLPClassifier.
    noise : float
        Standard deviation of the Gaussian noise added to the scaled rows while training; the target stays clean.
    augment : callable or None
        ``augment(rows, seed)`` returns changed rows, input and target alike, while training.
    rescale : float or None
        Rows are divided by it before they enter the encoder, and multiplied by it when they leave the decoder.
    seed : int
        Seed of noise and augmentation.
    """

    def __init__(self, encoder, decoder, *, loss, alpha=0.0, noise=0.0, augment=None, rescale=None, seed=0):
        self.encoder = encoder
        self.decoder = decoder
        self.loss = loss
        self.alpha = alpha
        self.noise = noise
        self.augment = augment
        self.rescale = rescale
        self.seed_generator = keras.random.SeedGenerator(seed)

    @property
    def models(self):
        return [self.encoder, self.decoder]

    @property
    def variables(self):
        return [*self.encoder.variables, *self.decoder.variables, self.seed_generator.state]

    @property
    def trainable_variables(self):
        return [v for v in self.variables if v.trainable]

    @property
    def non_trainable_variables(self):
        return [v for v in self.variables if not v.trainable]

    @property
    def settings(self):
        """What `objective` depends on besides the models."""
        return self.loss, self.alpha, self.noise, self.augment, self.rescale

    def scale(self, rows):
        x = ops.cast(rows, "float32")
        return x if self.rescale is None else x / self.rescale

    def encode(self, rows):
        return self.encoder(self.scale(rows), training=False)

    def decode(self, codes):
        x = self.decoder(ops.cast(codes, "float32"), training=False)
        return x if self.rescale is None else x * self.rescale

    def score_rows(self, rows):
        """Minus the loss of each row, shape (n_rows,)."""
        terms = self.terms(rows, training=False)
        return -sum(terms.values())

    def terms(self, rows, *, training):
        """Each term of the loss, by its name, for each row: arrays of shape (n_rows,)."""
        x = self.scale(rows)  # (n_rows, n_features)
        if training and self.augment is not None:
            x = self.augment(x, self.seed_generator)
        corrupted = x
        if training and self.noise:
            corrupted = x + self.noise * keras.random.normal(ops.shape(x), seed=self.seed_generator)
        x_hat = self.decoder(self.encoder(corrupted, training=training), training=training)
        return {"reconstruction": RECONSTRUCTION_LOSSES[self.loss](x, x_hat)}

    def objective(self, rows, weights):
        """Compute what training minimises, a scalar, and the mean of each term over the rows of weight 1."""
        n_rows = ops.sum(weights)
        means = {name: ops.sum(weights * term) / n_rows for name, term in self.terms(rows, training=True).items()}
        total = sum(means.values()) + sum(sum(model.losses) for model in self.models)
        if self.alpha:
            kernels = [v for v in self.trainable_variables if len(v.shape) > 1]
            total = total + self.alpha * l2_penalty(kernels) / n_rows
        return total, means
