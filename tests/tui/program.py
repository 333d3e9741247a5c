"""The real program on a small project, for tests that need a real terminal.

Usage: `program.py FOLDER [LOG...]`; with `--broken-chart`, drawing a chart raises.
"""

import sys
from pathlib import Path

import support  # beside this file, which is how Python starts a script

from advisor.tui import run
from advisor.tui.widgets.chart import Chart

if "--broken-chart" in sys.argv:
    sys.argv.remove("--broken-chart")
    Chart.render = lambda self: 1 / 0
sys.exit(run(support.open_session(Path(sys.argv[1])), sys.argv[2:]))
