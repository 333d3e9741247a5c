"""A session small enough to know by heart: real rules, real edits, a real process."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from advisor.advice import Assessment, assess
from advisor.diagnosis import load_rulebook
from advisor.errors import UnreadableError, UsageError
from advisor.run import Hyperparameter, Run, Series
from advisor.text import Bilingual
from advisor.vocabulary import assign_roles

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


@dataclass(frozen=True)
class TinyPlan:
    diff: str
    headline: str
    command_after: tuple[str, ...]
    command_before: tuple[str, ...]


@dataclass(frozen=True)
class TinyComparison:
    sentence: Bilingual
    verdict: str = "better"


@dataclass(frozen=True)
class TinyFinished:
    ending: str
    interrupted: bool = False


def read_csv(path: Path, command: tuple[str, ...] | None) -> Run:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "," in line]
    header, *rows = [line.split(",") for line in lines]
    if len(rows) < 1:
        raise UnreadableError(f"'{path}' holds no training log.", "Name another file.")
    table = np.array([[float(cell) for cell in row] for row in rows])
    at = np.arange(len(table))
    series = [
        Series(name, table[:, i], table[:, 0], at, x_kind="epoch") for i, name in enumerate(header) if i
    ]
    rates = (
        ()
        if command is None
        else (Hyperparameter("--lr", float(command[-1]), "learning_rate", "command line"),)
    )
    return Run(str(path), assign_roles(series), reader="csv", hyperparameters=rates)


class TinySession:
    """What the terminal program needs of `advisor.session.Session`, on one CSV and one command."""

    def __init__(self, folder: Path, language="en", command=None):
        self.folder = self.project = folder
        self.language = language
        self.warning = ""
        self.assessments: list[Assessment] = []
        self.current: Assessment | None = None
        self.finished = None
        self.command = command
        self.rulebook = load_rulebook()
        self.applied: list[TinyPlan] = []
        self.trained = 0

    def open(self, paths, on_error=None):
        missing = [path for path in paths if not Path(path).exists()]
        if missing:
            raise UnreadableError(f"There is no file '{missing[0]}'.", "Check the spelling.")
        runs = [read_csv(Path(path), self.command) for path in paths]
        self.assessments = [assess(run, self.rulebook) for run in runs]
        self.current = self.assessments[0]
        return self.assessments

    def remembered(self):
        return self.current

    def history(self, limit=20):
        return []

    def plan(self, number):
        if self.command is None:
            raise UsageError("No training command is known in this project.", "Run one first.")
        change = self.current.changes[number - 1]
        before, after = self.command, (*self.command[:-1], str(change.after))
        diff = f"--- command\n+++ command\n-{' '.join(before)}\n+{' '.join(after)}\n"
        return TinyPlan(diff, f"--lr {before[-1]} -> {after[-1]}", after, before)

    def plan_value(self, name, value):
        raise UsageError("Not here.")

    def apply(self, plan):
        self.command = plan.command_after
        self.applied.append(plan)
        return f"Applied: {plan.headline}"

    def undo(self):
        if not self.applied:
            raise UsageError("Nothing has been applied in this project.")
        plan = self.applied.pop()
        self.command = plan.command_before
        return f"Taken back: {plan.headline}"

    def rerun(self, on_output=None, stop=None):
        self.trained += 1
        log = self.folder / f"run{self.trained}.csv"
        process = subprocess.Popen(self.command, stdout=subprocess.PIPE, cwd=self.folder)
        with log.open("wb") as kept:
            for line in process.stdout:
                kept.write(line)
                if on_output is not None:
                    on_output(line)
                if stop is not None and stop.is_set():
                    process.terminate()
                    break
        process.stdout.close()
        process.wait()
        self.finished = TinyFinished(
            "ended" if not (stop and stop.is_set()) else "stopped", bool(stop and stop.is_set())
        )
        self.open([str(log)])
        return self.current

    def compare(self, a=None, b=None):
        return TinyComparison(
            Bilingual(en="The second run is better: loss 0.9 -> 0.1.", zh="第二次更好：损失 0.9 -> 0.1。")
        )


def training_project(folder: Path, rate: float = 3.0) -> TinySession:
    """A folder with a trainer whose loss becomes NaN at a high rate, and the log of such a run."""
    script = folder / "train.py"
    script.write_text(TRAINER, encoding="utf-8")
    command = (sys.executable, str(script), "--lr", str(rate))
    log = folder / "first.csv"
    log.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
    return TinySession(folder, command=command)
