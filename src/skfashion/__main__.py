"""``python -m skfashion``."""

import sys

from skfashion.cli import main

sys.exit(main())
