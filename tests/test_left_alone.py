"""What the user said not to touch holds for every command: run, diagnose, apply and tune."""

import json
import os
import subprocess
import sys

import pytest

from advisor.journal import Journal
from advisor.journal.told import Word
from advisor.session import Session

# The first line states the rate, so that the log alone holds it too.
TRAINER = """
import sys
lr = float(sys.argv[sys.argv.index("--lr") + 1])
print(f"lr: {lr}")
weight = 1.0
for epoch in range(1, 25):
    weight -= lr * 10 * weight
    print(f"epoch {epoch} loss {5 * weight**2 + 0.1:.6g}", flush=True)
"""
SAID = "Left alone, as you asked: learning rate. `free NAME` in 'advisor chat' lifts that."


@pytest.fixture
def command(tmp_path):
    """A training whose rate is too high, in a project of its own."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "train.py").write_text(TRAINER, "utf-8")
    return [sys.executable, "train.py", "--lr", "0.25"]


def call(folder, *words):
    return subprocess.run(
        [sys.executable, "-m", "advisor", *words],
        cwd=folder, env={**os.environ, "COLUMNS": "200"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def keep(folder, role="learning_rate"):
    session = Session(folder, Journal.open())
    session.tell(Word(role, "keep"))
    return session


def test_run_diagnose_and_apply_leave_it_alone_until_it_is_freed(tmp_path, command):
    before = call(tmp_path, "run", "--", *command).stdout
    assert "--lr 0.25 ->" in before
    assert "'advisor apply 1'" in before
    log = tmp_path / "train.log"
    log.write_text(subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout)
    session = keep(tmp_path)

    report = call(tmp_path, "diagnose", str(log))
    assert "lr 0.25 ->" not in report.stdout
    assert report.stdout.rstrip().endswith(SAID)
    written = call(tmp_path, "diagnose", "--format", "json", str(log))
    changes = [c for run in json.loads(written.stdout)["runs"] for f in run["findings"] for c in f["changes"]]
    assert all(change["hyperparameter"] != "learning_rate" for change in changes)
    assert written.stderr.strip() == SAID

    ran = call(tmp_path, "run", "--", *command).stdout
    assert "--lr 0.25 ->" not in ran
    assert "'advisor apply 1'" not in ran
    refused = call(tmp_path, "apply", "1", "--yes")
    assert refused.returncode == 2
    assert SAID in refused.stderr
    assert not session.has_applied()

    session.free("learning_rate")
    assert "+ " in call(tmp_path, "apply", "1", "--yes").stdout
    assert session.has_applied()


def test_tune_leaves_it_alone_unless_it_is_named(tmp_path, command):
    keep(tmp_path)
    refused = call(tmp_path, "tune", "--rounds", "1", "--", *command)
    assert refused.returncode == 2
    assert "--lr stays 0.25: you wanted it left alone" in refused.stderr
    named = call(tmp_path, "tune", "--rounds", "1", "--only", "lr", "--", *command)
    assert named.returncode == 0, named.stderr
    assert named.stdout.startswith("Tunes --lr (")
