"""What the user's own changes brought, as further evidence beside the corpus."""

from advisor.journal.journal import Journal
from advisor.journal.records import past_changes
from advisor.learned.own import Outcome

MOST = 200
"""Outcomes that are counted: the latest."""


def own_outcomes(journal: Journal, project: str) -> tuple[Outcome, ...]:
    """What single changes brought in a project, the latest first.

    A pair of runs that could not be held against each other says nothing; one that could, without a
    difference beyond noise, says that the change did not help.
    """
    return tuple(
        Outcome(past.role, past.before, past.after, past.verdict == "better")
        for past in past_changes(journal, project)[:MOST]
        if past.role is not None and (past.verdict != "cannot tell" or past.relative is not None)
    )
