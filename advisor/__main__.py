"""`python -m advisor`: the same as the console script."""

import sys

from advisor.cli import main

sys.exit(main())
