"""The real program on a small project, for tests that need a real terminal: `program.py FOLDER [LOG...]`."""

import sys
from pathlib import Path

import support  # beside this file, which is how Python starts a script

from advisor.tui import run

folder = Path(sys.argv[1])
session = support.TinySession(folder, command=(sys.executable, str(folder / "train.py"), "--lr", "3.0"))
sys.exit(run(session, sys.argv[2:]))
