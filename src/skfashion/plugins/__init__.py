"""Reducers and clusterers by name: ours, scikit-learn's and anybody's, through entry points."""

from skfashion.plugins._scaling import bytes_to_unit, unit_to_bytes
from skfashion.plugins.registry import (
    Plugin,
    PluginError,
    get_plugin,
    list_plugins,
    pipeline_from_names,
    plugin_origin,
)

__all__ = [
    "Plugin",
    "PluginError",
    "bytes_to_unit",
    "get_plugin",
    "list_plugins",
    "pipeline_from_names",
    "plugin_origin",
    "unit_to_bytes",
]
