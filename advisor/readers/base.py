"""What every reader is, and what it is given to read."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import BinaryIO, Protocol, runtime_checkable

from advisor.readers.opening import open_regular
from advisor.run import LogEvent, Run

HEAD_BYTES = 65_536
_MOST_BLANK_HEADS = 1_024
_BLANK = b" \t\r\n\x00"


@dataclass(frozen=True)
class Source:
    """The bytes of one log and what it is called.

    Attributes:
        label: The name as the user gave it; `-` for standard input.
        path: Where the file is, or None for bytes that came from elsewhere (a pipe, a captured output).
        content: The bytes where there is no file to read them from.
        parts: Every file of a log that is written in several (`path` is the first of them); empty where it
            is one file. Only formats that are written so look at it.
        events: What was noticed before any reader looked at it; it goes into every run.
    """

    label: str
    path: Path | None = None
    content: bytes | None = None
    parts: tuple[Path, ...] = ()
    events: tuple[LogEvent, ...] = ()

    def open(self) -> BinaryIO:
        """A new stream over the bytes, from the start.

        Raises:
            UnreadableError: the file cannot be opened or is no regular file.
        """
        if self.content is not None:
            return io.BytesIO(self.content)
        if self.path is None:
            raise ValueError("A source needs a path or its content.")
        return open_regular(self.path)

    @cached_property
    def head(self) -> bytes:
        """The first `HEAD_BYTES` bytes that say anything.

        A log may begin with a megabyte of nothing: redraws of an empty bar, or the hole that a rotation
        leaves under a writer that goes on at its old place.
        """
        with self.open() as stream:
            first = head = stream.read(HEAD_BYTES) or b""  # a kernel file with nothing to say gives None
            for _ in range(_MOST_BLANK_HEADS):
                if len(head) < HEAD_BYTES or head.strip(_BLANK):
                    break
                head = stream.read(HEAD_BYTES) or b""
            return first if head is first else head.lstrip(_BLANK) or first

    def data(self) -> bytes:
        """All bytes."""
        if self.content is not None:
            return self.content
        with self.open() as stream:
            return stream.read() or b""

    @property
    def name(self) -> PurePath:
        """The label as a path, for readers that look at a file's name."""
        return PurePath(self.path if self.path is not None else self.label)


def nth_run(number: int, count: int) -> str:
    """What tells one of several runs of a log apart; empty where it is the only one."""
    return f"run {number} of {count}" if count > 1 else ""


class Reader(Protocol):
    """One log format.

    A reader never fails on content: it reads what is there, and says as a `LogEvent` (with its line) what
    it could not understand. A module in `advisor/readers/formats/` that has a `READER` is found by itself.

    Attributes:
        name: Short and stable (`keras-console`); shown to users and kept in journals.
        title: What it reads, in one line, for the README's table.
        most_sure: The most that its `sniff` ever says. It is not asked where another is surer than that.
    """

    name: str
    title: str
    most_sure: float

    def sniff(self, head: bytes, path: PurePath) -> float:
        """How sure this reader is that the source is its own, 0 (not mine) to 1 (certainly mine).

        Args:
            head: The first bytes (`HEAD_BYTES` at most).
            path: The file's name; a hint only, names lie.
        """
        ...

    def read(self, source: Source) -> Sequence[Run]:
        """Every run in the source, in the order of the log; empty where there is no curve."""
        ...


@runtime_checkable
class StoreReader(Reader, Protocol):
    """A format that keeps each run in several files; its reader reads the run from any of them."""

    def home(self, path: Path) -> Path | None:
        """The folder of the run that a file is a part of, or None where it is part of none."""
        ...
