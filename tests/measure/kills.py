"""kill -9 of the advisor, of the training, of both, at random moments: what is lost and what is left."""

import argparse
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.measure.kills_processes import TARGETS, kill, left, python_path
from tests.measure.kills_tuning import tunings

# Trains, edits its configuration, and says each time what is safe by now.
DRIVER = """
import sys
from pathlib import Path
from advisor.journal import Journal
from advisor.session import Session
session = Session(Path.cwd(), Journal.open())
said = open(sys.argv[1], "a", buffering=1)
said.write("ready\\n")
for number in range(50):
    try:
        session.run([sys.executable, "train.py", "--config", "conf.yaml"])
    except Exception as error:
        said.write(f"failed {error}\\n")
        continue
    said.write(f"run {session.history(1)[0].id}\\n")
    value = float(session.places().places[0].text)
    session.apply(session.plan_value("lr", 0.01 if value == 0.1 else 0.1))
    said.write(f"applied {session.journal.last_applied(str(session.project)).id}\\n")
"""
TRAIN = """
import os, subprocess, sys, time
away = subprocess.Popen(["sleep", "60"], start_new_session=True)
with open("pids", "a") as pids:
    pids.write(f"{os.getpid()} {away.pid}\\n")
for epoch in range(1, 8):
    print(f"epoch {epoch} loss {0.8**epoch:.4f} val_loss {0.85**epoch:.4f}", flush=True)
    time.sleep(0.03)
away.kill()
"""
CONFIGS = ("# the rate\nlr: 0.1\nz: [1, 2]\n", "# the rate\nlr: 0.01\nz: [1, 2]\n")


def main(arguments: list[str]) -> int:
    """Prints what was lost and what was left behind; exits with 1 where there is any."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure kills")
    parser.add_argument("--repeat", type=int, default=210)
    parser.add_argument("--tune-repeat", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "work"
        folder.mkdir()
        (folder / "train.py").write_text(TRAIN)
        (folder / "conf.yaml").write_text(CONFIGS[0])
        for repetition in range(options.repeat):
            target = TARGETS[repetition % len(TARGETS)]
            found.update(_once(folder, Path(name) / "home", target, chance.uniform(0, 4)))
            found["kill -9 of " + target] += 1
        found.update(tunings(Path(name), options.tune_repeat, chance))
    for line, count in sorted(found.items()):
        print(f"{count:6}  {line}")
    return int(any(key.startswith("BAD") for key in found))


def _once(folder: Path, home: Path, target: str, moment: float) -> Counter[str]:
    """One kill; what was acknowledged before it, and what is wrong after it."""
    said, pids = folder.parent / "said", folder / "pids"
    for path in (said, pids):
        path.unlink(missing_ok=True)
    environment = {**python_path(), "ADVISOR_HOME": str(home)}
    program = [sys.executable, "-c", DRIVER, str(said)]
    driver = subprocess.Popen(
        program, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not said.exists() and driver.poll() is None:
        time.sleep(0.01)
    time.sleep(moment)
    if target != "advisor" and pids.exists() and (words := pids.read_text().split()):
        kill(int(words[-2] if len(words) % 2 == 0 else words[-1]))
    if target == "training":
        time.sleep(0.5)  # the advisor goes on, and is then ended as a user would end it
        driver.send_signal(signal.SIGTERM)
    else:
        driver.kill()
    driver.wait()
    found = _acknowledged(said, home)
    if (folder / "conf.yaml").read_text() not in CONFIGS:
        found["BAD: half-written configurations"] += 1
    found["BAD: processes left behind"] += left(pids)
    return +found


def _acknowledged(said: Path, home: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    opened = time.perf_counter()
    with sqlite3.connect(home / "journal.sqlite3") as db:
        if db.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            found["BAD: damaged journals"] += 1
        for line in said.read_text().splitlines():
            kind, _, number = line.partition(" ")
            if kind in ("run", "applied") and number.isdigit():
                table = "runs" if kind == "run" else "applied"
                row = db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (int(number),)).fetchone()
                found["acknowledged rows that were found" if row else "BAD: acknowledged rows lost"] += 1
    found["journals reopened within 50 ms"] += time.perf_counter() - opened < 0.05
    return found
