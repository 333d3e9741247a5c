"""How far a verdict of `compare` can be trusted: trainings that differ by seed or by a setting."""

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from advisor.experiment.compare import SEED_SHARES, compare
from advisor.run import Role, Run, Series
from tests.measure.planted_situations import HELD_OUT, TUNING
from tests.measure.planted_trainer import Curves, Setting, train

SEEDS = range(5)
FACTORS = (1.0, 0.1, 10.0)
"""Learning rates that are compared, as multiples of 0.001 (0.03 for SGD)."""
CURVES = {"val_loss": (Role.VAL_LOSS, True), "val_accuracy": (Role.VAL_METRIC, False)}


def main(arguments: list[str]) -> int:
    """Prints the spread between seeds on the tasks that set it, and verdicts on tasks that did not."""
    torch.set_num_threads(1)
    tuning, held_out = (_trained(tasks) for tasks in (TUNING, HELD_OUT))
    for name, (_, lower_is_better) in CURVES.items():
        print(f"{name}: the tuning tasks' seeds spread by {_spread(tuning, name):.4f} of the value (median);")
        print(f"  compare uses {SEED_SHARES[lower_is_better]}")
        same, reasons = _same_setting(held_out, name), _other_rate(held_out, name)
        wrong = sum(verdict != "cannot tell" for verdict in same)
        told = [right for verdict, right in reasons if verdict != "cannot tell"]
        print(f"  held-out tasks, seed alone differs: {wrong} of {len(same)} pairs told apart")
        print(f"  held-out tasks, learning rate differs: {len(told)} of {len(reasons)} told apart,")
        print(f"  {sum(told)} of these as the mean test loss over all seeds orders them")
    return 0


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


def _spread(trained: Trained, name: str) -> float:
    """Standard deviation over seeds as a share of the mean late value, median over settings."""
    shares = []
    for curves in trained.values():
        if _has(curves, name):
            late = [float(np.median(one[name][-max(3, len(one[name]) // 10) :])) for one in curves]
            shares.append(statistics.stdev(late) / abs(statistics.mean(late)))
    return statistics.median(shares)


def _same_setting(trained: Trained, name: str) -> list[str]:
    pairs = (pair for c in trained.values() if _has(c, name) for pair in itertools.combinations(c, 2))
    return [compare(_run(one, name), _run(other, name)).verdict for one, other in pairs]


def _other_rate(trained: Trained, name: str) -> list[tuple[str, bool]]:
    """(verdict, whether it is the order of the mean test losses) for pairs of two learning rates."""
    found = []
    for task, (one, other) in itertools.product(HELD_OUT, itertools.combinations(FACTORS, 2)):
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
