"""Processes that a kill leaves behind: which live, and how they are ended."""

import os
import signal
import time
from pathlib import Path

TARGETS = ("advisor", "training", "both")


def python_path() -> dict[str, str]:
    """The environment in which this checkout is imported."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def left(pids: Path) -> int:
    """Processes of the trainings that still live 15 seconds after the kill."""
    known = [int(word) for word in pids.read_text().split()] if pids.exists() else []
    end = time.monotonic() + 15
    while (living := [pid for pid in known if _lives(pid)]) and time.monotonic() < end:
        time.sleep(0.05)
    for pid in living:
        kill(pid)
    return len(living)


def kill(pid: int) -> None:
    """kill -9, where it is still there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
