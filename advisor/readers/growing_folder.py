"""Reads a run that is written in several files while it grows: whole, whenever one of them has changed."""

import math
import os
import time
from pathlib import Path

from advisor.errors import UnreadableError
from advisor.readers import read_paths
from advisor.readers.folders import MAX_ENTRIES, may_belong_to_log
from advisor.readers.follow import Change, Kind
from advisor.run import Run

_REST_PER_LOOK = 50.0
_REST_PER_WORK = 4.0

_State = tuple[tuple[str, int, int], ...]


class GrowingFolder:
    """The runs of a folder whose files make up one log (event files, stores of runs).

    Looking takes a fiftieth of the time at most, reading a fifth.

    Args:
        label: The folder as the user named it.

    Attributes:
        runs: As of the last look; those of before where the folder cannot be read at this moment.
        problem: Why it cannot be read at this moment, or None.
    """

    def __init__(self, label: str) -> None:
        self.runs: list[Run] = []
        self.problem: UnreadableError | None = None
        self._label = label
        self._state: _State = ()
        self._first = True
        self._stale = False
        self._looks_at = self._reads_at = -math.inf

    def look(self) -> Change:
        """What happened to the files since the last look; afterwards `runs` is as new as the rule allows."""
        kind = Kind.NOTHING
        now = time.monotonic()
        if now >= self._looks_at:
            kind = self._compare()
            ended = time.monotonic()
            self._looks_at = ended + _REST_PER_LOOK * (ended - now)
        if self._stale and time.monotonic() >= self._reads_at:
            self.settle()
        return Change(kind)

    def settle(self) -> None:
        """Read what is there now, whatever it takes."""
        started = time.monotonic()
        self._stale = False
        try:
            found = read_paths([self._label])
            self.runs = [run for run in found if run.source == self._label] or found
            self.problem = None
        except UnreadableError as error:
            self.problem = error
        ended = time.monotonic()
        self._reads_at = ended + _REST_PER_WORK * (ended - started)

    def _compare(self) -> Kind:
        before, self._state = self._state, _files(self._label)
        first, self._first = self._first, False
        if self._state == before and not first:
            return Kind.NOTHING
        if not self._state:
            return Kind.GONE
        self._stale = True
        return Kind.APPENDED if before else Kind.REPLACED


def _files(folder: str) -> _State:
    """Name, size and time of each file that may belong to a log, in as much of a folder as is searched."""
    found = []
    entries = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            # A database that is being written grows beside itself first.
            if not may_belong_to_log(name.removesuffix("-wal")):
                continue
            path = Path(parent, name)
            try:
                status = path.stat()
            except OSError:
                continue
            found.append((str(path), status.st_size, status.st_mtime_ns))
        entries += len(names)
        if entries >= MAX_ENTRIES:
            break
    return tuple(sorted(found))
