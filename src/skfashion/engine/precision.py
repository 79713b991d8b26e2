"""What layers compute in; variables, and what leaves a network, stay in single precision."""

import keras


def set_compute_dtype(model, dtype):
    """Let the model's layers compute in `dtype`, such as "bfloat16", and keep their variables in float32.

    Layers within layers that are no models have policies of their own and keep them.
    """
    for layer in model.layers:
        layer.dtype_policy = f"mixed_{dtype}"
        if isinstance(layer, keras.Model):
            set_compute_dtype(layer, dtype)
