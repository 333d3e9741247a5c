"""W&B transaction logs (`run-ID.wandb`), which wandb writes for each run, offline or not.

The records are protobuf messages (wandb/proto/wandb_internal.proto); only the history, the configuration, the
name of the run and how it ended are read. Neither wandb nor protobuf is needed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.readers.beside import as_hyperparameters
from advisor.readers.columns import Columns, Curves
from advisor.readers.event_records import BadWireError, fields
from advisor.readers.json_values import BadJsonError, as_number, parse_json
from advisor.readers.wandb_log import SIGNATURE, Records, find_records
from advisor.run import EventKind, LogEvent, Run, Trust
from advisor.text import clean_line

_MAX_BYTES = 1 << 31
_MAX_HEADERS = 100_000
# Fields of Record, and of the messages in it.
_HISTORY, _STATS, _CONFIG, _RUN, _EXIT = 2, 7, 5, 17, 18
# The number of a record stands first; a record of one of these kinds holds nothing else that is read:
# summary, output, files, artifact, tbrecord, alert, telemetry, metric, output_raw.
_NUMBER_TAG = 8
_NOT_READ = frozenset((3, 4, 6, 8, 9, 10, 11, 12, 13))
_READ = frozenset((0, _HISTORY, _STATS, _CONFIG, _RUN, _EXIT))
_RUN_ID, _RUN_CONFIG, _DISPLAY_NAME = 1, 4, 8
_ITEM, _KEY, _NESTED_KEY, _VALUE = 1, 1, 2, 16
_CONFIG_UPDATE = 1
_VALUE_TAG = b"\x82\x01"
# An item with a length of one byte; what may follow the last one: the number of the step.
_ITEM_BEGINS = re.compile(rb"\n([\x00-\x7f])(.+)", re.DOTALL)
_AFTER_ITEMS = re.compile(rb"(?:\x12[\x00-\x0b](?:\x08[\x80-\xff]*[\x00-\x7f])?)?")
_SHOWN = 5
_TYPE = "._type"
# Columns that wandb adds to each row for itself.
_OWN_COLUMNS = ("_step", "_runtime", "_timestamp", "_wandb")

# Name, the byte of the value's length, and where the value ends after that byte's place.
_Header = tuple[str, bytes, int]


@dataclass(slots=True)
class _Found:
    """What the records of a log say."""

    columns: Columns = field(default_factory=Columns)
    config: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    exit_code: int = 0
    statistics: int = 0
    bad: list[int] = field(default_factory=list)
    no_number: Counter[str] = field(default_factory=Counter)
    headers: dict[bytes, _Header] = field(default_factory=dict)


class WandbOfflineReader:
    """Reads the history rows of a run; each key becomes a curve over the rows that have it."""

    name = "wandb-offline"
    title = "W&B transaction logs (run-ID.wandb in a wandb folder)"
    most_sure = 0.99

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where the file begins as such a log does."""
        if head.startswith(SIGNATURE):
            return self.most_sure
        return 0.3 if path.suffix == ".wandb" else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The run in the log; several where its steps start over.

        Raises:
            UnreadableError: it holds no history row with a number.
        """
        with source.open() as stream:
            data = stream.read(_MAX_BYTES)
        records = find_records(data)
        found = _Found()
        for number, payload in enumerate(records.payloads, 1):
            try:
                _take(found, number, payload)
            except BadWireError:
                found.bad.append(number)
        parts = [_without_own_columns(part) for part in found.columns.runs(keep_x=True)]
        parts = [part for part in parts if part.series]
        if not parts:
            raise _no_history(source, records, found)
        settings = as_hyperparameters(found.config, "W&B configuration", Trust.OWN_RECORD)
        events = _events(records, found, whole=len(data) < _MAX_BYTES)
        return [
            Run(
                source.label,
                part.series,
                found.name if len(parts) == 1 else f"{found.name} {i} of {len(parts)}".strip(),
                self.name,
                settings,
                (*events, *part.events),
            )
            for i, part in enumerate(parts, 1)
        ]


def _without_own_columns(part: Curves) -> Curves:
    return replace(part, series=tuple(curve for curve in part.series if curve.name not in _OWN_COLUMNS))


def _no_history(source: Source, records: Records, found: _Found) -> UnreadableError:
    shown = clean_line(source.label)
    if not records.payloads:
        return UnreadableError(
            f"The W&B log '{shown}' holds no whole record.", "The run may have ended as it began."
        )
    return UnreadableError(
        f"The W&B log '{shown}' holds no history row with a number "
        f"({len(records.payloads)} records, {found.statistics} of them system statistics).",
        "The run may have ended before its first wandb.log, or was resumed in another folder.",
    )


def _take(found: _Found, number: int, payload: bytes) -> None:
    """One record; most are history rows or hold nothing that is read, which their first bytes tell."""
    kind, start, end = _first_field(payload)
    if kind in _NOT_READ or (kind not in _READ and end == len(payload)):
        return
    if kind == _HISTORY and end <= len(payload):
        _history(found, number, payload[start:end])
        return
    if not payload:
        raise BadWireError
    for kind, wire, _, raw in fields(memoryview(payload)):
        if wire != 2:
            continue
        if kind == _HISTORY:
            _history(found, number, bytes(raw))
        elif kind == _CONFIG:
            _configure(found, raw)
        elif kind == _RUN:
            _describe(found, raw)
        elif kind == _EXIT:
            found.exit_code = next((i for n, w, i, _ in fields(raw) if n == 1 and w == 0), 0)
        elif kind == _STATS:
            found.statistics += 1


def _first_field(payload: bytes) -> tuple[int, int, int]:
    """Number, start and end of the field behind the record's number; 0 and -1 where there is no such field.

    The end is left at -1 for a kind after which nothing is looked for.
    """
    try:
        position = 0
        if payload[0] == _NUMBER_TAG:
            position = 1
            while payload[position] > 127:
                position += 1
            position += 1
        tag = payload[position]
        position += 1
        if tag > 127:
            if payload[position] > 127:
                return 0, 0, -1
            tag += (payload[position] - 1) << 7
            position += 1
        kind = tag >> 3
        if kind in _NOT_READ:
            return kind, 0, -1
        length = payload[position] & 127
        shift = 7
        while payload[position] > 127:
            position += 1
            length |= (payload[position] & 127) << shift
            shift += 7
    except IndexError:
        return 0, 0, -1
    return (kind, position + 1, position + 1 + length) if tag & 7 == 2 else (0, 0, -1)


def _history(found: _Found, number: int, row: bytes) -> None:
    """One history row.

    Rows have their keys in any order but mostly the same keys: each item is `0A length, key, 82 01 length,
    value`, so that a row can be cut at `82 01` and the bytes before it be looked up. A row that does not
    come out even (a value of 128 bytes, a length that is 82 01) is read field by field.
    """
    texts: list[bytes] = []
    names: list[str] = []
    known = found.headers
    header, *parts = row.split(_VALUE_TAG)
    for part in parts:
        item = known.get(header) or _remember(known, header)
        if item is None or part[:1] != item[1]:
            break
        name, _, end = item
        names.append(name)
        texts.append(part[1:end])
        header = part[end:]
        if len(part) < end:
            break
    else:
        if _AFTER_ITEMS.fullmatch(header):
            try:
                found.columns.add(number, names, list(map(float, texts)))
            except ValueError:
                _add_slowly(found, number, zip(names, texts, strict=True))
            return
    _add_slowly(found, number, _items(memoryview(row), _ITEM))


def _remember(known: dict[bytes, _Header], header: bytes) -> _Header | None:
    """What the bytes in front of a value say: its name, the byte of its length, and where it ends."""
    begins = _ITEM_BEGINS.fullmatch(header)
    if begins is None or len(known) >= _MAX_HEADERS:
        return None
    length = ord(begins[1]) - len(begins[2]) - len(_VALUE_TAG) - 1
    if length < 0:
        return None
    try:
        name = _name(memoryview(begins[2]))
    except BadWireError:
        return None
    if not name:
        return None
    known[header] = name, bytes((length,)), length + 1
    return known[header]


def _name(item: memoryview) -> str:
    """The name of an item: its key, or its nested keys joined by dots."""
    words = [bytes(raw) for number, _, _, raw in fields(item) if number in (_KEY, _NESTED_KEY) and raw]
    return b".".join(words).decode("utf-8", "replace")


def _items(message: memoryview, item: int) -> Iterator[tuple[str, bytes]]:
    """(name, JSON text of the value) of each item of a history row or a configuration."""
    for number, wire, _, raw in fields(message):
        if number == item and wire == 2:
            values = [bytes(value) for kind, w, _, value in fields(raw) if kind == _VALUE and w == 2]
            yield _name(raw), values[-1] if values else b"null"


def _value(text: bytes) -> Any:
    try:
        return parse_json(text.decode("utf-8", "replace"))
    except BadJsonError:
        return text.decode("utf-8", "replace")


def _add_slowly(found: _Found, number: int, items: Iterable[tuple[str, bytes]]) -> None:
    """A row with values that are no plain numbers."""
    row: dict[str, float] = {}
    given = list(items)
    # An image or a histogram is an item of several leaves, one of which says its type.
    media = tuple(f"{name.removesuffix(_TYPE)}." for name, _ in given if name.endswith(_TYPE))
    found.no_number.update(name[:-1] for name in media)
    for name, text in given:
        if media and name.startswith(media):
            continue
        for leaf, value in _leaves(name, _value(text)):
            plain = as_number(value)
            if plain is not None:
                row[leaf] = plain
            elif value is not None and leaf not in _OWN_COLUMNS:
                found.no_number[leaf] += 1
    if row:
        found.columns.add(number, row, row.values())


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What nested dicts hold, by names joined with dots; a dict of a media type is one leaf."""
    waiting = [(name, value)]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict) and "_type" not in value:
            waiting += [(f"{name}.{key}", inner) for key, inner in reversed(value.items())]
        else:
            yield name, value


def _configure(found: _Found, message: memoryview) -> None:
    for name, text in _items(message, _CONFIG_UPDATE):
        if name.split(".")[0] not in _OWN_COLUMNS:
            found.config[name] = _value(text)


def _describe(found: _Found, message: memoryview) -> None:
    names = {_RUN_ID: "", _DISPLAY_NAME: ""}
    for number, wire, _, raw in fields(message):
        if number == _RUN_CONFIG and wire == 2:
            _configure(found, raw)
        elif number in names and wire == 2:
            names[number] = bytes(raw).decode("utf-8", "replace")
    found.name = names[_DISPLAY_NAME] or names[_RUN_ID] or found.name


def _events(records: Records, found: _Found, whole: bool) -> list[LogEvent]:
    events = []
    if not records.known_version:
        note = "The log states a version that is not known; it was read as version 0."
        events.append(LogEvent(EventKind.NOTE, note))
    for offset, size in records.gaps[:_SHOWN]:
        note = f"{size} bytes from byte {offset} are damaged and were passed over."
        events.append(LogEvent(EventKind.UNREADABLE, note))
    if len(records.gaps) > _SHOWN:
        more = records.gaps[_SHOWN:]
        note = f"{sum(size for _, size in more)} bytes in further places are damaged and were passed over."
        events.append(LogEvent(EventKind.UNREADABLE, note, count=len(more)))
    if records.lost:
        note = "Records lack a part that is damaged or missing and were left out."
        events.append(LogEvent(EventKind.UNREADABLE, note, count=records.lost))
    if found.bad:
        note = "Records cannot be understood and were left out."
        events.append(LogEvent(EventKind.UNREADABLE, note, found.bad[0], len(found.bad)))
    if records.too_long:
        note = "Records longer than 64 MiB were left out."
        events.append(LogEvent(EventKind.NOTE, note, count=records.too_long))
    if found.no_number:
        names = ", ".join(f"'{name}'" for name, _ in found.no_number.most_common(5))
        note = f"Values that are no number (media, tables, text) were left out: {names}."
        events.append(LogEvent(EventKind.NOTE, note, count=sum(found.no_number.values())))
    if not whole:
        events.append(LogEvent(EventKind.NOTE, f"Only the first {_MAX_BYTES >> 30} GiB were read."))
    elif records.tail:
        note = f"The log ends inside a record ({records.tail} bytes): still being written, or cut."
        events.append(LogEvent(EventKind.TRUNCATED, note))
    if found.exit_code:
        note = f"W&B says that the program ended with exit code {found.exit_code}."
        events.append(LogEvent(EventKind.NOTE, note))
    return events


READER = WandbOfflineReader()
