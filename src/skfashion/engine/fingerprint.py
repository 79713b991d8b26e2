"""What tells one architecture from another, so that networks of one architecture share compiled functions."""

import json
import warnings
from types import FunctionType


def fingerprint(network):
    """What two networks must have in common to share compiled functions: all but names, seeds and weights."""
    layers = [layer for model in network.models for layer in model.layers]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras warns of lambdas, whose config is not used here
            configs = [_anonymous_config(model) for model in network.models]
            functions = [_Same(f) for layer in layers for f in _functions(layer)]
        description = json.dumps(configs)
    except (NotImplementedError, TypeError):  # a layer that cannot describe itself
        return (network,)
    if any(_may_change(value) for value in network.settings):
        return (network,)
    settings = [_Same(value) if isinstance(value, FunctionType) else value for value in network.settings]
    return (type(network), *settings, *map(type, layers), *functions, description)


def _may_change(value):
    """Whether it is an object with a state, which does not say when it is equal to another."""
    is_plain = isinstance(value, FunctionType) or not callable(value)
    return not is_plain and type(value).__hash__ in (None, object.__hash__)


def _functions(layer):
    """The functions among a layer's parameters, which a config knows by name only."""
    values = [getattr(layer, name, None) for name in layer.get_config()]
    return [value for value in values if callable(value) and not hasattr(value, "get_config")]


class _Same:
    """Equal to what holds the very same object."""

    def __init__(self, value):
        self.value = value

    def __eq__(self, other):
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self):
        return id(self.value)


def _anonymous_config(model):
    """The model's config without seeds, its layers named by their position."""
    positions = {layer.name: i for i, layer in enumerate(model.layers)}

    def strip(node):
        if isinstance(node, dict):
            kept = {key: value for key, value in node.items() if key not in ("name", "seed")}
            return {key: value if key == "dtype" else strip(value) for key, value in kept.items()}
        if isinstance(node, list | tuple):
            return [strip(value) for value in node]
        return positions.get(node, node) if isinstance(node, str) else node

    return strip(model.get_config())
