"""The real program on a small project, for tests that need a real terminal.

Usage: `program.py FOLDER [LOG...]`; with `--broken-chart`, drawing a chart raises; with `--noisy`, the
program warns and writes to the standard error, as a C library does.
"""

import os
import sys
import warnings
from pathlib import Path

import support  # beside this file, which is how Python starts a script

from advisor.tui import run
from advisor.tui.app import AdvisorApp
from advisor.tui.widgets.chart import Chart

if "--broken-chart" in sys.argv:
    sys.argv.remove("--broken-chart")
    Chart.render = lambda self: 1 / 0
if "--noisy" in sys.argv:
    sys.argv.remove("--noisy")
    compose = AdvisorApp.compose

    def compose_noisily(app):
        warnings.warn("a warning of Python", stacklevel=1)
        os.write(2, b"a word of a C library \x1b]0;owned\x07\n")
        return compose(app)

    AdvisorApp.compose = compose_noisily
sys.exit(run(support.open_session(Path(sys.argv[1])), sys.argv[2:]))
