"""What a rulebook covers, and what of it speaks on given logs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from advisor.diagnosis.compiled import CompiledRule
from advisor.diagnosis.engine import Rulebook
from advisor.diagnosis.problem import Problem
from advisor.run import Run
from advisor.signals import GLOSSARY, measure


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the rules of a rulebook use.

    Attributes:
        problems: Codes of the rules that find each problem; empty for one that none finds.
        changes: Codes of the rules that propose to change each hyperparameter.
        used: Codes of the rules that use each signal, in a condition or a sentence.
        unused: Signals that no rule uses.
    """

    problems: dict[str, tuple[str, ...]]
    changes: dict[str, tuple[str, ...]]
    used: dict[str, tuple[str, ...]]
    unused: tuple[str, ...]


def coverage_of(rulebook: Rulebook) -> Coverage:
    """What the rules use."""
    problems: dict[str, list[str]] = {problem.value: [] for problem in Problem}
    changes: dict[str, list[str]] = {}
    used: dict[str, list[str]] = {}
    for one in rulebook.compiled:
        code = one.rule.code
        problems[one.rule.problem].append(code)
        for role in dict.fromkeys(c.hyperparameter for c in one.rule.changes if c.hyperparameter):
            changes.setdefault(role, []).append(code)
        for name in dict.fromkeys(_signals(one)):
            used.setdefault(name, []).append(code)
    return Coverage(
        _fixed(problems),
        _fixed(dict(sorted(changes.items()))),
        _fixed(dict(sorted(used.items()))),
        tuple(name for name in GLOSSARY if name not in used),
    )


def fired_on(rulebook: Rulebook, runs: Sequence[Run]) -> dict[str, int]:
    """How many of the runs each rule finds something in, every rule listed."""
    fired = {rule.code: 0 for rule in rulebook.rules}
    for run in runs:
        for finding in rulebook.diagnose(run, measure(run)).findings:
            fired[finding.code] += 1
    return fired


def _signals(one: CompiledRule) -> Iterator[str]:
    yield from one.when.names
    for part in one.evidence:
        yield from part.sentence.names
        yield from part.when.names if part.when else ()
        for end in part.span or ():
            yield from end.names


def _fixed(table: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(codes) for name, codes in table.items()}
