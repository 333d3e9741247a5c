"""Puts what was rotated away from a log (`train.log.2`, `train.log.1`) before what came after it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.readers.decode import looks_binary
from advisor.readers.sources import unpacked
from advisor.run import EventKind, LogEvent, Run, Series
from advisor.text import clean_line

_MOST_BYTES = 1 << 26
_MOST_PARTS = 1_000


def with_rotated_parts(source: Source) -> Source | None:
    """The whole log, oldest part first; None where no part stands beside it, or it is no text.

    Parts are those of `logging.handlers.RotatingFileHandler` and logrotate, packed or not: numbers behind the
    name, 1 the newest. The newest parts are kept where all are too much; a part that is missing ends them.
    """
    if source.path is None or source.content is not None or len(source.parts) > 1:
        return None
    parts: list[bytes] = []
    left = _MOST_BYTES
    for number in range(1, _MOST_PARTS):
        data = _part(source.path, number, left)
        if data is None:
            break
        parts.append(data if data.endswith(b"\n") else data + b"\n")
        left -= len(data)
    if not parts or looks_binary(source.head):
        return None
    first = clean_line(f"{source.path.name}.{len(parts)}")
    words = f"Read from its rotated part '{first}' on; lines are counted through the parts."
    note = LogEvent(EventKind.NOTE, words)
    whole = b"".join([*reversed(parts), source.data()])
    return Source(source.label, source.path, content=whole, events=(*source.events, note))


def go_on(whole: Sequence[Run], end: Sequence[Run]) -> bool:
    """Whether the runs of a log are those of its last part, but for what came before in the first of them."""
    if len(whole) != len(end):
        return False
    return all(
        any(_ends_with(curve, other) for curve in run if curve.name == other.name)
        for run, last in zip(whole, end, strict=True)
        for other in last
    )


def _ends_with(curve: Series, end: Series) -> bool:
    return len(curve) >= len(end) and np.array_equal(curve.y[len(curve) - len(end) :], end.y, equal_nan=True)


def _part(path: Path, number: int, most: int) -> bytes | None:
    """The bytes of one part, or None where there is none that can be read and is small enough."""
    for suffix in ("", ".gz", ".xz", ".bz2"):
        part = path.with_name(f"{path.name}.{number}{suffix}")
        try:
            if not part.is_file() or part.stat().st_size > most:
                continue
            data = unpacked(Source(str(part), part)).data()
        except (OSError, UnreadableError):
            continue
        if data and len(data) <= most and not looks_binary(data[:4096]):
            return data
    return None
