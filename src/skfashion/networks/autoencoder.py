"""The objective of autoencoders."""

from typing import ClassVar

from keras import ops

from skfashion.networks.losses import RECONSTRUCTION_LOSSES
from skfashion.networks.network import Network


class AutoencoderNetwork(Network):
    """An encoder and a decoder.

    Parameters
    ----------
    encoder, decoder : keras.Model
        From rows to codes and back.
    loss : {"squared_error", "log_loss"}
        Reconstruction loss.
    **options
        Options of `Network`. Outputs of the decoder are multiplied by `rescale`.
    """

    term_names: ClassVar[tuple[str, ...]] = ("reconstruction",)

    def __init__(self, encoder, decoder, *, loss, **options):
        super().__init__([encoder, decoder], **options)
        self.encoder = encoder
        self.decoder = decoder
        self.loss = loss

    @property
    def settings(self):
        return self.loss, *super().settings

    def encode(self, rows):
        """Return codes, shape (n_rows, n_components)."""
        return self.run(self.encoder, self.scale(rows), training=False)

    def decode(self, codes):
        """Return rows in the units of the training data, shape (n_rows, n_features)."""
        x = self.run(self.decoder, ops.cast(codes, "float32"), training=False)
        return x if self.rescale is None else x * self.rescale

    def terms(self, batch, weights=None):
        training = weights is not None
        x, corrupted = self.target_and_input(batch, training)
        codes = self.run(self.encoder, corrupted, training=training)
        x_hat = self.run(self.decoder, codes, training=training)
        return {"reconstruction": RECONSTRUCTION_LOSSES[self.loss](x, x_hat)}
