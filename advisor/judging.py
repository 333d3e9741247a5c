"""Judges runs by what holds in one project: its rules, its user's word, and what changes brought there."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from advisor.journal import Journal
from advisor.journal.told import kept_roles, words
from advisor.learned.switch import learned_is_on
from advisor.run import Run

if TYPE_CHECKING:
    from advisor.advice import Assessment
    from advisor.diagnosis import Rulebook
    from advisor.learned.own import Outcome

Beside = TypeVar("Beside")


def nothing(run: Run) -> None:
    """What is made beside the judgement of a run where nothing is."""


class Judge:
    """Judges the runs of one project.

    Args:
        project: Whose rules, words and outcomes count.
        journal: Where the words and outcomes are.
        own: Outcomes that count besides those of the journal.

    Attributes:
        learned: Whether the learned parts of diagnosis and advice speak beside the rules.
    """

    def __init__(self, project: Path, journal: Journal, own: "tuple[Outcome, ...]" = ()) -> None:
        self.learned = learned_is_on()
        self._project = project
        self._journal = journal
        self._own = own

    @cached_property
    def rulebook(self) -> "Rulebook":
        """The shipped rules and the user's own."""
        from advisor.diagnosis import load_rulebook

        return load_rulebook(self._project)

    def by_itself(self, run: Run) -> "Assessment":
        """Measure, diagnose and advise on one run, without what came of the proposed changes before."""
        from advisor.advice import assess

        kept, learned = self._kept_roles(), self.learned
        return assess(run, self.rulebook, causes=learned, learned=learned, kept=kept, own=self._outcomes())

    def assess(self, run: Run) -> "Assessment":
        """The same, beside what came of the proposed changes here before."""
        return self.with_past(self.by_itself(run))

    def all(
        self,
        runs: Sequence[Run],
        processes: int,
        on_done: Callable[[int], None],
        beside: Callable[[Run], Beside],
    ) -> "Iterator[tuple[Assessment, Beside]]":
        """Judge every run, in their order; several processes work where there are many.

        Args:
            runs: What to judge.
            processes: How many work side by side.
            on_done: Told how many are done where there are many.
            beside: Of a module; what it makes of each judged run comes with its assessment.
        """
        from advisor.advice.many import Terms, assess_many, worth_processes

        if processes < 2 or not worth_processes(runs):
            yield from ((item, beside(item.run)) for item in map(self.assess, runs))
            return
        terms = Terms(self._project, self.learned, self._kept_roles(), self._outcomes())
        for done, (item, more) in enumerate(assess_many(runs, terms, processes, beside), start=1):
            on_done(done)
            yield self.with_past(item), more

    def with_past(self, item: "Assessment") -> "Assessment":
        """What came of the same changes here before, beside those that are proposed now."""
        if not item.changes:
            return item
        from advisor.journal.records import past_changes, with_past

        past = past_changes(self._journal, str(self._project))
        return replace(item, changes=with_past(item.changes, past)) if past else item

    def _kept_roles(self) -> frozenset[str]:
        return kept_roles(words(self._journal, str(self._project)))

    def _outcomes(self) -> "tuple[Outcome, ...]":
        """What changes brought in this project before; nothing where that does not count."""
        from advisor.journal.lessons import own_outcomes

        return (*self._own, *own_outcomes(self._journal, str(self._project))) if self.learned else ()
