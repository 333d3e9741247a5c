"""What no answer may hold: one problem told twice, or advice in two opposite directions."""

from collections import Counter
from collections.abc import Iterator, Sequence

from advisor.advice import Assessment, Change
from advisor.advice.recommendation import FAMILIES
from advisor.advice.rounding import as_number
from advisor.diagnosis.problem import GROUPS, OPPOSITES


def clashes(answer: Assessment) -> Iterator[str]:
    """A sentence for each repetition and each contradiction in one answer; none where all is well."""
    problems = Counter(finding.problem for finding in answer.findings)
    for problem, times in problems.items():
        if times > 1 and problem not in GROUPS:
            yield f"{problem} is told {times} times"
    for pair in OPPOSITES:
        if len(pair & problems.keys()) > 1:
            yield f"{' and '.join(sorted(pair))} stand in one answer"
    for family in FAMILIES:
        if {1, -1} <= set(_directions(answer.changes, family)):
            yield f"both more and less of {', '.join(sorted(family))}"


def _directions(changes: Sequence[Change], family: frozenset[str]) -> Iterator[int]:
    for change in changes:
        before, after = as_number(change.before), as_number(change.after)
        if change.hyperparameter not in family:
            continue
        if change.factor is not None and change.factor != 1:
            yield 1 if change.factor > 1 else -1
        elif before is not None and after is not None and before != after:
            yield 1 if after > before else -1
