"""Turns what a user names (a file, a folder, `-`) into the sources to read."""

import bz2
import gzip
import lzma
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.readers.foreign import refusal
from advisor.readers.opening import check_regular, refuse
from advisor.run import EventKind, LogEvent
from advisor.text import clean_line

MAX_STDIN_BYTES = 1 << 29
MAX_UNPACKED_BYTES = 1 << 29
MAX_DEPTH = 8
MAX_ENTRIES = 20_000
MAX_FILES = 200

_SKIPPED_FOLDERS = {
    "__pycache__", "node_modules", "site-packages", "venv", "env", "checkpoints", "checkpoint", "ckpt",
    "ckpts", "weights", "data", "dataset", "datasets", "images", "labels", "wheels", "artifacts",
}  # fmt: skip
_LOG_SUFFIXES = {
    ".csv", ".tsv", ".txt", ".log", ".json", ".jsonl", ".ndjson", ".out", ".err", ".stdout", ".stderr",
    ".tab", ".ipynb", ".wandb",
}  # fmt: skip
_PACKED = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\x00"}
_EVENT_FILE = ".tfevents."


_UNPACKERS: dict[str, Callable[[BinaryIO], gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile]] = {
    ".gz": lambda raw: gzip.GzipFile(fileobj=raw),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
}


def _event_file(name: str) -> bool:
    return _EVENT_FILE in name and not name.endswith(".profile-empty")


def from_stdin(stream: BinaryIO) -> Source:
    """Everything that comes through standard input.

    Raises:
        UnreadableError: nothing came, or more than `MAX_STDIN_BYTES`.
    """
    data = stream.read(MAX_STDIN_BYTES + 1)
    if len(data) > MAX_STDIN_BYTES:
        raise UnreadableError(
            f"Standard input is longer than {MAX_STDIN_BYTES >> 20} MiB.",
            "Save it to a file and name the file, or send a part of it.",
        )
    if not data:
        raise UnreadableError(
            "Standard input is empty.", "Send a log into it: some-command | advisor diagnose -"
        )
    return unpacked(Source("-", content=data))


def unpacked(source: Source) -> Source:
    """The source itself, or what a gzip, bzip2 or xz file holds.

    Raises:
        UnreadableError: the file is damaged, or holds more than `MAX_UNPACKED_BYTES`.
    """
    packing = next((suffix for suffix, magic in _PACKED.items() if source.head.startswith(magic)), None)
    if packing is None:
        return source
    shown = clean_line(source.label)
    data = bytearray()
    events: tuple[LogEvent, ...] = ()
    with source.open() as raw, _UNPACKERS[packing](raw) as stream:
        try:
            while block := stream.read1(1 << 18):
                data += block
                if len(data) > MAX_UNPACKED_BYTES:
                    raise UnreadableError(
                        f"'{shown}' holds more than {MAX_UNPACKED_BYTES >> 20} MiB once unpacked.",
                        "Unpack it yourself.",
                    )
        except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
            if not data:
                raise UnreadableError(f"'{shown}' is a damaged {packing} file.") from error
            events = (LogEvent(EventKind.TRUNCATED, f"The {packing} file is cut or damaged: {error}."),)
    return Source(source.label, content=bytes(data), events=events)


def from_file(path: Path, label: str) -> Source:
    """One file, looked at but not yet read.

    Raises:
        UnreadableError: it is missing, no regular file, empty, or of a kind that is no log.
    """
    source = unpacked(Source(label, path))
    foreign = refusal(source.head, label)
    if foreign is not None:
        raise foreign
    return source


def _worth_reading(entry: os.DirEntry[str]) -> bool:
    name = entry.name.lower()
    if _event_file(name):
        return True
    stem = name
    for packing in _PACKED:
        stem = stem.removesuffix(packing)
    return Path(stem).suffix in _LOG_SUFFIXES


def _walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Regular files under a folder, each file and each folder once, within the bounds."""
    seen: set[tuple[int, int]] = set()
    waiting = [(folder, 0)]
    entries = 0
    while waiting:
        current, depth = waiting.pop(0)
        try:
            with os.scandir(current) as listing:
                found = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in found:
            entries += 1
            if entries > MAX_ENTRIES:
                return
            try:
                status = entry.stat()
            except OSError:
                continue
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            if stat.S_ISDIR(status.st_mode):
                hidden = entry.name.startswith(".") or entry.name.lower() in _SKIPPED_FOLDERS
                if not hidden and depth < MAX_DEPTH:
                    waiting.append((Path(entry.path), depth + 1))
            elif stat.S_ISREG(status.st_mode) and status.st_size > 0 and _worth_reading(entry):
                yield entry


def from_folder(folder: Path) -> list[Source]:
    """Every file in a folder that may be a log, newest first; event files of one folder are one source.

    The walk goes `MAX_DEPTH` levels deep, over `MAX_ENTRIES` entries, leaves out folders that hold no logs
    (hidden ones, data sets, checkpoints, installed packages) and gives `MAX_FILES` sources at most.
    """
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise refuse(folder, error) from error
    files: list[tuple[float, list[Path]]] = []
    events: dict[str, tuple[float, list[Path]]] = {}
    for entry in _walk(folder):
        path, changed = Path(entry.path), entry.stat().st_mtime
        if _event_file(entry.name):
            newest, paths = events.get(str(path.parent), (0.0, []))
            events[str(path.parent)] = (max(newest, changed), [*paths, path])
        else:
            files.append((changed, [path]))
    files += events.values()
    files.sort(key=lambda item: (-item[0], str(item[1][0])))
    return [
        Source(str(paths[0] if len(paths) == 1 else paths[0].parent), paths[0], parts=tuple(paths))
        for _, paths in files[:MAX_FILES]
    ]


def is_folder(name: str) -> bool:
    """Whether a name is that of a folder.

    Raises:
        UnreadableError: there is nothing of that name, or it may not be looked at.
    """
    try:
        mode = Path(name).stat().st_mode
    except ValueError as error:
        raise UnreadableError(f"'{clean_line(name)}' is not a path.") from error
    except OSError as error:
        raise refuse(name, error) from error
    if stat.S_ISDIR(mode):
        return True
    check_regular(name, mode)
    return False
