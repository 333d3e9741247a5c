"""The SQLite file under the journal: private, durable, left alone where it cannot be used."""

import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from weakref import finalize

from advisor.journal.schema import NewerError, RefusedError, migrate
from advisor.text import clean_line

Result = TypeVar("Result")

BUSY_SECONDS = 5.0
_END_SECONDS = 1.0
_LARGEST_COPY = 64 * 2**20


def data_folder() -> Path:
    """Where the user's data lives: ADVISOR_HOME, else the platform's folder for it."""
    named = os.environ.get("ADVISOR_HOME")
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_data_path("advisor", appauthor=False)


def storable(text: str) -> str:
    """Text that SQLite can hold: what is no valid Unicode (odd file names) is written out."""
    return text.encode("utf-8", "backslashreplace").decode()


class Store:
    """One SQLite file, or the memory of this process where there is no file that can be used.

    A file of a newer version is only read; the first write goes on in a copy that ends with the process.

    Attributes:
        path: The file; None once what is written is not kept in one.
        folder: Where files that belong to the store are kept.
        warning: Why nothing is remembered, in one or two sentences; empty where all is well.
    """

    def __init__(self, path: Path) -> None:
        self.path: Path | None = path.absolute()
        self.folder = self.path.parent
        self.warning = ""
        self._lock = threading.RLock()
        try:
            _make_private(self.path)
            self._db = self._opened(self.path)
            # SQLite's other files go when it is closed; a connection holds itself, and would stay open.
            finalize(self, _close_idle, self._db, self._lock)
        except (OSError, sqlite3.Error, RefusedError) as error:
            self._db = _in_memory()
            self._use_memory(error)

    def _opened(self, path: Path) -> sqlite3.Connection:
        try:
            return _open(path)
        except NewerError as error:
            db = _open_to_read(path)
            self.warning = (
                f"The journal {clean_line(str(path))} {error}: it is read, but what is done now"
                " is not remembered. Update advisor to use it."
            )
            return db

    @classmethod
    def in_memory(cls) -> "Store":
        """A store that is forgotten with the process."""
        store = cls.__new__(cls)
        store.path, store.folder, store.warning = None, Path(tempfile.gettempdir()), ""
        store._lock, store._db = threading.RLock(), _in_memory()
        return store

    def close(self) -> None:
        """Close the file; what is in memory is gone then."""
        with self._lock:
            self._db.close()

    def rows(self, statement: str, *values: Any) -> list[Any]:
        """Every row that a query finds."""
        return self._on_disk_or_in_memory(lambda db: db.execute(statement, values).fetchall())

    def row(self, statement: str, *values: Any) -> Any:
        """The first row that a query finds, or None."""
        return next(iter(self.rows(statement, *values)), None)

    def write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Do `work` in one transaction; on return it would survive a power cut."""
        result = self._on_disk_or_in_memory(lambda db: _transaction(db, work))
        with self._lock, suppress(sqlite3.Error):
            # What is committed goes to the main file at once, since people copy that file alone.
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")
        return result

    def _on_disk_or_in_memory(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """A disk that fails costs what this session would have left behind, never the session's work."""
        with self._lock:
            try:
                return work(self._db)
            except sqlite3.IntegrityError:
                raise
            except sqlite3.DatabaseError as error:
                if self.path is None:
                    raise
                copied = _copy_in_own_words if self.warning else _copy_in_memory
                self._db = copied(self._db, self.path)
                self._use_memory(error)
                return work(self._db)

    def _use_memory(self, error: Exception) -> None:
        reason = getattr(error, "strerror", None) or error
        self.warning = self.warning or (
            f"The journal {clean_line(str(self.path))} cannot be used: {clean_line(str(reason))}."
            " The work goes on, but what is done now is not remembered."
        )
        self.path = None
        if not (self.folder.is_dir() and os.access(self.folder, os.W_OK)):
            self.folder = Path(tempfile.mkdtemp(prefix="advisor-"))


def _close_idle(db: sqlite3.Connection, lock: "threading.RLock") -> None:
    """Close a file, unless a thread is at work on it as the process ends; what is committed is safe."""
    if lock.acquire(timeout=_END_SECONDS):
        db.close()
        lock.release()


def _transaction(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], Result]) -> Result:
    # Immediate, since a transaction that reads before it writes can find the file locked for good.
    db.execute("BEGIN IMMEDIATE")
    try:
        result = work(db)
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise
    return result


def _make_private(path: Path) -> None:
    """The file, new ones readable by their owner alone; SQLite gives its other files the same mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    if not path.is_file():
        raise OSError(0, "it is no regular file")


def _open(path: Path) -> sqlite3.Connection:
    db = _connect(str(path))
    try:
        migrate(db, path)
        _use_write_ahead_log(db)
        # A file that may only be read would else be noticed in the middle of the work.
        db.execute("BEGIN IMMEDIATE")
        db.execute("ROLLBACK")
    except BaseException:
        db.close()
        raise
    return db


def _open_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    db = sqlite3.connect(
        f"{path.as_uri()}?mode=ro",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        db.close()
        raise
    return db


def _connect(name: str) -> sqlite3.Connection:
    db = sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = FULL")
    return db


def _use_write_ahead_log(db: sqlite3.Connection) -> None:
    """Readers and one writer at once. Where it does not work (network disks) the usual journal stays.

    SQLite does not wait for other connections when it changes the mode, so this does.
    """
    end = time.monotonic() + BUSY_SECONDS
    while db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                return
            time.sleep(0.02)


def _in_memory() -> sqlite3.Connection:
    db = _connect(":memory:")
    migrate(db, None)
    return db


def _copy_in_memory(disk: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """What can still be read of a file whose disk has failed, unless it is too large for memory."""
    memory = _connect(":memory:")
    with suppress(sqlite3.Error, OSError, RefusedError):
        if path.stat().st_size <= _LARGEST_COPY:
            disk.backup(memory)
            migrate(memory, None)
            disk.close()
            return memory
    with suppress(sqlite3.Error):
        disk.close()
    memory.close()
    return _in_memory()


def _copy_in_own_words(newer: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """What this version knows of a file of a newer one, in tables as this version has them.

    SQLite keeps it in memory and, where it is large, in a temporary file that it removes itself.
    """
    db = _connect("")
    migrate(db, None)
    db.execute("PRAGMA foreign_keys = OFF")
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    db.execute("BEGIN")
    for (table,) in db.execute(tables).fetchall():
        with suppress(sqlite3.Error):
            _copy_shared_columns(newer, db, table)
    db.execute("COMMIT")
    db.execute("PRAGMA foreign_keys = ON")
    newer.close()
    return db


def _copy_shared_columns(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> None:
    """The rows of a table that both have; a row that lacks what the target needs is left out."""
    known, wanted = ([row[1] for row in db.execute(f"PRAGMA table_info({table})")] for db in (source, target))
    columns = [column for column in wanted if column in known]
    if columns:
        rows = source.execute(f"SELECT {', '.join(columns)} FROM {table}")
        marks = ", ".join("?" * len(columns))
        target.executemany(f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
