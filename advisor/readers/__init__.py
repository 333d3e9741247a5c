"""Logs in, runs out: one module per format in `formats`, and the two functions that read."""

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import BinaryIO

from advisor.errors import AdvisorError, UnreadableError
from advisor.readers.archives import is_archive, named_after, unpacked_archive
from advisor.readers.base import HEAD_BYTES, Reader, Source, StoreReader
from advisor.readers.duplicates import without_duplicates
from advisor.readers.folders import from_folder
from advisor.readers.many import OnRead, read_many, worth_processes
from advisor.readers.registry import all_readers, read_source
from advisor.readers.sources import from_file, from_stdin, is_folder
from advisor.run import Role, Run
from advisor.text import clean_line

__all__ = ["HEAD_BYTES", "Reader", "Source", "all_readers", "read_paths", "read_source"]

_AIM = (
    "It is an Aim repository, whose runs are kept in RocksDB, which is not read here. Write the metrics of a "
    "run to a CSV file with Aim's SDK, or give the console output of the training."
)
_SPEAKING = {Role.TRAIN_LOSS, Role.VAL_LOSS, Role.TRAIN_METRIC, Role.VAL_METRIC}


def read_paths(
    paths: Sequence[str | os.PathLike[str]],
    stdin: BinaryIO | None = None,
    on_error: Callable[[AdvisorError], None] | None = None,
    *,
    processes: int = 1,
    on_read: OnRead | None = None,
) -> list[Run]:
    """Every run in the files and folders that a user names.

    Args:
        paths: Files, folders (searched for logs, newest first), or `-` for standard input.
        stdin: Where `-` is read from.
        on_error: Told of each input that cannot be read; the others are still read. Without it the first
            such input ends the reading, so that none is passed over in silence.
        processes: How many read side by side where there is much to read.
        on_read: Told how many logs were read, and of how many, where there is much to read.

    Raises:
        UnreadableError: no input holds a training curve, or one does not and `on_error` is None.
    """
    runs: list[Run] = []
    errors: list[UnreadableError] = []
    names = list(dict.fromkeys(os.fspath(path) for path in paths))
    ahead = _read_ahead(names, processes, on_read)
    for name in names:
        try:
            found = ahead.pop(name, None)
            if isinstance(found, UnreadableError):
                raise found
            runs += _read_one(name, stdin, processes, on_read) if found is None else found
        except UnreadableError as error:
            if on_error is None:
                raise
            errors.append(error)
    if not runs:
        raise _nothing_readable(errors)
    if on_error is not None:
        for unreadable in errors:
            on_error(unreadable)
    return runs


def _read_ahead(
    names: Sequence[str], processes: int, on_read: OnRead | None
) -> dict[str, list[Run] | UnreadableError]:
    """What stands in plain files, where there are enough of them for several processes."""
    if processes < 2:
        return {}
    files = [name for name in names if name != "-" and _is_plain_file(Path(name))]
    sources = [Source(name, Path(name)) for name in files]
    if not worth_processes(sources):
        return {}
    return dict(zip(files, read_many(sources, processes, on_read), strict=True))


def _is_plain_file(path: Path) -> bool:
    try:
        return path.is_file() and not is_archive(path)
    except (OSError, ValueError):  # no path at all, which the reading of it says
        return False


def _nothing_readable(errors: Sequence[UnreadableError]) -> UnreadableError:
    if not errors:
        return UnreadableError("No log was named.", "Name a file, a folder, or - for standard input.")
    if len(errors) == 1:
        return errors[0]
    return UnreadableError(f"None of the {len(errors)} inputs can be read.", because=errors)


def _read_one(name: str, stdin: BinaryIO | None, processes: int, on_read: OnRead | None) -> list[Run]:
    if name == "-":
        if stdin is None:
            raise UnreadableError("There is no standard input to read from.")
        return read_source(from_stdin(stdin))
    if is_folder(name):
        return _read_folder(Path(name), processes=processes, on_read=on_read)
    if is_archive(Path(name)):
        with unpacked_archive(Path(name), name) as (folder, events):
            return named_after(_read_folder(folder, name), folder, name, events)
    return read_source(from_file(Path(name), name))


def _read_folder(
    folder: Path, label: str = "", processes: int = 1, on_read: OnRead | None = None
) -> list[Run]:
    runs: list[Run] = []
    sources = from_folder(folder)
    for found in read_many(sources, processes, on_read):
        if isinstance(found, UnreadableError):
            continue
        runs += [run for run in found if _is_training(run)]
    if not runs:
        looked = (
            "no file that may be a log"
            if not sources
            else f"none of its {len(sources)} files is a training log"
        )
        what = "archive" if label else "folder"
        raise UnreadableError(
            f"The {what} '{clean_line(label or str(folder))}' holds no log: {looked}.",
            _AIM if _is_aim(folder) else "Name the log itself, or the folder that the training writes to.",
        )
    return without_duplicates(runs)


def _is_training(run: Run) -> bool:
    """Whether a run from a folder, which may be full of tables and texts, is a log.

    It is where it has a loss or a metric, and whatever its curves are called where a tracker keeps it.
    """
    return run.reader in _store_names() or any(series.role in _SPEAKING for series in run)


@cache
def _store_names() -> frozenset[str]:
    return frozenset(reader.name for reader in all_readers() if isinstance(reader, StoreReader))


def _is_aim(folder: Path) -> bool:
    """Whether a folder is that of an Aim repository, or holds one."""
    return any((place / "meta" / "chunks").is_dir() for place in (folder, folder / ".aim"))
