"""The five conditions of AUTOTRAINER (Zhang et al., ICSE 2021), written anew from their description.

What needs the gradients of single tensors (vanishing and exploding gradients by layer, dead ReLUs) is judged
only where they are given; a plain log has none. A training counts as planned for as long as it ran.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.run import Floats

VANISHING_RATIO, VANISHING_NORM, EXPLODING_RATIO = 1e-3, 1e-4, 70.0
DEAD_SHARE = 0.7
STUCK, POOR, SWING, SWINGS = 0.01, 0.7, 0.03, 0.2
START, EVERY = 0.3, 3
HUGE_LOSS = 1e5


@dataclass(frozen=True)
class Gradients:
    """Of one epoch: the norms of the first and the last kernel's gradient, and the share of zero entries."""

    first: float
    last: float
    zeros: float


def conditions(
    accuracy: Floats,
    val_accuracy: Floats,
    losses: Sequence[float],
    val_losses: Sequence[float],
    gradients: Sequence[Gradients] = (),
) -> set[str]:
    """The problems flagged until the end, of explode, vanish, relu, slow and oscillating; flags never reset.

    Args:
        accuracy: Of each epoch on the training data, from 0 to 1, shape (n,).
        val_accuracy: The same on the validation data, shape (n,).
        losses: Training loss of each epoch.
        val_losses: Validation loss of each epoch.
        gradients: Of each epoch, where they are known.
    """
    flagged: set[str] = set()
    planned = len(accuracy)
    for done in range(1, planned + 1):
        if (done - 1) % EVERY:
            continue
        if not all(map(math.isfinite, losses[:done])) or val_losses[done - 1] >= HUGE_LOSS:
            flagged.add("explode")
            continue
        if done >= START * planned:
            found = _judged(accuracy[:done], val_accuracy[:done], gradients[:done])
            flagged |= {found} if found else set()
    return flagged


def _judged(accuracy: Floats, val_accuracy: Floats, gradients: Sequence[Gradients]) -> str | None:
    """The one verdict of this epoch: what the gradients say, then slow; oscillating on a good run only."""
    stuck = _jump(accuracy) < STUCK and _jump(val_accuracy) < STUCK
    poor = val_accuracy.max() < POOR or accuracy.max() < POOR
    if not poor and not stuck:
        return "oscillating" if _swings(accuracy) >= SWINGS * len(accuracy) else None
    if any(one.zeros >= DEAD_SHARE for one in gradients):
        return "relu"
    if any(one.last and one.first / one.last > EXPLODING_RATIO for one in gradients):
        return "explode"
    if any(one.first < min(VANISHING_NORM, VANISHING_RATIO * one.last) for one in gradients):
        return "vanish"
    return "slow" if stuck else None


def _jump(values: Floats) -> float:
    return max(0.0, float(np.diff(values).max())) if len(values) > 1 else 0.0


def _swings(values: Floats) -> int:
    """Pairs of the i-th local maximum with the i-th minimum that differ by enough; flat points are both."""
    inner, before, after = values[1:-1], values[:-2], values[2:]
    highs = inner[(inner >= before) & (inner >= after)]
    lows = inner[(inner <= before) & (inner <= after)]
    pairs = min(len(highs), len(lows))
    return int((highs[:pairs] - lows[:pairs] >= SWING).sum())
