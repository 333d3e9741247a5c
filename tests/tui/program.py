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
folder = Path(sys.argv[1])
session = support.TinySession(folder, command=(sys.executable, str(folder / "train.py"), "--lr", "3.0"))
sys.exit(run(session, sys.argv[2:]))
