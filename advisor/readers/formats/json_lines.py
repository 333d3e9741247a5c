"""JSON records: one a line (detectron2, mmengine, DeiT, LLaMA-Factory), in one list, or column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.errors import UnreadableError
from advisor.patterns import regex
from advisor.readers.base import Source, nth_run
from advisor.readers.beside import as_hyperparameters
from advisor.readers.columns import Columns
from advisor.readers.decode import decode, looks_binary, read_text
from advisor.readers.json_blocks import Column, add_numbers, alike
from advisor.readers.json_histories import CONFIG_KEYS, History, are_histories, histories
from advisor.readers.json_rows import MODE_KEYS, rows_of, split_prefix
from advisor.readers.json_values import BadJsonError, flat, line_at, numbers, parse_json, parse_several
from advisor.readers.line_blocks import blocks
from advisor.readers.opening import size_of
from advisor.readers.ranks import RANK_KEYS, records_by_rank
from advisor.readers.without_curve import instead_of_a_curve
from advisor.run import EventKind, Hyperparameter, LogEvent, Role, Run, Trust
from advisor.text import clean_line
from advisor.vocabulary import hyperparameter_role, is_result, x_rank

_SNIFFED_LINES = 20
# Under this size a line at a time is as fast.
_LARGE_BYTES = 1 << 22
# The records of a larger block no longer fit into a processor's own memory.
_BLOCK_BYTES = 1 << 20
_NOTEBOOK = regex(r'"nbformat"\s*:')


@dataclass(slots=True)
class _Found:
    """What the text was read into: records with their line, and what could not be read."""

    records: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    events: list[LogEvent] = field(default_factory=list)
    histories: list[History] = field(default_factory=list)
    settings: list[Hyperparameter] = field(default_factory=list)
    one_document: bool = False


class JsonLinesReader:
    """Reads records of named numbers; each name becomes a curve over the records that have it."""

    name = "json-lines"
    title = "JSON lines and JSON lists of records (detectron2, mmengine, DeiT, LLaMA-Factory, any other)"
    most_sure = 0.95

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where most lines are JSON objects with numbers in them."""
        if looks_binary(head):
            return 0.0
        text = decode(head).text.lstrip()
        if text[:1] not in ("{", "["):
            return 0.0
        lines = [line for line in text.split("\n")[:_SNIFFED_LINES] if line.strip()]
        good = 0
        for line in lines:
            try:
                good += isinstance(parse_json(line), dict)
            except BadJsonError:
                continue
        if good:
            return 0.6 + 0.35 * good / len(lines)
        return 0.5 if path.suffix.lower() in (".json", ".jsonl", ".ndjson") else 0.3

    def read(self, source: Source) -> Sequence[Run]:
        """The runs in the records.

        Raises:
            UnreadableError: it is a JSON document (a configuration, a summary) without a curve.
        """
        log = _read_blocks(source) if _is_large(source) else None
        logs, document = ({"": log}, None) if log else _read_whole(source)
        runs = [run for name, log in logs.items() for run in _as_runs(source, log, name)]
        if document is None:
            return runs
        telling = [run for run in runs if any(s.role != Role.OTHER or is_result(s.name) for s in run.series)]
        if telling:
            return telling
        if _NOTEBOOK.search(document):
            return []
        raise instead_of_a_curve(source) or UnreadableError(
            f"'{clean_line(source.label)}' is a JSON document without a training curve.",
            "Readable are lists of records, columns of values, and one record a line.",
        )


@dataclass(slots=True)
class _Log:
    """The rows and settings of a log, taken record by record."""

    columns: Columns = field(default_factory=Columns)
    settings: list[Hyperparameter] = field(default_factory=list)
    events: list[LogEvent] = field(default_factory=list)

    def take(self, line: int, record: dict[str, Any]) -> None:
        """One record: a row, or settings where it stands before the first row and states no results."""
        if not len(self.columns) and _is_configuration(record):
            self.settings += as_hyperparameters(_settings_of(record), f"log line {line}", Trust.PRINTED)
            return
        values = numbers(record)
        if values:
            prefix = split_prefix(record)
            names = (name if x_rank(name) else prefix + name for name in values)
            self.columns.add(line, names, values.values())


def _read_whole(source: Source) -> tuple[dict[str, _Log], str | None]:
    """The log of each process or history by its name, which may be empty; the text of one document."""
    text = read_text(source)
    found = _find(text.text)
    logs: dict[str, _Log] = {}
    for rank, records in records_by_rank(found.records):
        logs[rank] = _Log(settings=list(found.settings))
        for line, record in records:
            logs[rank].take(line, record)
    if found.histories:
        logs = {history.name: _as_log(history) for history in found.histories}
    log = next(iter(logs.values()))
    log.events += [*text.events, *found.events]
    if len(logs) > 1 and not found.histories:
        note = f"The records of {len(logs)} processes are mixed here; each was read by itself, none averaged."
        log.events.append(LogEvent(EventKind.NOTE, note, count=len(logs)))
    return logs, text.text if found.one_document else None


def _as_log(history: History) -> _Log:
    rows, notes = rows_of(history)
    log = _Log(settings=list(history.settings), events=[*history.notes, *notes])
    for number, row in enumerate(rows, 1):
        log.columns.add(number, row, row.values())
    return log


def _as_runs(source: Source, log: _Log, name: str) -> list[Run]:
    curves = log.columns.runs(keep_x=True)
    return [
        Run(
            source.label,
            part.series,
            ", ".join(filter(None, [name, nth_run(i, len(curves))])),
            JsonLinesReader.name,
            tuple(log.settings),
            (*log.events, *part.events),
        )
        for i, part in enumerate(curves, 1)
    ]


def _is_large(source: Source) -> bool:
    with source.open() as stream:
        return size_of(stream) >= _LARGE_BYTES


def _read_blocks(source: Source) -> _Log | None:
    """A large log of records that are mostly alike, or None where the whole of the text has to be looked at.

    That is so for other encodings, several ranks, one document, and texts that are mostly no records.
    """
    if source.head[:1] != b"{":
        return None
    log, known = _Log(), None
    line, bad, shown, ended = 1, list[int](), "", True
    with source.open() as stream:
        for block in blocks(stream, _BLOCK_BYTES):
            decoded = known.decode(block) if known else None
            if decoded is not None and _take_block(log.columns, line, *decoded):
                line += decoded[0]
                continue
            lines = _plain_lines(block)
            records, wrong = _records(lines, line)
            several = any(key in record for _, record in records for key in RANK_KEYS)
            # A text whose first line is no record may be one document over many lines.
            if not records or several or wrong[:1] == [1]:
                return None
            for number, record in records:
                log.take(number, record)
            shown = shown or (lines[wrong[0] - line] if wrong else "")
            bad += wrong
            line += len(lines)
            ended = block.endswith(b"\n") or not lines[-1].strip()
            known = alike([record for _, record in records], MODE_KEYS, known)
    if len(bad) >= len(log.columns) or len(log.columns) < 2:
        return None
    log.events += _bad_lines(bad, None if ended else line - 1, shown)
    return log


def _plain_lines(block: bytes) -> list[str]:
    """The lines of a block in UTF-8; none where it is in another encoding or ends in empty bytes."""
    try:
        return [] if b"\x00" in block else block.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        return []


def _take_block(
    columns: Columns,
    first_line: int,
    size: int,
    named: Mapping[str, Column],
    modes: Mapping[str, Sequence[Any]],
) -> bool:
    """Takes the records of a block; refuses a block with two kinds of mode or with the first value of a name.

    Curves stand in the order in which their names come up, which only the records themselves tell.
    """
    if not len(columns) or len(modes) > 1:
        return False
    for key, words in modes.items():
        prefixes = {word: split_prefix({key: word}) for word in set(words)}
        named = _with_prefixes(named, np.array([prefixes[word] for word in words]))
    if any(values.size and name not in columns for name, (values, _) in named.items()):
        return False
    add_numbers(columns, first_line, size, named)
    return True


def _with_prefixes(named: Mapping[str, Column], prefixes: NDArray[np.str_]) -> dict[str, Column]:
    """The columns of a block, those of validation records apart from the others."""
    found: dict[str, Column] = {}
    for name, (values, at) in named.items():
        if x_rank(name):
            found[name] = (values, at)
            continue
        rows = np.arange(prefixes.size) if at is None else at
        for prefix in np.unique(prefixes):
            chosen = prefixes[rows] == prefix
            found[f"{prefix}{name}"] = (values[chosen], rows[chosen])
    return found


def _find(text: str) -> _Found:
    """The records of a text: one a line, else one document, else several documents."""
    lines = text.split("\n")
    records, bad = _records(lines, 1)
    if bad:
        whole = _document(text, mostly_lines=len(records) > len(bad))
        if whole is not None:
            return whole
    if len(records) > 1 and are_histories([record for _, record in records]):
        whole = _in_document([record for _, record in records])
    elif len(records) == 1:
        whole = _in_document(records[0][1])
    else:
        whole = None
    shown = lines[bad[0] - 1] if bad else ""
    events = _bad_lines(bad, len(lines) if lines[-1].strip() else None, shown)
    return replace(whole, events=events) if whole is not None else _Found(records, events)


def _records(lines: Sequence[str], first: int) -> tuple[list[tuple[int, dict[str, Any]]], list[int]]:
    """The records of lines with their numbers, and the numbers of lines that hold none."""
    records: list[tuple[int, dict[str, Any]]] = []
    bad: list[int] = []
    for number, line in enumerate(lines, first):
        stripped = line.strip().rstrip(",")
        if not stripped:
            continue
        found = _records_of_line(stripped)
        if found is None:
            bad.append(number)
        else:
            records += [(number, record) for record in found]
    return records, bad


def _records_of_line(line: str) -> list[dict[str, Any]] | None:
    if line[0] != "{":
        return None
    try:
        value = parse_json(line)
        return [value] if isinstance(value, dict) else None
    except BadJsonError:
        values, end = parse_several(line)
        return [v for v in values if isinstance(v, dict)] if values and end == len(line) else None


def _bad_lines(bad: Sequence[int], last: int | None, shown: str) -> list[LogEvent]:
    """What is said about lines that hold no record.

    Args:
        bad: Their numbers.
        last: Number of the last line where it has no end.
        shown: The first of them.
    """
    events = []
    if bad and bad[-1] == last:
        note = "The last line is cut off and was left out."
        events.append(LogEvent(EventKind.TRUNCATED, note, last))
        bad = bad[:-1]
    if bad:
        note = f"Lines that are no JSON record, the first: {shown.strip()[:80]}"
        events.insert(0, LogEvent(EventKind.UNREADABLE, note, bad[0], len(bad)))
    return events


def _document(text: str, mostly_lines: bool) -> _Found | None:
    """The records in one JSON document, in several, or in the beginning of one that is cut."""
    if text.rstrip()[-1:] in ("}", "]"):
        try:
            found = _in_document(parse_json(text)) or _Found()
        except BadJsonError:
            pass
        else:
            found.one_document = True
            return found
    if mostly_lines:
        return None
    stripped = text.lstrip()
    start = 1 if stripped.startswith("[") else 0
    values, end = parse_several(stripped, start)
    records = [value for value in values if isinstance(value, dict)]
    if len(records) < 2 and not start:
        return None
    found = _Found(list(enumerate(records, 1)))
    if end < len(stripped) and stripped[end:].strip() != "]":
        note = "The text is cut off or damaged; the records before that place were read."
        found.events.append(LogEvent(EventKind.TRUNCATED, note, line_at(stripped, end)))
    return found


def _in_document(value: Any) -> _Found | None:
    """What a document holds: one list of records, or histories with columns and names of their own."""
    found = histories(value)
    if not found:
        return None
    records = found[0].tables[0].records
    if len(found) == len(found[0].tables) == 1 and records and not found[0].tables[0].prefix:
        return _Found(list(enumerate(records, 1)), settings=list(found[0].settings))
    return _Found(histories=found)


def _is_configuration(record: dict[str, Any]) -> bool:
    """Whether a record before the first curve point states settings and no results."""
    given = numbers(record)
    if any(is_result(name) for name in given):
        return False
    if not given or any(isinstance(record.get(key), dict) for key in CONFIG_KEYS):
        return True
    names = [name for name, _ in flat(record)]
    settings = sum(hyperparameter_role(name) is not None and x_rank(name) is None for name in names)
    return settings >= 2 and settings * 2 >= len(names)


def _settings_of(record: dict[str, Any]) -> dict[str, Any]:
    inner = next((record[key] for key in CONFIG_KEYS if isinstance(record.get(key), dict)), None)
    return record if inner is None else inner


READER = JsonLinesReader()
