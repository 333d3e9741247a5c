"""From tasks and situations to trainings: finds healthy settings, plants, drops what took no effect."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from tests.measure.planted_situations import HEALTHY_SEEDS, RATES, SEEDS, SITUATIONS, Situation
from tests.measure.planted_store import Store
from tests.measure.planted_trainer import Curves, Data, Setting, data_of, guess_loss

FEWEST_EPOCHS = 12
CLOSE = 0.01
"""Share of what can be learned that counts as no difference when the healthy training's length is chosen."""
SAME_ACCURACY = 0.01
"""Difference between two accuracies on a test set that counts as none."""
MAJORITY = 0.8
"""Share of one class from which classes count as imbalanced."""
SPIKE = 0.5
"""Share of what can be learned that a loss has to lose at once to count as a spike."""
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
    scale = guess_loss(data_of(task))
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
    kept = [case for case in planted if case.healthy or _took_effect(case, store)]
    return kept, [case for case in planted if case not in kept]


def _took_effect(case: Case, store: Store) -> bool:
    """Whether the fault cost more than the worst seed of the healthy setting, and by a fair amount.

    On other data than the healthy setting's, whose losses cannot be compared, the fault has to be seen.
    """
    if case.setting.rare_positives:
        return holds("class_imbalance", case, store)
    worst_healthy = max(outcome(store, replace(case.base, seed=seed)) for seed in SEEDS)
    return outcome(store, case.setting) > worst_healthy + EFFECT * guess_loss(data_of(case.base))


def holds(problem: str, case: Case, store: Store) -> bool:
    """Whether a problem is a plain fact of this training, whatever was planted, seen on data no rule sees.

    Past its best and overfitting: an earlier epoch was better on the test set. Still improving: twice the
    epochs end lower on the test set. Not finite: the training loss is no number at the end. Plateau: the last
    third gained nothing on the test set. Loss and metric disagree: the loss on the test set rises, the
    accuracy there does not fall. Loss spikes: the loss on the test set shot up and came back. Imbalance: the
    net does no better there than to name always the class that most samples have.
    """
    curves = store[case.setting]
    fair = CLOSE * guess_loss(data_of(case.setting))
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
    if problem == "plateau":
        return _stands_still(np.asarray(curves["test_loss"]), fair)
    if problem == "loss_metric_disagree":
        return _rises_without_harm(curves, fair)
    if problem == "loss_spikes":
        return _shot_up_and_came_back(curves["test_loss"], SPIKE * guess_loss(data_of(case.setting)))
    if problem == "class_imbalance":
        return _names_one_class(data_of(case.setting), curves["test_accuracy"][-1])
    return False


def _stands_still(loss: np.ndarray, fair: float) -> bool:
    """Whether the mean of the last sixth of the epochs is that of the sixth before the last third."""
    sixth = max(1, len(loss) // 6)
    before, end = loss[: len(loss) - 2 * sixth][-sixth:], loss[-sixth:]
    noise = (before.std() + end.std()) / math.sqrt(sixth)
    return bool(before.size and abs(end.mean() - before.mean()) < fair + noise)


def _rises_without_harm(curves: Curves, fair: float) -> bool:
    """Whether the loss on the test set rose from its lowest while the accuracy there did not fall."""
    loss, accuracy = np.asarray(curves["test_loss"]), np.asarray(curves["test_accuracy"])
    if not np.isfinite(loss).all() or not np.isfinite(accuracy).all():
        return False
    best = int(loss.argmin())
    return bool(loss[-1] > loss[best] + fair and accuracy[-1] >= accuracy[best] - SAME_ACCURACY)


def _shot_up_and_came_back(loss: Sequence[float], height: float) -> bool:
    """Whether the loss rose above its lowest so far by a height, and later fell below that lowest."""
    lowest, above = math.inf, False
    for value in loss:
        if value < lowest:
            if above:
                return True
            lowest = value
        above = above or value > lowest + height
    return False


def _names_one_class(data: Data, accuracy: float) -> bool:
    """Whether one class has most samples of the test set and the accuracy is no better than its share."""
    if not data.classes:
        return False
    largest = float(torch.bincount(data.y[2]).max() / len(data.y[2]))
    return largest >= MAJORITY and abs(accuracy - largest) < SAME_ACCURACY


def score(store: Store, setting: Setting) -> float:
    """The accuracy on the test set at the end of the training, or the share of the variance explained."""
    data = data_of(setting)
    if data.classes:
        return store[setting]["test_accuracy"][-1]
    return 1 - outcome(store, setting) / guess_loss(data)


def outcome(store: Store, setting: Setting) -> float:
    """The loss on the test set at the end of the training; infinite where it is no number."""
    last = store[setting]["test_loss"][-1]
    return last if math.isfinite(last) else math.inf
