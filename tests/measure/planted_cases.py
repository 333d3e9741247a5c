"""From tasks and situations to trainings: finds healthy settings, plants, drops what took no effect."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tests.measure.planted_situations import HEALTHY_SEEDS, RATES, SEEDS, SITUATIONS, Situation
from tests.measure.planted_store import Store
from tests.measure.planted_trainer import Setting, guess_loss, load

FEWEST_EPOCHS = 12
CLOSE = 0.01
"""Share of what can be learned that counts as no difference when the healthy training's length is chosen."""
EFFECT = 0.05
"""Share of what can be learned that a planted fault has to cost; one that costs less is dropped."""


@dataclass(frozen=True)
class Case:
    """One training, what was planted in it, and the healthy setting that it was planted in."""

    situation: Situation
    base: Setting
    setting: Setting

    @property
    def healthy(self) -> bool:
        """Whether nothing was planted."""
        return self.situation.name == "healthy"


def healthy_settings(tasks: Sequence[Setting], store: Store) -> list[Setting]:
    """The best learning rate of each task, and the length after which nothing is gained any more.

    Both are read off the validation loss, averaged over two seeds, of trainings as long as the task allows.
    """
    store.train(trial for task in tasks for rate in RATES[task.optimizer] for trial in _trials(task, rate))
    return [_healthy(task, store) for task in tasks]


def _trials(task: Setting, rate: float) -> list[Setting]:
    return [replace(task, learning_rate=rate, seed=seed) for seed in SEEDS[:2]]


def _healthy(task: Setting, store: Store) -> Setting:
    scale = guess_loss(load(task.data))
    curves = {
        rate: np.mean([store[trial]["val_loss"] for trial in _trials(task, rate)], axis=0)
        for rate in RATES[task.optimizer]
    }
    lowest = {rate: float(np.nanmin(curve)) for rate, curve in curves.items() if np.isfinite(curve).any()}
    best = min(lowest.values())
    # Of rates that are as good as the best one, the middle one is farthest from either edge.
    good = sorted(rate for rate, low in lowest.items() if low <= best + CLOSE * scale)
    rate = good[len(good) // 2]
    close = np.flatnonzero(curves[rate] <= lowest[rate] + CLOSE * scale)
    return replace(task, learning_rate=rate, epochs=max(FEWEST_EPOCHS, int(np.median(close)) + 1))


def planted_cases(tasks: Sequence[Setting], store: Store) -> tuple[list[Case], list[Case]]:
    """Every situation planted in every task with every seed, and those dropped for lack of effect."""
    planted = [
        Case(situation, base, replace(setting, seed=seed))
        for base in healthy_settings(tasks, store)
        for situation in SITUATIONS
        if (setting := situation.plant(base)) is not None
        for seed in (HEALTHY_SEEDS if setting == base else SEEDS)
    ]
    store.train(case.setting for case in planted)
    kept = [case for case in planted if case.healthy or _harmful(case, store)]
    return kept, [case for case in planted if case not in kept]


def _harmful(case: Case, store: Store) -> bool:
    """Whether the fault cost more than the worst seed of the healthy setting, and by a fair amount."""
    worst_healthy = max(outcome(store, replace(case.base, seed=seed)) for seed in SEEDS)
    return outcome(store, case.setting) > worst_healthy + EFFECT * guess_loss(load(case.base.data))


def holds(problem: str, case: Case, store: Store) -> bool:
    """Whether a problem is a plain fact of this training, whatever was planted, seen on data no rule sees.

    Past its best and overfitting: an earlier epoch was better on the test set. Still improving: twice the
    epochs end lower on the test set. Not finite: the training loss is no number at the end.
    """
    curves = store[case.setting]
    fair = CLOSE * guess_loss(load(case.base.data))
    if problem == "non_finite":
        return not math.isfinite(curves["train_loss"][-1])
    if problem in {"past_best", "overfitting"}:
        return (
            outcome(store, case.setting)
            > min(filter(math.isfinite, curves["test_loss"]), default=math.inf) + fair
        )
    if problem == "still_improving":
        longer = replace(case.setting, epochs=2 * case.setting.epochs)
        return outcome(store, longer) < outcome(store, case.setting) - fair
    return False


def outcome(store: Store, setting: Setting) -> float:
    """The loss on the test set at the end of the training; infinite where it is no number."""
    last = store[setting]["test_loss"][-1]
    return last if math.isfinite(last) else math.inf
