"""A journal for work that is to leave no trace."""

from pathlib import Path
from typing import TYPE_CHECKING

from advisor.journal.journal import Journal
from advisor.journal.lessons import own_outcomes
from advisor.journal.records import last_row
from advisor.journal.rows import RunRow
from advisor.journal.told import tell, words
from advisor.learned.own import Outcome

if TYPE_CHECKING:
    from advisor.experiment.runner import Finished


def in_memory_like(
    path: Path, project: str, with_last_run: bool = False
) -> tuple[Journal, tuple[Outcome, ...]]:
    """A journal in memory that knows what the one at `path` says of a project, its runs apart.

    With it comes what changes brought in that project.

    Args:
        path: Of the journal; there may be none.
        project: The folder that its curves, command and hyperparameters are filed under.
        with_last_run: Whether the user's last run is in it, too.
    """
    memory = Journal.in_memory()
    own: tuple[Outcome, ...] = ()
    if path.is_file():
        with Journal.open(path) as kept:
            own = own_outcomes(kept, project)
            memory.set_corrections(project, kept.corrections(project))
            command = kept.command(project)
            if with_last_run:
                row = last_row(kept, project)
                if row is not None:
                    memory.add_run(project, kept.load_run(row.id), finished=_finished(row))
            for word in words(kept, project):
                tell(memory, project, word)
        if command is not None:
            memory.set_command(project, command)
    return memory, own


def _finished(row: RunRow) -> "Finished | None":
    """How long it ran and how it ended; None for a log that was only read."""
    if row.seconds is None or row.exit_code is None:
        return None
    from advisor.experiment.runner import Finished

    return Finished(
        exit_code=row.exit_code,
        signal=None,
        interrupted=False,
        seconds=row.seconds,
        peak_memory=0,
        output=Path(row.source),
        started_at=row.started or row.added,
        folder=Path(row.folder or row.project),
        command=row.command or (),
    )
