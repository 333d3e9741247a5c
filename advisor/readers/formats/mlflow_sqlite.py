"""MLflow's SQLite store (`mlflow.db`, the default since MLflow 3.7), opened so that it is never written.

Tables: mlflow/store/tracking/dbmodels/models.py; columns are asked for by name, so that older and newer
schemas are read too.
"""

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import PurePath
from typing import NamedTuple

import numpy as np

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.readers.beside import as_hyperparameters
from advisor.readers.databases import SIGNATURE, open_database, refusal
from advisor.readers.points import Points, curves, restart
from advisor.run import EventKind, Floats, LogEvent, Run, Series, Trust
from advisor.text import clean_line
from advisor.vocabulary import assign_roles

_MAX_RUNS = 1_000
# MLflow writes an infinity as the greatest double.
_INFINITE = 1.7976931348623157e308
_ENDED_BADLY = {"FAILED": "failed", "KILLED": "was killed"}


class MlflowSqliteReader:
    """Reads every run that has metrics, the newest first; deleted runs are counted and left out."""

    name = "mlflow-sqlite"
    title = "MLflow SQLite stores (mlflow.db)"
    most_sure = 0.99

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where the head is that of an SQLite database, the only one that is read."""
        return self.most_sure if head.startswith(SIGNATURE) else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The runs of the store; none where it is a database of something else.

        Raises:
            UnreadableError: it is damaged, locked, or holds no metric.
        """
        try:
            with open_database(source) as database:
                return self._read(source, _Store(database))
        except sqlite3.Error as error:
            raise refusal(source, error) from error

    def _read(self, source: Source, store: "_Store") -> list[Run]:
        if not {"key", "value", "run_uuid"} <= store.columns("metrics"):
            return []
        described, left_out = store.runs()
        made: list[Run] = []
        events: list[LogEvent] = []
        for run_id, title, status in described:
            try:
                series = assign_roles(curves(store.points(run_id)))
            except sqlite3.DatabaseError as error:
                note = f"Run '{title}' is damaged and was left out: {clean_line(str(error))}."
                events.append(LogEvent(EventKind.UNREADABLE, note))
                continue
            if series:
                made.append(self._run(source, store, series, run_id, title, status))
        if not made:
            shown = clean_line(source.label)
            raise UnreadableError(
                f"The MLflow store '{shown}' holds no metric of a run that is not deleted.",
                "The training has not logged anything yet.",
            )
        if left_out:
            note = (
                f"{left_out} runs that were deleted or are older than the newest {_MAX_RUNS:,} were left out."
            )
            events.append(LogEvent(EventKind.NOTE, note, count=left_out))
        return [replace(made[0], events=(*events, *made[0].events)), *made[1:]]

    def _run(
        self,
        source: Source,
        store: "_Store",
        series: Sequence[Series],
        run_id: str,
        title: str,
        status: str,
    ) -> Run:
        ended = _ENDED_BADLY.get(status)
        said = [LogEvent(EventKind.NOTE, f"MLflow says that the run {ended}.")] if ended else []
        try:
            stated = store.params(run_id)
        except sqlite3.DatabaseError as error:
            note = f"The parameters are damaged and were left out: {clean_line(str(error))}."
            stated, said = {}, [*said, LogEvent(EventKind.UNREADABLE, note)]
        params = as_hyperparameters(stated, "MLflow parameters", Trust.OWN_RECORD)
        settings = tuple(value for value in params if value.value is not None)
        return Run(source.label, tuple(series), title, self.name, settings, (*said, *restart(series)))


class _Described(NamedTuple):
    """What the store says of a run; it began in milliseconds since the epoch."""

    name: str = ""
    status: str = ""
    began: float = -math.inf
    deleted: bool = False


class _Store:
    """The tables of an MLflow database."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._known: dict[str, set[str]] = {}

    def columns(self, table: str) -> set[str]:
        """Names of the columns of a table; empty where there is none of that name, or it is a view."""
        if table not in self._known:
            query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
            here = self._database.execute(query, (table,)).fetchone()
            rows = self._database.execute(f"PRAGMA table_info({table})") if here else ()
            self._known[table] = {row[1] for row in rows}
        return self._known[table]

    def _column(self, table: str, name: str, otherwise: str) -> str:
        return name if name in self.columns(table) else otherwise

    def runs(self) -> tuple[list[tuple[str, str, str]], int]:
        """(id, name, status) of the runs, newest first, and how many are deleted or too old."""
        query = "SELECT DISTINCT run_uuid FROM metrics WHERE run_uuid IS NOT NULL"
        present = [str(row[0]) for row in self._database.execute(query)]
        described: dict[str, _Described] = defaultdict(_Described)
        if "run_uuid" in self.columns("runs"):
            name = self._column("runs", "name", "''")
            status = self._column("runs", "status", "''")
            start = self._column("runs", "start_time", "0")
            stage = self._column("runs", "lifecycle_stage", "'active'")
            query = f"SELECT run_uuid, {name}, {status}, {start}, {stage} FROM runs"
            for row in self._database.execute(query):
                run_id, title, ended, begun, staged = row
                began = begun if isinstance(begun, int | float) else -math.inf
                described[str(run_id)] = _Described(
                    str(title or ""), str(ended or ""), began, staged == "deleted"
                )
        alive = [run_id for run_id in present if not described[run_id].deleted]
        alive.sort(key=lambda run_id: -described[run_id].began)
        chosen = alive[:_MAX_RUNS]
        names = Counter(described[run_id].name for run_id in chosen)
        found = []
        for run_id in chosen:
            known = described[run_id]
            alone = known.name and names[known.name] == 1
            title = known.name if alone else f"{known.name} {run_id[:8]}".strip()
            found.append((run_id, title, known.status))
        return found, len(present) - len(chosen)

    def points(self, run_id: str) -> dict[str, Points]:
        """The points of each metric of a run, in the order in which they were logged."""
        step = self._column("metrics", "step", "0")
        time = self._column("metrics", "timestamp", "0")
        is_nan = self._column("metrics", "is_nan", "0")
        value = f"CASE WHEN {is_nan} THEN NULL ELSE value END" if is_nan != "0" else "value"
        asked = ", ".join(f"CAST({name} AS REAL)" for name in (value, step, time, "rowid"))
        # Most of the time goes into making objects of cells: the keys are counted, not fetched. No order is
        # asked for that an index does not give anyway.
        with _one_moment(self._database):
            count = "SELECT key, COUNT(*) FROM metrics WHERE run_uuid = ? GROUP BY key ORDER BY key"
            keys = self._database.execute(count, (run_id,)).fetchall()
            query = f"SELECT {asked} FROM metrics WHERE run_uuid = ? ORDER BY key"
            table = _table(self._database, query, run_id, 4)
        if not keys:
            return {}
        ends = np.cumsum([rows for _, rows in keys])
        parts = [_as_logged(part) for part in np.split(table, ends[:-1])]
        named = sorted(zip(keys, parts, strict=True), key=lambda pair: pair[1][0, 3])
        return {str(key): _points(part.T) for (key, _), part in named}

    def params(self, run_id: str) -> dict[str, str]:
        """The parameters of a run as text."""
        if not {"key", "value", "run_uuid"} <= self.columns("params"):
            return {}
        rows = self._database.execute("SELECT key, value FROM params WHERE run_uuid = ?", (run_id,))
        return {str(key): str(value) for key, value in rows}


@contextmanager
def _one_moment(database: sqlite3.Connection) -> Iterator[None]:
    """Lets two queries see the same rows though a training writes on."""
    database.execute("BEGIN")
    try:
        yield
    finally:
        database.rollback()


def _table(database: sqlite3.Connection, query: str, run_id: str, width: int) -> Floats:
    """Rows of numbers as an array, shape (n, width); NaN for NULL."""
    # A row is gone before the next one comes: to hold them all costs a third more.
    cells = np.fromiter(chain.from_iterable(database.execute(query, (run_id,))), np.float64)
    return cells.reshape(-1, width)


def _as_logged(part: Floats) -> Floats:
    """Rows in the order of their ids, which stand in the last column."""
    ids = part[:, 3]
    return part if (ids[1:] > ids[:-1]).all() else part[np.argsort(ids)]


def _points(table: Floats) -> Points:
    """The points in the rows value, step and time, shape (3 or more, n)."""
    values = table[0]
    values = np.where(np.abs(values) >= _INFINITE, np.copysign(math.inf, values), values)
    return Points(values, np.nan_to_num(table[1]), table[2] / 1_000)


READER = MlflowSqliteReader()
