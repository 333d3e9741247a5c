"""Runs the tests that stand in a rule's own file, on real runs made from their shorthand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from advisor.diagnosis.compiled import CompiledRule
from advisor.diagnosis.engine import evaluate
from advisor.diagnosis.finding import Finding, Unchecked
from advisor.diagnosis.measured import Measured
from advisor.diagnosis.rule import Given, RuleTest
from advisor.diagnosis.shorthand import read_points
from advisor.errors import RuleError
from advisor.run import EventKind, Hyperparameter, LogEvent, Role, Run, Scalar, Series
from advisor.signals import Signals, measure

Verdict = Literal["fires", "quiet", "unknown"]

_NAMES = {
    Role.TRAIN_LOSS: "loss",
    Role.VAL_LOSS: "val_loss",
    Role.TRAIN_METRIC: "accuracy",
    Role.VAL_METRIC: "val_accuracy",
    Role.LEARNING_RATE: "lr",
    Role.GRAD_NORM: "grad_norm",
    Role.THROUGHPUT: "throughput",
}
_LOWER_IS_BETTER = {
    Role.TRAIN_LOSS: True,
    Role.VAL_LOSS: True,
    Role.TRAIN_METRIC: False,
    Role.VAL_METRIC: False,
    Role.THROUGHPUT: False,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A test of a rule that did not come out as it says.

    Attributes:
        rule: Its name and code.
        index: Which of its tests, from 0.
        expected: What the test says.
        actual: What the rule said; `unreadable` where the test cannot be read.
        trace: The condition, clause by clause, or why the test cannot be read; for the author.
    """

    rule: str
    index: int
    expected: str
    actual: str
    trace: str

    def __str__(self) -> str:
        return f"{self.rule} test {self.index + 1}: expected {self.expected}, was {self.actual}\n{self.trace}"


def failures(one: CompiledRule) -> list[Failure]:
    """The tests of one rule that fail, or that cannot be read."""
    found = (_failure(one, index) for index in range(len(one.rule.tests)))
    return [failure for failure in found if failure is not None]


def _failure(one: CompiledRule, index: int) -> Failure | None:
    try:
        return run_test(one, index)
    except RuleError as error:
        return _told(one, index, "unreadable", f"    {error}")


def run_test(one: CompiledRule, index: int) -> Failure | None:
    """Runs one test of a rule; None where it passes.

    Raises:
        RuleError: the test cannot be read.
    """
    test = one.rule.tests[index]
    run = run_of(test)
    signals = signals_of(test, run)
    outcome = evaluate(one, run, signals, Measured())
    actual: Verdict = (
        "fires" if isinstance(outcome, Finding) else "unknown" if isinstance(outcome, Unchecked) else "quiet"
    )
    if actual == test.expected:
        return None
    clauses = one.when(signals).trace
    lines = [f"    {clause.text}: {clause.holds} {clause.values}" for clause in clauses]
    if isinstance(outcome, Unchecked):
        lines.append(f"    {outcome.reason.en}")
    return _told(one, index, actual, "\n".join(lines))


def _told(one: CompiledRule, index: int, actual: str, trace: str) -> Failure:
    rule = one.rule
    return Failure(f"{rule.name} ({rule.code})", index, str(rule.tests[index].expected), actual, trace)


def run_of(test: RuleTest) -> Run:
    """The run that a test describes.

    Raises:
        RuleError: the test cannot be read.
    """
    given = test.given
    steps = read_points(str(given["x"])) if "x" in given else None
    series = [_curve(role, str(given[role.value]), steps) for role in Role if role.value in given]
    _refuse_unknown_keys(given)
    settings = _mapping(given, "hyperparameters")
    counts = _mapping(given, "events")
    return Run(
        source="test",
        series=tuple(series),
        hyperparameters=tuple(Hyperparameter(name, value, name, "test") for name, value in settings.items()),
        events=tuple(LogEvent(_kind(name), "", count=int(float(n or 0))) for name, n in counts.items()),
    )


def signals_of(test: RuleTest, run: Run) -> Signals:
    """What is measured on the test's run, or the signals that it gives directly."""
    direct = _mapping(test.given, "signals")
    return {name: float(value) for name, value in direct.items() if value is not None} or measure(run)


def _curve(role: Role, text: str, steps: list[float | None] | None) -> Series:
    points = read_points(text)
    if steps is not None and len(steps) < len(points):
        raise RuleError(f"x has {len(steps)} points, {role.value} has {len(points)}.")
    there = [i for i, value in enumerate(points) if value is not None]
    x = [i + 1 if steps is None else steps[i] for i in there]
    return Series(
        name=_NAMES.get(role, role.value),
        y=np.array([points[i] for i in there], dtype=np.float64),
        x=np.array(x, dtype=np.float64),
        at=np.array(there, dtype=np.int64),
        x_kind="epoch" if steps is None else "step",
        role=role,
        lower_is_better=_LOWER_IS_BETTER.get(role),
    )


def _mapping(given: Mapping[str, Given], key: str) -> Mapping[str, Scalar]:
    value = given.get(key, {})
    if not isinstance(value, dict):
        raise RuleError(f"'{key}' of a test is a mapping.")
    return value


def _kind(name: str) -> EventKind:
    try:
        return EventKind(name)
    except ValueError:
        raise RuleError(f"There is no kind of log event {name}.") from None


def _refuse_unknown_keys(given: Mapping[str, Given]) -> None:
    known = {role.value for role in Role} | {"x", "hyperparameters", "events", "signals"}
    for key in given:
        if key not in known:
            raise RuleError(f"A test has no key '{key}'.", f"It has {', '.join(sorted(known))}.")
