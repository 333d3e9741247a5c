"""From findings to a short list of concrete changes, in the user's own names and values."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.advice.change import Change
from advisor.advice.rounding import as_number, tidy
from advisor.diagnosis import change_applies, helped_counts, raised_counts, set_value
from advisor.diagnosis.finding import Finding, Severity
from advisor.diagnosis.problem import ABOUT_DATA, Problem
from advisor.diagnosis.rule import ProposedChange
from advisor.run import Role, Run, Scalar
from advisor.signals import Signals
from advisor.vocabulary.lengths import LENGTHS, is_no_length
from advisor.vocabulary.widths import from_widths

FINDING_PRIOR = 0.5
"""The chance that a finding is right, for ranking only, where it was never measured."""

REMEDY_PRIOR, REMEDY_DECAY, PRIOR_RERUNS = 0.5, 0.8, 2.0
"""The chance that a rule's first remedy helps before any rerun is counted; each next has a share of it. The
belief weighs as much as this many reruns."""
CLEAR = 1.645
"""Standard errors by which a remedy must have helped more often than one that its rule names earlier, before
it is told first: 5 % one-sided. Five reruns of each hardly ever say so."""


FAMILIES = (
    frozenset({"learning_rate"}),
    frozenset({"dropout", "weight_decay", "label_smoothing"}),
    frozenset({"hidden_units", "layers", "max_depth"}),
    frozenset(LENGTHS),
)
"""Hyperparameters that work in the same direction: more of one and less of another is no advice."""

OF_NETS = frozenset(
    {"batch_size", "gradient_accumulation", "optimizer", "momentum", "beta2", "weight_decay", "dropout",
     "gradient_clipping", "warmup_ratio", "scheduler", "scheduler_step", "min_learning_rate", "precision",
     "layers", "hidden_units", "activation", "normalisation", "initialisation", "label_smoothing",
     "data_augmentation"}
)  # fmt: skip
"""Hyperparameters that boosted trees do not have."""

_Worth = tuple[int, float]
_LAST: _Worth = (-1, 0.0)


@dataclass(frozen=True, slots=True)
class Current:
    """What is known of a hyperparameter: the user's name for it and its value."""

    name: str
    value: Scalar


def recommend(run: Run, findings: Sequence[Finding], signals: Signals) -> tuple[Change, ...]:
    """Ranked concrete changes for one run.

    The remedies of every finding are made concrete with the run's own names and values. They are ranked by
    the finding's severity, then by the chance that the finding is right times the chance that the remedy
    helps; what only a doubt about the data asks for comes last where the run is healthy. A rule's own order
    of its remedies stands where the measured reruns do not clearly speak against it. Of several changes to
    one hyperparameter only the first stays, and none that works against an earlier one (`FAMILIES`), so that
    no two are opposite.

    Args:
        run: The run that was diagnosed.
        findings: What was found, most important first.
        signals: What was measured, for remedies that depend on it.

    Returns:
        Changes numbered from 1, best first; empty where nothing is to be changed.
    """
    well = any(finding.problem is Problem.HEALTHY for finding in findings)
    candidates = [
        (_LAST if well and _is_doubt_about_data(finding) else worth, change)
        for finding in findings
        for worth, change in _of_finding(run, finding, signals)
    ]
    candidates.sort(key=lambda pair: pair[0], reverse=True)
    chosen: dict[str, Change] = {}
    for _, change in candidates:
        key = change.hyperparameter or (change.do.en if change.do else "")
        if key not in chosen and any(opposite(change, other) for other in chosen.values()):
            continue
        first = chosen.setdefault(key, change)
        if first is not change and _same_direction(first, change):
            chosen[key] = replace(first, also_for=(*first.also_for, change.finding.code))
    return tuple(replace(change, number=number) for number, change in enumerate(chosen.values(), start=1))


def _is_doubt_about_data(finding: Finding) -> bool:
    return finding.problem in ABOUT_DATA and finding.severity is Severity.INFO


def opposite(one: Change, other: Change) -> bool:
    """Whether one asks for more and the other for less of things that work in the same direction."""
    pair = {one.hyperparameter, other.hyperparameter}
    return any(pair <= family for family in FAMILIES) and direction(one) * direction(other) < 0


def direction(change: Change) -> int:
    """1 for more, -1 for less, 0 where that is not known."""
    before, after = as_number(change.before), as_number(change.after)
    if change.factor is not None:
        return (change.factor > 1) - (change.factor < 1)
    return 0 if before is None or after is None else (after > before) - (after < before)


def _same_direction(one: Change, other: Change) -> bool:
    if one.do is not None:
        return True
    directions = direction(one), direction(other)
    return directions[0] == directions[1] if all(directions) else one.after == other.after


def _of_finding(run: Run, finding: Finding, signals: Signals) -> Iterator[tuple[_Worth, Change]]:
    """The finding's remedies in their order, with what each is ranked by among those of other findings."""
    remedies: list[_Remedy] = []
    of_trees = "run.boosting" in signals
    for index, proposed in enumerate(finding.rule.changes):
        if not change_applies(proposed, signals) or (of_trees and _is_lacking(run, proposed.hyperparameter)):
            continue
        made = _concrete(run, finding, proposed, signals)
        if made is not None:
            counts = helped_counts(finding.rule.code, index)
            made = replace(made, helped=counts, raised=raised_counts(finding.rule.code, index))
            _insert(remedies, _Remedy(made, *_chance(counts, index)))
    right = FINDING_PRIOR if finding.probability is None else finding.probability
    chance = 1.0
    for remedy in remedies:
        chance = min(chance, remedy.chance)
        yield (int(finding.severity), right * chance), remedy.change


def _is_lacking(run: Run, role: str | None) -> bool:
    """Whether boosted trees have no such hyperparameter; the units that some state are their leaves."""
    return role in OF_NETS and not (role == "hidden_units" and run.hyperparameter(role) is not None)


@dataclass(frozen=True, slots=True)
class _Remedy:
    """A change, the chance that it helps, and the variance of that chance; 0 where nothing was measured."""

    change: Change
    chance: float
    variance: float


def _chance(counts: tuple[int, int] | None, position: int) -> tuple[float, float]:
    """Mean and variance of a beta distribution: the measured reruns on top of the rule's order.

    A remedy that was never tried keeps the chance that its place gives it, without a variance: else no number
    of reruns of the others could pass it, or let it pass.
    """
    helped, tried = counts or (0, 0)
    chance = (helped + PRIOR_RERUNS * REMEDY_PRIOR * REMEDY_DECAY**position) / (tried + PRIOR_RERUNS)
    return chance, chance * (1 - chance) / (tried + PRIOR_RERUNS + 1) if tried else 0.0


def _insert(remedies: list[_Remedy], later: _Remedy) -> None:
    """Puts a remedy behind those named before it, except such as it was clearly better than."""
    place = len(remedies)
    while place and _clearly_better(later, remedies[place - 1]):
        place -= 1
    remedies.insert(place, later)


def _clearly_better(one: _Remedy, other: _Remedy) -> bool:
    spread = math.sqrt(one.variance + other.variance)
    return spread > 0 and one.chance - other.chance > CLEAR * spread


def _concrete(run: Run, finding: Finding, proposed: ProposedChange, signals: Signals) -> Change | None:
    """The change with the run's own name and values; None where it would change nothing."""
    role = proposed.hyperparameter
    if role in LENGTHS and proposed.multiply is not None:
        role = _length(run, role, signals)
    known = Current("", None) if role is None else current(run, role)
    change = Change(
        number=0,
        hyperparameter=role,
        name=known.name,
        before=None,
        after=None,
        factor=None,
        do=proposed.do,
        reason=proposed.because,
        helped=None,
        cost=proposed.cost,
        risk=proposed.risk,
        finding=finding,
    )
    if role is None:
        return change
    if proposed.multiply is not None:
        return _multiplied(change, known.value, proposed.multiply)
    return _set(change, known.value, set_value(proposed, signals))


def _length(run: Run, role: str, signals: Signals) -> str:
    """What holds the length of this training: a stated hyperparameter, else the one that its kind has."""
    stated = (one for one in (role, *LENGTHS) if as_number(current(run, one).value) is not None)
    if signals.get("run.boosting"):
        return next(stated, "rounds")
    by_step = all(series.x_kind == "step" for series in run.series)
    return next(stated, "max_steps" if by_step else role)


def _multiplied(change: Change, value: Scalar, factor: float) -> Change | None:
    number = as_number(value)
    if number is None:
        return replace(change, factor=factor)
    after = tidy(number * factor, change.hyperparameter, value)
    if after == number:
        return None
    return replace(change, before=value, after=after, factor=factor)


def _set(change: Change, value: Scalar, target: float | str | None) -> Change | None:
    if target is None:
        return None
    after = target if isinstance(target, str) else tidy(target, change.hyperparameter)
    before = as_number(value)
    if after == (value if isinstance(after, str) else before):
        return None
    if change.hyperparameter in LENGTHS and before and not isinstance(after, str):
        change = replace(change, cost=after / before)
    return replace(change, before=value, after=after)


def current(run: Run, role: str) -> Current:
    """The user's name and value for a role; also what a curve of rates or a list of widths shows."""
    known = run.hyperparameter(role)
    if known is not None:
        number = as_number(known.value)
        if number is not None and is_no_length(role, number):
            return Current(known.name, None)
        whole = number is not None and number == int(number) and not isinstance(known.value, float)
        return Current(known.name, known.value if number is None else int(number) if whole else number)
    counted = from_widths(run, role)
    if counted is not None:
        return Current(role, counted)
    curve = run.main(Role.LEARNING_RATE) if role == "learning_rate" else None
    if curve is not None and np.isfinite(curve.y).any():
        return Current(curve.name, float(np.nanmax(np.where(np.isfinite(curve.y), curve.y, np.nan))))
    return Current(role, None)
