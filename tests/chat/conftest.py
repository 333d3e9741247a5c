"""A real session over real logs, in a folder with a small real training."""

import csv
import sys
from pathlib import Path

import pytest

from advisor.chat.conversation import Conversation
from advisor.journal import Journal
from advisor.session import Session

LOGS = Path(__file__).parent / "logs"

# Gradient descent with momentum on a quadratic of curvature 10, its settings in a YAML file.
TRAINING = """\
settings = dict(line.split("#")[0].split(": ") for line in open("config.yaml").read().splitlines())
lr, momentum = float(settings["lr"]), float(settings["momentum"])
weight, speed = 1.0, 0.0
for epoch in range(1, 31):
    speed = momentum * speed + 10 * weight
    weight -= lr * speed
    loss = 5 * weight**2 + 0.1
    print(f"[epoch {epoch:02d}/30] train_loss={loss:.4f} val_loss={loss + 0.05:.4f} lr={lr}", flush=True)
"""


CONFIG = """\
lr: 0.45  # step size
momentum: 0.9
batch_size: 32
scheduler: constant
"""


@pytest.fixture
def logs():
    return LOGS


@pytest.fixture
def column(logs):
    def read(name, series):
        with (logs / name / "metrics.csv").open() as file:
            rows = [row for row in csv.DictReader(file) if row[series] != ""]
        return {int(row["epoch"]): float(row[series]) for row in rows}

    return read


@pytest.fixture
def session(tmp_path):
    folder = tmp_path / "work"
    (folder / ".advisor").mkdir(parents=True)
    return Session(folder, Journal.open())


@pytest.fixture
def talk(session):
    """Opens a log by name and gives the conversation about it; without a name nothing is open."""

    def start(name=None, language="en"):
        if name is not None:
            session.open([str(LOGS / name)])
        return Conversation(session, language)

    return start


@pytest.fixture
def project(session):
    """The configuration of the training; its command is known to the session."""
    config = session.folder / "config.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    (session.folder / "train.py").write_text(TRAINING, encoding="utf-8")
    session.journal.set_command(str(session.project), (sys.executable, "train.py", "--config", "config.yaml"))
    return config
