"""Opens an SQLite database so that it is never written.

A write-ahead log beside the database is part of it: a live one is shared with its writer, one that a writer
left behind is read from a copy, since opening it in place would create a file.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.text import clean_line

SIGNATURE = b"SQLite format 3\x00"
_WAL_VERSION = 2
_BUSY_SECONDS = 5.0
_MAX_COPIED_BYTES = 1 << 31


def decoded(data: bytes) -> str:
    """The text of a cell; what is no UTF-8 becomes a mark."""
    return data.decode("utf-8", "replace")


def refusal(source: Source, error: sqlite3.Error) -> UnreadableError:
    """The sentence for a database that SQLite does not read."""
    locked = "locked" in str(error) or "busy" in str(error)
    return UnreadableError(
        f"'{clean_line(source.label)}' is an SQLite database that cannot be read: {clean_line(str(error))}.",
        "A program is writing to it; try again." if locked else "Check that the file is whole.",
    )


def other_database(source: Source) -> UnreadableError | None:
    """The sentence for a database that no reader knows; None where it is none."""
    if not source.head.startswith(SIGNATURE):
        return None
    return UnreadableError(
        f"'{clean_line(source.label)}' is an SQLite database without MLflow's or Optuna's tables, "
        "not a training log.",
        "Export the run's metrics as CSV.",
    )


@contextmanager
def open_database(source: Source) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, and that creates no file beside the database.

    Raises:
        sqlite3.Error: it is damaged or locked; also while it is used.
    """
    try:
        with _opened(source) as database:
            yield database
    except UnicodeDecodeError as error:
        # What SQLite says of a damaged schema quotes it, and Python takes that for text.
        raise sqlite3.DatabaseError("malformed database schema") from error


@contextmanager
def _opened(source: Source) -> Iterator[sqlite3.Connection]:
    if source.path is None or source.content is not None:
        content = bytearray(source.data())
        # Bytes in memory have no write-ahead log; the header is told so.
        content[18:20] = b"\x01\x01"
        with closing(sqlite3.connect(":memory:")) as memory:
            memory.deserialize(bytes(content))
            yield memory
        return
    path = source.path.resolve()
    log, shared = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    if _WAL_VERSION not in source.head[18:20]:
        with _connect(path, "mode=ro") as database:
            yield database
    elif not log.exists():
        # Nobody has the database open: whoever does keeps a log.
        with _connect(path, "mode=ro&immutable=1") as database:
            yield database
    elif shared.exists():
        with _connect(path, "mode=ro") as database:
            yield database
    else:
        with _copied(path, log) as copy, _connect(copy, "mode=rw") as database:
            yield database


@contextmanager
def _connect(path: Path, options: str) -> Iterator[sqlite3.Connection]:
    with closing(
        sqlite3.connect(f"file:{quote(str(path))}?{options}", uri=True, timeout=_BUSY_SECONDS)
    ) as found:
        found.execute("PRAGMA query_only = 1")
        found.execute("PRAGMA trusted_schema = 0")
        found.text_factory = decoded
        yield found


@contextmanager
def _copied(path: Path, log: Path) -> Iterator[Path]:
    """A copy of a database and of the log that belongs to it.

    Raises:
        UnreadableError: the two are larger than `_MAX_COPIED_BYTES`.
    """
    if path.stat().st_size + log.stat().st_size > _MAX_COPIED_BYTES:
        raise UnreadableError(
            f"'{clean_line(str(path))}' has a write-ahead log that nobody closed, and is too large to copy.",
            "Open and close it once with the program that wrote it.",
        )
    with tempfile.TemporaryDirectory(prefix="advisor-") as folder:
        copy = Path(folder, "store.db")
        shutil.copyfile(path, copy)
        shutil.copyfile(log, copy.with_name("store.db-wal"))
        yield copy
