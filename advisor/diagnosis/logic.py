"""Three-valued evaluation: the closures that a compiled expression is made of.

Kleene's strong logic (1938): `False and unknown` is False, `True or unknown` is True, and everything else
unknown stays unknown. An unknown number makes its comparison unknown.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from advisor.diagnosis.finding import Clause

Signals = Mapping[str, float]
Number = Callable[[Signals], float | None]
Test = Callable[[Signals], bool | None]


@dataclass(slots=True)
class Record:
    """What one evaluation saw: each clause, and the absent signals that still stand in the way."""

    clauses: list[Clause] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


Truth = Callable[[Signals, Record | None], bool | None]
"""Without a record it stops at the first part that decides; with one it goes through every part."""


def flag(value: float | None) -> bool | None:
    """A signal that is 1 for yes and 0 for no."""
    return None if value is None or value != value else value != 0


def clause(text: str, names: tuple[str, ...], test: Test) -> Truth:
    """One comparison, which the record keeps with the values of the signals in it."""

    def run(signals: Signals, record: Record | None) -> bool | None:
        holds = test(signals)
        if record is None:
            return holds
        values = {name: signals.get(name) for name in names}
        record.clauses.append(Clause(text, holds, values))
        if holds is None:
            record.missing.extend(name for name, value in values.items() if value is None)
        return holds

    return run


def chain(numbers: list[Number], operators: list[Callable[[float, float], bool]]) -> Test:
    """`a < b <= c`: one operator between each two neighbours; unknown where one of the numbers is."""

    def test(signals: Signals) -> bool | None:
        values = [number(signals) for number in numbers]
        known: list[float] = [value for value in values if value is not None and value == value]
        if len(known) < len(values):
            return None
        return all(holds(a, b) for holds, a, b in zip(operators, known, known[1:], strict=False))

    return test


def all_of(parts: list[Truth]) -> Truth:
    """`and`."""
    return _decided_by(False, parts)


def any_of(parts: list[Truth]) -> Truth:
    """`or`."""
    return _decided_by(True, parts)


def _decided_by(decisive: bool, parts: list[Truth]) -> Truth:
    """`or` for True, `and` for False: one decisive part settles it, else one unknown part leaves it open."""

    def run(signals: Signals, record: Record | None) -> bool | None:
        if record is None:
            return _quickly(decisive, parts, signals)
        mark = len(record.missing)
        # Every part is evaluated, so that the trace shows the whole condition.
        values = [part(signals, record) for part in parts]
        if decisive in values:
            del record.missing[mark:]
            return decisive
        return None if None in values else not decisive

    return run


def _quickly(decisive: bool, parts: list[Truth], signals: Signals) -> bool | None:
    open_ = False
    for part in parts:
        value = part(signals, None)
        if value is decisive:
            return decisive
        open_ = open_ or value is None
    return None if open_ else not decisive


def negation(part: Truth) -> Truth:
    """`not`."""

    def run(signals: Signals, record: Record | None) -> bool | None:
        holds = part(signals, record)
        return None if holds is None else not holds

    return run


def apply(function: Callable[..., float], parts: list[Number]) -> Number:
    """Arithmetic: unknown where a part is, and where the result is no finite number."""

    def run(signals: Signals) -> float | None:
        values = [part(signals) for part in parts]
        if None in values:
            return None
        try:
            result = function(*values)
        except (ZeroDivisionError, ValueError, OverflowError):
            return None
        return result if math.isfinite(result) else None

    return run
