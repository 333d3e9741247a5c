"""Sacred's FileStorageObserver: `metrics.json`, with `run.json` and `config.json` beside it.

Layout: sacred/observers/file_storage.py. A metric has three lists of one length: steps, timestamps, values.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

from advisor.errors import UnreadableError
from advisor.patterns import regex
from advisor.readers.base import Source
from advisor.readers.decode import decode, looks_binary, read_text
from advisor.readers.json_values import BadJsonError, as_number, parse_json, parse_several
from advisor.readers.opening import beginning
from advisor.readers.points import MAX_CURVES, Points, curves, restart
from advisor.run import EventKind, LogEvent, Run
from advisor.text import clean_line
from advisor.vocabulary import assign_roles

_MAX_BYTES = 1 << 24
_LIST = r'"(?:steps|timestamps|values)"\s*:\s*\['
_METRICS = regex(rf'\s*\{{\s*"(?:[^"\\]|\\.)*"\s*:\s*\{{\s*{_LIST}')
_ONE_METRIC = regex(rf'("(?:[^"\\]|\\.)*")\s*:\s*(?=\{{\s*{_LIST})')
_ENDED_BADLY = {"FAILED": "failed", "INTERRUPTED": "was interrupted", "TIMEOUT": "ran out of time"}


class SacredReader:
    """Reads the metrics of a run, how it ended and, from the file beside it, its configuration."""

    name = "sacred"
    title = "Sacred run folders (metrics.json, run.json, config.json)"
    most_sure = 0.97

    def home(self, path: Path) -> Path | None:
        """The folder of the run, for its `metrics.json` and `run.json`."""
        if path.name not in ("metrics.json", "run.json"):
            return None
        both = (path.with_name("metrics.json").is_file(), path.with_name("run.json").is_file())
        return path.parent if all(both) else None

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where the first metric begins with one of its three lists."""
        if looks_binary(head):
            return 0.0
        if path.name == "run.json":
            return self.most_sure if b'"experiment"' in head and self.home(Path(path)) is not None else 0.0
        return self.most_sure if _METRICS.match(decode(head).text) else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The run; a metrics file that is cut is read up to the last whole metric.

        Raises:
            UnreadableError: no metric has a value.
        """
        events: list[LogEvent] = []
        home = None if source.path is None else self.home(source.path.absolute())
        at_run = home is not None and source.name.name == "run.json"
        metrics = Source(source.label, home / "metrics.json") if home is not None and at_run else source
        tree = _metrics(read_text(metrics).text, events)
        found = {
            name: _points(entry, name, events) for name, entry in tree.items() if isinstance(entry, dict)
        }
        series = assign_roles(curves(found))
        if not series:
            raise UnreadableError(
                f"'{clean_line(source.label)}' belongs to a Sacred run without a metric.",
                "Log one with _run.log_scalar, or give the console output of the run.",
            )
        title, said = ("", []) if home is None else _described(home)
        if len(tree) > MAX_CURVES:
            events.append(LogEvent(EventKind.NOTE, f"Only {MAX_CURVES:,} metrics of the run were read."))
        return [Run(source.label, series, title, self.name, (), (*events, *restart(series), *said))]


def _metrics(text: str, events: list[LogEvent]) -> dict[str, Any]:
    try:
        tree = parse_json(text)
    except BadJsonError:
        note = "The file is cut off or damaged; the whole metrics before that place were read."
        events.append(LogEvent(EventKind.TRUNCATED, note))
        tree = {}
        for name in _ONE_METRIC.finditer(text):
            found, _ = parse_several(text, name.end())
            whole, _ = parse_several(name[1])
            if found:
                # A damaged name is shown as it stands.
                tree[str(whole[0]) if whole else name[1][1:-1]] = found[0]
    return tree if isinstance(tree, dict) else {}


def _points(entry: dict[str, Any], name: str, events: list[LogEvent]) -> Points:
    lists = [entry.get(key) for key in ("values", "steps", "timestamps")]
    given, steps, stamps = (value if isinstance(value, list) else [] for value in lists)
    points: list[tuple[float, float, float]] = []
    bad = 0
    for i, value in enumerate(given):
        y = as_number(value)
        x = as_number(steps[i]) if i < len(steps) else float(i)
        if y is None or x is None:
            bad += 1
            continue
        points.append((y, x, _seconds(stamps[i]) if i < len(stamps) else 0.0))
    if bad:
        note = f"Values of '{name}' are no numbers and were left out."
        events.append(LogEvent(EventKind.UNREADABLE, note, count=bad))
    return Points.of(*(zip(*points, strict=True) if points else ([], [], [])))


def _seconds(stamp: Any) -> float:
    """Seconds since the epoch of a time that Sacred wrote, which is in UTC; 0 where it is none."""
    try:
        return datetime.fromisoformat(stamp).replace(tzinfo=UTC).timestamp()
    except (TypeError, ValueError):
        return 0.0


def _described(home: Path) -> tuple[str, list[LogEvent]]:
    """The name of a run, and how it ended."""
    try:
        stated = parse_json(decode(beginning(home / "run.json", _MAX_BYTES)).text)
    except BadJsonError:
        stated = None
    if not isinstance(stated, dict):
        return home.name, [LogEvent(EventKind.NOTE, "The run.json of the run cannot be read.")]
    experiment = stated.get("experiment")
    name = experiment.get("name") if isinstance(experiment, dict) else None
    said = []
    ended = _ENDED_BADLY.get(str(stated.get("status")))
    if ended:
        said.append(LogEvent(EventKind.NOTE, f"Sacred says that the run {ended}."))
    trace = stated.get("fail_trace")
    if isinstance(trace, list) and trace:
        said.append(LogEvent(EventKind.TRACEBACK, str(trace[-1]).strip()))
    return f"{name} {home.name}" if isinstance(name, str) else home.name, said


READER = SacredReader()
