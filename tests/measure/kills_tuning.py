"""kill -9 of `advisor tune`, of its training, of both, at random moments, and `--resume` after each."""

import json
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.measure.kills_processes import TARGETS, kill, left, python_path

ROUNDS = 3
TRAIN = """
import argparse, os, subprocess, time
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=1e-5)
options = parser.parse_args()
away = subprocess.Popen(["sleep", "60"], start_new_session=True)
with open(os.environ["PIDS"], "a") as pids:
    pids.write(f"{os.getpid()} {away.pid}\\n")
weight = 0.0
for epoch in range(1, 8):
    for _ in range(50):
        weight -= options.lr * (weight - 1)
    print(f"epoch {epoch} loss {(weight - 1) ** 2:.6f} val_loss {(weight - 1) ** 2 + 0.1:.6f}", flush=True)
    time.sleep(0.05)
away.kill()
"""
_TOLD = re.compile(r"^(as it stands|round (\d+)): val_loss (\S+)", re.MULTILINE)


def tunings(folder: Path, repeat: int, chance: random.Random) -> Counter[str]:
    """So many kills, over as many tunings as it takes; what was lost and what was left behind.

    A tuning that ends before its moment has come was not killed, and does not count as one that was.
    """
    found: Counter[str] = Counter()
    work, resume, kills = folder / "tuned", False, 0
    work.mkdir()
    (work / "train.py").write_text(TRAIN)
    while kills < repeat:
        target = TARGETS[kills % len(TARGETS)]
        over, told = _killed(work, target, (chance.randint(1, 3), chance.uniform(0.0, 1.5)), resume)
        found["tune: kill -9 of " + target] += not over
        kills += not over
        found.update(_checked(work, told, over))
        resume = not over and (work / ".advisor" / "tune" / "rounds.log").exists()
    if resume:
        _, told = _killed(work, "none", (0, 0.0), resume=True)
        found.update(_checked(work, told, over=True))
    return +found


def _killed(work: Path, target: str, moment: tuple[int, float], resume: bool) -> tuple[bool, str]:
    """Start or go on, kill, and say whether it had ended by itself, and what it said.

    The moment is so many seconds after so many trainings have begun, so that a busy machine, where all is
    slower, is killed in its later rounds too.
    """
    pids, said = work.parent / "pids", work.parent / "tune-said"
    pids.unlink(missing_ok=True)
    environment = {**python_path(), "ADVISOR_HOME": str(work.parent / "home"), "PIDS": str(pids)}
    words = (
        ["--resume"]
        if resume
        else ["--rounds", str(ROUNDS), "--", sys.executable, "train.py", "--lr", "1e-5"]
    )
    with said.open("wb") as stream:
        program = subprocess.Popen(
            [sys.executable, "-u", "-m", "advisor", "tune", "--json", str(work.parent / "out.json"), *words],
            cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT,
            preexec_fn=_heed_interrupts,
        )  # fmt: skip
        begun, seconds = moment
        while _begun(pids) < begun and program.poll() is None:
            time.sleep(0.01)
        try:
            program.wait(None if target == "none" else seconds)
        except subprocess.TimeoutExpired:
            if target != "advisor" and pids.exists() and (lines := pids.read_text().splitlines()):
                kill(int(lines[-1].split()[0]))
            if target == "training":
                time.sleep(0.3)  # it goes on with the next round, and is then ended as a user would end it
                program.send_signal(signal.SIGINT)
            else:
                program.kill()
            program.wait()
    return program.returncode in (0, 3), said.read_text("utf-8", "replace")


def _heed_interrupts() -> None:
    # What a shell starts in the background ignores them, and hands that on.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _begun(pids: Path) -> int:
    """How many trainings have begun since the file was removed."""
    return len(pids.read_text().splitlines()) if pids.exists() else 0


def _checked(work: Path, told: str, over: bool) -> Counter[str]:
    found: Counter[str] = Counter()
    found["BAD: tune: processes left behind"] += left(work.parent / "pids")
    found["BAD: tune: files of the user's changed"] += (work / "train.py").read_text() != TRAIN
    kept = _values(work)
    for value in (match[2] for match in _TOLD.findall(told)):
        whole = any(abs(float(value) - v) <= 1e-3 * abs(v) for v in kept)
        found["tune: rounds told that were kept" if whole else "BAD: tune: rounds told that were lost"] += 1
    if over:
        rounds = json.loads((work.parent / "out.json").read_text())["rounds"]
        whole = [r["round"] for r in rounds] == list(range(ROUNDS + 1))
        found["tune: tunings that came to their end" if whole else "BAD: tune: tunings with lost rounds"] += 1
    return found


def _values(work: Path) -> list[float]:
    """What the rounds in the journal file came to; it is only read."""
    from optuna import load_study
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    log = work / ".advisor" / "tune" / "rounds.log"
    if not log.exists():
        return []
    study = load_study(study_name="tune", storage=JournalStorage(JournalFileBackend(str(log))))
    return [t.value for t in study.get_trials(deepcopy=False) if t.value is not None]
