"""Counts how often rules were right, and prints it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from advisor.advice import Assessment
from advisor.diagnosis.finding import Severity
from tests.measure.planted_cases import Case
from tests.measure.planted_changes import Came
from tests.measure.planted_situations import UNJUDGED


@dataclass(frozen=True)
class Judged:
    """One training as it was assessed, and which of the problems found are true of it."""

    case: Case
    assessment: Assessment
    right: frozenset[str]

    @property
    def found(self) -> list[str]:
        """The problems found, most important first."""
        return [finding.problem for finding in self.assessment.findings]


@dataclass
class Tally:
    """What was counted of one rule."""

    problem: str = ""
    fired: int = 0
    right: int = 0
    on_healthy: int = 0
    wrong_on: Counter[str] = field(default_factory=Counter)
    changes: dict[int, list[Came]] = field(default_factory=lambda: defaultdict(list))

    @property
    def precision(self) -> float:
        """Share of firings that were right."""
        return self.right / self.fired


def tally(judged: Iterable[Judged]) -> dict[str, Tally]:
    """The counts by rule code."""
    counts: dict[str, Tally] = defaultdict(Tally)
    for one in judged:
        for finding in one.assessment.findings:
            count = counts[finding.code]
            count.problem = finding.problem
            count.fired += 1
            if finding.problem in one.right:
                count.right += 1
            else:
                count.wrong_on[one.case.situation.name] += 1
                count.on_healthy += one.case.healthy
    return dict(sorted(counts.items()))


def rule_table(counts: dict[str, Tally]) -> str:
    """One line a rule; the last column names where it was wrong, most often first."""
    head = "rule    problem               fired right  precision  on healthy  wrong on"
    lines = [
        f"{code}  {c.problem:20} {c.fired:6} "
        + (
            "    -         -           -  not judged"
            if c.problem in UNJUDGED
            else f"{c.right:5}  {c.precision:8.0%}  {c.on_healthy:10}  "
            + ", ".join(f"{name} {n}" for name, n in c.wrong_on.most_common(4))
        )
        for code, c in counts.items()
    ]
    return "\n".join([head, *lines])


def situation_table(judged: Sequence[Judged]) -> str:
    """Recall, one line a situation.

    `right`: runs with at least one right finding; `named`: with one that names the fault; `first right`: the
    first finding is right; `wrong`: with a wrong finding that is more than a piece of information.
    """
    by_name: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        by_name[one.case.situation.name].append(one)
    lines = [f"{'situation':18} runs  right  named  first right  wrong  nothing"]
    for name, rows in by_name.items():
        lines.append(f"{name:18} {len(rows):4}  " + _shares(rows))
    lines.append(f"{'all':18} {len(judged):4}  " + _shares(judged))
    return "\n".join(lines)


def _shares(rows: Sequence[Judged]) -> str:
    n = len(rows)
    right = sum(any(p in row.right for p in row.found) for row in rows) / n
    named = sum(any(p in row.case.situation.names for p in row.found) for row in rows) / n
    first = sum(row.found[:1] != [] and row.found[0] in row.right for row in rows) / n
    wrong = sum(
        any(f.severity >= Severity.WARNING and f.problem not in row.right for f in row.assessment.findings)
        for row in rows
    )
    nothing = sum(not row.found for row in rows) / n
    return f"{right:5.0%}  {named:5.0%}  {first:11.0%}  {wrong / n:5.0%}  {nothing:7.0%}"


def recall_table(judged: Sequence[Judged]) -> str:
    """Recall by problem: of the runs whose planted fault the problem names, how many were found."""
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for one in judged:
        for problem in one.case.situation.names:
            planted[problem] += 1
            found[problem] += problem in one.found
    lines = [f"{p:22} {n:5} {found[p]:6} {found[p] / n:7.0%}" for p, n in sorted(planted.items())]
    return "\n".join([f"{'problem':22} named  found  recall", *lines])


def change_table(counts: dict[str, Tally], names: dict[tuple[str, int], str]) -> str:
    """One line a change that was tried."""
    lines = [f"{'rule':7} {'change':34} tried  helped  raised"]
    for code, count in counts.items():
        for index, results in sorted(count.changes.items()):
            helped, raised = (sum(kind) for kind in zip(*results, strict=True))
            lines.append(
                f"{code:7} {index}: {names[code, index]:31} {len(results):5}  {helped:6}  {raised:6}"
            )
    return "\n".join(lines)
