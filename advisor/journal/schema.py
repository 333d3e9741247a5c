"""The tables of the journal, and the way from each version of them to the next."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

APPLICATION_ID = 0x41445653
"""Tells our files from other programs' SQLite files ("ADVS")."""

Statements = Sequence[str]

MIGRATIONS: tuple[Statements, ...] = (
    (
        "CREATE TABLE projects (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, command TEXT)",
        "CREATE TABLE curves (hash TEXT PRIMARY KEY, content BLOB NOT NULL)",
        """CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            project INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            hash TEXT NOT NULL REFERENCES curves,
            added REAL NOT NULL, source TEXT NOT NULL, name TEXT NOT NULL, reader TEXT NOT NULL,
            command TEXT, folder TEXT, output TEXT, started REAL, seconds REAL, peak_memory INTEGER,
            exit_code INTEGER, signal TEXT, interrupted INTEGER, summary TEXT NOT NULL)""",
        "CREATE INDEX runs_of_project ON runs (project, id)",
        """CREATE TABLE findings (
            run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            position INTEGER NOT NULL, content TEXT NOT NULL, PRIMARY KEY (run, position))""",
        """CREATE TABLE advice (
            run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            number INTEGER NOT NULL, content TEXT NOT NULL, PRIMARY KEY (run, number))""",
        """CREATE TABLE applied (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            project INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            after_run INTEGER REFERENCES runs ON DELETE SET NULL,
            at REAL NOT NULL, headline TEXT NOT NULL, diff TEXT NOT NULL, content TEXT NOT NULL,
            undone REAL)""",
        "CREATE INDEX applied_of_project ON applied (project, id)",
        "CREATE INDEX applied_after_run ON applied (after_run)",
        """CREATE TABLE outcomes (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            before INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            after INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            at REAL NOT NULL, verdict TEXT NOT NULL, content TEXT NOT NULL)""",
        "CREATE INDEX outcomes_of_run ON outcomes (after, id)",
    ),
    (
        """CREATE TABLE corrections (
            project INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            name TEXT NOT NULL, role TEXT, lower_is_better INTEGER, PRIMARY KEY (project, name))""",
    ),
    ("ALTER TABLE runs ADD COLUMN environment TEXT",),
    (
        """CREATE TABLE told (
            project INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            role TEXT NOT NULL, value TEXT NOT NULL, outcome TEXT NOT NULL, at REAL NOT NULL,
            PRIMARY KEY (project, role, value))""",
    ),
    ("ALTER TABLE curves ADD COLUMN regrouped INTEGER NOT NULL DEFAULT 0",),
)
"""Statements that lead from version n to n + 1; never edited once released."""


class RefusedError(Exception):
    """The file is not one that may be written; the message says why."""


class NewerError(RefusedError):
    """The file was written by a newer version of this program; it may be read."""


def migrate(db: sqlite3.Connection, file: Path | None, migrations: Sequence[Statements] = MIGRATIONS) -> None:
    """Bring a file to the newest schema in one transaction; an older one is copied beside it first.

    Raises:
        RefusedError: the file belongs to another program; it is untouched.
        NewerError: it was written by a newer version of this program; it is untouched.
        sqlite3.Error: the file is damaged or cannot be written; it is untouched.
    """
    version = _known_version(db, len(migrations))
    if version == len(migrations):
        return
    if version and file is not None:
        _keep_copy(db, file.with_name(f"{file.name}.v{version}"))
    db.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have done the work while this one waited.
        for statements in migrations[_known_version(db, len(migrations)) :]:
            for statement in statements:
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {len(migrations)}")
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise


def _known_version(db: sqlite3.Connection, newest: int) -> int:
    application, version, tables = _stated(db)
    empty = tables == 0
    if application != APPLICATION_ID and not (empty and application == 0 and version == 0):
        raise RefusedError("belongs to another program")
    if version > newest:
        raise NewerError("was written by a newer version of advisor")
    return version


def _stated(db: sqlite3.Connection) -> tuple[int, int, int]:
    """Whose file it is, its version, and how many tables and indexes it has.

    One statement, for between two of them another process may make the tables of a new file.
    """
    row = db.execute(
        "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)"
        " FROM pragma_application_id, pragma_user_version"
    ).fetchone()
    return int(row[0]), int(row[1]), int(row[2])


def _keep_copy(db: sqlite3.Connection, copy: Path) -> None:
    """A whole copy, write-ahead log included, for the case that a migration was wrong."""
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    db.execute("VACUUM INTO ?", (str(unfinished),))
    unfinished.chmod(0o600)
    unfinished.replace(copy)
