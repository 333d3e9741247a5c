"""CatBoost's `catboost_info` folder: `catboost_training.json`, else `learn_error.tsv` and `test_error.tsv`.

Layout: catboost/libs/logging and catboost/libs/loggers. The JSON file names each metric with the direction
in which it is better; of several test sets the tables number all but the last (`AUC:0`, `AUC`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

from advisor.errors import UnreadableError
from advisor.patterns import regex
from advisor.readers.base import Source
from advisor.readers.decode import looks_binary, read_text
from advisor.readers.json_values import BadJsonError, as_number, line_at, parse_json, parse_several
from advisor.readers.numbers import parse_number
from advisor.readers.points import Points, curves
from advisor.run import EventKind, LogEvent, Role, Run, Series
from advisor.text import clean_line
from advisor.vocabulary import assign_roles

_TRAINING = "catboost_training.json"
_TABLES = ("learn_error.tsv", "test_error.tsv")
_ITERATIONS = regex(r'"iterations"\s*:\s*\[')
_META = regex(r'"meta"\s*:\s*')
_LOWER = {"Min": True, "Max": False}
_LISTED = regex(r"(?P<name>.+):(?P<set>\d+)")

_Values = dict[str, tuple[list[float], list[float]]]


class CatBoostReader:
    """Reads the training of a folder from any of its files."""

    name = "catboost"
    title = "CatBoost folders (catboost_info: catboost_training.json, learn_error.tsv, test_error.tsv)"
    most_sure = 0.99

    def home(self, path: Path) -> Path | None:
        """The folder of the training, for each of its three files."""
        return path.parent if path.name in (_TRAINING, *_TABLES) else None

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where the JSON names its metrics as CatBoost does, or a table has its name and its header."""
        if looks_binary(head):
            return 0.0
        if path.name in _TABLES:
            return self.most_sure if head.startswith(b"iter\t") else 0.0
        return 0.97 if b'"learn_metrics"' in head and b'"iterations"' in head else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The training; its curves are named `learn/METRIC` and `test/METRIC`.

        Raises:
            UnreadableError: no iteration has been logged.
        """
        events: list[LogEvent] = []
        values: _Values = {}
        lower: dict[str, bool | None] = {}
        training = _training(source)
        if training is not None:
            values, lower = _from_json(training, events)
        if not values:
            for table in _tables(source):
                _from_table(table, values, events)
        found = {name: Points.of(ys, xs) for name, (xs, ys) in values.items()}
        series = tuple(_placed(curve, lower) for curve in assign_roles(curves(found)))
        if not series:
            raise UnreadableError(
                f"'{clean_line(source.label)}' belongs to a CatBoost training without an iteration.",
                "The training has not logged anything yet.",
            )
        return [Run(source.label, series, "", self.name, events=tuple(events))]


def _beside(source: Source, name: str) -> Source | None:
    """A file of the same folder, or the source itself where it has that name or is the only one there is."""
    if source.name.name == name:
        return source
    if source.path is None:
        return None
    path = source.path.with_name(name)
    return Source(name, path) if path.is_file() else None


def _training(source: Source) -> Source | None:
    if source.path is None:
        return None if source.head.startswith(b"iter\t") else source
    found = _beside(source, _TRAINING)
    return source if found is None and source.name.name not in _TABLES else found


def _tables(source: Source) -> Iterator[Source]:
    for name in _TABLES:
        found = _beside(source, name)
        if found is not None:
            yield found


def _from_json(source: Source, events: list[LogEvent]) -> tuple[_Values, dict[str, bool | None]]:
    """Steps and values of each curve, and whether lower is better; a document that is cut is read so far."""
    text = read_text(source).text
    try:
        document = parse_json(text)
    except BadJsonError:
        document = _salvaged(text, events)
    if not isinstance(document, dict):
        return {}, {}
    meta = document.get("meta")
    stated = meta if isinstance(meta, dict) else {}
    names = {kind: _metrics(stated.get(f"{kind}_metrics")) for kind in ("learn", "test")}
    values: _Values = {}
    lower: dict[str, bool | None] = {}
    rows = document.get("iterations")
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        if not isinstance(row, dict):
            continue
        step = as_number(row.get("iteration"))
        for split, given in row.items():
            kind = "learn" if split.startswith("learn") else "test"
            if not isinstance(given, list):
                continue
            for i, value in enumerate(given):
                metric, direction = names[kind][i] if i < len(names[kind]) else (f"metric {i + 1}", None)
                y = as_number(value)
                if y is not None:
                    xs, ys = values.setdefault(f"{split}/{metric}", ([], []))
                    xs.append(number if step is None else step)
                    ys.append(y)
                    lower[f"{split}/{metric}"] = direction
    return values, lower


def _metrics(stated: Any) -> list[tuple[str, bool | None]]:
    """(name, whether lower is better) of each metric, in the order of the values."""
    listed = [entry for entry in stated if isinstance(entry, dict)] if isinstance(stated, list) else []
    return [(str(entry.get("name")), _LOWER.get(str(entry.get("best_value")))) for entry in listed]


def _salvaged(text: str, events: list[LogEvent]) -> dict[str, Any]:
    """The metrics and the whole iterations of a document that is cut or damaged."""
    document: dict[str, Any] = {}
    start = _META.search(text)
    if start is not None:
        found, _ = parse_several(text, start.end())
        document["meta"] = found[0] if found else {}
    start = _ITERATIONS.search(text)
    if start is not None:
        document["iterations"], end = parse_several(text, start.end())
        note = "The file is cut off or damaged; the iterations before that place were read."
        events.append(LogEvent(EventKind.TRUNCATED, note, line_at(text, end)))
    return document


def _from_table(source: Source, values: _Values, events: list[LogEvent]) -> None:
    split = source.name.stem.removesuffix("_error") if source.name.name in _TABLES else "learn"
    lines = read_text(source).text.split("\n")
    names = _columns(split, [cell.strip() for cell in lines[0].split("\t")])
    bad: list[int] = []
    if lines[-1]:
        note = f"The last line of {source.name.name} is not written to its end and was left out."
        events.append(LogEvent(EventKind.TRUNCATED, note, len(lines)))
    for number, line in enumerate(lines[1:-1], 2):
        cells = [parse_number(cell) for cell in line.split("\t")]
        if len(cells) != len(names) or None in cells:
            bad.append(number)
            continue
        for name, value in list(zip(names, cells, strict=True))[1:]:
            xs, ys = values.setdefault(name, ([], []))
            xs.append(cells[0])  # type: ignore[arg-type]
            ys.append(value)  # type: ignore[arg-type]
    if bad:
        note = f"Lines of {source.name.name} do not fit its header and were left out."
        events.append(LogEvent(EventKind.UNREADABLE, note, bad[0], len(bad)))


def _columns(split: str, cells: Sequence[str]) -> list[str]:
    """Names of the columns as the JSON file has them: the sets are `test`, `test1`, `test2`."""
    listed = [_LISTED.fullmatch(cell) for cell in cells]
    last = 1 + max((int(found["set"]) for found in listed if found), default=-1)
    numbered = [(found["name"], int(found["set"])) if found else None for found in listed]
    pairs = [pair or (cell, last) for pair, cell in zip(numbered, cells, strict=True)]
    return [f"{split}{number or ''}/{name}" for name, number in pairs]


def _placed(curve: Series, lower: Mapping[str, bool | None]) -> Series:
    """The curve with what CatBoost knows of it: that a test set judges, and which direction is better."""
    direction = lower.get(curve.name)
    role = curve.role
    if role == Role.OTHER and direction is not None:
        role = Role.TRAIN_METRIC
    if curve.name.startswith("test"):
        role = {Role.TRAIN_LOSS: Role.VAL_LOSS, Role.TRAIN_METRIC: Role.VAL_METRIC}.get(role, role)
    if direction is None:
        return replace(curve, role=role)
    because = f"{_TRAINING} states its direction"
    return replace(curve, role=role, lower_is_better=direction, certainty=1.0, because=because)


READER = CatBoostReader()
