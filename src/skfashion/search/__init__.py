"""A search, without labels, for a good pipeline among all combinations of plugins."""

from skfashion.search._pipeline_search import PipelineSearch
from skfashion.search._record import SCORED, TrialRecord
from skfashion.search._space import suggest_pipeline

__all__ = ["SCORED", "PipelineSearch", "TrialRecord", "suggest_pipeline"]
