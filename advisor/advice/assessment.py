"""Everything that is known about one run: what was measured, what was found, what to change."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.advice.change import Change
from advisor.advice.rate_first import rate_first
from advisor.advice.recommendation import recommend
from advisor.diagnosis import Rulebook
from advisor.diagnosis.finding import Finding, Severity, Unchecked
from advisor.run import Role, Run
from advisor.signals import Signals, measure
from advisor.signals.perplexity import with_losses

if TYPE_CHECKING:
    from advisor.learned.own import Outcome


@dataclass(frozen=True, slots=True)
class Assessment:
    """One run, assessed.

    Attributes:
        run: What was read, with the losses behind perplexities.
        signals: What was measured on it.
        findings: What was found, most important first.
        unchecked: Rules that could not be decided, and what they need.
        changes: What to change, best first, numbered from 1.
    """

    run: Run
    signals: Signals
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    changes: tuple[Change, ...]

    @property
    def severity(self) -> Severity:
        """The highest severity among the findings."""
        return max((finding.severity for finding in self.findings), default=Severity.INFO)


def assess(
    run: Run,
    rulebook: Rulebook,
    *,
    causes: bool = True,
    learned: bool = False,
    kept: Set[str] = frozenset(),
    own: "Sequence[Outcome]" = (),
) -> Assessment:
    """Measure, diagnose and advise on one run.

    Args:
        run: What was read.
        rulebook: The rules that diagnose and propose.
        causes: Whether the learned part of the diagnosis speaks beside the rules.
        learned: Whether the effect model weighs what they propose.
        kept: Roles that the user wants left as they are.
        own: What changes brought in this project before; counts where `learned` is set.
    """
    run = with_losses(run)
    signals = measure(run)
    diagnosis = rulebook.diagnose(run, signals, learned=causes)
    changes = recommend(run, diagnosis.findings, signals)
    if learned:
        from advisor.advice.weighing import weighed

        changes = weighed(run, diagnosis.findings, changes, signals, kept, own)
    changes = rate_first(changes, signals)
    return Assessment(run, signals, diagnosis.findings, diagnosis.unchecked, changes)


def worst_severity(assessments: Sequence[Assessment]) -> Severity | None:
    """The highest severity that is a problem; a clean bill of health is none."""
    found = [f.severity for a in assessments for f in a.findings if f.problem.value != "healthy"]
    return max(found, default=None)


def speaking_run(assessments: Sequence[Assessment]) -> Assessment:
    """The run of several that a training is judged by: with most curves that matter, then the last."""

    def weight(item: Assessment) -> int:
        return len({s.role for s in item.run.series} & {Role.TRAIN_LOSS, Role.VAL_LOSS, Role.VAL_METRIC})

    # Of several that weigh the same, `max` takes the first it meets.
    return max(reversed(assessments), key=weight)
