"""A search, without labels, for a good pipeline among all combinations of plugins."""

from skfashion.search._pipeline_search import PipelineSearch
from skfashion.search._space import suggest_pipeline

__all__ = ["PipelineSearch", "suggest_pipeline"]
