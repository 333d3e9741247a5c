"""What the user's own changes brought, as further evidence beside the corpus."""

from advisor.journal.journal import Journal
from advisor.journal.records import outcomes_of, past_changes
from advisor.learned.own import Outcome

MOST = 200
"""Outcomes that are counted: the latest."""


def own_outcomes(journal: Journal, project: str) -> tuple[Outcome, ...]:
    """What single changes brought in a project, the latest first."""
    return outcomes_of(past_changes(journal, project)[:MOST])
