"""MLflow's file store: a folder per run with `metrics/NAME`, `params/NAME`, `tags/NAME` and `meta.yaml`.

Layout: mlflow/store/tracking/file_store.py. A line of a metric file is `timestamp value step`, the time in
milliseconds; very old ones have no step. A metric with `/` in its name stands in a folder of its own.
"""

import os
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path, PurePath

import msgspec
import numpy as np

from advisor.errors import UnreadableError
from advisor.patterns import regex
from advisor.readers.base import Source
from advisor.readers.beside import as_hyperparameters
from advisor.readers.opening import beginning
from advisor.readers.points import MAX_CURVES, Points, curves, restart
from advisor.run import EventKind, Hyperparameter, LogEvent, Run, Trust
from advisor.text import clean_line
from advisor.vocabulary import assign_roles

_MAX_BYTES = 1 << 30
_MAX_PARAM_BYTES = 1 << 16
_PROBE_BYTES = 4_096
_MAX_PARAMS = 2_000
_LINE = regex(rb"\d{9,16} \S+(?: -?\d+)?\r?")
_RUN_ID = regex(r"[0-9a-f]{32}")
_META = regex(r"^(\w+): *(.*?) *$", re.MULTILINE)
_ENDED_BADLY = {"4": "failed", "FAILED": "failed", "5": "was killed", "KILLED": "was killed"}
_COMMAS = bytes.maketrans(b" \n", b",,")
_SPACE, _NEWLINE = b" \n"


def _is_run(folder: Path) -> bool:
    """Whether a folder that has `metrics` in it is a run and not one of another tool."""
    if _RUN_ID.fullmatch(folder.name):
        return True
    return (folder / "meta.yaml").is_file() or ((folder / "params").is_dir() and (folder / "tags").is_dir())


class MlflowFilesReader:
    """Reads a run from any file of it: every metric of the run, its parameters and how it ended."""

    name = "mlflow-files"
    title = "MLflow file stores (mlruns, an experiment, a run, one metric file)"
    most_sure = 0.97

    def home(self, path: Path) -> Path | None:
        """The run folder that a metric file or a `meta.yaml` belongs to."""
        if path.name == "meta.yaml":
            return path.parent if (path.parent / "metrics").is_dir() else None
        for folder in path.parents:
            if folder.name == "metrics":
                return folder.parent if _is_run(folder.parent) else None
        return None

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where lines are a time in milliseconds, a value and a step."""
        if path.name == "meta.yaml":
            known = b"artifact_uri:" in head or b"artifact_location:" in head
            return self.most_sure if known or self.home(Path(path)) is not None else 0.0
        probe = head[:_PROBE_BYTES]
        lines = [line for line in probe.split(b"\n")[:-1] if line] or [probe]
        good = sum(_LINE.fullmatch(line) is not None for line in lines)
        if good >= 0.5 * len(lines):
            return 0.96
        return 0.9 if "metrics" in path.parent.parts and self.home(Path(path)) is not None else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The run that the file is a part of, or the one curve where it stands alone.

        Raises:
            UnreadableError: it is the `meta.yaml` of an experiment, or the run has no metric yet.
        """
        home = None if source.path is None else self.home(source.path.absolute())
        if home is None:
            if source.name.name == "meta.yaml":
                raise _no_metric(source.label, "describes an MLflow experiment or a run without metrics")
            found = {source.name.stem if source.label != "-" else "metric": source.data()}
        else:
            files = islice(_files(home / "metrics"), MAX_CURVES)
            found = {name: beginning(path, _MAX_BYTES) for name, path in files}
        events: list[LogEvent] = []
        points = {name: parse_metric(data, name, events) for name, data in found.items()}
        series = assign_roles(curves(points))
        if not series:
            raise _no_metric(source.label, "is an MLflow run without a readable metric value")
        settings: tuple[Hyperparameter, ...] = ()
        title = ""
        if home is not None:
            settings = _params(home)
            title, notes = _meta(home)
            events += notes
            if len(found) >= MAX_CURVES:
                events.append(LogEvent(EventKind.NOTE, f"Only {MAX_CURVES:,} metrics of the run were read."))
        return [Run(source.label, series, title, self.name, settings, (*events, *restart(series)))]


def _no_metric(label: str, what: str) -> UnreadableError:
    return UnreadableError(
        f"'{clean_line(label)}' {what}.",
        "Name the folder of a run that has logged metrics, or the mlruns folder.",
    )


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """(name, path) of the files below a folder; links are not followed."""
    for current, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for file in sorted(names):
            path = Path(current, file)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix(), path


def parse_metric(data: bytes, name: str, events: list[LogEvent]) -> Points:
    """The points in a metric file; lines that are none are told in `events`."""
    return _regular(data) or _line_by_line(data, name, events)


def _regular(data: bytes) -> Points | None:
    """The points where each line is whole and holds three finite numbers, else None."""
    buffer = np.frombuffer(data, dtype=np.uint8)
    marks = buffer[(buffer == _SPACE) | (buffer == _NEWLINE)]
    if not marks.size or marks.size % 3 or data[-1] != _NEWLINE or b"," in data:
        return None
    if (marks.reshape(-1, 3) != (_SPACE, _SPACE, _NEWLINE)).any():
        return None
    try:
        numbers = msgspec.json.decode(b"[" + data[:-1].translate(_COMMAS) + b"]", type=list[float])
    except ValueError:
        return None
    table = np.fromiter(numbers, np.float64, len(numbers)).reshape(-1, 3)
    return Points(table[:, 1].copy(), table[:, 2].copy(), table[:, 0] / 1_000)


def _line_by_line(data: bytes, name: str, events: list[LogEvent]) -> Points:
    values: list[float] = []
    steps: list[float] = []
    times: list[float] = []
    bad: list[int] = []
    lines = data.split(b"\n")
    unfinished = lines.pop()
    for number, line in enumerate(lines, 1):
        point = _point(line)
        if point is None:
            bad.append(number)
            continue
        times.append(point[0] / 1_000)
        values.append(point[1])
        steps.append(point[2])
    if unfinished.strip():
        point = _point(unfinished)
        # A step that was cut is smaller than it should be; the value before it is whole.
        if point is not None and len(unfinished.split()) == 3 and (not steps or point[2] > steps[-1]):
            times.append(point[0] / 1_000)
            values.append(point[1])
            steps.append(point[2])
        else:
            note = f"The last line of metric '{name}' is not written to its end and was left out."
            events.append(LogEvent(EventKind.TRUNCATED, note, len(lines) + 1))
    if bad:
        note = f"Lines of metric '{name}' are not 'timestamp value step' and were left out."
        events.append(LogEvent(EventKind.UNREADABLE, note, bad[0], len(bad)))
    return Points.of(values, steps, times)


def _point(line: bytes) -> tuple[float, float, float] | None:
    words = line.split()
    if len(words) not in (2, 3):
        return None
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        return None
    step = numbers[2] if len(numbers) == 3 else 0.0
    return (numbers[0], numbers[1], step) if np.isfinite((numbers[0], step)).all() else None


def _params(home: Path) -> tuple[Hyperparameter, ...]:
    """What `params/` states, one file per value."""
    files = islice(_files(home / "params"), _MAX_PARAMS)
    tree = {name: beginning(path, _MAX_PARAM_BYTES).decode("utf-8", "replace") for name, path in files}
    found = as_hyperparameters(tree, "MLflow parameters", Trust.OWN_RECORD)
    return tuple(value for value in found if value.value is not None)


def _meta(home: Path) -> tuple[str, list[LogEvent]]:
    """The name of a run, and what its description says about how it ended."""
    path = home / "meta.yaml"
    text = beginning(path, _MAX_PARAM_BYTES).decode("utf-8", "replace")
    stated = {key: value.strip("'\"") for key, value in _META.findall(text)}
    notes = []
    if not stated:
        notes.append(LogEvent(EventKind.NOTE, "The run has no meta.yaml that can be read; its metrics were."))
    ended = _ENDED_BADLY.get(stated.get("status", ""))
    if ended:
        notes.append(LogEvent(EventKind.NOTE, f"MLflow says that the run {ended}."))
    if stated.get("lifecycle_stage") == "deleted":
        notes.append(LogEvent(EventKind.NOTE, "MLflow says that the run was deleted."))
    tag = beginning(home / "tags" / "mlflow.runName", _MAX_PARAM_BYTES).decode("utf-8", "replace").strip()
    return stated.get("run_name") or tag or stated.get("run_id") or home.name, notes


READER = MlflowFilesReader()
