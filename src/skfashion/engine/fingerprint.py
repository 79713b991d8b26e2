"""Keys of architectures: networks with equal keys share compiled functions."""

import json
import warnings
import weakref
from types import FunctionType


def fingerprint(network) -> tuple:
    """Return a key that is equal for networks that differ in names, seeds and values alone.

    A network with a part that cannot be compared has a key of its own, which does not keep it alive.
    """
    layers = list(layers_of(network.models))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras warns of lambdas, but their config is not used here
            configs = [_anonymous_config(model) for model in network.models]
            functions = [_Same(f) for layer in layers for f in _functions(layer)]
        description = json.dumps(configs)
    except (NotImplementedError, TypeError):  # a layer without a config
        return (weakref.ref(network),)
    if any(_is_mutable(value) for value in network.settings):
        return (weakref.ref(network),)
    settings = [_Same(value) if isinstance(value, FunctionType) else value for value in network.settings]
    variables = [(tuple(v.shape), str(v.dtype), v.trainable) for v in network.variables]
    return (type(network), *settings, *variables, *map(type, layers), *functions, description)


def layers_of(models):
    """Yield all layers of Keras models, those inside other layers included."""
    for model in models:
        yield from model._flatten_layers(include_self=False)


def _is_mutable(value):
    """Return whether a value has a state and no equality that follows it."""
    is_plain = isinstance(value, FunctionType | type) or not callable(value)
    return not is_plain and type(value).__hash__ in (None, object.__hash__)


def _functions(layer):
    """Return the functions among a layer's parameters: a config has only their names."""
    values = [getattr(layer, name, None) for name in layer.get_config()]
    return [value for value in values if callable(value) and not hasattr(value, "get_config")]


class _Same:
    """Wrapper that is equal to wrappers of the same object only."""

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self):
        return id(self.value)


def _anonymous_config(model):
    """Return the model's config without seeds, with positions instead of the layers' names."""
    positions = {layer.name: i for i, layer in enumerate(model.layers)}

    def strip(node):
        if isinstance(node, dict):
            kept = {key: value for key, value in node.items() if key not in ("name", "seed")}
            return {key: value if key == "dtype" else strip(value) for key, value in kept.items()}
        if isinstance(node, list | tuple):
            return [strip(value) for value in node]
        return positions.get(node, node) if isinstance(node, str) else node

    return strip(model.get_config())
