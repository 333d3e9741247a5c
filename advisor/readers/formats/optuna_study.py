"""Optuna's studies: SQLite storage, journal file, and the lines that it logs.

Tables: optuna/storages/_rdb/models.py; operations of the journal: optuna/storages/journal/_storage.py.
The values of a study's trials make a table of runs. What a trial reports to the pruner as it goes is a curve,
so that each trial that reports is a run.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from advisor.errors import UnreadableError
from advisor.patterns import regex
from advisor.readers.base import Source
from advisor.readers.databases import SIGNATURE, open_database, refusal
from advisor.readers.decode import decode, looks_binary, read_text
from advisor.readers.json_values import as_number, parse_json
from advisor.readers.points import Points, curves
from advisor.run import EventKind, Hyperparameter, LogEvent, Role, Run, Scalar, Series, Trust
from advisor.text import clean_line
from advisor.vocabulary import hyperparameter_role

_TABLES = {"study_directions", "trials", "trial_params", "trial_values", "trial_intermediate_values"}
_OPERATION = regex(r'\{"op_code": ?\d+, ?"worker_id"')
_FINISHED = regex(
    r"Trial (?P<number>\d+) (?:finished with values?: (?P<value>\S+) and parameters: (?P<params>\{[^{}]*\})"
    r"|pruned|failed)"
)
# What a document raises that is JSON, and other JSON than it should be.
_MALFORMED = (ValueError, TypeError, LookupError, AttributeError, OverflowError)
_MAX_TRIALS = 1_000
_MAX_SHOWN = 8
_CREATE_STUDY, _CREATE_TRIAL, _SET_PARAM, _SET_STATE, _SET_VALUE = 0, 4, 5, 6, 7
_MAXIMIZE = (2, "MAXIMIZE")
_ENDED = {2: "was pruned", 3: "failed", "PRUNED": "was pruned", "FAIL": "failed"}


@dataclass(slots=True)
class _Trial:
    number: int
    lower: bool | None
    state: Any = None
    value: float | None = None
    params: dict[str, Scalar] = field(default_factory=dict)
    reported: list[tuple[float, float]] = field(default_factory=list)


class OptunaReader:
    """Reads each trial that reported values as a run; a study without such trials is told as what it is."""

    name = "optuna"
    title = "Optuna studies (SQLite and journal storage; each trial that reports values is a run)"
    most_sure = 0.99

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where the head has an operation or most lines tell of trials; any SQLite file may be one."""
        if head.startswith(SIGNATURE):
            return 0.985
        if looks_binary(head):
            return 0.0
        text = decode(head).text
        if _OPERATION.match(text):
            return self.most_sure
        if "Trial " not in text:
            return 0.0
        lines = [line for line in text.splitlines() if line.strip()]
        told = sum("Trial " in line and _FINISHED.search(line) is not None for line in lines)
        return self.most_sure if told > 1 and told * 2 > len(lines) else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The trials with at least two reported values, the newest first; none of another database.

        Raises:
            UnreadableError: no trial has, or the database cannot be read.
        """
        events: list[LogEvent] = []
        trials: list[_Trial] | None
        if source.head.startswith(SIGNATURE):
            try:
                with open_database(source) as database:
                    trials = _from_tables(database)
            except sqlite3.Error as error:
                raise refusal(source, error) from error
            if trials is None:
                return []
        else:
            text = read_text(source).text
            journal = _OPERATION.match(text) is not None
            trials = _from_journal(text.split("\n"), events) if journal else _from_lines(text)
        reporting = [trial for trial in trials if len(trial.reported) > 1]
        if not reporting:
            raise _only_a_table(source, trials)
        if len(reporting) > _MAX_TRIALS:
            note = (
                f"The study has {len(reporting):,} trials that report; the newest {_MAX_TRIALS:,} were read."
            )
            events.append(LogEvent(EventKind.NOTE, note, count=len(reporting) - _MAX_TRIALS))
        newest = sorted(reporting, key=lambda trial: -trial.number)[:_MAX_TRIALS]
        return [_as_run(source, trial, events if i == 0 else []) for i, trial in enumerate(newest)]


def _only_a_table(source: Source, trials: Sequence[_Trial]) -> UnreadableError:
    done = [
        (trial.value if trial.lower else -trial.value, trial)
        for trial in trials
        if trial.value is not None and trial.lower is not None
    ]
    told = ""
    if done:
        _, best = min(done, key=lambda pair: pair[0])
        shown = ", ".join(f"{name} = {value}" for name, value in list(best.params.items())[:_MAX_SHOWN])
        told = " " + clean_line(f"Its best is trial {best.number}: {best.value:g}, with {shown}.", 400)
    return UnreadableError(
        f"'{clean_line(source.label)}' holds {len(trials)} trials of an Optuna study (one row per trial), "
        f"not a curve.{told}",
        "Give the log of one trial; values that a trial reports (`trial.report`) are read as its curve.",
    )


def _as_run(source: Source, trial: _Trial, events: Iterable[LogEvent]) -> Run:
    points = sorted(trial.reported)
    found = Points.of([y for _, y in points], [x for x, _ in points])
    because = "what the study's trials report: its direction is the study's"
    lower = trial.lower is not False
    role = Role.VAL_LOSS if lower else Role.VAL_METRIC
    (curve,) = curves({"intermediate_value": found})
    series = Series(curve.name, curve.y, curve.x, curve.at, "step", role, lower, 0.7, because)
    settings = tuple(
        Hyperparameter(
            name, value, hyperparameter_role(name), f"Optuna trial {trial.number}", Trust.OWN_RECORD
        )
        for name, value in trial.params.items()
    )
    ended = _ENDED.get(trial.state) if isinstance(trial.state, int | str) else None
    said = [LogEvent(EventKind.NOTE, f"Optuna says that the trial {ended}.")] if ended else []
    name = f"trial {trial.number}"
    return Run(source.label, (series,), name, OptunaReader.name, settings, (*events, *said))


def _chosen(internal: float, distribution: Any) -> Scalar:
    """The value of a parameter from what the storage keeps: an index of the choices, or the number itself."""
    try:
        known = json.loads(distribution)
        choices = known["attributes"].get("choices")
        if choices is not None:
            value = choices[int(internal)]
            return value if isinstance(value, bool | int | float | str) else None
        whole = known["name"].startswith("Int")
    except _MALFORMED:
        return internal
    return int(internal) if whole and internal.is_integer() else internal


def _from_tables(database: sqlite3.Connection) -> list[_Trial] | None:
    """The trials of all studies; None where the database is of something else."""
    tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= _TABLES:
        return None
    first = "SELECT study_id, direction FROM study_directions WHERE objective = 0"
    lower = {study: direction not in _MAXIMIZE for study, direction in database.execute(first)}
    found: dict[Any, _Trial] = {}
    for key, number, study, state in database.execute("SELECT trial_id, number, study_id, state FROM trials"):
        found[key] = _Trial(number if isinstance(number, int) else len(found), lower.get(study), state)
    query = "SELECT trial_id, param_name, param_value, distribution_json FROM trial_params"
    for key, name, internal, distribution in database.execute(query):
        if key in found and isinstance(internal, int | float):
            found[key].params[str(name)] = _chosen(float(internal), distribution)
    for key, value in database.execute("SELECT trial_id, value FROM trial_values WHERE objective = 0"):
        if key in found and isinstance(value, int | float):
            found[key].value = float(value)
    query = "SELECT trial_id, step, intermediate_value FROM trial_intermediate_values"
    for key, step, value in database.execute(query):
        if key in found and isinstance(step, int | float):
            # NaN is kept as NULL beside its type.
            number = float(value) if isinstance(value, int | float) else float("nan")
            found[key].reported.append((float(step), number))
    return list(found.values())


def _from_journal(lines: Sequence[str], events: list[LogEvent]) -> list[_Trial]:
    """The trials as the operations of the journal make them; studies and trials are numbered as they come."""
    directions: list[bool] = []
    counts: Counter[int] = Counter()
    trials: list[_Trial] = []
    bad: list[int] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            operation = parse_json(line)
            _apply(operation, directions, counts, trials)
        except _MALFORMED:
            bad.append(number)
    if bad:
        note = "Lines of the journal could not be understood."
        kind = EventKind.TRUNCATED if bad == [len(lines)] else EventKind.UNREADABLE
        events.append(LogEvent(kind, note, bad[0], len(bad)))
    return trials


def _apply(
    operation: dict[str, Any], directions: list[bool], counts: Counter[int], trials: list[_Trial]
) -> None:
    code = operation["op_code"]
    if code == _CREATE_STUDY:
        directions.append(operation["directions"][0] not in _MAXIMIZE)
    elif code == _CREATE_TRIAL:
        study = operation["study_id"]
        lower = directions[study] if study in range(len(directions)) else None
        trials.append(_Trial(counts[study], lower, operation.get("state")))
        counts[study] += 1
    elif code in (_SET_PARAM, _SET_STATE, _SET_VALUE):
        trial = trials[operation["trial_id"]]
        if code == _SET_PARAM:
            internal = float(operation["param_value_internal"])
            trial.params[str(operation["param_name"])] = _chosen(internal, operation["distribution"])
        elif code == _SET_STATE:
            trial.state = operation["state"]
            trial.value = as_number(next(iter(operation.get("values") or ()), None))
        else:
            value = as_number(operation["intermediate_value"])
            trial.reported.append((float(operation["step"]), float("nan") if value is None else value))


def _from_lines(text: str) -> list[_Trial]:
    """The trials that log lines tell of; `Best is trial` shows the direction."""
    found = []
    for match in _FINISHED.finditer(text):
        value = as_number(match["value"])
        pairs = re.findall(r"'([^']+)': ('[^']*'|[^,}]+)", match["params"] or "")
        params: dict[str, Scalar] = {name: setting.strip("'") for name, setting in pairs}
        found.append(_Trial(int(match["number"]), None, None, value, params))
    best = re.findall(r"Best is trial \d+ with value: (\S+?)\.?(?=\s|$)", text)
    values = [trial.value for trial in found if trial.value is not None]
    last = as_number(best[-1]) if best else None
    for trial in found:
        trial.lower = None if last is None or len(set(values)) < 2 else last <= min(values)
    return found


READER = OptunaReader()
