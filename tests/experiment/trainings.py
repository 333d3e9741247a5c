"""Trainings that other processes run: whether they live, and how they are asked to end."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

linux = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")


def wait_for(path, seconds=20.0):
    """Waits until a file holds a whole line; returns its words."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.exists() and path.read_text().endswith("\n"):
            return path.read_text().split()
        time.sleep(0.01)
    raise AssertionError(f"{path} was not written")


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def stop_when(condition, times=1):
    """An event that another thread sets once `condition()` has come true, `times` times."""
    stop = threading.Event()

    def work():
        condition()
        for _ in range(times):
            stop.set()
            while stop.is_set():
                time.sleep(0.01)

    threading.Thread(target=work, daemon=True).start()
    return stop
