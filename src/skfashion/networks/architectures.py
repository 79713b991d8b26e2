"""Fully connected encoders and decoders: plain Keras models."""

from numbers import Integral

import keras

from skfashion._utils.checks import is_count
from skfashion.engine.seeding import draw_seed
from skfashion.networks.initializers import glorot_uniform, plain_model, small_uniform

_ACTIVATIONS = {"identity": "linear", "logistic": "sigmoid"}  # scikit-learn's words for Keras' functions


def dense(
    n_inputs,
    hidden_layer_sizes,
    n_outputs,
    *,
    activation="relu",
    output_activation=None,
    output_alpha=0.0,
    dropout=0.0,
    name,
):
    """Build a fully connected network.

    Parameters
    ----------
    n_inputs, n_outputs : int
        Width of the input and of the output.
    hidden_layer_sizes : sequence of int, or int
        Width of each hidden layer, in order; a number stands for one layer.
    activation, output_activation : str, callable or None
        Activation of the hidden layers and of the output, in scikit-learn's words ("identity", "logistic")
        or Keras'. None is the identity.
    output_alpha : float
        Strength of the L2 penalty on the output's weights: `output_alpha` times the sum of their squares is added to
        the loss.
    dropout : float
        Share of each hidden layer's units that is dropped in training.
    name : str
        Name of the model.

    Returns
    -------
    keras.Model
        From (n_samples, n_inputs) to (n_samples, n_outputs).

    Raises
    ------
    ValueError
        If a width is not a positive integer.
    """
    inputs = keras.Input((int(n_inputs),), name=f"{name}_input")
    x = inputs
    for i, width in enumerate(_widths(hidden_layer_sizes), start=1):
        x = dense_layer(width, activation, name=f"hidden_{i}")(x)
        if dropout:
            x = keras.layers.Dropout(dropout, seed=draw_seed(), name=f"dropout_{i}")(x)
    outputs = dense_layer(n_outputs, output_activation, name="output", alpha=output_alpha)(x)
    return plain_model(inputs, outputs, name)


def linear(n_inputs, n_outputs, *, name):
    """Build a linear map with small initial weights, for codes or logits that are compared by products."""
    inputs = keras.Input((int(n_inputs),), name=f"{name}_input")
    outputs = dense_layer(n_outputs, None, name="output", initializer=small_uniform())(inputs)
    return plain_model(inputs, outputs, name)


def dense_layer(width, activation, name, alpha=0.0, initializer=None):
    """Return one layer, with weights drawn by `initializer`, or as in Glorot & Bengio (2010)."""
    return keras.layers.Dense(
        int(width),
        activation=keras_activation(activation),
        kernel_initializer=initializer or glorot_uniform(),
        kernel_regularizer=keras.regularizers.L2(float(alpha)) if alpha else None,
        name=name,
    )


def mirrored(hidden_layer_sizes):
    """Return the widths in reverse, for a decoder that mirrors its encoder."""
    return tuple(reversed(_widths(hidden_layer_sizes)))


def _widths(hidden_layer_sizes):
    widths = (hidden_layer_sizes,) if isinstance(hidden_layer_sizes, Integral) else tuple(hidden_layer_sizes)
    if not all(is_count(width) for width in widths):
        raise ValueError(f"hidden_layer_sizes={hidden_layer_sizes!r} must be integers of at least 1, one a layer.")
    return widths


def keras_activation(activation):
    """Translate scikit-learn's names of activations to Keras'."""
    return _ACTIVATIONS.get(activation, activation) if isinstance(activation, str) else activation


def normalized(n_inputs, hidden_layer_sizes, *, activation="relu", name):
    """Build a fully connected network that ends in its last hidden layer, with batch normalisation in each."""
    inputs = keras.Input((int(n_inputs),), name=f"{name}_input")
    x = inputs
    for i, width in enumerate(_widths(hidden_layer_sizes), start=1):
        x = keras.layers.Dense(int(width), use_bias=False, kernel_initializer=small_uniform(), name=f"hidden_{i}")(x)
        x = keras.layers.BatchNormalization(momentum=0.9, name=f"normalization_{i}")(x)
        x = keras.layers.Activation(keras_activation(activation), name=f"activation_{i}")(x)
    return plain_model(inputs, x, name)
