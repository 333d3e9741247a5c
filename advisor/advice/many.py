"""Assesses many runs, in several processes where that is sooner done."""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from advisor.advice.assessment import Assessment, assess
from advisor.advice.change import Change
from advisor.diagnosis import Rulebook, load_rulebook
from advisor.diagnosis.finding import Finding, Unchecked
from advisor.learned.own import Outcome
from advisor.run import Run
from advisor.signals.perplexity import with_losses
from advisor.workers import in_order

# So many are assessed in the time that another process needs to start.
_WORTH_RUNS = 64

Beside = TypeVar("Beside")
_Parts = tuple[dict[str, float], tuple[Finding, ...], tuple[Unchecked, ...], tuple[Change, ...], Beside]


@dataclass(frozen=True, slots=True)
class Terms:
    """By what runs are judged.

    Attributes:
        project: Whose own rules count besides the shipped ones.
        learned: Whether the learned parts of diagnosis and advice speak beside the rules.
        kept: Roles that the user wants left as they are.
        own: What changes brought in the project before; counts where `learned` is set.
    """

    project: Path
    learned: bool
    kept: Set[str]
    own: tuple[Outcome, ...] = ()


def worth_processes(runs: Sequence[Run]) -> bool:
    """Whether there are so many that other processes are worth their start."""
    return len(runs) >= _WORTH_RUNS


def assess_many(
    runs: Sequence[Run], terms: Terms, processes: int, beside: Callable[[Run], Beside]
) -> Iterator[tuple[Assessment, Beside]]:
    """Measure, diagnose and advise on every run, several processes side by side; in the order of the runs.

    Args:
        runs: What to assess.
        terms: By what.
        processes: How many work at once.
        beside: Of a module; called with each assessed run where it was assessed, and what it gives comes
            back with the assessment.
    """
    prepare = partial(_rulebook, terms.project)
    found = in_order(partial(_parts, terms, beside), runs, processes, prepare)
    for run, (signals, findings, unchecked, changes, more) in zip(runs, found, strict=True):
        yield Assessment(with_losses(run), MappingProxyType(signals), findings, unchecked, changes), more


def _parts(terms: Terms, beside: Callable[[Run], Beside], run: Run) -> _Parts[Beside]:
    """An assessment without its run, which need not travel back: it is made as `assess` makes it."""
    learned = terms.learned
    found = assess(
        run, _rulebook(terms.project), causes=learned, learned=learned, kept=terms.kept, own=terms.own
    )
    return dict(found.signals), found.findings, found.unchecked, found.changes, beside(found.run)


@cache
def _rulebook(project: Path) -> Rulebook:
    return load_rulebook(project)
