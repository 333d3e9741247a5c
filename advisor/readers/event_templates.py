"""Decodes records that differ in wall time, step and value alone, thousands at once.

The first record of a kind is parsed byte by byte and becomes a template: where the three lie, and what all
other bytes are. A record that is equal to a template elsewhere has the same structure, so that its three
figures can be taken from the same places. Every record that fits no template is left to the slow parser.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from advisor.readers.crc32c import masked_crcs_of_rows, plain_crc
from advisor.readers.event_folders import curve_name
from advisor.readers.event_frames import Bytes, Window
from advisor.readers.event_records import BadWireError, Scalar, parse_event, walk
from advisor.run import Floats, Integers

_LONGEST = 1_024
_FEWEST = 4
# Rows that are looked at for new templates at a time, and how often before the rest is parsed slowly.
_LOOKED_AT = 64
_LOOKS = 16
_NEGATIVE_BYTES = 10
_FIXED32, _FIXED64, _VARINT, _BYTES = 5, 1, 0, 2

Words64 = NDArray[np.uint64]
# Powers of an odd number, as in a polynomial hash; two templates that share a key cost speed and no more.
_WEIGHTS: Words64 = np.multiply.accumulate(np.full(_LONGEST, 0x9E3779B97F4A7C15, dtype=np.uint64))


@dataclass(frozen=True, slots=True)
class Points:
    """Scalars of one file.

    Attributes:
        record: Index of the record of each, from 0 in its window, shape (n,).
        tag: Number of its tag.
        step: Its step.
        wall_time: Seconds since the epoch.
        value: Its value.
    """

    record: Integers
    tag: NDArray[np.int32]
    step: Integers
    wall_time: Floats
    value: Floats


@dataclass(frozen=True, slots=True)
class Places:
    """Where the figures of a record lie: (offset, bytes) in the payload; a step of zero has no bytes."""

    wall_time: tuple[int, int]
    step: tuple[int, int]
    value: tuple[int, int]

    def varying(self) -> list[int]:
        """Every byte that may differ."""
        return [start + i for start, size in (self.wall_time, self.step, self.value) for i in range(size)]


@dataclass(slots=True)
class _Layout:
    """The templates of one length that have their figures at the same places."""

    length: int
    places: Places
    mask: Words64
    keys: Words64 = field(default_factory=lambda: np.array([], dtype=np.uint64))
    fixed: Words64 = field(default_factory=lambda: np.array([], dtype=np.uint64))
    bare: NDArray[np.uint32] = field(default_factory=lambda: np.array([], dtype=np.uint32))
    tags: NDArray[np.int32] = field(default_factory=lambda: np.array([], dtype=np.int32))

    def add(self, words: Words64, bare: int, tag: int) -> None:
        """One more template: the masked words of a row, its checksum without the figures, its tag."""
        key = words @ _WEIGHTS[: words.size]
        at = int(np.searchsorted(self.keys, key))
        self.keys = np.insert(self.keys, at, key)
        self.fixed = np.insert(self.fixed.reshape(-1, words.size), at, words, axis=0)
        self.bare = np.insert(self.bare, at, bare)
        self.tags = np.insert(self.tags, at, tag)

    def find(self, words: Words64) -> tuple[Integers, NDArray[np.bool_]]:
        """The template of each row, and whether the row is equal to it."""
        masked = words & self.mask
        keys = masked @ _WEIGHTS[: self.mask.size]
        at = np.minimum(np.searchsorted(self.keys, keys), self.keys.size - 1)
        return at, (masked == self.fixed[at]).all(axis=1)


class Decoder:
    """Reads the records of the files of one run, and keeps the templates that it has met.

    Attributes:
        tags: Every tag with its number, in the order in which they were met.
    """

    def __init__(self) -> None:
        self.tags: dict[str, int] = {}
        self._layouts: dict[int, list[_Layout]] = {}
        self._folder = ""

    def enter(self, folder: str) -> None:
        """The records to come stand in a folder below that of the run (see `event_folders`)."""
        if folder != self._folder:
            self._folder = folder
            self._layouts.clear()

    def tag(self, name: str) -> int:
        """The number of a tag."""
        return self.tags.setdefault(curve_name(name, self._folder), len(self.tags))

    def decode(self, window: Window) -> tuple[list[Points], Integers, Integers]:
        """The scalars of the records that fit a template.

        Returns:
            The scalars, the indices of records with a wrong checksum, and those of records like no template.
        """
        found: list[Points] = []
        wrong: list[Integers] = []
        rest: list[Integers] = []
        order = np.argsort(
            np.minimum(window.lengths, np.iinfo(np.uint16).max).astype(np.uint16), kind="stable"
        )
        bounds = np.flatnonzero(np.diff(window.lengths[order])) + 1
        for group in np.split(order, bounds):
            length = int(window.lengths[group[0]])
            if length > _LONGEST or group.size < _FEWEST:
                rest.append(group)
            else:
                rest.append(self._decode_length(window, group, length, found, wrong))
        none = np.array([], dtype=np.int64)
        return found, np.concatenate([none, *wrong]), np.sort(np.concatenate([none, *rest]))

    def _decode_length(
        self, window: Window, group: Integers, length: int, found: list[Points], wrong: list[Integers]
    ) -> Integers:
        """Decodes records of one length; gives those that fit no template."""
        width = -(-(length + 4) // 8) * 8
        rows = sliding_window_view(window.data, width)[window.starts[group]]
        layouts = self._layouts.setdefault(length, [])
        pending = self._take(layouts, rows, group, np.arange(group.size), found, wrong)
        rest = []
        for _ in range(_LOOKS):
            if not pending.size:
                break
            looked_at = pending[:_LOOKED_AT]
            if self._learn(layouts, rows[looked_at], length):
                pending = self._take(layouts, rows, group, pending, found, wrong)
            else:
                rest.append(group[looked_at])
                pending = pending[_LOOKED_AT:]
        return np.concatenate([*rest, group[pending]])

    def _learn(self, layouts: list[_Layout], rows: Bytes, length: int) -> bool:
        """Makes templates of the rows that can be ones; whether there was any."""
        learnt = False
        for row in rows:
            words = row.view("<u8")
            if any(layout.find(words[None])[1].all() for layout in layouts):
                continue
            made = find_places(row[:length].tobytes())
            if made is None:
                continue
            places, scalar = made
            layout = next((known for known in layouts if known.places == places), None)
            if layout is None:
                layout = _Layout(length, places, _mask(places, length, row.size))
                layouts.append(layout)
            bare = bytearray(row[:length].tobytes())
            for place in places.varying():
                bare[place] = 0
            layout.add(words & layout.mask, plain_crc(bytes(bare)), self.tag(scalar.tag))
            learnt = True
        return learnt

    def _take(
        self,
        layouts: Sequence[_Layout],
        rows: Bytes,
        group: Integers,
        pending: Integers,
        found: list[Points],
        wrong: list[Integers],
    ) -> Integers:
        """Decodes those of the pending rows that fit a template; gives the others."""
        for layout in layouts:
            if not pending.size:
                break
            chosen = rows if pending.size == len(rows) else rows[pending]
            template, fits = layout.find(chosen.view("<u8"))
            if not fits.any():
                continue
            taken = pending[fits]
            if not fits.all():
                chosen, template = chosen[fits], template[fits]
            points, right = _decode_rows(layout, chosen, template, group[taken])
            found.append(points)
            wrong.append(group[taken[~right]])
            pending = pending[~fits]
        return pending


def _decode_rows(
    layout: _Layout, rows: Bytes, template: Integers, records: Integers
) -> tuple[Points, NDArray[np.bool_]]:
    """The scalars of rows that fit their templates and have a right checksum, and which rows have one."""
    places = layout.places
    crcs = masked_crcs_of_rows(layout.bare[template], layout.length, places.varying(), rows)
    right = crcs == _column(rows, (layout.length, 4), "<u4")
    if not right.all():
        rows, template, records = rows[right], template[right], records[right]
    kind = "<f4" if places.value[1] == 4 else "<f8"
    points = Points(
        records,
        layout.tags[template],
        _steps(rows, places.step),
        _column(rows, places.wall_time, "<f8"),
        _column(rows, places.value, kind).astype(np.float64),
    )
    return points, right


def _column(rows: Bytes, place: tuple[int, int], kind: str) -> NDArray[Any]:
    start, size = place
    return np.ascontiguousarray(rows[:, start : start + size]).view(kind)[:, 0]


def _steps(rows: Bytes, place: tuple[int, int]) -> Integers:
    """The steps, written in groups of seven bits from the lowest on."""
    steps = np.zeros(len(rows), dtype=np.int64)
    for i in range(place[1]):
        steps |= (rows[:, place[0] + i] & 0x7F).astype(np.int64) << (7 * i)
    return steps


def _mask(places: Places, length: int, width: int) -> Words64:
    """Ones where a row has to be equal to its template: not in its figures, nor behind its end."""
    mask = np.zeros(width, dtype=np.uint8)
    mask[:length] = 0xFF
    mask[places.varying()] = 0
    # The highest bit of each byte of a step says whether another byte follows: it is structure.
    mask[places.step[0] : sum(places.step)] = 0x80
    return mask.view("<u8")


def find_places(payload: bytes) -> tuple[Places, Scalar] | None:
    """Where the figures of a record lie, and its scalar; None where it is no template.

    A template has exactly one scalar, a float of four or eight bytes, and a wall time.
    """
    data = memoryview(payload)
    try:
        event = parse_event(data)
        found = _places(data)
    except BadWireError:
        return None
    if found is None or len(event.scalars) != 1:
        return None
    return found, event.scalars[0]


def _places(data: memoryview) -> Places | None:
    wall: list[tuple[int, int]] = []
    step: list[tuple[int, int]] = []
    value: list[tuple[int, int]] = []
    summaries = 0
    for number, wire, _, begin, end in walk(data, 0, len(data)):
        if (number, wire) == (1, _FIXED64):
            wall.append((begin, 8))
        elif (number, wire) == (2, _VARINT):
            step.append((begin, end - begin))
        elif (number, wire) == (5, _BYTES):
            for inner, kind, _, at, stop in walk(data, begin, end):
                if (inner, kind) == (1, _BYTES):
                    summaries += 1
                    value += _value_places(data, at, stop)
    if len(wall) != 1 or len(step) > 1 or summaries != 1 or len(value) != 1:
        return None
    at, size = step[0] if step else (0, 0)
    # Of a negative one the slow parser knows the sign.
    return None if size == _NEGATIVE_BYTES else Places(wall[0], (at, size), value[0])


def _value_places(data: memoryview, start: int, stop: int) -> list[tuple[int, int]]:
    """Every place in a summary that may hold its value as a float."""
    found = []
    for number, wire, _, begin, end in walk(data, start, stop):
        if (number, wire) == (2, _FIXED32):
            found.append((begin, 4))
        elif (number, wire) == (8, _BYTES):
            found += _tensor_places(data, begin, end)
    return found


def _tensor_places(data: memoryview, start: int, stop: int) -> list[tuple[int, int]]:
    kinds = {1: 4, 2: 8}
    found = []
    dtype = 0
    for number, wire, integer, begin, end in walk(data, start, stop):
        if (number, wire) == (1, _VARINT):
            dtype = integer
        elif (number in (5, 6) and wire in (_FIXED32, _FIXED64, _BYTES)) or (number, wire) == (4, _BYTES):
            size = kinds.get(dtype, 0) if number == 4 else {5: 4, 6: 8}[number]
            if end - begin == size:
                found.append((begin, size))
            else:
                return []
    return found
