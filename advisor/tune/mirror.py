"""A copy of the folder that a command runs in: a round neither edits nor overwrites what is the user's."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from advisor.experiment.place import FileSpan
from advisor.experiment.places import search
from advisor.experiment.plan import plan_value
from advisor.experiment.scalars import plain_text, same_value
from advisor.run import Scalar

COPIED_UP_TO = 16 * 2**20
"""Files that are larger are linked, not copied: they are data, and a training only reads them."""
SMALL = 1_000
"""Entries of a folder, with all below it, up to which it is copied: more are data, or another's libraries."""

# Folders that trainings write into; a round starts with them empty.
_OUTPUTS = frozenset(
    {"runs", "logs", "log", "wandb", "mlruns", "lightning_logs", "outputs", "output", "checkpoints", "ckpt",
     "ckpts", "results", "tb_logs", "work_dirs", "work_dir"}
)  # fmt: skip
_SKIPPED = frozenset({".advisor", ".git", ".hg", ".svn", "__pycache__"})


def make_mirror(folder: Path, mirror: Path, command: Sequence[str]) -> None:
    """Lay out `mirror` so that the command runs in it as it would in `folder`.

    Files are copied (those over 16 MiB linked) and folders likewise, except that one of more than `SMALL`
    entries in which no setting of the command stands is linked, and that a folder trainings write into
    (`runs`, `logs`, ...) starts empty. What the command writes therefore stays in the mirror, whatever it
    calls the folder.

    Args:
        folder: Where the command runs.
        mirror: A folder that does not exist yet.
        command: The command.
    """
    edited = {
        place.where.path.resolve()
        for place in search(command, folder).places
        if isinstance(place.where, FileSpan)
    }
    _lay(folder.resolve(), mirror, {parent for path in edited for parent in path.parents})


def _lay(folder: Path, mirror: Path, opened: set[Path]) -> None:
    mirror.mkdir(parents=True)
    with os.scandir(folder) as entries:
        for entry in entries:
            source, target = Path(entry.path), mirror / entry.name
            if entry.name in _SKIPPED or target.exists():
                continue
            if entry.is_dir():
                # A link to a folder that this one stands in would be laid without an end.
                if source.resolve() in opened and not folder.is_relative_to(source.resolve()):
                    _lay(source.resolve(), target, opened)
                elif entry.name.lower() in _OUTPUTS:
                    target.mkdir()
                elif not entry.is_symlink() and _is_small(source):
                    _lay(source, target, opened)
                else:
                    target.symlink_to(source.resolve(), target_is_directory=True)
            elif entry.is_file():
                if entry.stat().st_size <= COPIED_UP_TO:
                    shutil.copy2(source, target)
                else:
                    target.symlink_to(source.resolve())


def _is_small(folder: Path) -> bool:
    """Whether it has at most `SMALL` entries, with all below it."""
    entries = 0
    for _, folders, files in os.walk(folder):
        entries += len(folders) + len(files)
        if entries > SMALL:
            return False
    return True


def set_values(values: Mapping[str, Scalar], command: Sequence[str], mirror: Path) -> tuple[str, ...]:
    """Edit the files of a mirror so that the settings have these values.

    Args:
        values: By the names that `plan_value` takes.
        command: The command.
        mirror: The copy to edit.

    Returns:
        The command, with the values that stand in its own words.

    Raises:
        EditError: a setting cannot be edited.
    """
    words = tuple(command)
    for name, value in values.items():
        place = next((p for p in search(words, mirror).places if p.name == name), None)
        if place is not None and _equal(place.value, value):
            continue
        plan = plan_value(name, plain_text(value), words, mirror)
        for edit in plan.edits:
            edit.path.write_bytes(edit.after)
        words = plan.command_after
    return words


def _equal(one: Scalar, other: Scalar) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return same_value(one, other)
    return one == other
