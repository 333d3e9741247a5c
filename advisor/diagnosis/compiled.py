"""A rule with its expressions compiled, and everything wrong with it collected."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import TypeVar

from advisor.diagnosis.expression import (
    ANY_SIGNAL,
    Arithmetic,
    Condition,
    Names,
    compile_condition,
    compile_number,
)
from advisor.diagnosis.logic import Signals
from advisor.diagnosis.problem import Problem
from advisor.diagnosis.rule import EvidenceSentence, ProposedChange, Rule
from advisor.diagnosis.template import Sentence, compile_template
from advisor.errors import RuleError
from advisor.run import Role

_PROBLEMS = frozenset(problem.value for problem in Problem)
_SERIES = frozenset(role.value for role in Role)
Compiled = TypeVar("Compiled")
Report = Callable[[str, RuleError], None]
"""Takes a place in the file (`$.changes[0].when`) and what is wrong there."""


@dataclass(frozen=True, slots=True)
class CompiledEvidence:
    """One sentence of evidence, ready to be told."""

    sentence: Sentence
    when: Condition | None
    series: tuple[str, ...]
    span: tuple[Arithmetic, Arithmetic] | None


_OF_A_PROBE = frozenset({"probe", "events", "hyper"})


@dataclass(frozen=True)
class CompiledRule:
    """One rule, ready to be evaluated."""

    rule: Rule
    when: Condition
    _names: Names = field(repr=False)

    @cached_property
    def evidence(self) -> tuple[CompiledEvidence, ...]:
        """Its sentences, which only a rule that fires needs.

        Raises:
            RuleError: a sentence of a rule that was not checked is wrong.
        """
        return tuple(_evidence(self.rule, sentence, self._names) for sentence in self.rule.evidence)

    @property
    def speaks_of_probes(self) -> bool:
        """Whether it rests on what a probe has: short by design, it is for no rule on curves to judge."""
        return {name.partition(".")[0] for name in self.when.names} <= _OF_A_PROBE


def trusted_rule(rule: Rule, names: Names) -> CompiledRule:
    """Compiles a rule that was checked when the program was made, with its remedies and sentences unread.

    Raises:
        RuleError: its condition is wrong.
    """
    return CompiledRule(rule, compile_condition(rule.when, names), names)


def compile_rule(
    rule: Rule, names: Names, roles: frozenset[str], report: Report, own: bool = False
) -> CompiledRule | None:
    """Compiles a rule and checks every name in it.

    Args:
        rule: The rule as its file states it.
        names: Signals and macros.
        roles: Hyperparameter roles.
        report: Called once for each fault.
        own: Whether the rule is a user's own, which may do without tests and evidence.

    Returns:
        The rule, or None where a fault was reported.
    """
    faults = 0

    def tell(place: str, error: RuleError) -> None:
        nonlocal faults
        faults += 1
        report(place, error)

    def attempt(place: str, make: Callable[[], Compiled]) -> Compiled | None:
        try:
            return make()
        except RuleError as error:
            tell(place, error)
            return None

    when = attempt("$.when", lambda: compile_condition(rule.when, names))
    for index, sentence in enumerate(rule.evidence):
        attempt(f"$.evidence[{index}]", partial(_evidence, rule, sentence, names))
    for index, change in enumerate(rule.changes):
        attempt(f"$.changes[{index}]", partial(_check_change, change, names, roles))
    for place, error in _plain_faults(rule, names, own):
        tell(place, error)
    return CompiledRule(rule, when, names) if when is not None and not faults else None


def _evidence(rule: Rule, sentence: EvidenceSentence, names: Names) -> CompiledEvidence:
    compiled = Sentence(compile_template(sentence.en), compile_template(sentence.zh))
    for name in compiled.names:
        if names.signals is not None and name not in names.signals:
            raise RuleError(f"There is no signal {name}.", names.nearest(name))
    if set(compiled.en.names) != set(compiled.zh.names):
        raise RuleError("The English and the Chinese sentence do not show the same signals.")
    _check_series(sentence.series)
    span = sentence.span or rule.span
    return CompiledEvidence(
        compiled,
        compile_condition(sentence.when, names) if sentence.when else None,
        sentence.series or rule.series,
        (compile_number(span[0], names), compile_number(span[1], names)) if span else None,
    )


def _check_change(change: ProposedChange, names: Names, roles: frozenset[str]) -> None:
    given = [kind for kind in ("multiply", "set", "do") if getattr(change, kind) is not None]
    if len(given) != 1:
        raise RuleError("A change gives exactly one of multiply, set and do.")
    if (change.hyperparameter is None) != (given == ["do"]):
        raise RuleError("A change names a hyperparameter to multiply or set, or says in words what to do.")
    if change.hyperparameter is not None and change.hyperparameter not in roles:
        hint = Names(signals=roles).nearest(change.hyperparameter)
        raise RuleError(f"There is no hyperparameter role {change.hyperparameter}.", hint)
    if change.when is not None:
        # The advice evaluates this text without the rulebook at hand, so that macros are not known there.
        compile_condition(change.when, Names(names.signals, names.flags))
    if isinstance(change.set, str) and not _is_word(change.set):
        compile_number(change.set, names)


def _plain_faults(rule: Rule, names: Names, own: bool) -> Iterator[tuple[str, RuleError]]:
    for place, named in (("$.problem", (rule.problem,)), ("$.explains", rule.explains)):
        for name in named:
            if name not in _PROBLEMS:
                yield place, RuleError(f"There is no problem {name}.", Names(signals=_PROBLEMS).nearest(name))
    for name in rule.only_with:
        if names.signals is not None and name not in names.signals:
            yield "$.only_with", RuleError(f"There is no signal {name}.", names.nearest(name))
    if rule.problem in rule.explains:
        yield "$.explains", RuleError("A rule cannot explain its own problem.")
    try:
        _check_series(rule.series)
    except RuleError as error:
        yield "$.series", error
    expected = [test.expected for test in rule.tests]
    for index, kind in enumerate(expected):
        if kind is None:
            yield f"$.tests[{index}]", RuleError("A test gives exactly one of fires, quiet and unknown.")
    lacking = [kind for kind in ("fires", "quiet", "unknown") if kind not in expected]
    if lacking and not own:
        yield "$.tests", RuleError(f"The rule has no test for: {', '.join(lacking)}.")
    if not rule.evidence and not own:
        yield "$.evidence", RuleError("The rule states no evidence.")


def _check_series(series: tuple[str, ...]) -> None:
    for name in series:
        if name not in _SERIES:
            raise RuleError(f"There is no series role {name}.", Names(signals=_SERIES).nearest(name))


def _is_word(text: str) -> bool:
    """`adam`, `cosine`: a value for a hyperparameter whose values are words."""
    return text.isidentifier()


@cache
def _condition(text: str) -> Condition:
    return compile_condition(text, ANY_SIGNAL)


@cache
def _number(text: str) -> Arithmetic:
    return compile_number(text, ANY_SIGNAL)


def change_applies(change: ProposedChange, signals: Signals) -> bool:
    """Whether a remedy's own condition holds; an unknown one does not."""
    return change.when is None or _condition(change.when).holds(signals) is True


def set_value(change: ProposedChange, signals: Signals) -> float | str | None:
    """The value that a remedy sets: a number, a word, or None where its expression is unknown."""
    if isinstance(change.set, str) and not _is_word(change.set):
        return _number(change.set)(signals)
    return change.set
