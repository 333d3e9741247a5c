"""A journal for work that is to leave no trace."""

from pathlib import Path

from advisor.journal.journal import Journal
from advisor.journal.lessons import own_outcomes
from advisor.journal.told import tell, words
from advisor.learned.own import Outcome


def in_memory_like(
    path: Path, project: str, with_last_run: bool = False
) -> tuple[Journal, tuple[Outcome, ...]]:
    """A journal in memory that knows what the one at `path` says of a project, its runs apart.

    With it comes what changes brought in that project.

    Args:
        path: Of the journal; there may be none.
        project: The folder that its curves, command and hyperparameters are filed under.
        with_last_run: Whether the run that was remembered last is in it, too.
    """
    memory = Journal.in_memory()
    own: tuple[Outcome, ...] = ()
    if path.is_file():
        with Journal.open(path) as kept:
            own = own_outcomes(kept, project)
            memory.set_corrections(project, kept.corrections(project))
            command = kept.command(project)
            if with_last_run:
                for row in kept.runs(project, limit=1):
                    memory.add_run(project, kept.load_run(row.id))
            for word in words(kept, project):
                tell(memory, project, word)
        if command is not None:
            memory.set_command(project, command)
    return memory, own
