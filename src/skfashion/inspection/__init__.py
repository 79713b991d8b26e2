"""Copies, odd ones and distances to clusters among images; nothing here changes the clusters."""

from skfashion.inspection._centres import Centres
from skfashion.inspection._copies import Copies, find_copies
from skfashion.inspection._likeness import EXPECTED_SHARE, Likeness, Space
from skfashion.inspection._outlines import value_range
from skfashion.inspection._reference import Reference

__all__ = ["EXPECTED_SHARE", "Centres", "Copies", "Likeness", "Reference", "Space", "find_copies", "value_range"]
