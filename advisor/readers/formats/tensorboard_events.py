"""TensorBoard event files, read from the wire format; neither tensorboard nor tensorflow is needed."""

import contextlib
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.errors import UnreadableError
from advisor.readers import event_hparams as hparams
from advisor.readers.base import Source
from advisor.readers.crc32c import find_header
from advisor.readers.event_frames import HEADER_BYTES, WINDOW_BYTES, Framing, Window
from advisor.readers.event_records import BadWireError, Event, parse_event, wrong_payloads
from advisor.readers.event_templates import Decoder, Points
from advisor.readers.opening import size_of
from advisor.run import EventKind, Floats, Hyperparameter, Integers, LogEvent, Run, Scalar, Series, Trust
from advisor.text import clean_line
from advisor.vocabulary import assign_roles, hyperparameter_role

_MAX_BYTES = 1 << 31
_MAX_TAGS = 10_000
# Numbers up to here are sorted by radix, several times faster.
_FEW_TAGS = 1 << 16


@dataclass(slots=True)
class _Found:
    """The points of one or several event files, in the order of the files, and what was passed over."""

    decoder: Decoder = field(default_factory=Decoder)
    tags: list[NDArray[Any]] = field(default_factory=list)
    steps: list[NDArray[Any]] = field(default_factory=list)
    wall_times: list[Floats] = field(default_factory=list)
    values: list[NDArray[Any]] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    events: list[LogEvent] = field(default_factory=list)
    records: int = 0
    settings: dict[str, Scalar] = field(default_factory=dict)

    def add(self, parts: Sequence[Points]) -> None:
        """The points of one window."""
        if any(part.record.size for part in parts):
            order = np.argsort(np.concatenate([part.record for part in parts]), kind="stable")
            kind = np.uint16 if len(self.decoder.tags) < _FEW_TAGS else np.int32
            self.tags.append(np.concatenate([part.tag for part in parts])[order].astype(kind))
            self.steps.append(_narrow(np.concatenate([part.step for part in parts])[order], np.int32))
            self.wall_times.append(np.concatenate([part.wall_time for part in parts])[order])
            self.values.append(_narrow(np.concatenate([part.value for part in parts])[order], np.float32))


class TensorBoardReader:
    """Reads scalars from event files, old (`simple_value`) and new (tensors); several files are one run."""

    name = "tensorboard"
    title = "TensorBoard event files (events.out.tfevents.*), also in the run folders of Guild AI"
    most_sure = 0.99

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where the first eight bytes are followed by their checksum."""
        if find_header(np.frombuffer(head[:HEADER_BYTES], dtype=np.uint8), 0) is not None:
            return self.most_sure
        return 0.5 if ".tfevents." in path.name else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The run in the file, or in all files of its folder where the source names several.

        Raises:
            UnreadableError: no file holds a scalar.
        """
        found = _Found()
        for part in [Source(str(path), path) for path in source.parts] or [source]:
            found.decoder.enter(_folder(part, source))
            _read_file(part, found, several=len(source.parts) > 1)
        if not any(part.size for part in found.tags):
            raise _no_scalars(source, found)
        series = assign_roles(_series(found))
        events = (*found.events, *_notes(found, series))
        return [Run(source.label, series, "", self.name, _hyperparameters(found.settings), events)]


def _folder(part: Source, whole: Source) -> str:
    """The folder of one of several files below that of the run; empty where it stands in that itself."""
    if part.path is None or len(whole.parts) < 2:
        return ""
    home = os.path.commonpath([path.parent for path in whole.parts])
    return "" if str(part.path.parent) == home else part.path.parent.name


def _hyperparameters(settings: dict[str, Scalar]) -> tuple[Hyperparameter, ...]:
    return tuple(
        Hyperparameter(name, value, hyperparameter_role(name), "TensorBoard hparams", Trust.OWN_RECORD)
        for name, value in settings.items()
    )


def _no_scalars(source: Source, found: _Found) -> UnreadableError:
    shown = clean_line(source.label)
    if not found.records:
        return UnreadableError(
            f"'{shown}' is named like a TensorBoard event file and holds no event.",
            "Check that it is the file itself.",
        )
    holds = ", ".join(f"{count} {what} summaries" for what, count in found.skipped.most_common(3))
    return UnreadableError(
        f"The event file '{shown}' holds no scalar ({holds or 'only its header'}).",
        "The training may have ended before it logged, or it logs to another file of the folder.",
    )


def _read_file(source: Source, found: _Found, several: bool) -> None:
    where = f" in {source.name.name}" if several else ""
    before = found.records
    bad: list[int] = []
    with source.open() as stream:
        if size_of(stream) > _MAX_BYTES:
            note = f"Only the first {_MAX_BYTES >> 30} GiB were read{where}."
            found.events.append(LogEvent(EventKind.NOTE, note))
        framing = Framing(stream, _MAX_BYTES)
        seen = 0
        for window in framing.windows():
            bad += [before + seen + wrong + 1 for wrong in sorted(_read_window(window, found))]
            seen += window.starts.size
    found.records += seen + framing.large - len(bad)
    if framing.large:
        found.skipped[f"record of more than {WINDOW_BYTES >> 20} MiB"] += framing.large
    if bad:
        note = f"Records{where} do not match their checksum and were left out."
        found.events.append(LogEvent(EventKind.UNREADABLE, note, bad[0], len(bad)))
    for offset, size in framing.gaps:
        note = f"{size} bytes{where} from byte {offset} are no record and were passed over."
        found.events.append(LogEvent(EventKind.UNREADABLE, note))
    if framing.tail:
        note = f"The file{where} ends inside a record ({framing.tail} bytes): still being written, or cut."
        found.events.append(LogEvent(EventKind.TRUNCATED, note))


def _read_window(window: Window, found: _Found) -> set[int]:
    """Takes the points of one window; gives the records that are damaged."""
    points, wrong, rest = found.decoder.decode(window)
    slow, bad = _read_slowly(window, rest, found)
    found.add([*points, *slow])
    return {*wrong.tolist(), *bad}


def _read_slowly(window: Window, records: Integers, found: _Found) -> tuple[list[Points], set[int]]:
    """The points of records that are like no other, and the records that are damaged."""
    data = window.data.data
    starts, lengths = window.starts[records].tolist(), window.lengths[records].tolist()
    events: dict[int, Event] = {}
    for i, (start, length) in enumerate(zip(starts, lengths, strict=True)):
        with contextlib.suppress(BadWireError):
            events[i] = parse_event(data[start : start + length])
    bad = set(range(len(starts))) - events.keys()
    bad |= wrong_payloads(window.data, starts, lengths, {i for i, event in events.items() if event.scalars})
    good = [(int(records[i]), event) for i, event in events.items() if i not in bad]
    for _, event in good:
        found.skipped.update(what for _, what in event.skipped)
        for metadata in event.metadata:
            with contextlib.suppress(BadWireError):
                found.settings |= hparams.settings(metadata)
    rows = [(record, found.decoder.tag(s.tag), s) for record, event in good for s in event.scalars]
    points = Points(
        np.array([record for record, _, _ in rows], dtype=np.int64),
        np.array([tag for _, tag, _ in rows], dtype=np.int32),
        np.array([scalar.step for _, _, scalar in rows], dtype=np.int64),
        np.array([scalar.wall_time for _, _, scalar in rows], dtype=np.float64),
        np.array([scalar.value for _, _, scalar in rows], dtype=np.float64),
    )
    return [points] if rows else [], {int(records[i]) for i in bad}


def _series(found: _Found) -> list[Series]:
    """One curve per tag, its points in the order in which they were written.

    A column is let go as soon as it is cut up, and tags that were written together share their steps, so
    that the points are never held twice.
    """
    time = _order_of_time(found.wall_times)
    tags = _joined(found.tags) if time is None else _joined(found.tags)[time]
    places = _places_of_tags(tags)
    del tags
    steps = _joined(found.steps) if time is None else _joined(found.steps)[time]
    axes = _axes(places, steps)
    del steps
    if time is not None:
        places = {tag: time[at].astype(np.uint32) for tag, at in places.items()}
    wall = _joined(found.wall_times)
    times = {tag: wall[at] for tag, at in places.items()}
    del wall
    values = _joined(found.values)
    names = list(found.decoder.tags)
    curves = [
        Series(names[tag] or "(no tag)", values[at].astype(np.float64), *axes[tag], wall_time=times[tag])
        for tag, at in places.items()
    ]
    return sorted(curves, key=lambda curve: int(curve.at[0]))


def _order_of_time(parts: Sequence[Floats]) -> Integers | None:
    """The order that puts the points in the order of their wall time; None where they stand in it."""
    finite = all(bool(np.isfinite(part).all()) for part in parts)
    inside = any((part[1:] < part[:-1]).any() for part in parts)
    across = any(after[0] < before[-1] for before, after in pairwise(parts))
    return np.argsort(np.concatenate(parts), kind="stable") if finite and (inside or across) else None


def _axes(places: dict[int, NDArray[np.uint32]], steps: NDArray[Any]) -> dict[int, tuple[Floats, Integers]]:
    """The step and the row of each point, by tag; tags whose points stand on the same rows share them.

    What is written in a row for one step stands on one row of the log, as in a table.
    """
    rows = np.ones(steps.size, dtype=np.int32)
    np.cumsum(steps[1:] != steps[:-1], out=rows[1:])
    rows[1:] += 1
    axes: dict[int, tuple[Floats, Integers]] = {}
    last: tuple[Floats, Integers] | None = None
    for tag, at in places.items():
        row = rows[at].astype(np.int64)
        if last is None or not np.array_equal(last[1], row):
            last = (steps[at].astype(np.float64), row)
        axes[tag] = last
    return axes


def _narrow(numbers: NDArray[Any], kind: type[np.int32] | type[np.float32]) -> NDArray[Any]:
    """The numbers in half of the room where that holds each of them exactly: most were written so."""
    with np.errstate(over="ignore"):
        narrow = numbers.astype(kind)
    return narrow if np.array_equal(narrow, numbers, equal_nan=True) else numbers


def _joined(parts: list[Any]) -> NDArray[Any]:
    """The parts as one array; the list is empty afterwards."""
    whole = np.concatenate(parts)
    parts.clear()
    return whole


def _places_of_tags(tags: NDArray[Any]) -> dict[int, NDArray[np.uint32]]:
    """Where the points of each tag are, the first `_MAX_TAGS` tags."""
    order = np.argsort(tags, kind="stable").astype(np.uint32)
    numbers = tags[order]
    parts = np.split(order, np.flatnonzero(numbers[1:] != numbers[:-1]) + 1)
    return {int(tags[part[0]]): part for part in parts[:_MAX_TAGS]}


def _notes(found: _Found, series: Sequence[Series]) -> list[LogEvent]:
    notes = []
    if found.skipped:
        what = ", ".join(f"{count} {kind}" for kind, count in found.skipped.most_common())
        note = f"Summaries that are no scalar were left out: {what}."
        notes.append(LogEvent(EventKind.NOTE, note, count=sum(found.skipped.values())))
    longest = max(series, key=len, default=None)
    if longest is not None and (longest.x[1:] < longest.x[:-1]).any():
        back = int(np.flatnonzero(longest.x[1:] < longest.x[:-1])[0])
        text = f"step goes back from {longest.x[back]:g} to {longest.x[back + 1]:g}"
        notes.append(LogEvent(EventKind.RESTART, text, int(longest.at[back + 1])))
    if len(found.decoder.tags) > _MAX_TAGS:
        notes.append(LogEvent(EventKind.NOTE, f"Only the first {_MAX_TAGS:,} tags were read."))
    return notes


READER = TensorBoardReader()
