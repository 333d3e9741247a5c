"""One setting trained with several seeds, and compared as a group with the setting before it."""

from collections.abc import Callable, Sequence

from advisor.errors import EditError, UsageError
from advisor.experiment.configuration import configuration_differences
from advisor.experiment.plan import plan_value
from advisor.experiment.ranking import GroupComparison, compare_groups
from advisor.experiment.scalars import is_number
from advisor.run import Run
from advisor.session import Session

_MOST_RUNS = 100


def seeded_commands(session: Session, command: Sequence[str], seeds: int) -> list[tuple[str, ...]]:
    """The command with `seeds` different seeds, its own first.

    Raises:
        UsageError: it has no seed that a word of the command sets.
    """
    own = [place.value for place in session.places(command).places if place.role == "seed"]
    first = next((int(value) for value in own if is_number(value) and value is not None), 0)
    made = [tuple(command)]
    try:
        for offset in range(1, seeds):
            plan = plan_value("seed", first + offset, command, session.folder)
            if plan.edits:
                raise UsageError(
                    f"The seed is set in {plan.place}.", "Give the command a flag for it, as --seed."
                )
            made.append(plan.command_after)
    except EditError as error:
        raise UsageError("No seed of the command is known.", str(error)) from None
    return made


def run_seeds(
    session: Session, command: Sequence[str], seeds: int, on_output: Callable[[bytes], None] | None = None
) -> list[Run]:
    """Train a command with several seeds, one after the other; the command that is remembered stays.

    A training that is stopped ends the series.
    """
    commands = seeded_commands(session, command, seeds)
    found: list[Run] = []
    try:
        for words in commands:
            found.append(session.run(words, on_output).run)
            if session.finished is not None and session.finished.interrupted:
                break
    finally:
        session.journal.set_command(str(session.project), tuple(command))
    return found


def group_before(session: Session) -> list[Run]:
    """The last trainings of this project that differ by their seed alone."""
    group: list[Run] = []
    for row in session.history(_MOST_RUNS):
        if row.command is not None:
            run = session.journal.load_run(row.id)
            if group and any(d.role != "seed" for d in configuration_differences(group[0], run)):
                break
            group.append(run)
    return group


def rerun_seeds(
    session: Session, seeds: int, on_output: Callable[[bytes], None] | None = None
) -> GroupComparison:
    """Train the last command with several seeds, and compare with the trainings before as a group.

    Raises:
        UsageError: no command is known, or its seed cannot be set.
    """
    if session.command is None:
        raise UsageError(
            "No training command is known in this project.", "'advisor run -- COMMAND' makes it known."
        )
    before = group_before(session)
    return compare_groups(before, run_seeds(session, session.command, seeds, on_output))
