"""Assesses many runs, in several processes where that is sooner done."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType

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

_Parts = tuple[dict[str, float], tuple[Finding, ...], tuple[Unchecked, ...], tuple[Change, ...]]


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


def assess_many(runs: Sequence[Run], terms: Terms, processes: int) -> Iterator[Assessment]:
    """Measure, diagnose and advise on every run, several processes side by side; in the order of the runs."""
    for run, parts in zip(runs, in_order(partial(_parts, terms), runs, processes), strict=True):
        signals, findings, unchecked, changes = parts
        yield Assessment(with_losses(run), MappingProxyType(signals), findings, unchecked, changes)


def _parts(terms: Terms, run: Run) -> _Parts:
    """An assessment without its run, which need not travel back: it is made as `assess` makes it."""
    learned = terms.learned
    found = assess(
        run, _rulebook(terms.project), causes=learned, learned=learned, kept=terms.kept, own=terms.own
    )
    return dict(found.signals), found.findings, found.unchecked, found.changes


@cache
def _rulebook(project: Path) -> Rulebook:
    return load_rulebook(project)
