"""Reducers and clusterers by name: ours, scikit-learn's and anybody's, through entry points."""

from skfashion.plugins.registry import (
    Plugin,
    PluginError,
    bytes_to_unit,
    get_plugin,
    list_plugins,
    pipeline_from_names,
)

__all__ = ["Plugin", "PluginError", "bytes_to_unit", "get_plugin", "list_plugins", "pipeline_from_names"]
