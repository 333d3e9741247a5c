"""Runs the suite's scripts: whole, each in a process forked from one that has loaded torch, and kept."""

import importlib
import json
import math
import multiprocessing
import os
import runpy
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from advisor.readers import read_paths
from advisor.run import Role, Run
from tests.repair.cases import SCRIPTS, Case, Config

SECONDS = 120


@dataclass(frozen=True)
class Result:
    """One training: what it came to (None where it failed) and its curves by their logged names."""

    value: float | None
    curves: dict[str, list[float]]


class Trainings:
    """Trains on demand, and never the same twice: results are kept in a file beside nothing of the user's."""

    def __init__(self, kept: Path) -> None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(kept, timeout=120, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, name TEXT, content TEXT)")
        self.seconds = 0.0
        self.trained = 0

    def __call__(self, case: Case, config: Config) -> Result:
        """Train, or look up."""
        config = {name: _plain(config[name]) for name in case.names}
        script = (SCRIPTS / f"{case.name}.py").read_text("utf-8")
        key = json.dumps([case.name, case.judged, config, hash_of(script)])
        row = self._db.execute("SELECT content FROM results WHERE key = ?", (key,)).fetchone()
        if row is None:
            started = time.process_time() + _children()
            result = train(case, config)
            self.seconds += time.process_time() + _children() - started
            self.trained += 1
            row = (json.dumps([result.value, result.curves]),)
            self._db.execute("INSERT OR IGNORE INTO results VALUES (?, ?, ?)", (key, case.name, row[0]))
        value, curves = json.loads(row[0])
        return Result(value, curves)

    def of(self, case: Case) -> list[tuple[Config, Result]]:
        """Every training of a case, as its script stands now."""
        rows = self._db.execute("SELECT key, content FROM results WHERE name = ?", (case.name,)).fetchall()
        script = hash_of((SCRIPTS / f"{case.name}.py").read_text("utf-8"))
        keyed = [(json.loads(key), json.loads(content)) for key, content in rows]
        return [
            (key[2], Result(*content))
            for key, content in keyed
            if key[1:2] + key[3:] == [case.judged, script]
        ]

    def asked(
        self, arm: str, case: Case, told: list[tuple[Config, Result]], ask: Callable[[], Config]
    ) -> Config:
        """What an arm answered to the same runs before, or answers now; for arms that never change."""
        key = json.dumps([arm, case.name, [[config, result.value] for config, result in told]])
        row = self._db.execute("SELECT content FROM results WHERE key = ?", (key,)).fetchone()
        if row is None:
            row = (json.dumps(ask()),)
            self._db.execute("INSERT OR IGNORE INTO results VALUES (?, ?, ?)", (key, "", row[0]))
        return dict(json.loads(row[0]))


def hash_of(text: str) -> str:
    """A short mark of a script, so that an edited one is trained anew."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _plain(value: object) -> object:
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _children() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


@cache
def _load() -> None:
    """What the scripts import, loaded once, so that each fork starts with it."""
    for name in ("sklearn.datasets", "torch.utils.tensorboard", "torch._dynamo", "yaml", "tomllib", "csv"):
        importlib.import_module(name)
    import torch

    torch.set_num_threads(1)


def train(case: Case, config: Config) -> Result:
    """Run the script as a user would, and read what it logged with the program's own readers."""
    _load()
    folder = Path(tempfile.mkdtemp(prefix="repair-"))
    try:
        case.write(config, folder)
        child = multiprocessing.get_context("fork").Process(target=_run, args=(folder, case.command(config)))
        child.start()
        child.join()
        return _result(case, folder / ("console.txt" if case.log == "console" else case.log))
    finally:
        shutil.rmtree(folder)


def _run(folder: Path, command: list[str]) -> None:
    import resource

    # Time of the processor, so that a busy machine fails no training.
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    os.chdir(folder)
    output = os.open("console.txt", os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.argv = command
    runpy.run_path(command[0], run_name="__main__")
    sys.stdout.flush()


def _result(case: Case, log: Path) -> Result:
    try:
        run: Run = max(read_paths([str(log)]), key=lambda run: sum(map(len, run.series)))
    except Exception:
        return Result(None, {})
    held_out = run.main(Role.VAL_LOSS)
    if held_out is None or not len(held_out):
        return Result(None, {})
    y = held_out.y
    value = float(y[-1]) if case.judged == "last" else float(min(y))
    curves = {
        s.name: [float(v) for v in s.y] for s in run.series if s.role in (Role.TRAIN_LOSS, Role.VAL_LOSS)
    }
    return Result(value if math.isfinite(float(y[-1])) else None, curves)
