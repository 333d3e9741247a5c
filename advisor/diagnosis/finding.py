"""What a diagnosis says: findings with their evidence, and what could not be checked."""

from dataclasses import dataclass
from enum import IntEnum

from advisor.diagnosis.problem import Problem
from advisor.diagnosis.rule import Rule
from advisor.text import Bilingual


class Severity(IntEnum):
    """How much a finding matters; ordered, so that the highest can be compared with a limit."""

    INFO = 0
    WARNING = 1
    CRITICAL = 2

    @property
    def word(self) -> str:
        """The severity as users write it: info, warning, critical."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison of a condition, with what it was compared on: the trace of a verdict.

    Attributes:
        text: The clause as the rule writes it.
        holds: True, False, or None where a signal was absent.
        values: Each signal in the clause and its value; None where it is absent.
    """

    text: str
    holds: bool | None
    values: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact that a finding rests on.

    Attributes:
        sentence: The fact with its figures.
        series: Names of the curves it was read from, as logged.
        span: First and last x of the stretch it speaks of, or None for the whole curve.
        signals: Names of the signals whose values it shows.
    """

    sentence: Bilingual
    series: tuple[str, ...] = ()
    span: tuple[float, float] | None = None
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem found in one run (or a clean bill of health).

    Attributes:
        rule: The rule that found it: its code, texts, proposed changes.
        severity: As the rule states it; info where the rule was measured to be wrong more often than right.
        probability: The share of runs on which this rule was right when it fired, on trainings that set
            none of its thresholds; None where it was never measured.
        evidence: The facts, most telling first.
        trace: The condition, clause by clause.
    """

    rule: Rule
    severity: Severity
    probability: float | None
    evidence: tuple[Evidence, ...]
    trace: tuple[Clause, ...]

    @property
    def code(self) -> str:
        """The rule's stable code (`STB201`)."""
        return self.rule.code

    @property
    def problem(self) -> Problem:
        """The problem's public id."""
        return Problem(self.rule.problem)

    @property
    def title(self) -> Bilingual:
        """The problem in one sentence."""
        return self.rule.title


@dataclass(frozen=True, slots=True)
class TooShort:
    """A curve that has fewer points than a rule speaks of: its role, its points, those that are needed."""

    role: str
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A rule that could not be decided, and what it needs.

    Attributes:
        rule: The rule.
        missing: Names of the signals that were absent.
        reason: What is needed, for the user ('needs a validation loss').
        too_short: The curve that is too short for it, where that is the reason.
    """

    rule: Rule
    missing: tuple[str, ...]
    reason: Bilingual
    too_short: TooShort | None = None
