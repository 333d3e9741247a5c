"""From findings to a short list of concrete changes, in the user's own names and values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.advice.change import Change
from advisor.advice.rounding import as_number, tidy
from advisor.diagnosis import change_applies, helped_counts, set_value
from advisor.diagnosis.finding import Finding
from advisor.diagnosis.rule import ProposedChange
from advisor.run import Role, Run, Scalar
from advisor.signals import Signals

FINDING_PRIOR = 0.5
"""The chance that a finding is right, for ranking only, where it was never measured."""

REMEDY_PRIOR, REMEDY_DECAY = 0.5, 0.8
"""The chance that a rule's first remedy helps before any rerun is counted; each next has a share of it."""


_Worth = tuple[int, float]


@dataclass(frozen=True, slots=True)
class _Current:
    """What is known of a hyperparameter: the user's name for it and its value."""

    name: str
    value: Scalar


def recommend(run: Run, findings: Sequence[Finding], signals: Signals) -> tuple[Change, ...]:
    """Ranked concrete changes for one run.

    The remedies of every finding are made concrete with the run's own names and values. They are ranked by
    the finding's severity, then by the chance that the finding is right times the chance that the remedy
    helps: the measured reruns, weighed against the order in which the rule names its remedies as if that
    order were two reruns. Of several changes to one hyperparameter only the first stays, so that no two
    are opposite.

    Args:
        run: The run that was diagnosed.
        findings: What was found, most important first.
        signals: What was measured, for remedies that depend on it.

    Returns:
        Changes numbered from 1, best first; empty where nothing is to be changed.
    """
    candidates = [pair for finding in findings for pair in _of_finding(run, finding, signals)]
    candidates.sort(key=lambda pair: pair[0], reverse=True)
    chosen: dict[str, Change] = {}
    for _, change in candidates:
        key = change.hyperparameter or (change.do.en if change.do else "")
        first = chosen.setdefault(key, change)
        if first is not change and _same_direction(first, change):
            chosen[key] = replace(first, also_for=(*first.also_for, change.finding.code))
    return tuple(replace(change, number=number) for number, change in enumerate(chosen.values(), start=1))


def _same_direction(one: Change, other: Change) -> bool:
    if one.do is not None:
        return True
    if one.factor is not None and other.factor is not None:
        return (one.factor < 1) == (other.factor < 1)
    before, after, target = (as_number(value) for value in (one.before, one.after, other.after))
    if before is None or after is None or target is None:
        return one.after == other.after
    return (after < before) == (target < before)


def _of_finding(run: Run, finding: Finding, signals: Signals) -> Iterator[tuple[_Worth, Change]]:
    for index, proposed in enumerate(finding.rule.changes):
        if not change_applies(proposed, signals):
            continue
        made = _concrete(run, finding, proposed, signals)
        if made is not None:
            change = replace(made, helped=helped_counts(finding.rule.code, index))
            yield _worth(change, index), change


def _worth(change: Change, position: int) -> _Worth:
    """What a change is ranked by: the severity of its finding, then the chance that it helps."""
    helped, tried = change.helped or (0, 0)
    prior = REMEDY_PRIOR * REMEDY_DECAY**position
    remedy = (helped + 2 * prior) / (tried + 2)
    finding = FINDING_PRIOR if change.finding.probability is None else change.finding.probability
    return int(change.finding.severity), finding * remedy


def _concrete(run: Run, finding: Finding, proposed: ProposedChange, signals: Signals) -> Change | None:
    """The change with the run's own name and values; None where it would change nothing."""
    role = proposed.hyperparameter
    current = _Current("", None) if role is None else _current(run, role)
    change = Change(
        number=0,
        hyperparameter=role,
        name=current.name,
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
        return _multiplied(change, current.value, proposed.multiply)
    return _set(change, current.value, set_value(proposed, signals))


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
    same = after == value if isinstance(after, str) else after == as_number(value)
    return None if same else replace(change, before=value, after=after)


def _current(run: Run, role: str) -> _Current:
    """The user's name and value for a role; for the learning rate also what its curve shows."""
    known = run.hyperparameter(role)
    if known is not None:
        number = as_number(known.value)
        whole = number is not None and number == int(number) and not isinstance(known.value, float)
        return _Current(known.name, known.value if number is None else int(number) if whole else number)
    curve = run.main(Role.LEARNING_RATE) if role == "learning_rate" else None
    if curve is not None and np.isfinite(curve.y).any():
        return _Current(curve.name, float(np.nanmax(np.where(np.isfinite(curve.y), curve.y, np.nan))))
    return _Current(role, None)
