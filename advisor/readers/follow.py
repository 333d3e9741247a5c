"""Follows a file that another program writes: what is new, and whether it is still the same file.

A look costs two `stat` where nothing happened. There is no dependence on notifications, which network file
systems do not send. A file is known by its device and inode, its size, its first bytes and the bytes before
the place that was read up to; a file that was cut and has grown past that place again between two looks
differs in one of the last two, which a comparison of sizes alone does not see.
"""

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from advisor.errors import UnreadableError
from advisor.readers.decode import decode, looks_binary
from advisor.readers.opening import open_regular

_HEAD = 256
_BEFORE = 64
_SAMPLE = 4_096
_BLOCK = 1 << 16
_REREAD = 1 << 20
_MOST_PER_LOOK = 1 << 23
_MOST_ROTATED = 1 << 26


class Kind(StrEnum):
    """What a look at a file shows."""

    NOTHING = "nothing"
    APPENDED = "appended"  # whole lines were added
    RESTARTED = "restarted"  # the same file was cut, or holds other bytes
    ROTATED = "rotated"  # the old file was moved aside, and is read to its end; a new one goes on
    REPLACED = "replaced"  # another file has taken the place, or the first one has appeared
    GONE = "gone"  # there is no file any more; told once


@dataclass(frozen=True, slots=True)
class Change:
    """What is new since the last look.

    Attributes:
        kind: What happened; after `RESTARTED`, `ROTATED` and `REPLACED` the whole is in `Follower.content`.
        data: The whole lines that were appended, with their ends; empty for every other kind.
        behind: More is there already; look again at once.
    """

    kind: Kind
    data: bytes = b""
    behind: bool = False


_NOTHING = Change(Kind.NOTHING)


class Follower:
    """Looks at one path again and again; a line counts once its end is written, never half.

    A line that is redrawn with carriage returns counts when its line feed comes. Of binary files (event
    files, packed logs) every byte counts at once: their readers know a whole record from half of one.

    Args:
        path: A file, which need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: _File | None = None
        self._rotated = b""
        self._told_gone = False

    @property
    def text(self) -> bool:
        """Whether the file is text and is followed line by line."""
        return self._file is not None and not self._file.binary

    def poll(self) -> Change:
        """What happened since the last look. Never raises for what the file or its folder does."""
        there = self._there()
        try:
            change = self._look(there)
        except OSError:
            # The handle went stale with its file system; the path is opened anew at the next look.
            self.close()
            change = _NOTHING
        if change.kind is not Kind.NOTHING:
            self._told_gone = change.kind is Kind.GONE
        return change

    def content(self) -> bytes:
        """Every whole line up to the last look, those of parts that were rotated away before the others.

        Of rotated parts 64 MiB are held at most; beyond that they are left out.
        """
        try:
            return self._rotated + (b"" if self._file is None else self._file.content())
        except OSError:
            return self._rotated

    def close(self) -> None:
        """Let go of the file; a later look opens it anew."""
        if self._file is not None:
            self._file.stream.close()
            self._file = None

    def _there(self) -> os.stat_result | None:
        try:
            return self.path.stat()
        except (OSError, ValueError):
            return None

    def _look(self, there: os.stat_result | None) -> Change:
        if self._file is None:
            return self._gone() if there is None else self._open(Kind.REPLACED)
        other = there is not None and (there.st_dev, there.st_ino) != self._file.identity
        # The writer of a file that was moved or deleted may go on writing to it for a while.
        change = self._file.more()
        if change.kind is not Kind.NOTHING or change.behind:
            return change
        if there is None:
            return self._gone()
        return self._turn_to_new() if other and there.st_size else _NOTHING

    def _gone(self) -> Change:
        return _NOTHING if self._told_gone else Change(Kind.GONE)

    def _open(self, kind: Kind) -> Change:
        try:
            self._file = _File(open_regular(self.path))
        except UnreadableError:
            return self._gone()
        return Change(kind)

    def _turn_to_new(self) -> Change:
        """Leave a file that was read to its end for the one that now has its name."""
        old = self._file
        assert old is not None
        change = self._open(Kind.REPLACED)
        if self._file is old or self._file is None:
            return change
        # A file that still has a name elsewhere was moved aside; one that begins alike was written anew.
        moved = os.fstat(old.stream.fileno()).st_nlink > 0
        if moved and not self._file.begins_with(old.head):
            kept = self._rotated + old.content()
            self._rotated = kept if len(kept) <= _MOST_ROTATED else b""
            change = Change(Kind.ROTATED)
        else:
            self._rotated = b""
        old.stream.close()
        return change


class _File:
    """One file while it is open: how far it was read, and how it is known again.

    Attributes:
        head: Its first bytes, of what was read.
        binary: Whether it has no lines.
    """

    head: bytes
    binary: bool
    _before: bytes
    _line_end: bytes
    _offset: int
    _searched: int
    _seen: tuple[int, int]

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        status = os.fstat(stream.fileno())
        self.identity = (status.st_dev, status.st_ino)
        self._begin()

    def more(self) -> Change:
        """The whole lines since the last look, or that the file begins anew."""
        status = os.fstat(self.stream.fileno())
        seen = (status.st_size, status.st_mtime_ns)
        if seen == self._seen and self._searched >= status.st_size:
            return _NOTHING
        if status.st_size < self._offset or self._read(0, len(self.head)) != self.head:
            return self._restart()
        if not self._offset:
            self._learn_kind(status.st_size)
        until = min(status.st_size, self._searched + _MOST_PER_LOOK)
        # The beginning of a line may be taken back before its end comes; only a very long one is not reread.
        end = self._last_end(max(self._offset, self._searched - _REREAD), until)
        wanted = end - self._offset + len(self._before)
        read = self._read(self._offset - len(self._before), wanted)
        if not read.startswith(self._before):
            return self._restart()
        data = read[len(self._before) :]
        if len(read) < wanted or not (self.binary or data.endswith(self._line_end) or not data):
            # It was cut between the two readings; the next look shows what it is now.
            return _NOTHING
        self._seen, self._searched = seen, until
        if not data:
            return Change(Kind.NOTHING, behind=until < status.st_size)
        self._advance(self._offset + len(data), read)
        return Change(Kind.APPENDED, data, behind=until < status.st_size)

    def content(self) -> bytes:
        """Every whole line that was read."""
        return self._read(0, self._offset)

    def begins_with(self, head: bytes) -> bool:
        """Whether its first bytes are those of another file."""
        return bool(head) and self._read(0, len(head)) == head

    def _begin(self) -> None:
        """Read up to the last whole line there is now."""
        status = os.fstat(self.stream.fileno())
        self._seen = (status.st_size, status.st_mtime_ns)
        self._searched = status.st_size
        self.head = self._before = b""
        self._learn_kind(status.st_size)
        self._offset = 0
        end = self._last_end(0, status.st_size)
        self._advance(end, self._read(max(0, end - _BEFORE), min(end, _BEFORE)))

    def _restart(self) -> Change:
        self._begin()
        return Change(Kind.RESTARTED)

    def _advance(self, offset: int, read: bytes) -> None:
        self._offset = offset
        self._before = read[-_BEFORE:]
        if len(self.head) < _HEAD:
            self.head = self._read(0, min(_HEAD, offset))

    def _learn_kind(self, size: int) -> None:
        sample = self._read(0, _SAMPLE)
        # A writer that goes on at its old place after a cut leaves a hole of NUL bytes before it.
        shown = sample.lstrip(b"\x00") or self._read(max(0, size - _SAMPLE), _SAMPLE).lstrip(b"\x00")
        self.binary = bool(shown) and looks_binary(shown)
        encoding = decode(sample).encoding
        self._line_end = "\n".encode(encoding if encoding.startswith("utf") else "utf-8")

    def _last_end(self, start: int, end: int) -> int:
        """Where the last whole line between two places ends; the place read up to where none does."""
        if self.binary:
            return end
        width = len(self._line_end)
        high = end
        while high > start:
            low = max(start - start % width, high - high % width - _BLOCK)
            block = self._read(low, high - low)
            # Half of one character and half of the next may look like a line end.
            ends = [match.end() for match in re.finditer(self._line_end, block) if not match.end() % width]
            if ends:
                return low + ends[-1]
            high = low
        return self._offset

    def _read(self, start: int, count: int) -> bytes:
        os.lseek(self.stream.fileno(), start, os.SEEK_SET)
        pieces = []
        while piece := os.read(self.stream.fileno(), count):
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)
