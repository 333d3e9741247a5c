"""From tasks and situations to trainings, and from trainings to the runs that their logs would give."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import platformdirs

from advisor.run import Hyperparameter, Role, Run, Series
from tests.measure.planted_cases import EFFECT
from tests.measure.planted_trainer import guess_loss
from tests.measure.thirteen_data import data, is_regression
from tests.measure.thirteen_hands import PLAIN, Hand, drawn
from tests.measure.thirteen_healthy import good, reaches
from tests.measure.thirteen_situations import (
    HALVES,
    HEALTHY_SEEDS,
    SEEDS,
    SITUATIONS,
    Part,
    Situation,
)
from tests.measure.thirteen_trainer import Curves, Training, Trainings

ROOT = Path(__file__).resolve().parents[2]
CACHE = platformdirs.user_cache_path("tuning-advisor") / "thirteen"
GAP_SEEN = 1.1
"""Loss on the test set over that on a leaked validation set from which the leak hides something."""


@dataclass(frozen=True)
class Case:
    """One training and what was planted in it; `half` is tuning or held-out.

    `healthy` is the same training without the fault, `result` the validation loss that is good for it.
    """

    half: str
    situation: Situation
    training: Training
    healthy: Training
    result: float


def cases(half: str, trainings: Trainings) -> tuple[list[Case], list[Case]]:
    """Every situation planted in every task with every seed, and those dropped: faults without effect, and
    trainings without a fault that miss the good result of their task.
    """
    planted = [case for part in HALVES[half] for case in _planted(half, part, trainings)]
    trainings.train(case.training for case in planted)
    kept = [case for case in planted if _took_effect(case, trainings)]
    return kept, [case for case in planted if case not in kept]


def _planted(half: str, part: Part, trainings: Trainings) -> Iterator[Case]:
    for well in good(part.tasks, part.first_seed, trainings, part.margin):
        for situation in SITUATIONS:
            for seed in HEALTHY_SEEDS if situation.name == "healthy" else SEEDS:
                base = replace(well.training, seed=part.first_seed + seed)
                training = situation.plant(base)
                if training is not None:
                    yield Case(half, situation, training, base, well.result)


def _took_effect(case: Case, trainings: Trainings) -> bool:
    """Whether the fault cost something on the clean test set, or hides or feigns a loss in validation.

    A training without a fault has to reach the good result of its task, else it is no healthy one.
    """
    name, curves = case.situation.name, trainings[case.training]
    if name == "healthy":
        return reaches(case.training, case.result, curves)
    if name in ("permuted labels", "unshuffled"):
        return True  # the order of the samples shows in the log even where it costs nothing in the end
    guess = guess_loss(data(case.training.shape.data))
    if name == "leaked validation":
        return _end(curves["test_loss"]) > GAP_SEEN * _end(curves["val_loss"])
    if name == "shifted validation":
        return _end(curves["val_loss"]) > _end(curves["test_loss"]) + EFFECT * guess
    healthy = _end(trainings[case.healthy]["test_loss"])
    return _end(curves["test_loss"]) > healthy + EFFECT * guess


def _end(curve: np.ndarray) -> float:
    last = float(curve[-1])
    return last if math.isfinite(last) else math.inf


@dataclass(frozen=True)
class Log:
    """One log of one training: by `step` or by `epoch`, with or without accuracies and hyperparameters."""

    case: Case
    kind: str
    accuracy: bool
    settings: bool
    hand: Hand = PLAIN


def logs(case: Case) -> Iterator[Log]:
    """A step log and an epoch log of one training; what they show beside the losses follows from the seed."""
    seed = case.training.seed
    for kind in ("step", "epoch"):
        accuracy = not is_regression(case.training.shape.data) and (seed + (kind == "step")) % 3 != 0
        yield Log(case, kind, accuracy, settings=seed % 2 == 0)


def in_other_hands(case: Case, curves: Curves, times: int) -> Iterator[Log]:
    """As many step and epoch logs of one training, each as another script might write it."""
    regression = is_regression(case.training.shape.data)
    epochs = len(curves["val_loss"])
    steps = len(curves["step_loss"]) // epochs
    for number in range(times):
        key = f"{case.training} {number}"
        chance = random.Random(key)
        for kind in ("step", "epoch"):
            accuracy = not regression and chance.random() < 0.6
            hand = drawn(key, kind, epochs, steps, regression)
            yield Log(case, kind, accuracy, settings=chance.random() < 0.5, hand=hand)


_ROLES = {"loss": (Role.TRAIN_LOSS, Role.VAL_LOSS), "accuracy": (Role.TRAIN_METRIC, Role.VAL_METRIC)}


def as_run(log: Log, curves: Curves) -> Run:
    """The run that a reader gives for this log: one record a step and one an epoch, or one an epoch."""
    training = log.case.training
    shown = ("loss", "accuracy") if log.accuracy else ("loss",)
    series = tuple(one for name in shown for one in _both(name, log, curves))
    name = f"{training.shape.data}-{training.shape.net}-{training.seed}-{log.kind}"
    return Run(name, series, reader="planted", hyperparameters=_settings(log))


def _both(name: str, log: Log, curves: Curves) -> Iterator[Series]:
    """Training and validation of one figure, `loss` or `accuracy`, as the log's hand writes them."""
    hand, epochs = log.hand, len(curves["val_loss"])
    steps = len(curves["step_loss"]) // epochs
    kept = hand.kept(epochs)
    held = int(kept[-1]) + 1
    by_step, val = curves[f"step_{name}"][: held * steps], curves[f"val_{name}"][kept]
    if log.kind == "step":
        x, train = hand.steps(by_step)
        at, val_at = x + x // steps, (kept + 1) * (steps + 1) - 1
    else:
        x, train = kept + 1, hand.epochs(by_step, held)[kept]
        at = val_at = x
    loss, roles = name == "loss", _ROLES[name]
    for split, role, y, x_of, line, kind in (
        ("train", roles[0], train, x, at, log.kind),
        ("val", roles[1], val, kept + 1, val_at, "epoch"),
    ):
        y = hand.figures(y.astype(np.float64), loss)
        x_of, line = x_of.astype(np.float64), line.astype(np.int64)
        yield Series(f"{split}_{name}", y, x_of, line, kind, role, loss)


def _settings(log: Log) -> tuple[Hyperparameter, ...]:
    if not log.settings:
        return ()
    training = log.case.training
    values = {
        "learning_rate": training.learning_rate,
        "optimizer": training.shape.optimizer,
        "batch_size": training.shape.batch_size,
        "epochs": training.shape.epochs,
    }
    if data(training.shape.data).classes and training.seed % 4 == 0:
        values["classes"] = data(training.shape.data).classes
    if is_regression(training.shape.data):
        values["loss"] = "mse"
    return tuple(Hyperparameter(name, value, name, "command line") for name, value in values.items())
