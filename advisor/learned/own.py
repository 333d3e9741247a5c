"""The chance that a change helps, in the light of what like changes brought to the user's own trainings.

A continuous correlated beta process (Goetschalckx, Poupart and Hoey, 2011): what the effect model says is the
mean of a beta prior that weighs as much as `STRENGTH` outcomes, and each of the user's outcomes counts as the
part of one by which its change is alike.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from advisor.run import Scalar

if TYPE_CHECKING:
    from advisor.learned.effect import Effect

STRENGTH = 5.0
"""Outcomes that the effect model's word weighs as much as: on half of the corpus's data sets the least that
does no harm where the outcomes are of other settings (`python -m advisor.corpus report` has both halves)."""
REACH = 2.0
"""Usual moves (`_STEPS`) over which two changes of the same direction come to have little in common."""
LEAST = 0.05
"""A likeness below which an outcome is not counted."""
SAME = 0.9
"""A likeness from which two changes are about the same: their ends are within a factor of 1.6 for a learning
rate, of 1.3 for a width."""
SWING = 0.25
"""By how much more a change that helped raised the score of a corpus run than another did (.23, -.03)."""

_FACTORS: Mapping[str, float] = {
    "learning_rate": 10.0, "weight_decay": 10.0, "batch_size": 4.0, "epochs": 2.0, "max_steps": 2.0,
    "rounds": 2.0, "hidden_units": 3.0, "gradient_clipping": 10.0, "gradient_accumulation": 4.0,
}  # fmt: skip
_STEPS: Mapping[str, float] = {
    "layers": 1.0, "max_depth": 1.0, "dropout": 0.2, "label_smoothing": 0.1, "warmup_ratio": 0.1,
    "momentum": 0.1,
}  # fmt: skip
_SMALLEST = 1e-6
"""What stands for 0 where only the factor between two values counts."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one change brought to one of the user's trainings.

    Attributes:
        role: The hyperparameter.
        before: Its value in the run before.
        after: Its value in the run after.
        helped: Whether the run after was better beyond noise.
        harmed: Whether it was worse beyond noise.
    """

    role: str
    before: Scalar
    after: Scalar
    helped: bool
    harmed: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """The outcomes that spoke of a change.

    Attributes:
        helped: How many of them helped.
        of: How many there are.
        without: The chance that the effect model gave without them.
    """

    helped: int
    of: int
    without: float


def adapted(
    effect: "Effect", role: str, before: Scalar, after: Scalar, outcomes: Sequence[Outcome]
) -> "tuple[Effect, Counted | None]":
    """What a change is expected to bring, own outcomes counted.

    Args:
        effect: What the effect model expects.
        role: The hyperparameter that the change is made to.
        before: Its value now.
        after: Its value with the change.
        outcomes: What the user's own changes brought.

    Returns:
        The effect with another chance, its gain moved as far as that is worth; and what was counted, None
        where nothing is alike enough.
    """
    weights = [(alike(role, before, after, one), one.helped) for one in outcomes]
    counted = [(weight, helped) for weight, helped in weights if weight >= LEAST]
    if not counted:
        return effect, None
    total = STRENGTH + sum(weight for weight, _ in counted)
    helped = STRENGTH * effect.probability + sum(weight for weight, helped in counted if helped)
    chance = helped / total
    gain = effect.gain + SWING * (chance - effect.probability)
    said = Counted(sum(helped for _, helped in counted), len(counted), effect.probability)
    return replace(effect, probability=chance, gain=gain), said


def alike(role: str, before: Scalar, after: Scalar, outcome: Outcome) -> float:
    """How much of an outcome counts for a change, 0 to 1: same role, same direction, near values."""
    if role != outcome.role:
        return 0.0
    places = [_place(role, value) for value in (before, after, outcome.before, outcome.after)]
    start, end, its_start, its_end = places
    if start is None or end is None or its_start is None or its_end is None:
        return float((before, after) == (outcome.before, outcome.after))
    move, its_move = end - start, its_end - its_start
    if move * its_move <= 0:
        return 0.0
    return math.exp(-(abs(start - its_start) + abs(move - its_move)) / REACH)


def refuted(role: str, before: Scalar, after: Scalar, outcomes: Sequence[Outcome]) -> bool:
    """Whether about this very change made things worse here when it was tried last.

    Args:
        role: The hyperparameter.
        before: Its value now.
        after: Its value with the change.
        outcomes: What the user's own changes brought, the latest first.
    """
    same = (one for one in outcomes if alike(role, before, after, one) >= SAME)
    last = next(same, None)
    return last is not None and last.harmed


def _place(role: str, value: Scalar) -> float | None:
    """A value on a scale on which the usual move is 1; None where it is no number, or its scale unknown."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    if role in _FACTORS:
        return math.log(max(_SMALLEST, number)) / math.log(_FACTORS[role])
    return number / _STEPS[role] if role in _STEPS else None
