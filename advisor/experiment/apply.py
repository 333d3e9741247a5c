"""Carries a plan out, and takes it back."""

import hashlib
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from advisor.errors import EditError
from advisor.experiment.files import read_bytes, replace_file, write_new_file
from advisor.experiment.plan import FileEdit, Plan, text_diff
from advisor.text import clean_line

_SHOWN_LINES = 20


@dataclass(frozen=True, slots=True)
class Applied:
    """A plan that was carried out.

    Attributes:
        plan: What was done.
        backups: Where the old bytes of each edited file are kept, in the order of `plan.edits`.
        at: When, in seconds since the epoch.
    """

    plan: Plan
    backups: tuple[Path, ...]
    at: float


def apply(plan: Plan, backups: Path) -> Applied:
    """Write what a plan says: each file whole or not at all, its old bytes kept.

    A plan that only changes the command writes nothing here; the caller remembers `plan.command_after`.

    Args:
        plan: What to do.
        backups: Folder for the old bytes; made where it is missing, readable by the user alone.

    Raises:
        EditError: a file was changed since the plan was made, or cannot be written; every file is as it was.
    """
    applied = prepare(plan, backups)
    carry_out(applied)
    return applied


def prepare(plan: Plan, backups: Path) -> Applied:
    """Keep the old bytes of every file that a plan edits; nothing else is written yet. See `apply`."""
    return Applied(plan, tuple(_keep(edit, backups) for edit in plan.edits), time.time())


def carry_out(applied: Applied) -> None:
    """Write what a prepared plan says. See `apply`."""
    done: list[FileEdit] = []
    try:
        for edit in applied.plan.edits:
            replace_file(edit.path, edit.before, edit.after)
            done.append(edit)
    except EditError:
        for edit in reversed(done):
            with suppress(EditError):
                replace_file(edit.path, edit.after, edit.before)
        raise


def require_inside(plan: Plan, folders: Sequence[Path]) -> None:
    """Let a plan pass whose files all lie in one of `folders`, links followed.

    Raises:
        EditError: a file lies outside; nothing was written.
    """
    for edit in plan.edits:
        target = edit.path.resolve()
        if not any(target.is_relative_to(folder.resolve()) for folder in folders):
            raise EditError(
                f"{clean_line(edit.label)} lies outside this project, at {clean_line(str(target))};"
                " it was left as it is.",
                "To edit it all the same, add --outside.",
            )


def undo(applied: Applied) -> None:
    """Put the exact old bytes back; a file that holds them already is left as it is.

    Raises:
        EditError: a file was edited since, or its backup is damaged or gone; nothing was written to it.
    """
    edits = applied.plan.edits
    waiting: list[FileEdit] = []
    for edit, backup in zip(edits, applied.backups, strict=True):
        shown = clean_line(edit.label)
        try:
            old, now = read_bytes(backup), read_bytes(edit.path)
        except OSError as error:
            raise EditError(
                f"{shown} cannot be put back: {clean_line(str(error.filename))} cannot be read"
                f" ({error.strerror or error}).",
                "Set the value by hand.",
            ) from None
        if hashlib.sha256(old).hexdigest() != edit.before_hash:
            raise EditError(f"The backup {clean_line(str(backup))} is damaged.", f"Edit {shown} by hand.")
        if now not in (edit.after, edit.before):
            by_hand = text_diff(shown, edit.after, now, _SHOWN_LINES)
            raise EditError(
                f"{shown} was edited since the change was applied; it was left as it is.",
                f"Its old bytes are in {clean_line(str(backup))}. Edited since:\n{by_hand}",
            )
        if now == edit.after:
            waiting.append(edit)
    for edit in waiting:
        replace_file(edit.path, edit.after, edit.before)


def _keep(edit: FileEdit, backups: Path) -> Path:
    """Keeps the old bytes under a name made from them, so that one state is kept once."""
    kept = backups / f"{edit.before_hash[:16]}-{edit.path.name[-100:]}"
    try:
        backups.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (kept.is_file() and read_bytes(kept) == edit.before):
            write_new_file(kept, edit.before)
    except OSError as error:
        raise EditError(
            f"The old bytes of {clean_line(edit.label)} cannot be kept in {clean_line(str(backups))}"
            f" ({error.strerror or error}); nothing was changed.",
            "Make that folder writable, or name another with ADVISOR_HOME.",
        ) from None
    return kept
