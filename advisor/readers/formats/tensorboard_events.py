"""TensorBoard event files, read from the wire format; neither tensorboard nor tensorflow is needed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import numpy as np

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.readers.crc32c import masked_crcs
from advisor.readers.event_records import BadWireError, Scalar, find_frames, parse_event, wrong_payloads
from advisor.run import EventKind, LogEvent, Run, Series
from advisor.text import clean_line
from advisor.vocabulary import assign_roles

_MAX_BYTES = 1 << 31
_MAX_TAGS = 10_000


@dataclass(slots=True)
class _Found:
    """The points of one or several event files, and what was passed over."""

    scalars: list[Scalar] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    events: list[LogEvent] = field(default_factory=list)
    records: int = 0


class TensorBoardReader:
    """Reads scalars from event files, old (`simple_value`) and new (tensors); several files are one run."""

    name = "tensorboard"
    title = "TensorBoard event files (events.out.tfevents.*)"

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where the first eight bytes are followed by their checksum."""
        if len(head) >= 12:
            start = np.frombuffer(head[:12], dtype=np.uint8)
            if int(masked_crcs(start, [0], [8])[0]) == int.from_bytes(head[8:12], "little"):
                return 0.99
        return 0.5 if ".tfevents." in path.name else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The run in the file, or in all files of its folder where the source names several.

        Raises:
            UnreadableError: no file holds a scalar.
        """
        found = _Found()
        for part in [Source(str(path), path) for path in source.parts] or [source]:
            _read_file(part, found, several=len(source.parts) > 1)
        if not found.scalars:
            raise _no_scalars(source, found)
        series = assign_roles(_series(found))
        return [Run(source.label, series, reader=self.name, events=(*found.events, *_notes(found, series)))]


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
    with source.open() as stream:
        content = stream.read(_MAX_BYTES + 1)
    where = f" in {source.name.name}" if several else ""
    if len(content) > _MAX_BYTES:
        content = content[:_MAX_BYTES]
        note = f"Only the first {_MAX_BYTES >> 30} GiB were read{where}."
        found.events.append(LogEvent(EventKind.NOTE, note))
    data = memoryview(content)
    frames = find_frames(data)
    base = found.records
    parsed: list[tuple[int, list[Scalar]]] = []
    bad: set[int] = set()
    skipped: dict[int, list[tuple[str, str]]] = {}
    for i, (start, length) in enumerate(frames.spans):
        try:
            event = parse_event(data[start : start + length])
        except BadWireError:
            bad.add(i)
            continue
        if event.scalars:
            parsed.append((i, event.scalars))
        if event.skipped:
            skipped[i] = event.skipped
    bad |= wrong_payloads(data, frames.spans, {i for i, _ in parsed})
    for i, scalars in parsed:
        if i not in bad:
            found.scalars += scalars
    for i, summaries in skipped.items():
        if i not in bad:
            found.skipped.update(what for _, what in summaries)
    found.records += len(frames.spans) - len(bad)
    if bad:
        note = f"Records{where} do not match their checksum and were left out."
        found.events.append(LogEvent(EventKind.UNREADABLE, note, base + min(bad) + 1, len(bad)))
    for offset, size in frames.gaps:
        note = f"{size} bytes{where} from byte {offset} are no record and were passed over."
        found.events.append(LogEvent(EventKind.UNREADABLE, note))
    if frames.tail:
        note = f"The file{where} ends inside a record ({frames.tail} bytes): still being written, or cut."
        found.events.append(LogEvent(EventKind.TRUNCATED, note))


def _series(found: _Found) -> list[Series]:
    """One curve per tag, its points in the order in which they were written."""
    scalars = found.scalars
    wall = np.array([point.wall_time for point in scalars])
    order = np.argsort(wall, kind="stable") if np.isfinite(wall).all() else np.arange(wall.size)
    steps = np.array([point.step for point in scalars], dtype=np.int64)[order]
    # What is written in a row for one step stands on one row of the log, as in a table.
    rows = np.concatenate(([0], np.cumsum(steps[1:] != steps[:-1])))
    tags: dict[str, list[int]] = {}
    for row, index in enumerate(order):
        tags.setdefault(scalars[index].tag, []).append(row)
    values = np.array([point.value for point in scalars], dtype=np.float64)[order]
    wall = wall[order]
    return [
        Series(tag or "(no tag)", values[at], steps[at].astype(np.float64), rows[at] + 1, wall_time=wall[at])
        for tag, at in ((tag, np.array(places)) for tag, places in list(tags.items())[:_MAX_TAGS])
    ]


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
    if len({point.tag for point in found.scalars[:1_000_000]}) > _MAX_TAGS:
        notes.append(LogEvent(EventKind.NOTE, f"Only the first {_MAX_TAGS:,} tags were read."))
    return notes


READER = TensorBoardReader()
