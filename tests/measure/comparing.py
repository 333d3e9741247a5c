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
SHARES = (0.0, 0.005, 0.01, 0.02, 0.05, 0.08, 0.12, 0.2)
CURVES = {"val_loss": (Role.VAL_LOSS, True), "val_accuracy": (Role.VAL_METRIC, False)}


def main(arguments: list[str]) -> int:
    """Prints what each seed share would do on the tuning tasks, and what the one in use does on others."""
    torch.set_num_threads(1)
    tuning, held_out = (_trained(tasks) for tasks in (TUNING, HELD_OUT))
    for name, (_, lower_is_better) in CURVES.items():
        in_use = SEED_SHARES[lower_is_better]
        print(f"{name}, tuning tasks: pairs told apart")
        print("  share   seed alone differs   learning rate differs")
        for share in SHARES:
            SEED_SHARES[lower_is_better] = share
            same, other = _told(_same_setting(tuning, name)), _told(_other_rate(tuning, name))
            print(f"  {share:<5}   {same:<18}   {other}{'   <- in use' if share == in_use else ''}")
        SEED_SHARES[lower_is_better] = in_use
        same, other = _same_setting(held_out, name), _other_rate(held_out, name)
        right = [as_meant for verdict, as_meant in other if verdict != "cannot tell"]
        print(f"{name}, tasks that set nothing: seed alone differs: {_told(same)} told apart;")
        print(f"  learning rate differs: {_told(other)} told apart,")
        print(f"  {sum(right)} of {len(right)} as the mean test loss over all seeds orders them")
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
