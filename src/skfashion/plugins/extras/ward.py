"""Ward's clustering as a clusterer. Its memory does not grow with the square of the rows."""

from skfashion.clusterers import Ward
from skfashion.plugins.extras import require
from skfashion.plugins.registry import Plugin

require("fastcluster", "fastcluster")

ward = Plugin(Ward)
