"""Raw bytes to the lines that a person would have seen."""

import os
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.readers.base import Source
from advisor.readers.lines import Line, read_lines
from advisor.run import EventKind


def lines(data: bytes) -> list[Line]:
    return list(read_lines(Source("log", content=data)))


def shown(data: bytes) -> list[str]:
    return [line.text for line in lines(data) if not line.overwritten]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\r\n"])
def test_line_ends(end: bytes) -> None:
    assert lines(end.join([b"one", b"", b"two", b""])) == [Line(1, "one"), Line(2, ""), Line(3, "two")]


def test_last_line_without_an_end() -> None:
    assert lines(b"one\ntwo") == [Line(1, "one"), Line(2, "two")]


def test_carriage_returns_keep_every_state_and_mark_the_overwritten() -> None:
    assert lines(b"start\n 10%\r 50%\r100%\ndone\n") == [
        Line(1, "start"),
        Line(2, " 10%", True),
        Line(2, " 50%", True),
        Line(2, "100%"),
        Line(3, "done"),
    ]


@pytest.mark.fault("T1")
def test_backspaces_leave_what_is_on_the_screen() -> None:
    assert shown(b"loss 0.5" + b"\b" * 8 + b"loss 0.4\n") == ["loss 0.4"]
    assert shown(b"abc\b\bX\n") == ["aXc"]
    assert shown(b"ab\b\b\b\b\bcd\n") == ["cd"]


def test_colours_and_cursor_moves_are_gone() -> None:
    assert shown(b"\x1b[36mloss\x1b[0m 0.5\n") == ["loss 0.5"]
    assert shown(b"old\x1b[2K\x1b[1Gnew\n") == ["new"]


def test_block_ends_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"".join(b"line %d\r\nbar 1\rbar 2\n" % i for i in range(50))
    whole = lines(data)
    for size in (1, 2, 3, 7, 64):
        monkeypatch.setattr("advisor.readers.lines._BLOCK", size)
        assert lines(data) == whole


def test_a_file_that_has_nothing_to_say_right_now_has_no_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.pipe()
    os.set_blocking(ours, False)
    try:
        monkeypatch.setattr(Source, "open", lambda source: os.fdopen(ours, "rb"))
        assert list(read_lines(Source("kmsg"))) == []
    finally:
        os.close(theirs)


def test_utf_16() -> None:
    assert shown("第1轮 loss 0.5\nnext\n".encode("utf-16")) == ["第1轮 loss 0.5", "next"]


class _Endless(Source):
    """A source whose bytes are made while they are read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__("log", content=b"")
        object.__setattr__(self, "pieces", pieces)

    def open(self) -> BinaryIO:
        stream = BytesIO()
        pieces = self.pieces  # type: ignore[attr-defined]
        stream.read = lambda size=-1: next(pieces, b"")  # type: ignore[method-assign]
        return stream


@pytest.mark.fault("T2")
@pytest.mark.parametrize("piece", [b"x", b"\r", b"loss 0.5\r"])
def test_a_line_without_end_takes_little_memory(piece: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    # A hundred blocks of a limit each, as at the true limit; smaller ones, for every state is traced.
    limit = 1 << 13
    monkeypatch.setattr("advisor.readers.lines.LINE_LIMIT", limit)
    block = piece * (limit // len(piece))
    source = _Endless(block for _ in range(100))
    assert lines(b"once, what is done for all files\n")
    tracemalloc.start()
    reader = read_lines(source)
    longest = max((len(line.text) for line in reader), default=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert longest <= limit
    assert peak < 25 * limit
    if piece == b"x":
        assert [(event.kind, event.line) for event in reader.events] == [(EventKind.UNREADABLE, 1)]


@given(st.binary(max_size=400))
def test_any_bytes_are_lines(data: bytes) -> None:
    found = lines(data)
    numbers = [line.number for line in found]
    assert numbers == sorted(numbers)
    assert not any("\n" in line.text or "\r" in line.text or "\x1b" in line.text for line in found)
