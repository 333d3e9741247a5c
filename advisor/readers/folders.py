"""Searches a folder for logs: which of its files may be logs, and which of them are one log together."""

import math
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from advisor.readers.base import Source, StoreReader
from advisor.readers.event_folders import homes
from advisor.readers.opening import refuse
from advisor.readers.registry import all_readers
from advisor.readers.sources import PACKED
from advisor.run import EventKind, LogEvent

MAX_DEPTH = 8
MAX_ENTRIES = 100_000
MAX_LOGS = 2_000

_SKIPPED_FOLDERS = {
    "__pycache__", "node_modules", "site-packages", "venv", "env", "checkpoints", "checkpoint", "ckpt",
    "ckpts", "weights", "data", "dataset", "datasets", "images", "labels", "wheels", "artifacts", "params",
    "tags", "media", "sourcecode",
}  # fmt: skip
# Hidden folders in which trackers keep logs: Guild AI its event files.
_OF_TRACKERS = {".guild"}
_LOG_SUFFIXES = {
    ".csv", ".tsv", ".txt", ".log", ".json", ".jsonl", ".ndjson", ".out", ".err", ".stdout", ".stderr",
    ".tab", ".ipynb", ".wandb", ".db", ".sqlite", ".sqlite3",
}  # fmt: skip
# MLflow's metrics and parameters have no suffix at all.
_PARTS_OF_LOGS = {"", ".yaml", ".yml", ".md"}
# Notes may hold a pasted log, but most hold none: they are looked at where nothing else is there.
_NOTES = {".md", ".markdown", ".rst"}
_EVENT_FILE = ".tfevents."


@dataclass(slots=True)
class _Log:
    """The files of one log: `home` is the folder that stands for them, None where a file stands alone."""

    home: Path | None
    paths: list[Path] = field(default_factory=list)
    changed: float = -math.inf

    def source(self, events: tuple[LogEvent, ...]) -> Source:
        label = str(self.paths[0] if self.home is None else self.home)
        return Source(label, self.paths[0], parts=tuple(self.paths), events=events)


@dataclass(slots=True)
class _Walk:
    """A walk over the regular files below a folder, each file and each folder once, within the bounds."""

    folder: Path
    most: int
    entries: int = 0
    cut: bool = False

    def __iter__(self) -> Iterator[tuple[Path, os.stat_result]]:
        seen: set[tuple[int, int]] = set()
        waiting = [(self.folder, 0)]
        for current, depth in waiting:
            for entry, status in self._listing(current):
                if (status.st_dev, status.st_ino) in seen:
                    continue
                seen.add((status.st_dev, status.st_ino))
                if stat.S_ISDIR(status.st_mode):
                    hidden = entry.name.startswith(".") and entry.name not in _OF_TRACKERS
                    skipped = hidden or entry.name.lower() in _SKIPPED_FOLDERS
                    if not skipped and depth < MAX_DEPTH:
                        waiting.append((Path(entry.path), depth + 1))
                elif stat.S_ISREG(status.st_mode) and status.st_size > 0:
                    yield Path(entry.path), status

    def _listing(self, folder: Path) -> Iterator[tuple[os.DirEntry[str], os.stat_result]]:
        """What stands in one folder, by name; what cannot be looked at is passed over."""
        if self.cut:
            return
        try:
            with os.scandir(folder) as listing:
                # What a link (`latest-run`) leads to goes by its own name where it is found below it as well.
                found = sorted(listing, key=lambda entry: (entry.is_symlink(), entry.name))
        except OSError:
            return
        for entry in found:
            self.entries += 1
            if self.entries > self.most:
                self.cut = True
                return
            try:
                yield entry, entry.stat()
            except OSError:
                continue


def _is_event_file(name: str) -> bool:
    return _EVENT_FILE in name and not name.endswith(".profile-empty")


def _may_be_log(name: str) -> bool:
    stem = name.lower()
    for packing in PACKED:
        stem = stem.removesuffix(packing)
    return Path(stem).suffix in _LOG_SUFFIXES


def may_belong_to_log(name: str) -> bool:
    """Whether a file of this name may be a log, a part of one, or stand beside one and say its settings."""
    return _may_be_log(name) or _is_event_file(name) or Path(name).suffix in _PARTS_OF_LOGS


def _logs(walk: _Walk) -> list[_Log]:
    """The logs in a folder; files that belong together are one."""
    stores = [reader for reader in all_readers() if isinstance(reader, StoreReader)]
    logs: dict[tuple[str, Path], _Log] = {}
    notes: list[_Log] = []
    for path, status in walk:
        if _is_event_file(path.name):
            log = logs.setdefault((_EVENT_FILE, path.parent), _Log(None))
        else:
            owners = ((reader.name, home) for reader in stores if (home := reader.home(path)) is not None)
            owner = next(owners, None)
            if owner is not None:
                log = logs.setdefault(owner, _Log(owner[1]))
            elif _may_be_log(path.name):
                log = logs.setdefault(("", path), _Log(None))
            else:
                if path.suffix.lower() in _NOTES:
                    notes.append(_Log(None, [path], status.st_mtime))
                continue
        log.paths.append(path)
        log.changed = max(log.changed, status.st_mtime)
    return [*_event_logs(logs), *(log for key, log in logs.items() if key[0] != _EVENT_FILE)] or notes


def _event_logs(logs: dict[tuple[str, Path], _Log]) -> list[_Log]:
    """The event files of each run as one log."""
    by_folder = {folder: log for (owner, folder), log in logs.items() if owner == _EVENT_FILE}
    joined: dict[Path, _Log] = {}
    # The files of the run's own folder come first.
    together = homes(by_folder)
    for folder in sorted(together, key=lambda folder: folder != together[folder]):
        home = together[folder]
        log = joined.setdefault(home, _Log(None))
        log.paths += by_folder[folder].paths
        log.changed = max(log.changed, by_folder[folder].changed)
        log.home = home if len(log.paths) > 1 else None
    return list(joined.values())


def is_much(folder: Path, size: int, entries: int) -> bool:
    """Whether a log in a folder has at least `size` bytes, or the folder more than so many `entries`.

    It is looked into no further than until that is known.
    """
    walk = _Walk(folder, entries)
    large = any(status.st_size >= size and may_belong_to_log(path.name) for path, status in walk)
    return large or walk.cut


def from_folder(folder: Path) -> list[Source]:
    """Every file in a folder that may be a log, newest first; files that are one log are one source.

    The walk goes `MAX_DEPTH` levels deep, over `MAX_ENTRIES` entries, leaves out folders that hold no logs
    (hidden ones, data sets, checkpoints, installed packages) and gives `MAX_LOGS` sources at most. A bound
    that was reached is told in an event of each source.

    Raises:
        UnreadableError: the folder cannot be looked into.
    """
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise refuse(folder, error) from error
    walk = _Walk(folder, MAX_ENTRIES)
    logs = _logs(walk)
    logs.sort(key=lambda log: (-log.changed, str(log.paths[0])))
    events: list[LogEvent] = []
    if len(logs) > MAX_LOGS:
        note = f"The folder holds {len(logs):,} files that may be logs; the newest {MAX_LOGS:,} were read."
        events.append(LogEvent(EventKind.NOTE, note, count=len(logs) - MAX_LOGS))
    if walk.cut:
        note = f"Only the first {MAX_ENTRIES:,} files of the folder were looked at."
        events.append(LogEvent(EventKind.NOTE, note))
    return [log.source(tuple(events)) for log in logs[:MAX_LOGS]]
