"""Ward's clustering as a clusterer, in memory that grows with the rows and not with their square."""

from skfashion.clusterers import Ward
from skfashion.plugins.extras import require
from skfashion.plugins.registry import Plugin

require("fastcluster", "fastcluster")

ward = Plugin(Ward)
