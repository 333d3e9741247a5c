"""How far a verdict of `compare` can be trusted: trainings that differ by seed or by a setting."""

import argparse
import itertools
import json
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from advisor.experiment import noise
from advisor.experiment.compare import compare
from advisor.run import Role, Run, Series
from tests.measure.planted_situations import HELD_OUT, TUNING
from tests.measure.planted_trainer import Curves, Setting, train

SEEDS = range(5)
FACTORS = (1.0, 0.1, 10.0)
"""Learning rates that are compared, as multiples of 0.001 (0.03 for SGD)."""
LOSS_CHOICES = tuple(itertools.product((0.04, 0.06, 0.08), (0.0, 0.04, 0.06, 0.08)))
METRIC_CHOICES = (0.2, 0.3, 0.4, 0.5, 0.6)
CURVES = {"val_loss": (Role.VAL_LOSS, True), "val_accuracy": (Role.VAL_METRIC, False)}


def main(arguments: list[str]) -> int:
    """Prints both kinds of error: seeds that are told apart, and changes that are not."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure comparing")
    parser.add_argument("--keep", type=Path, help="file that keeps the curves, so that they are trained once")
    curves = _curves(parser.parse_args(arguments).keep)
    print("                                       seed alone differs:     learning rate differs:")
    print("                                       told apart (wrongly)    told apart (rightly)")
    for name in CURVES:
        for choice, set_ in _choices(name):
            before = set_(choice)
            _print(f"{name}, tuning tasks, {choice}", curves["tuning"], name)
            set_(before)
        _print(f"{name}, tuning tasks, in use", curves["tuning"], name)
        _print(f"{name}, tasks that set nothing", curves["held out"], name)
        other = _other_rate(curves["held out"], name)
        right = [as_meant for verdict, as_meant in other if verdict != "cannot tell"]
        print(f"    of these, {sum(right)} of {len(right)} as the mean test loss over all seeds orders them")
    return 0


def _choices(name: str) -> Iterator[tuple[Any, Callable[[Any], Any]]]:
    """Each choice of the figures in `noise`, with what puts it in use and returns what was."""

    def set_loss(pair: tuple[float, float]) -> tuple[float, float]:
        before = noise.LOSS_SHARE, noise.LOSS_DROP
        noise.LOSS_SHARE, noise.LOSS_DROP = pair
        return before

    def set_metric(share: float) -> float:
        before, noise.METRIC_MOVE = noise.METRIC_MOVE, share
        return before

    if CURVES[name][1]:
        yield from ((choice, set_loss) for choice in LOSS_CHOICES)
    else:
        yield from ((choice, set_metric) for choice in METRIC_CHOICES)


def _print(title: str, trained: "Trained", name: str) -> None:
    same, other = _same_setting(trained, name), _other_rate(trained, name)
    print(f"{title:38} {_told(same):23} {_told(other)}", flush=True)


def _curves(keep: Path | None) -> dict[str, "Trained"]:
    """What the tasks of both halves were trained to, from a file where it is there."""
    torch.set_num_threads(1)
    halves = {"tuning": TUNING, "held out": HELD_OUT}
    if keep is None or not keep.exists():
        found = {half: _trained(tasks) for half, tasks in halves.items()}
        if keep is not None:
            keep.write_text(json.dumps({half: list(curves.values()) for half, curves in found.items()}))
        return found
    kept = json.loads(keep.read_text())
    keys = {half: list(itertools.product(tasks, FACTORS)) for half, tasks in halves.items()}
    return {half: dict(zip(keys[half], kept[half], strict=True)) for half in halves}


Trained = dict[tuple[Setting, float], list[Curves]]


def _trained(tasks: Sequence[Setting]) -> Trained:
    found: Trained = {}
    for task, factor in itertools.product(tasks, FACTORS):
        rate = factor * (0.03 if task.optimizer == "sgd" else 0.001)
        settings = [replace(task, learning_rate=rate, seed=seed) for seed in SEEDS]
        found[task, factor] = [train(setting) for setting in settings]
    return found


def _run(curves: Curves, name: str) -> Run:
    role, lower_is_better = CURVES[name]
    y = np.asarray(curves[name], dtype=np.float64)
    index = np.arange(y.size)
    series = Series(name, y, index + 1.0, index, "epoch", role, lower_is_better)
    return Run("measured", (series,))


def _has(curves: list[Curves], name: str) -> bool:
    return all(name in one and np.isfinite(one[name]).all() for one in curves)


def _told(verdicts: Sequence[tuple[str, bool]]) -> str:
    told = sum(verdict != "cannot tell" for verdict, _ in verdicts)
    return f"{told / len(verdicts):5.1%} of {len(verdicts)}"


def _same_setting(trained: Trained, name: str) -> list[tuple[str, bool]]:
    """(verdict, whether it is right) for pairs of one setting."""
    pairs = (pair for c in trained.values() if _has(c, name) for pair in itertools.combinations(c, 2))
    verdicts = [compare(_run(one, name), _run(other, name)).verdict for one, other in pairs]
    return [(verdict, verdict == "cannot tell") for verdict in verdicts]


def _other_rate(trained: Trained, name: str) -> list[tuple[str, bool]]:
    """(verdict, whether it is the order of the mean test losses) for pairs of two learning rates."""
    found = []
    tasks = dict.fromkeys(task for task, _ in trained)
    for task, (one, other) in itertools.product(tasks, itertools.combinations(FACTORS, 2)):
        first, second = trained[task, one], trained[task, other]
        if not (_has(first, name) and _has(second, name)):
            continue
        better = _final_test_loss(second) < _final_test_loss(first)
        for before, after in itertools.product(first, second):
            verdict = compare(_run(before, name), _run(after, name)).verdict
            found.append((verdict, (verdict == "better") == better))
    return found


def _final_test_loss(curves: list[Curves]) -> float:
    return statistics.mean(float(np.median(one["test_loss"][-3:])) for one in curves)
