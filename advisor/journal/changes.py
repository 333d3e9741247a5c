"""Changes that are carried out and taken back, written down so that a crash in between is no riddle."""

from advisor.errors import EditError, UsageError
from advisor.experiment.apply import Applied, carry_out, prepare, undo
from advisor.experiment.plan import Plan
from advisor.journal.journal import Journal


def apply_plan(journal: Journal, project: str, plan: Plan) -> Applied:
    """Carry a plan out and remember it.

    It is written down before the file is touched: where the program dies in between, `take_back` finds the
    file as it was and has nothing to do.

    Raises:
        EditError: a file was changed since the plan was made, or cannot be written; every file is as it was.
    """
    applied = prepare(plan, journal.backups)
    number = journal.add_applied(project, applied)
    try:
        carry_out(applied)
    except EditError:
        journal.mark_undone(number)
        raise
    journal.set_command(project, plan.command_after)
    return applied


def take_back(journal: Journal, project: str, number: int | None = None) -> list[Applied]:
    """Take changes back, the last first: the last one alone, or every one down to `number`.

    Raises:
        UsageError: nothing is applied, or no change of that number stands.
        EditError: a file was edited since; what was taken back before that stays so.
    """
    rows = journal.applied(project)
    if not rows:
        raise UsageError("Nothing has been applied in this project.", "")
    if number is not None and number not in [row.id for row in rows]:
        shown = ", ".join(f"{row.id} ({row.applied.plan.headline})" for row in rows[:5])
        raise UsageError(f"There is no change {number} that stands.", f"These do: {shown}.")
    wanted = rows[:1] if number is None else [row for row in rows if row.id >= number]
    for row in wanted:
        undo(row.applied)
        journal.mark_undone(row.id)
        journal.set_command(project, row.applied.plan.command_before)
    return [row.applied for row in wanted]
