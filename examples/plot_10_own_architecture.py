"""
Your own architecture in thirty lines
=====================================

An architecture is a subclass with two functions: one builds the encoder, one the decoder. They return plain Keras
models. Fitting, early stopping, scores, cloning and pickling are inherited.
"""

from dataclasses import dataclass

import matplotlib.pyplot as plt

from skfashion import load_fashion_mnist_sample
from skfashion.autoencoders import BaseAutoencoder
from skfashion.displays import LossCurveDisplay, ReconstructionDisplay


@dataclass(kw_only=True, eq=False, repr=False)
class ResidualAE(BaseAutoencoder):
    """An autoencoder with a short cut around each hidden layer."""

    width: int = 128
    depth: int = 2

    def build_encoder(self, n_features, n_outputs):
        return self._network(n_features, n_outputs)

    def build_decoder(self, n_features):
        return self._network(self.n_components, n_features)

    def _network(self, n_inputs, n_outputs):
        import keras

        inputs = keras.layers.Input((n_inputs,))
        hidden = keras.layers.Dense(self.width)(inputs)
        for _ in range(self.depth):
            change = keras.layers.Dense(self.width, activation=self.activation)(hidden)
            hidden = keras.layers.Add()([hidden, change])
        return keras.Model(inputs, keras.layers.Dense(n_outputs)(hidden))


X, _ = load_fashion_mnist_sample(return_X_y=True)
ae = ResidualAE(n_components=16, rescale=255.0, max_iter=25, tol=0, early_stopping=True, random_state=0).fit(X)

# %%
# All displays work with it.

ReconstructionDisplay.from_estimator(ae, X, n_images=12)
plt.show()

# %%

LossCurveDisplay.from_estimator(ae)
plt.show()
