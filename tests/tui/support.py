"""A small project: a trainer whose loss becomes NaN at a high rate, its command known to a real session."""

import subprocess
import sys
from pathlib import Path

from advisor.journal import Journal
from advisor.session import Session

TRAINER = """\
import sys
lr = float(sys.argv[sys.argv.index("--lr") + 1])
print("epoch,loss,val_loss")
for epoch in range(30):
    noise = ((epoch * 7919) % 13 - 6) / 6
    train = 2.0 * 0.9 ** epoch + 0.05 + 0.01 * noise
    if lr > 0.5 and epoch > 3:
        train = 4.0 ** (epoch - 2) if epoch < 12 else float("nan")
    print(f"{epoch},{train:.4f},{train * 1.1:.4f}", flush=True)
"""


def open_session(folder: Path) -> Session:
    """A session on the project in `folder`, with the journal in ADVISOR_HOME."""
    return Session(folder, Journal.open())


def training_project(folder: Path, rate: float = 3.0) -> Session:
    """A folder with the trainer, and `first.csv`, the log of such a run before advisor knew of it."""
    (folder / ".advisor").mkdir()
    (folder / "train.py").write_text(TRAINER, encoding="utf-8")
    command = (sys.executable, "train.py", "--lr", str(rate))
    trained = subprocess.run(command, capture_output=True, check=True, cwd=folder)
    (folder / "first.csv").write_bytes(trained.stdout)
    session = open_session(folder)
    session.journal.set_command(str(session.project), command)
    return session
