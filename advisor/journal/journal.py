"""The journal's words over its store: runs, what was said of them, what was changed, what came of it."""

import json
import secrets
import sqlite3
import time
from collections.abc import Sequence
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.errors import UsageError
from advisor.journal.rows import AppliedRow, RunRow
from advisor.journal.said import Said, write_said
from advisor.journal.store import Store, data_folder, storable
from advisor.run import Role, Run
from advisor.vocabulary.corrections import Correction

if TYPE_CHECKING:
    from advisor.experiment.apply import Applied
    from advisor.experiment.compare import Comparison
    from advisor.experiment.runner import Finished
    from advisor.journal.packing import Packed

_RUN_COLUMNS = """SELECT runs.id, path, source, name, reader, runs.command, folder, added, started, seconds,
    exit_code, environment, summary FROM runs JOIN projects ON projects.id = runs.project"""


class Journal:
    """What is remembered between sessions.

    Every method that writes returns once the row would survive a power cut. Where the file cannot be used
    (read-only, full, damaged, another program's) it is left as it is, the journal lives in memory, and
    `warning` says why; nothing raises for that. A file of a newer version is read, never written.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def open(cls, path: Path | None = None) -> "Journal":
        """The journal in `path`, by default in ADVISOR_HOME or the user's data folder."""
        return cls(Store(path or data_folder() / "journal.sqlite3"))

    @classmethod
    def in_memory(cls) -> "Journal":
        """A journal that is forgotten with the process."""
        return cls(Store.in_memory())

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path | None:
        """The file; None where the journal lives in memory."""
        return self._store.path

    @property
    def warning(self) -> str:
        """One sentence for the user; empty where all is well."""
        return self._store.warning

    @property
    def store(self) -> Store:
        """The SQLite file under it."""
        return self._store

    @property
    def backups(self) -> Path:
        """Folder for the old bytes of edited files; may not exist yet."""
        return self._store.folder / "backups"

    def new_capture(self) -> Path:
        """A path that nothing uses yet, for the output of a command; its folder may not exist yet."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        return self._store.folder / "captures" / f"{stamp}-{secrets.token_hex(4)}.log"

    def set_command(self, project: str, command: Sequence[str]) -> None:
        """Remember the training command of a project."""

        def work(db: sqlite3.Connection) -> None:
            number = _project(db, project)
            db.execute("UPDATE projects SET command = ? WHERE id = ?", (_json(list(command)), number))

        self._store.write(work)

    def command(self, project: str) -> tuple[str, ...] | None:
        """The training command of a project, or None where none is known."""
        row = self._store.row("SELECT command FROM projects WHERE path = ?", storable(project))
        return None if row is None or row[0] is None else tuple(json.loads(row[0]))

    def add_run(
        self,
        project: str,
        run: Run,
        *,
        command: Sequence[str] | None = None,
        finished: "Finished | None" = None,
        said: Said | None = None,
    ) -> int:
        """Remember a run; its curves are kept once, however often they are added.

        A log that is read again right after it was read stays one run.

        Args:
            project: Folder that it is filed under.
            run: The run.
            command: What was run, where something was.
            finished: How that ended.
            said: What was said of it; stands in the place of what was said of the same run before.

        Returns:
            The run's number.
        """
        from advisor.journal.packing import packed

        told = {"command": None if command is None else _json(list(command)), **_ending(finished)}
        return self._add(project, [(packed(run), told, said)])[0]

    def add_runs(self, project: str, runs: "Sequence[tuple[Packed, Said]]") -> list[int]:
        """Remember packed runs of which no more is known than their logs, with what was said of them.

        A folder that is read again right after it was read adds none.

        Returns:
            Their numbers, in the same order.
        """
        return self._add(project, [(packed, {"command": None}, said) for packed, said in runs])

    def _add(self, project: str, made: "Sequence[tuple[Packed, dict[str, Any], Said | None]]") -> list[int]:
        def work(db: sqlite3.Connection) -> list[int]:
            number = _project(db, project)
            runs = _read_again(db, number, made) or [_insert_run(db, number, *one[:2]) for one in made]
            for run, (_, _, said) in zip(runs, made, strict=True):
                if said is not None:
                    write_said(db, run, said)
            return runs

        return self._store.write(work)

    def load_run(self, id: int) -> Run:
        """A remembered run, exactly as it was read.

        Raises:
            UsageError: there is no such run.
        """
        query = "SELECT content, regrouped FROM curves JOIN runs USING (hash) WHERE runs.id = ?"
        row = self._store.row(query, id)
        if row is None:
            raise _no_run(id)
        from advisor.journal.packing import expand, unpack_run

        return unpack_run(expand(row[0], bool(row[1])))

    def run_row(self, id: int) -> RunRow:
        """A remembered run without its curves.

        Raises:
            UsageError: there is no such run.
        """
        row = self._store.row(f"{_RUN_COLUMNS} WHERE runs.id = ?", id)
        if row is None:
            raise _no_run(id)
        return self._run_row(row)

    def runs(self, project: str, limit: int = 20) -> list[RunRow]:
        """The last runs of a project, newest first."""
        query = f"{_RUN_COLUMNS} WHERE path = ? ORDER BY runs.id DESC LIMIT ?"
        return [self._run_row(row) for row in self._store.rows(query, storable(project), limit)]

    def add_applied(self, project: str, applied: "Applied") -> int:
        """Remember a change that was carried out; returns its number."""
        fields = {
            "at": applied.at,
            "headline": storable(applied.plan.headline),
            "diff": storable(applied.plan.diff),
            "content": _dump(applied),
        }

        def work(db: sqlite3.Connection) -> int:
            number = _project(db, project)
            last = db.execute("SELECT max(id) FROM runs WHERE project = ?", (number,)).fetchone()[0]
            return _insert(db, "applied", {"project": number, "after_run": last, **fields})

        return self._store.write(work)

    def last_applied(self, project: str) -> AppliedRow | None:
        """The last change of a project that was not undone, or None."""
        return next(iter(self.applied(project, limit=1)), None)

    def applied(self, project: str, limit: int = -1) -> list[AppliedRow]:
        """The changes of a project that were not undone, the last first."""
        rows = self._store.rows(
            "SELECT applied.id, content, undone FROM applied JOIN projects ON projects.id = project"
            " WHERE path = ? AND undone IS NULL ORDER BY applied.id DESC LIMIT ?",
            storable(project),
            limit,
        )
        return [AppliedRow(row[0], _load_applied(row[1]), row[2]) for row in rows]

    def mark_undone(self, id: int) -> None:
        """Remember that an applied change was taken back."""
        self._store.write(
            lambda db: db.execute("UPDATE applied SET undone = ? WHERE id = ?", (time.time(), id))
        )

    def add_outcome(self, before: int, after: int, comparison: "Comparison") -> int:
        """Remember how two runs compare, in the place of what was remembered of them before.

        Compared twice, a change has not helped twice.

        Returns:
            The outcome's number.
        """
        fields = {
            "before": before,
            "after": after,
            "at": time.time(),
            "verdict": comparison.verdict,
            "content": _dump(comparison),
        }

        def work(db: sqlite3.Connection) -> int:
            db.execute("DELETE FROM outcomes WHERE before = ? AND after = ?", (before, after))
            return _insert(db, "outcomes", fields)

        return self._store.write(work)

    def outcomes(self, after: int) -> list[tuple[int, dict[str, Any]]]:
        """What a run was compared with: the other run's number and the comparison's fields, newest first."""
        rows = self._store.rows(
            "SELECT before, content FROM outcomes WHERE after = ? ORDER BY id DESC", after
        )
        return [(row[0], json.loads(row[1])) for row in rows]

    def corrections(self, project: str) -> tuple[Correction, ...]:
        """What the user said of the curves of a project, by their names."""
        rows = self._store.rows(
            "SELECT name, role, lower_is_better FROM corrections JOIN projects ON projects.id = project"
            " WHERE path = ? ORDER BY name",
            storable(project),
        )
        return tuple(
            Correction(name, None if role is None else Role(role), None if lower is None else bool(lower))
            for name, role, lower in rows
        )

    def set_corrections(self, project: str, corrections: Sequence[Correction]) -> None:
        """Remember what the user said of a project's curves, in the place of all that was said before."""

        def work(db: sqlite3.Connection) -> None:
            number = _project(db, project)
            db.execute("DELETE FROM corrections WHERE project = ?", (number,))
            rows = [
                (number, storable(c.name), c.role and c.role.value, c.lower_is_better) for c in corrections
            ]
            db.executemany("INSERT OR REPLACE INTO corrections VALUES (?, ?, ?, ?)", rows)

        self._store.write(work)

    def _run_row(self, row: Sequence[Any]) -> RunRow:
        id, project, source, name, reader, command, folder, added, started, seconds, exit_code, *last = row
        environment, summary = last
        when = added if started is None else started
        changes = self._store.rows(
            "SELECT headline FROM applied JOIN projects ON projects.id = project WHERE path = ?1"
            " AND at <= ?2 AND (undone IS NULL OR undone > ?2) AND at > coalesce("
            " (SELECT max(coalesce(started, added)) FROM runs WHERE project = projects.id"
            " AND id < ?3 AND command IS NOT NULL), 0) ORDER BY applied.id",
            storable(project),
            when,
            id,
        )
        words = None if command is None else tuple(json.loads(command))
        return RunRow(
            id,
            project,
            source,
            name,
            reader,
            words,
            folder,
            added,
            started,
            seconds,
            exit_code,
            tuple(json.loads(environment or "[]")),
            json.loads(summary),
            () if command is None else tuple(change[0] for change in changes),
        )


def _read_again(
    db: sqlite3.Connection, project: int, made: "Sequence[tuple[Packed, dict[str, Any], Said | None]]"
) -> list[int]:
    """The rows of the logs of a folder that is read again right after it was read; empty where it is not."""
    marks = [packed.fields["hash"] for packed, _, _ in made]
    distinct = [mark for mark, _ in groupby(marks)]
    rows = db.execute(
        "SELECT id, hash, command FROM runs WHERE project = ? ORDER BY id DESC LIMIT ?",
        (project, len(distinct)),
    ).fetchall()
    known = [(row[1], row[2]) for row in reversed(rows)]
    if known != [(mark, None) for mark in distinct] or any(told["command"] for _, told, _ in made):
        return []
    places = accumulate((one != other for one, other in pairwise(marks)), initial=0)
    return [int(rows[-1 - place][0]) for place in places]


def _insert_run(db: sqlite3.Connection, project: int, packed: "Packed", told: dict[str, Any]) -> int:
    last = db.execute(
        "SELECT id, hash, command FROM runs WHERE project = ? ORDER BY id DESC LIMIT 1", (project,)
    ).fetchone()
    mark = packed.fields["hash"]
    if told["command"] is None and last is not None and last[1:] == (mark, None):
        return int(last[0])
    db.execute(
        "INSERT OR IGNORE INTO curves (hash, content, regrouped) VALUES (?, ?, 1)", (mark, packed.curves)
    )
    return _insert(db, "runs", {"project": project, "added": time.time(), **packed.fields, **told})


def _project(db: sqlite3.Connection, path: str) -> int:
    db.execute("INSERT OR IGNORE INTO projects (path) VALUES (?)", (storable(path),))
    return int(db.execute("SELECT id FROM projects WHERE path = ?", (storable(path),)).fetchone()[0])


def _insert(db: sqlite3.Connection, table: str, fields: dict[str, Any]) -> int:
    """One row; names of tables and columns are ours, values are only ever bound."""
    columns, places = ", ".join(fields), ", ".join("?" * len(fields))
    made = db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", tuple(fields.values()))
    assert made.lastrowid is not None
    return made.lastrowid


def _ending(finished: "Finished | None") -> dict[str, Any]:
    if finished is None:
        return {}
    return {
        "folder": storable(str(finished.folder)),
        "output": storable(str(finished.output)),
        "started": finished.started_at,
        "seconds": finished.seconds,
        "peak_memory": finished.peak_memory,
        "exit_code": finished.exit_code,
        "signal": finished.signal,
        "interrupted": int(finished.interrupted),
        "environment": _json(list(map(storable, finished.environment))),
    }


def _json(value: Any) -> str:
    return json.dumps(value)


def _dump(value: Any) -> str:
    """A dataclass as JSON; bytes in base64, paths as text."""
    import msgspec

    return json.dumps(msgspec.to_builtins(value, enc_hook=str))


def _load_applied(content: str) -> "Applied":
    import msgspec

    from advisor.experiment.apply import Applied

    return msgspec.convert(json.loads(content), Applied, dec_hook=lambda kind, value: kind(value))


def _no_run(id: int) -> UsageError:
    return UsageError(f"There is no run {id} in the journal.", "'advisor history' lists the runs.")
