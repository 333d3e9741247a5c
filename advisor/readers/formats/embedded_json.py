"""Console logs with a JSON record on a line, behind a prefix: fairseq, `json_stats:` of Torch7 and pycls."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePath
from typing import Any

from advisor.patterns import regex
from advisor.readers.assembly import assemble
from advisor.readers.base import Source, nth_run
from advisor.readers.beside import as_hyperparameters
from advisor.readers.columns import Columns, Curves
from advisor.readers.decode import decode, looks_binary
from advisor.readers.json_values import BadJsonError, as_number, flat, parse_json
from advisor.readers.lines import Line, read_lines
from advisor.readers.records import Setting, scan
from advisor.run import EventKind, Hyperparameter, LogEvent, Role, Run, Scalar, Series, Trust
from advisor.vocabulary import hyperparameter_role, is_result, split_of, x_rank

# Behind nothing but white space, an object is a part of a document that is printed over several lines.
_RECORD = regex(r'(|\s*[^\s{][^{]*)(\{\s*"[^{]*:.*)')
# What stands above the records, sometimes for more than the first bytes: fairseq's configuration, or a model.
_ANNOUNCED = regex(r"'log_format': 'json'|log_format='json'|\bjson_stats: \{")
# A word of the prefix that is no part of a path or of a module's name.
_WORD = regex(r"(?<![\w./\\-])[A-Za-z]\w*(?![\w./\\-])")
_OUT_OF = regex(r"\s*(\d{1,15})\s*/\s*(\d{1,15})\s*")
_KIND_KEYS = ("_type", "mode", "split", "phase", "stage", "subset")
_PLANS = {"epoch": "epochs", "step": "max_steps"}
_SPEAKING = frozenset({Role.TRAIN_LOSS, Role.VAL_LOSS, Role.TRAIN_METRIC, Role.VAL_METRIC})
# Fewer records that agree show nothing, and one setting among them may be chance.
_ENOUGH_RECORDS = 3
_ENOUGH_SETTINGS = 2
_MOST_NAMES = 10_000


@dataclass
class _Found:
    """What the records say: curves, texts, how long the run is to be; and the lines that are damaged."""

    columns: Columns = field(default_factory=Columns)
    texts: dict[str, list[tuple[int, str | bool]]] = field(default_factory=dict)
    settings: list[Setting] = field(default_factory=list)
    plans: dict[str, Hyperparameter] = field(default_factory=dict)
    damaged: list[int] = field(default_factory=list)
    example: str = ""
    last_line: int = 0

    def add(self, line: int, prefix: str, record: dict[str, Any]) -> None:
        """One record: its numbers become a row, and its texts are kept for what they set."""
        group = _group(prefix, record)
        entries = list(islice(flat(record), _MOST_NAMES))
        if not len(self.columns) and not any(is_result(name) or x_rank(name) for name, _ in entries):
            stated = as_hyperparameters(record, f"log line {line}", Trust.PRINTED)
            self.settings += [Setting(line, value) for value in stated]
            return
        cells: dict[str, float] = {}
        for name, value in entries:
            if isinstance(value, str | bool):
                value = self._text(line, name, value)
            number = as_number(value)
            if number is not None:
                cells[_named(group, name)] = number
        if cells:
            self.columns.add(line, cells, cells.values())

    def planned(self) -> list[Hyperparameter]:
        """How long the training was to be; an iteration inside an epoch says nothing of it."""
        return [plan for role, plan in self.plans.items() if role == "epochs" or "epochs" not in self.plans]

    def _text(self, line: int, name: str, value: str | bool) -> str | bool:
        """The count of a text that is one out of a total (`"3/100"`); other texts are kept as they change."""
        counted = _OUT_OF.fullmatch(value) if isinstance(value, str) else None
        rank = x_rank(name)
        if counted is not None and rank is not None:
            role = _PLANS.get(rank[1])
            if role is not None:
                planned = Hyperparameter(role, int(counted.group(2)), role, f"log line {line}", Trust.PRINTED)
                self.plans.setdefault(role, planned)
            return counted.group(1)
        if isinstance(value, bool) or as_number(value) is None:
            said = self.texts.setdefault(name, [])
            if (not said or said[-1][1] != value) and len(said) < _MOST_NAMES:
                said.append((line, value))
        return value

    def damage(self) -> list[LogEvent]:
        """What could not be read, and whether the log ends in it."""
        events = []
        damaged = self.damaged
        if damaged and damaged[-1] == self.last_line:
            events.append(LogEvent(EventKind.TRUNCATED, "The last record is cut off.", damaged[-1]))
            damaged = damaged[:-1]
        if damaged:
            words = f"Records that are no JSON, the first: {self.example}"
            events.append(LogEvent(EventKind.UNREADABLE, words, damaged[0], len(damaged)))
        return events


class EmbeddedJsonReader:
    """Reads the JSON records between the other lines of a log, and the settings and events in these."""

    name = "embedded-json"
    title = "Console logs with a JSON record on a line (fairseq; json_stats of Torch7 and pycls)"
    most_sure = 0.9

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where results stand in JSON records behind a prefix; 0 for a log that is JSON throughout."""
        if looks_binary(head):
            return 0.0
        lines = decode(head).text.splitlines()
        first = next((line for line in lines if line.strip()), "")
        if _record(first) is not None:
            return 0.0
        telling = 0
        for line in lines:
            parsed = _parsed(line)
            telling += parsed is not None and any(is_result(name) for name, _ in flat(parsed[1]))
            if telling > 1:
                return self.most_sure
        return 0.5 if telling or any(_ANNOUNCED.search(line) for line in lines) else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The runs in the records; none where the other lines tell more of the training than they do."""
        lines = read_lines(source)
        found = _Found()
        others = scan(_sifted(lines, found))
        curves = found.columns.runs(keep_x=True)
        told = _points(part.series for part in curves)
        if told <= _points(run.series for run in assemble(others, source.label, self.name)):
            return []
        runs = []
        before = 0
        for number, part in enumerate(curves, 1):
            first, last = _span(part)
            until = last if number < len(curves) else found.last_line
            settings, series = _apart(part, found.texts, first, last)
            printed = [h for line, h in (*others.settings, *found.settings) if before < line < first]
            noticed = [event for event in others.events if before < (event.line or 0) <= until]
            whole = (*lines.events, *found.damage()) if number == 1 else ()
            runs.append(
                Run(
                    source.label,
                    series,
                    nth_run(number, len(curves)),
                    self.name,
                    _once((*printed, *settings, *found.planned())),
                    (*whole, *part.events, *noticed),
                )
            )
            before = last
        return runs


def _record(text: str) -> dict[str, Any] | None:
    try:
        value = parse_json(text)
    except BadJsonError:
        return None
    return value if isinstance(value, dict) else None


def _parsed(line: str) -> tuple[str, dict[str, Any]] | None:
    """The prefix and the record of a line; None for a line without one."""
    match = _RECORD.fullmatch(line.rstrip()) if "{" in line else None
    record = None if match is None else _record(match.group(2))
    return None if match is None or record is None else (match.group(1), record)


def _sifted(lines: Iterable[Line], found: _Found) -> Iterator[Line]:
    """Gives the records to `found` and passes the other lines on."""
    for line in lines:
        found.last_line = line.number
        parsed = _parsed(line.text)
        if parsed is not None:
            found.add(line.number, *parsed)
        elif len(found.columns) and (damaged := _RECORD.fullmatch(line.text.rstrip())) is not None:
            found.damaged.append(line.number)
            found.example = found.example or damaged.group(2)[:80]
        else:
            yield line


def _group(prefix: str, record: dict[str, Any]) -> str:
    """The split that a record belongs to (`train_inner`, `valid`) by its own word for it or its prefix."""
    said = [record[key] for key in _KIND_KEYS if isinstance(record.get(key), str)]
    words = [*_WORD.findall(prefix), *said]
    return next((w.strip("_") for w in reversed(words) if any(map(split_of, w.split("_")))), "")


def _named(group: str, name: str) -> str:
    """A name with its group; what counts x is bare in every group, so that the groups share it."""
    plain = name.removeprefix(f"{group}_") if group else name
    if x_rank(plain) is not None:
        return plain
    return name if not group or plain != name else f"{group}/{name}"


def _points(parts: Iterable[Sequence[Series]]) -> int:
    return sum(len(series) for part in parts for series in part if series.role in _SPEAKING)


def _span(part: Curves) -> tuple[int, int]:
    return min(int(s.at[0]) for s in part.series), max(int(s.at[-1]) for s in part.series)


def _apart(
    part: Curves, texts: dict[str, list[tuple[int, str | bool]]], first: int, last: int
) -> tuple[tuple[Hyperparameter, ...], tuple[Series, ...]]:
    """The settings that every record of a run repeats, and the curves that are left."""
    records = max(map(len, part.series))
    constant = {
        s.name: float(s.y[0])
        for s in part.series
        if len(s) == records >= _ENOUGH_RECORDS and _may_be_set(s) and bool((s.y == s.y[0]).all())
    }
    if sum(hyperparameter_role(name) is not None for name in constant) < _ENOUGH_SETTINGS:
        return (), part.series
    stated: dict[str, Scalar] = {name: int(y) if y.is_integer() else y for name, y in constant.items()}
    for name, said in texts.items():
        values = {value for line, value in said if _latest(said, first) <= line <= last}
        if name not in _KIND_KEYS and len(values) == 1:
            stated[name] = values.pop()
    settings = as_hyperparameters(stated, f"log line {first}", Trust.PRINTED)
    return settings, tuple(series for series in part.series if series.name not in constant)


def _may_be_set(series: Series) -> bool:
    """Whether a constant curve may be a setting: no result, no x, no learning rate (but its decay)."""
    if series.role == Role.LEARNING_RATE:
        return hyperparameter_role(series.name) != "learning_rate"
    return series.role == Role.OTHER and x_rank(series.name) is None


def _latest(said: Sequence[tuple[int, str | bool]], line: int) -> int:
    """The line, up to one, where a text was last seen to change."""
    return max((at for at, _ in said if at <= line), default=line)


def _once(found: Iterable[Hyperparameter]) -> tuple[Hyperparameter, ...]:
    """Of one name, the value that was stated last."""
    return tuple({setting.name: setting for setting in found}.values())


READER = EmbeddedJsonReader()
