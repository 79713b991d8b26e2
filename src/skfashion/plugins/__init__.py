"""Reducers and clusterers by name: ours, those of scikit-learn and of other packages, through entry points."""

from skfashion.plugins._pipelines import pipeline_from_names
from skfashion.plugins._scaling import bytes_to_unit, unit_to_bytes
from skfashion.plugins._space import describe_space
from skfashion.plugins.registry import (
    BrokenPluginError,
    MissingPackageError,
    Plugin,
    PluginError,
    get_plugin,
    list_plugins,
    plugin_origin,
    plugin_path,
    usable_plugins,
)

__all__ = [
    "BrokenPluginError",
    "MissingPackageError",
    "Plugin",
    "PluginError",
    "bytes_to_unit",
    "describe_space",
    "get_plugin",
    "list_plugins",
    "pipeline_from_names",
    "plugin_origin",
    "plugin_path",
    "unit_to_bytes",
    "usable_plugins",
]
