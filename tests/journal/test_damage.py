"""A journal that cannot be used as it is: damaged, foreign, of a newer version, read-only, cut."""

import os
import re
import shutil
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.experiment.compare import compare
from advisor.journal import Journal, schema
from tests.journal.examples import big_example, example, same, usable


def damaged(path):
    with Journal.open(path) as journal:
        for i in range(50):
            journal.add_run("p", example(i))
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)


def foreign(path):
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()


def words(path):
    path.parent.mkdir()
    path.write_text("not a database, but long enough to be taken for one\n" * 50)


def folder(path):
    path.mkdir(parents=True)


def under_a_file(path):
    path.parent.write_text("")


@pytest.mark.fault("D6")
@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (damaged, "malformed"),
        (foreign, "belongs to another program"),
        (words, "not a database"),
        (folder, "no regular file"),
        (under_a_file, "xists|irectory"),
    ],
)
def test_a_file_that_cannot_be_used_is_left_alone_and_the_work_goes_on(path, prepare, reason):
    prepare(path)
    before = path.read_bytes() if path.is_file() else None
    with Journal.open(path) as journal:
        assert journal.path is None
        assert usable(journal)
        assert str(path) in journal.warning
        assert re.search(reason, journal.warning)
        assert "\n" not in journal.warning
        journal.backups.mkdir(parents=True)
    assert (path.read_bytes() if path.is_file() else None) == before


def written_by_a_newer_version(path, *statements):
    with Journal.open(path) as journal:
        first = journal.add_run("p", example(), command=["python"])
        second = journal.add_run("p", example(1), command=["python"])
        journal.set_command("p", ["python"])
        for statement in (*statements, "PRAGMA user_version = 999"):
            journal.store._db.execute(statement)
    return first, second


def kept_files(path):
    return {
        p.name: p.read_bytes() for p in path.parent.iterdir() if p.stat().st_size and "-shm" not in p.name
    }


@pytest.mark.fault("D6")
@pytest.mark.parametrize(
    "statements",
    [
        (),
        (
            "ALTER TABLE runs ADD COLUMN energy REAL NOT NULL DEFAULT 0",
            "ALTER TABLE outcomes ADD COLUMN sure REAL NOT NULL DEFAULT 1",
            "CREATE TABLE machines (id INTEGER PRIMARY KEY)",
        ),
        ("ALTER TABLE outcomes DROP COLUMN verdict", "DROP TABLE corrections"),
    ],
)
def test_a_file_of_a_newer_version_is_read_and_never_written(path, statements):
    first, second = written_by_a_newer_version(path, *statements)
    before = kept_files(path)
    with Journal.open(path) as journal:
        warning = journal.warning
        assert "newer version of advisor" in warning
        assert str(path) in warning
        assert [row.id for row in journal.runs("p")] == [second, first]
        assert same(journal.load_run(first), example())
        assert journal.command("p") == ("python",)
        assert journal.path == path
        # What needs to be written goes on in a copy, with everything that was there.
        comparison = compare(journal.load_run(first), journal.load_run(second))
        journal.add_outcome(first, second, comparison)
        assert [number for number, _ in journal.outcomes(second)] == [first]
        third = journal.add_run("p", example(2))
        assert [row.id for row in journal.runs("p")] == [third, second, first]
        assert same(journal.load_run(first), example())
        assert journal.path is None
        assert journal.warning == warning, "one warning"
        assert usable(journal)
    assert kept_files(path) == before


@pytest.mark.fault("D5")
def test_a_folder_that_may_only_be_read(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o500)
    try:
        if os.access(home, os.W_OK):
            pytest.skip("this user may write everywhere")
        with Journal.open(home / "journal.sqlite3") as journal:
            assert "cannot be used" in journal.warning
            assert usable(journal)
    finally:
        home.chmod(0o700)


@pytest.mark.fault("D5")
def test_a_disk_that_fails_in_the_middle_costs_only_the_memory(path):
    with Journal.open(path) as journal:
        first = journal.add_run("p", example())
        pages = journal._store.row("PRAGMA page_count")[0]
        journal._store._db.execute(f"PRAGMA max_page_count = {pages}")  # SQLite's own "disk is full"
        ids = [journal.add_run("p", big_example(i)) for i in range(3)]
        assert "full" in journal.warning
        assert journal.path is None
        assert same(journal.load_run(first), example()), "what was remembered can still be read"
        assert [row.id for row in journal.runs("p")] == [*reversed(ids), first]
    with Journal.open(path) as journal:
        assert journal.warning == ""
        assert [row.id for row in journal.runs("p")] == [first]


SECOND = (
    "ALTER TABLE runs ADD COLUMN starred INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE notes (run INTEGER REFERENCES runs, text TEXT)",
    "INSERT INTO notes SELECT id, 'migrated' FROM runs",
)


class FailingConnection:
    """A connection whose n-th statement fails."""

    def __init__(self, db, fail_at):
        self.db = db
        self.left = fail_at

    def execute(self, statement, *values):
        self.left -= 1
        if self.left == 0:
            raise sqlite3.OperationalError("disk I/O error")
        return self.db.execute(statement, *values)


@pytest.mark.fault("D7")
@pytest.mark.parametrize("old", [0, len(schema.MIGRATIONS)])
def test_a_migration_that_fails_at_any_statement_leaves_the_old_version(path, old):
    migrations = (*schema.MIGRATIONS, SECOND)
    if old:
        with Journal.open(path) as journal:
            journal.add_run("p", example())
    else:
        path.parent.mkdir()
        path.touch()
    saved = path.with_name("saved")
    shutil.copy(path, saved)
    failures = 0
    for number in range(1, 100):
        shutil.copy(saved, path)
        db = sqlite3.connect(path, isolation_level=None)
        try:
            schema.migrate(FailingConnection(db, number), path, migrations)
            break
        except sqlite3.OperationalError:
            failures += 1
            assert not db.in_transaction
            assert db.execute("PRAGMA user_version").fetchone() == (old,)
            tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
            assert "notes" not in tables
            assert ("runs" in tables) == bool(old)
        finally:
            db.close()
    assert failures >= 10
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (len(migrations),)
    assert db.execute("SELECT count(*) FROM notes").fetchone() == (int(old > 0),)
    db.close()
    copy = path.with_name(f"{path.name}.v{old}")
    assert copy.exists() == bool(old)
    if old:
        with Journal.open(copy) as journal:
            assert journal.warning == ""
            assert len(journal.runs("p")) == 1


def test_an_empty_file_becomes_a_journal(path):
    path.parent.mkdir()
    path.touch()
    with Journal.open(path) as journal:
        assert journal.warning == ""
        assert usable(journal)


@pytest.mark.fault("D2")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(cut=st.floats(0, 1), junk=st.binary(max_size=50))
def test_a_cut_write_ahead_log_costs_only_its_end(tmp_path_factory, cut, junk):
    """As after a power cut: what is left of the log is a whole number of transactions."""
    home = tmp_path_factory.mktemp("cut")
    path = home / "journal.sqlite3"
    journal = Journal.open(path)
    for i in range(4):
        journal.add_run("p", example(i), command=["x"])
    for name in ("journal.sqlite3", "journal.sqlite3-wal"):
        shutil.copy(home / name, home / f"copy{name.removeprefix('journal')}")
    journal.close()
    log = home / "copy.sqlite3-wal"
    log.write_bytes(log.read_bytes()[: int(cut * log.stat().st_size)] + junk)
    with Journal.open(home / "copy.sqlite3") as cut_journal:
        assert cut_journal.warning == ""
        rows = cut_journal.runs("p")
        assert [row.name for row in rows] == [f"run {i}" for i in reversed(range(len(rows)))]
        assert all(same(cut_journal.load_run(row.id), example(i)) for i, row in enumerate(reversed(rows)))
