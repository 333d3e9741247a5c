"""Three-valued evaluation: what a compiled expression is made of, each part with its parts.

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


# Parts have slots: as functions within functions, those of the rulebook held 2 MB more.
@dataclass(slots=True, eq=False)
class Value:
    """What was measured under a name."""

    name: str

    def __call__(self, signals: Signals) -> float | None:
        """It, or None where it is absent."""
        return signals.get(self.name)


@dataclass(slots=True, eq=False)
class Constant:
    """A number that is written in the text."""

    number: float

    def __call__(self, signals: Signals) -> float:
        """Always the same."""
        del signals
        return self.number


@dataclass(slots=True, eq=False)
class Applied:
    """Arithmetic: unknown where a part is, and where the result is no finite number."""

    function: Callable[..., float]
    parts: tuple[Number, ...]

    def __call__(self, signals: Signals) -> float | None:
        """The result, or None."""
        values = [part(signals) for part in self.parts]
        if None in values:
            return None
        try:
            result = self.function(*values)
        except (ZeroDivisionError, ValueError, OverflowError):
            return None
        return result if math.isfinite(result) else None


@dataclass(slots=True, eq=False)
class Flag:
    """A signal that is 1 for yes and 0 for no."""

    name: str

    def __call__(self, signals: Signals) -> bool | None:
        """Yes, no, or None where it is absent."""
        value = signals.get(self.name)
        return None if value is None or value != value else value != 0


@dataclass(slots=True, eq=False)
class Known:
    """Whether something was measured under a name."""

    name: str

    def __call__(self, signals: Signals) -> bool:
        """Yes or no."""
        return self.name in signals


@dataclass(slots=True, eq=False)
class Chain:
    """`a < b <= c`: one operator between each two neighbours; unknown where one of the numbers is."""

    numbers: tuple[Number, ...]
    operators: tuple[Callable[[float, float], bool], ...]

    def __call__(self, signals: Signals) -> bool | None:
        """Whether all hold, or None."""
        values = [number(signals) for number in self.numbers]
        known: list[float] = [value for value in values if value is not None and value == value]
        if len(known) < len(values):
            return None
        return all(holds(a, b) for holds, a, b in zip(self.operators, known, known[1:], strict=False))


@dataclass(slots=True, eq=False)
class Told:
    """One comparison, which the record keeps with the values of the signals in it."""

    text: str
    names: tuple[str, ...]
    test: Test

    def __call__(self, signals: Signals, record: Record | None) -> bool | None:
        """Whether it holds, or None; told to the record where there is one."""
        holds = self.test(signals)
        if record is None:
            return holds
        values = {name: signals.get(name) for name in self.names}
        record.clauses.append(Clause(self.text, holds, values))
        if holds is None:
            record.missing.extend(name for name, value in values.items() if value is None)
        return holds


@dataclass(slots=True, eq=False)
class Decided:
    """`or` for True, `and` for False: one decisive part settles it, else one unknown part leaves it open."""

    decisive: bool
    parts: tuple[Truth, ...]

    def __call__(self, signals: Signals, record: Record | None) -> bool | None:
        """Whether they hold, or None."""
        if record is None:
            return self._quickly(signals)
        mark = len(record.missing)
        # Every part is evaluated, so that the trace shows the whole condition.
        values = [part(signals, record) for part in self.parts]
        if self.decisive in values:
            del record.missing[mark:]
            return self.decisive
        return None if None in values else not self.decisive

    def _quickly(self, signals: Signals) -> bool | None:
        open_ = False
        for part in self.parts:
            value = part(signals, None)
            if value is self.decisive:
                return self.decisive
            open_ = open_ or value is None
        return None if open_ else not self.decisive


@dataclass(slots=True, eq=False)
class Negation:
    """`not`."""

    part: Truth

    def __call__(self, signals: Signals, record: Record | None) -> bool | None:
        """The opposite, or None."""
        holds = self.part(signals, record)
        return None if holds is None else not holds
