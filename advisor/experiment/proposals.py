"""Which of the proposed changes can be made here, and what one of them would edit."""

from collections.abc import Sequence
from pathlib import Path

from advisor.advice.change import Change
from advisor.errors import EditError, UsageError
from advisor.experiment.plan import AmbiguousError, Chooser, Plan, plan_change


def plan_numbered(
    changes: Sequence[Change], number: int, command: Sequence[str], folder: Path, choose: Chooser | None
) -> Plan:
    """What change `number` would edit; nothing is written.

    Args:
        changes: All that are proposed, numbered from 1.
        number: Of the one that is meant.
        command: The training command.
        folder: Where it runs.
        choose: Asked where several places could be meant.

    Raises:
        UsageError: there is no such change.
        EditError: its hyperparameter stands nowhere that can be edited; names a change that can be made.
    """
    if not changes:
        raise UsageError("No change was proposed for the last run.", "'advisor set NAME VALUE' sets a value.")
    if not 1 <= number <= len(changes):
        raise UsageError(
            f"There is no change {number}; the last diagnosis proposed {len(changes)}.",
            f"Say a number from 1 to {len(changes)}.",
        )
    try:
        return plan_change(changes[number - 1], command, folder, choose)
    except AmbiguousError:
        raise
    except EditError as error:
        others = [change for change in changes if change.number != number]
        other = first_possible(others, command, folder)
        if other is None:
            raise
        hint = f"{error.hint} 'advisor apply {other.number}' can be made here: {other.name}."
        raise EditError(error.what, hint.strip()) from None


def obstacle(changes: Sequence[Change], command: Sequence[str], folder: Path) -> EditError | None:
    """Why the best change of a hyperparameter cannot be made; None where it can be."""
    first = next((change for change in changes if change.hyperparameter is not None), None)
    if first is None:
        return None
    try:
        plan_change(first, command, folder)
    except AmbiguousError:
        return None
    except EditError as error:
        return error
    return None


def first_possible(changes: Sequence[Change], command: Sequence[str], folder: Path) -> Change | None:
    """The best change whose hyperparameter stands where it can be edited, be it in several places."""
    for change in changes:
        if change.hyperparameter is None:
            continue
        try:
            plan_change(change, command, folder)
        except AmbiguousError:
            return change
        except (EditError, UsageError):
            continue
        return change
    return None
