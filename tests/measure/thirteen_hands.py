"""The ways in which scripts write one training down, for the trainings of the thirteen situations.

Each step or every so many, a mean since the last line or the last batch alone, a running average, few digits,
a loss in the unit of its target, a validation every other epoch, a log of a training that still runs.
"""

import math
import random
from dataclasses import dataclass

import numpy as np

PER_VALIDATION = (3, 4, 6, 10, 20, 50)
"""Training losses between two validations of a log by step, where the training has as many steps."""
FEWEST = 8
"""Validations that every log keeps: fewer are not judged."""


@dataclass(frozen=True)
class Hand:
    """How a training is written; the default writes all there is.

    Attributes:
        thinned: Steps for each training loss that a log by step holds.
        since_last: Whether that is the mean over them, not the last alone.
        last_batch: Whether a log by epoch holds the loss of each epoch's last batch, not the epoch's mean.
        memory: Share of the running average that each step keeps (0.9 in many a progress bar); 0 for none.
        every: Epochs for each validation that is written.
        digits: Decimals of every figure, of a loss in its own unit; None for all.
        unit: What a regression's loss is multiplied by.
        share: Of the training that the log holds, from its start.
    """

    thinned: int = 1
    since_last: bool = False
    last_batch: bool = False
    memory: float = 0.0
    every: int = 1
    digits: int | None = None
    unit: float = 1.0
    share: float = 1.0

    def kept(self, epochs: int) -> np.ndarray:
        """The epochs, from 0, whose validation is written."""
        held = max(FEWEST, int(epochs * self.share)) if epochs >= FEWEST else epochs
        written = np.arange(self.every - 1, held, self.every)
        return written if len(written) >= FEWEST else np.arange(held)

    def steps(self, by_step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which steps, from 0, a log by step writes, and what it writes there."""
        at = np.arange(self.thinned - 1, len(by_step), self.thinned)
        if self.memory:
            return at, _averaged(by_step, self.memory)[at]
        if self.since_last:
            return at, by_step[: at[-1] + 1].reshape(-1, self.thinned).mean(axis=1)
        return at, by_step[at]

    def epochs(self, by_step: np.ndarray, epochs: int) -> np.ndarray:
        """What a log by epoch writes for each of the epochs whose steps these are."""
        if self.memory:
            return _averaged(by_step, self.memory).reshape(epochs, -1)[:, -1]
        each = by_step.reshape(epochs, -1)
        return each[:, -1] if self.last_batch else each.mean(axis=1)

    def figures(self, values: np.ndarray, loss: bool) -> np.ndarray:
        """The values in the unit and with the digits of this hand."""
        unit = self.unit if loss else 1.0
        if self.digits is None:
            return values * unit
        return np.round(values * unit, max(0, self.digits - math.ceil(math.log10(unit))))


PLAIN = Hand()


def drawn(key: str, kind: str, epochs: int, steps: int, regression: bool) -> Hand:
    """A hand drawn at random, the same at every call with one key.

    Args:
        key: Names the log.
        kind: `step` or `epoch`.
        epochs: Of the training.
        steps: Of each epoch.
        regression: Whether the loss has a unit.
    """
    chance = random.Random(f"{key} {kind}")
    thinned = max(1, steps // chance.choice(PER_VALIDATION)) if kind == "step" else 1
    return Hand(
        thinned=thinned,
        since_last=chance.random() < 0.5,
        last_batch=chance.random() < 0.2,
        memory=0.9 if chance.random() < 0.15 else 0.0,
        every=chance.choice((1, 1, 2, 3)) if kind == "epoch" and epochs >= 3 * FEWEST else 1,
        digits=chance.choice((None, None, 3, 4, 4)),
        unit=10 ** chance.uniform(-4, 5) if regression and chance.random() < 0.6 else 1.0,
        share=chance.choice((1.0, 1.0, 1.0, 0.5, 0.7, 0.85)),
    )


def _averaged(values: np.ndarray, memory: float) -> np.ndarray:
    """The running average of a curve, from its first value on; NaN from the first NaN on."""
    made, level = np.empty_like(values), values[0]
    for i, value in enumerate(values):
        level = memory * level + (1 - memory) * value
        made[i] = level
    return made
