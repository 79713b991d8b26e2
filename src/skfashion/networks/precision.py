"""Products in reduced precision while training; variables, losses and all that comes after stay in single."""

from contextlib import contextmanager

import keras


@contextmanager
def computing_in(model, dtype):
    """While open, the model's layers compute in `dtype`; their variables and what is made of them stay float32."""
    if dtype == "float32":
        yield
        return
    layers = list(_layers(model))
    policies = [layer.dtype_policy for layer in layers]
    try:
        for layer in layers:
            layer.dtype_policy = f"mixed_{dtype}"
        yield
    finally:
        for layer, policy in zip(layers, policies, strict=True):
            layer.dtype_policy = policy


def _layers(model):
    for layer in model.layers:
        yield layer
        if isinstance(layer, keras.Model):
            yield from _layers(layer)
