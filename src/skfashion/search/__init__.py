"""Searching for a good pipeline among all combinations of registered parts, without labels."""

from skfashion.search._pipeline_search import PipelineSearch
from skfashion.search._space import suggest_pipeline

__all__ = ["PipelineSearch", "suggest_pipeline"]
