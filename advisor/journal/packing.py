"""A run as bytes and back, exactly; nothing in the bytes can run code."""

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.journal.store import storable
from advisor.run import EventKind, Floats, Hyperparameter, LogEvent, Role, Run, Series

_LENGTH_BYTES = _WORD_BYTES = 8
_FAST = 1  # zlib's level: curves are mostly noise, and more effort gains little
_FLOAT, _INTEGER = np.dtype("<f8"), np.dtype("<i8")


@dataclass(frozen=True, slots=True)
class Packed:
    """A run as the journal keeps it.

    Attributes:
        fields: What its row says of it, by column.
        curves: Its curves and all else that its log told, small.
    """

    fields: dict[str, str]
    curves: bytes


def packed(run: Run) -> Packed:
    """A run as the journal keeps it; the same run gives the same hash."""
    content = pack_run(run)
    fields = {
        "hash": hashlib.sha256(content).hexdigest(),
        "source": storable(run.source),
        "name": storable(run.name),
        "reader": run.reader,
        "summary": json.dumps(summarise(run)),
    }
    return Packed(fields, compress(content))


def pack_run(run: Run) -> bytes:
    """A run as bytes: the length of a JSON header, the header, then every curve's y, x, at and wall times."""
    series = [
        {
            "name": s.name,
            "x_kind": s.x_kind,
            "role": s.role.value,
            "lower_is_better": s.lower_is_better,
            "certainty": s.certainty,
            "because": s.because,
            "n": len(s),
            "timed": s.wall_time is not None,
        }
        for s in run.series
    ]
    header = {
        "source": run.source,
        "name": run.name,
        "reader": run.reader,
        "series": series,
        "hyperparameters": [[h.name, h.value, h.role, h.source, int(h.trust)] for h in run.hyperparameters],
        "events": [[e.kind.value, e.text, e.line, e.count] for e in run.events],
    }
    # ASCII, so that names which are no valid Unicode survive; NaN and infinities as Python writes them.
    text = json.dumps(header, default=_plain).encode("ascii")
    text += b" " * (-len(text) % _WORD_BYTES)
    arrays = b"".join(part for s in run.series for part in _arrays(s))
    return len(text).to_bytes(_LENGTH_BYTES, "little") + text + arrays


def unpack_run(content: bytes) -> Run:
    """The run that `pack_run` packed; its arrays are read-only."""
    length = int.from_bytes(content[:_LENGTH_BYTES], "little")
    header = json.loads(content[_LENGTH_BYTES : _LENGTH_BYTES + length])
    at = _LENGTH_BYTES + length
    series: list[Series] = []
    for fields in header["series"]:
        n, timed = fields.pop("n"), fields.pop("timed")
        role = Role(fields.pop("role"))
        y, x, position, *wall = (
            np.frombuffer(content, dtype, n, at + i * 8 * n)
            for i, dtype in enumerate((_FLOAT, _FLOAT, _INTEGER, *((_FLOAT,) if timed else ())))
        )
        series.append(Series(y=y, x=x, at=position, role=role, wall_time=wall[0] if wall else None, **fields))
        at += 8 * n * (4 if timed else 3)
    return Run(
        source=header["source"],
        series=tuple(series),
        name=header["name"],
        reader=header["reader"],
        hyperparameters=tuple(Hyperparameter(*fields) for fields in header["hyperparameters"]),
        events=tuple(LogEvent(EventKind(kind), *rest) for kind, *rest in header["events"]),
    )


def compress(content: bytes) -> bytes:
    """Packed runs smaller: the first bytes of all numbers together, then the second, and so on, by zlib.

    The upper bytes of neighbouring numbers are alike, so that it takes half the space and time (the shuffle
    filter of HDF5).
    """
    words = np.frombuffer(content, np.uint8).reshape(-1, _WORD_BYTES)
    return zlib.compress(words.T.tobytes(), _FAST)


def expand(stored: bytes, regrouped: bool) -> bytes:
    """What `compress` was given, or what was compressed as it stood where nothing was regrouped."""
    content = zlib.decompress(stored)
    if not regrouped:
        return content
    return np.frombuffer(content, np.uint8).reshape(_WORD_BYTES, -1).T.tobytes()


def summarise(run: Run) -> dict[str, dict[str, Any]]:
    """Of the curve that speaks for each role: its name, number of points, first, last and best value."""
    found: dict[str, dict[str, Any]] = {}
    for role in Role:
        series = None if role == Role.OTHER else run.main(role)
        if series is not None and len(series):
            s = series.summary()
            best = {True: s.min, False: s.max, None: None}[series.lower_is_better]
            found[role.value] = {
                "name": series.name,
                "n": s.n,
                "first": s.first,
                "last": s.last,
                "best": best,
            }
    return found


def _arrays(series: Series) -> Iterator[bytes]:
    yield _bytes(series.y)
    yield _bytes(series.x)
    yield np.ascontiguousarray(series.at, dtype=_INTEGER).tobytes()
    if series.wall_time is not None:
        yield _bytes(series.wall_time)


def _bytes(values: Floats) -> bytes:
    return np.ascontiguousarray(values, dtype=_FLOAT).tobytes()


def _plain(value: object) -> object:
    """Numbers of numpy, which json does not know."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be stored")
