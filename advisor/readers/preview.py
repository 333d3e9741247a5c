"""A first look at a large log: its beginning, its end and some blocks between, read as if that were all."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.readers.decode import looks_binary
from advisor.readers.opening import open_regular, size_of
from advisor.readers.registry import read_source
from advisor.readers.sources import accepted
from advisor.run import Run, Series

_HEAD = 96 << 10
_TAIL = 32 << 10
_BETWEEN = 14
_BLOCK = 8 << 10


@dataclass(frozen=True, slots=True)
class Preview:
    """What a first look shows.

    Attributes:
        run: The run with the most points; of a log without a counter, x is estimated from the bytes between.
        share: How much of the log was read, 0 to 1.
    """

    run: Run
    share: float


def preview(path: Path, label: str) -> Preview | None:
    """A first look at a log, for which some 250 KB are read however large it is; None where it shows nothing.

    A packed or a binary log is only looked at from its beginning.

    Raises:
        UnreadableError: the file cannot be opened.
    """
    with open_regular(path) as stream:
        size = size_of(stream)
        head = _at(stream, 0, _HEAD)
        blocks = [(0, head)] if looks_binary(head) or b"\x00" in head else _lines(stream, head, size)
    text = b"".join(block for _, block in blocks)
    runs = _read(label, text) or (_read(label, head) if len(blocks) > 1 else [])
    if not runs:
        return None
    run = max(runs, key=lambda run: sum(map(len, run.series)))
    if len(blocks) > 1:
        run = replace(run, series=tuple(_placed(series, blocks) for series in run.series))
    return Preview(run, len(text) / size)


def _lines(stream: BinaryIO, head: bytes, size: int) -> list[tuple[int, bytes]]:
    """Whole lines from the whole file: where each block begins, and its bytes."""
    whole = head.rfind(b"\n") + 1
    if not whole or size <= _HEAD + _TAIL + _BETWEEN * _BLOCK:
        return [(0, head)]
    blocks = [(0, head[:whole])]
    places = np.linspace(whole, size - _TAIL, _BETWEEN + 2)[1:].astype(int).tolist()
    for place in places:
        block = _at(stream, place, _TAIL if place == places[-1] else _BLOCK)
        # The first line is most often cut; the last one may still be written.
        start, end = block.find(b"\n") + 1, block.rfind(b"\n") + 1
        if start < end:
            blocks.append((place + start, block[start:end]))
    return blocks


def _at(stream: BinaryIO, place: int, count: int) -> bytes:
    stream.seek(place)
    return stream.read(count)


def _read(label: str, content: bytes) -> list[Run]:
    try:
        return read_source(accepted(Source(label, content=content)))
    except UnreadableError:
        return []


def _placed(series: Series, blocks: list[tuple[int, bytes]]) -> Series:
    """A curve without a counter, its x estimated from where its lines stand; any other as it is."""
    if series.x_kind != "index":
        return series
    counts = [block.count(b"\n") for _, block in blocks]
    lines = sum(counts)
    bytes_per_line = sum(len(block) for _, block in blocks) / lines
    first = np.cumsum([0, *counts[:-1]])
    begins = np.array([place / bytes_per_line for place, _ in blocks])
    block = np.searchsorted(first, series.at - 1, side="right") - 1
    line = begins[block] + (series.at - 1 - first[block])
    return replace(series, x=np.round(line * len(series) / lines))
