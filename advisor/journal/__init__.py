"""What is remembered between sessions: runs, findings, advice, changes, outcomes, in one SQLite file."""

from advisor.journal.folder import journal_path
from advisor.journal.journal import Journal
from advisor.journal.rows import AppliedRow, RunRow

__all__ = ["AppliedRow", "Journal", "RunRow", "journal_path"]
