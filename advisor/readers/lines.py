"""Turns the raw bytes of a console log into the lines that a person would have seen.

A terminal shows the last state of a line that is redrawn with carriage returns or backspaces. A log keeps
every state. Here each state comes out as a `Line`, all but the last of them marked as overwritten, so that
a reader can take one value a step instead of one a redraw.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import AnyStr, NamedTuple

from advisor.patterns import regex
from advisor.readers.base import Source
from advisor.readers.decode import decode
from advisor.readers.line_blocks import keep_freed_memory
from advisor.run import EventKind, LogEvent
from advisor.text import strip_escapes

LINE_LIMIT = 1_000_000
# Smaller blocks stay in the processor's caches, and their memory is used again from one to the next.
_BLOCK = 1 << 20
_TAIL = 1 << 14
_SAMPLE = 1 << 10
_WIDE_ENCODING_MARKS = (b"\xff\xfe", b"\xfe\xff")
_CURSOR_TO_COLUMN = regex(r"\x1b\[\d*G")
# Control strings may hold a return; every other escape sequence ends before one.
_CONTROL_STRING = regex(rb"\x1b[\]PX^_]|\xc2[\x90\x98\x9d\x9e\x9f]")
_BETWEEN_RETURNS = regex(r"[^\r]+")
_BACKSPACES = regex("(\x08+)")


class Line(NamedTuple):
    """One state of one line.

    Attributes:
        number: 1-based number of the physical line; the states of a redrawn line share it.
        text: Without escape sequences and line ends; white space is kept.
        overwritten: A later state of the same line replaced this one on the screen.
    """

    number: int
    text: str
    overwritten: bool = False


class Lines:
    """The lines of a log, read in blocks so that memory does not grow with the file.

    Attributes:
        events: What had to be left out, filled while the lines are iterated.
        tail: The last of the text that `encoded` has given so far.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.events: list[LogEvent] = []
        self.tail = b""
        self._pieces = pieces
        self._number = 0

    def __iter__(self) -> Iterator[Line]:
        for text in self._texts():
            for number, line in self._numbered(_bare(text)):
                yield from self._of_line(number, line)

    def physical(self) -> Iterator[tuple[int, bytes]]:
        """Each physical line by its number, as UTF-8, with all its states and escape sequences still in it.

        For a reader that can often tell from `last_state` alone; `states` gives what iteration gives.
        """
        self._number = 0
        for data in self._utf8():
            escaped = b"\x1b" in data or not data.isascii()
            cut_first = b"\x00" in data or (escaped and _CONTROL_STRING.search(data))
            yield from self._numbered(_bare(data.decode()).encode() if cut_first else data)

    def encoded(self) -> Iterator[bytes]:
        """The text in blocks of whole lines, as UTF-8 whatever it was, with its escape sequences."""
        for data in self._utf8():
            self.tail = (self.tail + data[-_TAIL:])[-_TAIL:]
            yield data

    def states(self, number: int, line: str) -> Iterator[Line]:
        """Every state of a physical line."""
        return self._of_line(number, _bare(line))

    def _texts(self) -> Iterator[str]:
        self._number = 0
        yield from map(self._decoded, self._pieces)

    def _utf8(self) -> Iterator[bytes]:
        for data in self._pieces:
            plain = data.isascii() and b"\x00" not in data
            yield data if plain else self._decoded(data).encode("utf-8", "replace")

    def _decoded(self, data: bytes) -> str:
        decoded = decode(data)
        known = {event.kind for event in self.events}
        self.events += [event for event in decoded.events if event.kind not in known]
        return decoded.text

    def _numbered(self, text: AnyStr) -> Iterator[tuple[int, AnyStr]]:
        lines = text.split("\n" if isinstance(text, str) else b"\n")
        unfinished = lines.pop()
        first = self._number + 1
        self._number += len(lines)
        yield from enumerate(lines, start=first)
        if unfinished:
            yield self._number + 1, unfinished

    def _of_line(self, number: int, line: str) -> Iterator[Line]:
        if len(line) > LINE_LIMIT and "\r" not in line:
            words = f"The line has more than {LINE_LIMIT:,} characters; only these were read."
            self.events.append(LogEvent(EventKind.UNREADABLE, words, number))
            line = line[:LINE_LIMIT]
        if "\r" in line or "\x08" in line:
            yield from _states(number, line)
        else:
            yield Line(number, line)


def last_state(line: bytes) -> str:
    """What a physical line shows in the end, found without a look at its earlier states.

    Empty where the end shows nothing, and then an earlier state may be what is left on the screen.
    """
    end = line.rstrip(b"\r")
    *_, shown = _states(0, _bare(end[end.rfind(b"\r") + 1 :].decode()))
    return shown.text


def _bare(text: str) -> str:
    """A text without escape sequences and NUL; a move of the cursor to a column becomes a return."""
    if "\x1b" in text:
        text = _CURSOR_TO_COLUMN.sub("\r", text)
    return strip_escapes(text).replace("\x00", "")


def read_lines(source: Source) -> Lines:
    """The lines of a source. Iterate before looking at `events`."""
    return Lines(_pieces(source))


def lines_of(text: str) -> Lines:
    """The lines of a text that is already decoded (a notebook's output, a captured stream)."""
    return Lines([text.encode("utf-8", "replace")])


def _pieces(source: Source) -> Iterator[bytes]:
    """Blocks of whole lines; all at once where a line feed takes more than a byte."""
    keep_freed_memory()
    with source.open() as stream:

        def block() -> bytes:
            return stream.read(_BLOCK) or b""  # None from a kernel file that has nothing to say right now

        head = block()
        if head.startswith(_WIDE_ENCODING_MARKS) or _looks_wide(head):
            yield head + (stream.read() or b"")
        else:
            yield from _whole_lines(chain([head], iter(block, b"")))


def _looks_wide(head: bytes) -> bool:
    sample = head[:_SAMPLE]
    return sample.count(0) > len(sample) // 3


def _whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Joins and cuts blocks at line feeds.

    A line that goes on and on is cut at its carriage returns; of one that has none, a few times the limit
    is held and the rest is skipped.
    """
    kept: list[bytes] = []
    held = 0
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if not end and held > 4 * LINE_LIMIT:
            end = block.rfind(b"\r") + 1
            if not end:
                continue
        if end:
            yield b"".join([*kept, memoryview(block)[:end]])
            kept, held = [], 0
        kept.append(block[end:])
        held += len(block) - end
    if held:
        yield b"".join(kept)


def _states(number: int, line: str) -> Iterator[Line]:
    """Each visible state of a redrawn line; the last one is not marked as overwritten."""
    shown = ""
    for part in _BETWEEN_RETURNS.finditer(line):
        state = part.group()
        if "\x08" in state:
            state = _without_backspaces(state)
        if state and not state.isspace():
            if shown:
                yield Line(number, shown, True)
            shown = state
    yield Line(number, shown)


def _without_backspaces(text: str) -> str:
    """What is left on the screen when backspaces move the cursor and later text is written over earlier."""
    text = text.strip("\x08")
    if "\x08" not in text:
        return text
    screen: list[str] = []
    cursor = 0
    for part in _BACKSPACES.split(text):
        if part.startswith("\x08"):
            cursor = max(0, cursor - len(part))
        else:
            screen[cursor : cursor + len(part)] = part
            cursor += len(part)
    return "".join(screen)
