"""Asks the published rule packages about runs; runs in an interpreter of its own, which has them.

Reads one run a line from stdin as JSON, `{"curves": {role: [[position, value], ...]}, "epochs": {role:
[value, ...]}}`, and answers each on a line of its own: `{tool: [[name, severity], ...]}`, with null for a
tool that refuses such a run. Each tool gets its own defaults and the form of data that it is made for: step
by step, or one value an epoch.
"""

import contextlib
import io
import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

Curves = dict[str, list[tuple[int, float]]]
Epochs = dict[str, list[float]]
Named = list[tuple[str, str]]

_RUNMEDIC = {
    "train_loss": "train/loss",
    "val_loss": "val/loss",
    "train_metric": "train/acc",
    "val_metric": "val/acc",
    "learning_rate": "lr",
    "grad_norm": "grad_norm",
}
_DOCTOR = {"train_loss": "loss", "val_loss": "eval_loss", "learning_rate": "lr", "grad_norm": "grad_norm"}
_PULSE = {"train_loss": "loss", "learning_rate": "learning_rate", "grad_norm": "grad_norm"}
_LENS = {
    "train_loss": "loss",
    "val_loss": "val_loss",
    "train_metric": "accuracy",
    "val_metric": "val_accuracy",
}


def runmedic(curves: Curves, _: Epochs) -> Named:
    """Every curve by its position in the log; findings by the name of the check."""
    model, roles, checks = (import_module(f"runmedic.{name}") for name in ("model", "roles", "checks"))
    run = model.Run("run", "csv", "run.csv")
    for role, name in _RUNMEDIC.items():
        for at, value in curves.get(role, ()):
            run.get(name).add(at, value)
    run.finalize()
    return [(f.check, f.severity) for f in checks.run_checks(run, roles.detect(run))]


def training_doctor(curves: Curves, _: Epochs) -> Named:
    """Logged step by step, as in a live training; what a diagnosis saw stands behind its name."""
    doctor = import_module("training_doctor.doctor").Doctor()
    store = doctor.store
    # The same points as its own method gives, which goes through all of them at every step.
    store.get_last = lambda metric, n=1: store.get(metric)[-n:]
    by_step: dict[int, dict[str, float]] = {}
    for role, name in _DOCTOR.items():
        for at, value in curves.get(role, ()):
            by_step.setdefault(at, {})[name] = value
    named: Named = []
    for step, values in sorted(by_step.items()):
        for one in doctor.log(step, **values):
            seen = " ".join(evidence.observation for evidence in one.evidence).lower()
            marks = [mark for mark in ("nan", "exploding", "vanishing") if mark in seen]
            named += [
                (name, one.severity.value)
                for name in [one.detector_name, *(f"{one.detector_name}:{mark}" for mark in marks)]
            ]
    return named


def sk_autod(_: Curves, epochs: Epochs) -> Named | None:
    """One training and one validation loss an epoch; it refuses fewer than five, and NaN or infinity."""
    try:
        report = import_module("sk_autod").diagnose(epochs["train_loss"], epochs["val_loss"])
    except (KeyError, ValueError):
        return None
    return [(f.detector_name, f.severity.value) for f in report.findings]


def trainlens(_: Curves, epochs: Epochs) -> Named | None:
    """A history as of Keras."""
    history = {name: epochs[role] for role, name in _LENS.items() if role in epochs}
    if not history:
        return None
    result = import_module("trainlens").analyze({"history": history})
    return [(signal.title, signal.severity) for signal in result.signals]


def trainpulse(curves: Curves, _: Epochs) -> Named:
    """Logged step by step, the curves that its own command reads."""
    monitor = import_module("trainpulse").Monitor()
    points = [(at, name, value) for role, name in _PULSE.items() for at, value in curves.get(role, ())]
    for at, name, value in sorted(points, key=lambda point: point[0]):
        monitor.log(name, at, value)
    return [(alert.detector, alert.severity.value) for alert in monitor.alerts]


TOOLS: dict[str, Callable[[Curves, Epochs], Named | None]] = {
    "runmedic": runmedic,
    "training-doctor": training_doctor,
    "sk-autod": sk_autod,
    "trainlens": trainlens,
    "trainpulse": trainpulse,
}


def answer(asked: dict[str, Any]) -> dict[str, Named | None]:
    """What each tool says of one run, each name once with each severity."""
    said: dict[str, Named | None] = {}
    for name, tool in TOOLS.items():
        with contextlib.redirect_stdout(io.StringIO()):
            named = tool(asked["curves"], asked["epochs"])
        said[name] = None if named is None else sorted(set(named))
    return said


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)
