"""The journal loses no acknowledged row, and stops no work."""

import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
import time
import zlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.errors import UsageError
from advisor.experiment.apply import apply, undo
from advisor.experiment.compare import compare
from advisor.experiment.plan import plan_value
from advisor.experiment.runner import run_command
from advisor.journal import Journal, schema
from advisor.journal.packing import compress, expand, pack_run, packed, unpack_run
from advisor.journal.said import Said, SaidChange, SaidFinding, said_in, write_said
from advisor.run import EventKind, Hyperparameter, LogEvent, Role, Run, Series, Trust


def curve(n=20, role=Role.VAL_LOSS, timed=False, name="val_loss"):
    y = np.linspace(2.0, 0.1, n)
    y[3:5] = np.nan, np.inf
    wall = np.arange(n) * 0.1 if timed else None
    return Series(name, y, np.arange(n) * 1.5, np.arange(n) + 7, "epoch", role, True, 0.75, "why", wall)


def example(seed=0):
    return Run(
        source="logs/a.csv",
        series=(
            curve(),
            curve(5, Role.TRAIN_METRIC, timed=True, name="精度"),
            curve(6, Role.OTHER, name="\x1b[2J"),
        ),
        name=f"run {seed}",
        reader="csv",
        hyperparameters=(
            Hyperparameter("--lr", 0.1, "learning_rate", "command line", Trust.COMMAND_LINE),
            Hyperparameter("n", 2**70, None, "x"),
            Hyperparameter("nan", float("inf"), None, "x"),
            Hyperparameter("b", True, None, "x"),
            Hyperparameter("none", None, None, "x"),
            Hyperparameter("'; DROP TABLE runs; --", "bad \udcff bytes", None, "x"),
        ),
        events=(
            LogEvent(EventKind.OUT_OF_MEMORY, "CUDA out of memory", 12, 3),
            LogEvent(EventKind.NOTE, "é"),
        ),
    )


def same(one, other):
    """Whether two runs are the same to the bit."""
    if (one.source, one.name, one.reader, one.hyperparameters, one.events) != (
        other.source, other.name, other.reader, other.hyperparameters, other.events
    ):  # fmt: skip
        return False

    def fields(s):
        wall = None if s.wall_time is None else s.wall_time.tobytes()
        arrays = [(a.dtype, a.tobytes()) for a in (s.y, s.x, s.at)]
        return s.name, s.x_kind, s.role, s.lower_is_better, s.certainty, s.because, wall, arrays

    return [fields(s) for s in one.series] == [fields(s) for s in other.series]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "journal.sqlite3"


@pytest.fixture
def journal(path):
    with Journal.open(path) as opened:
        yield opened


def test_a_run_comes_back_exactly(path):
    with Journal.open(path) as journal:
        number = journal.add_run("p", example())
        assert same(journal.load_run(number), example())
    with Journal.open(path) as journal:
        assert journal.warning == ""
        assert same(journal.load_run(number), example())
        row = journal.run_row(number)
    assert (row.project, row.source, row.name, row.reader) == ("p", "logs/a.csv", "run 0", "csv")
    assert (row.command, row.exit_code, row.changes) == (None, None, ())
    assert row.summary["val_loss"] == {"name": "val_loss", "n": 20, "first": 2.0, "last": 0.1, "best": 0.1}
    assert set(row.summary) == {"val_loss", "train_metric"}


numbers = st.lists(st.floats(allow_nan=True), max_size=30)


@given(
    st.lists(st.tuples(st.text(max_size=5), numbers, st.booleans()), max_size=4),
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()),
)
def test_any_run_survives_packing(curves, value):
    series = tuple(
        Series(
            name,
            np.array(y),
            np.arange(len(y)) / 3,
            np.arange(len(y)),
            wall_time=np.array(y) if timed else None,
        )
        for name, y, timed in curves
    )
    run = Run("s", series, hyperparameters=(Hyperparameter("h", value, None, "x"),))
    back = unpack_run(expand(compress(pack_run(run)), regrouped=True))
    assert same(back, run)
    assert type(back.hyperparameters[0].value) is type(value)


def test_curves_that_an_older_version_kept_come_back(path):
    before = next(n for n, statements in enumerate(schema.MIGRATIONS) if "regrouped" in statements[0])
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        schema.migrate(db, path, schema.MIGRATIONS[:before])
        db.execute("INSERT INTO projects (path) VALUES ('p')")
        db.execute("INSERT INTO curves VALUES ('old', ?)", (zlib.compress(pack_run(example(3)), 1),))
        db.execute(
            "INSERT INTO runs (project, hash, added, source, name, reader, summary)"
            " VALUES (1, 'old', 0, 's', 'n', 'r', '{}')"
        )
    with Journal.open(path) as journal:
        assert same(journal.load_run(1), example(3))
        assert same(journal.load_run(journal.add_run("p", example(4))), example(4))


def test_the_file_and_its_folder_are_the_users_alone(journal, path):
    journal.add_run("p", example())
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {file.suffix for file in path.parent.iterdir()} >= {".sqlite3", ".sqlite3-wal"}


def test_the_home_folder_is_named_by_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path / "home"))
    with Journal.open() as journal:
        assert journal.path == tmp_path / "home" / "journal.sqlite3"
        assert journal.backups.parent == tmp_path / "home"
        captures = {journal.new_capture() for _ in range(100)}
        assert len(captures) == 100
        assert all(tmp_path / "home" in capture.parents for capture in captures)


def test_the_settings_that_durability_rests_on(journal, path):
    db = journal._store._db
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert db.execute("PRAGMA foreign_keys").fetchone() == (1,)
    assert db.execute("PRAGMA application_id").fetchone() == (schema.APPLICATION_ID,)
    assert db.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS),)


def test_runs_are_listed_newest_first_and_by_project(journal):
    ids = [journal.add_run("p", example(i)) for i in range(5)]
    journal.add_run("q", example())
    assert [row.id for row in journal.runs("p", limit=3)] == ids[:1:-1]
    assert journal.runs("nothing") == []
    with pytest.raises(UsageError, match="no run 99"):
        journal.load_run(99)
    with pytest.raises(UsageError, match="no run 99"):
        journal.run_row(99)


def test_a_log_read_again_is_one_run_and_its_curves_are_kept_once(journal):
    first = journal.add_run("p", example())
    assert journal.add_run("p", example()) == first
    other = journal.add_run("p", example(1))
    again = journal.add_run("p", example())
    assert len({first, other, again}) == 3, "the one read last is the newest"
    trained = journal.add_run("p", example(), command=["python", "t.py"])
    assert journal.add_run("p", example(), command=["python", "t.py"]) > trained, "two trainings are two runs"
    assert journal._store.row("SELECT count(*) FROM curves") == (2,)


def test_the_whole_loop_over_several_openings(path, tmp_path):
    """Run, apply, rerun, compare, undo: each in a journal opened anew, as separate commands do."""
    (tmp_path / "c.yaml").write_text("lr: 0.1\n")
    command = ("python", "t.py", "c.yaml", "weird \udcff word")
    with Journal.open(path) as journal:
        finished = run_command(["true"], tmp_path, journal.new_capture(), pty=False)
        said = Said(
            (SaidFinding("STB201", "loss_spikes", "warning", None),),
            (SaidChange("learning_rate", "lr", 0.1, 0.03),),
        )
        first = journal.add_run("p", example(), command=command, finished=finished, said=said)
        journal.set_command("p", command)
    with Journal.open(path) as journal:
        assert journal.command("p") == command
        assert journal.command("q") is None
        assert said_in(journal.store, "p") == {first: said}
        assert said_in(journal.store, "q") == {}
        said = Said((), (said.changes[0], SaidChange(None, "Shuffle the data.", None, None)))
        assert journal.add_runs("r", [(packed(example()), said)] * 2) == [first + 1] * 2
        assert said_in(journal.store, "r") == {first + 1: said}
        applied = apply(plan_value("lr", 0.03, command, tmp_path), journal.backups)
        journal.add_applied("p", applied)
    with Journal.open(path) as journal:
        again = replace(finished, started_at=time.time())
        second = journal.add_run("p", example(1), command=command, finished=again)
        newer, older = journal.runs("p")
        assert (newer.id, older.id) == (second, first)
        assert (newer.command, newer.exit_code, newer.folder) == (command, 0, str(tmp_path))
        assert newer.changes == ("lr 0.1 -> 0.03 (c.yaml line 1)",)
        assert older.changes == ()
        comparison = compare(journal.load_run(first), journal.load_run(second))
        journal.add_outcome(first, second, comparison)
        assert [(n, c["verdict"]) for n, c in journal.outcomes(second)] == [(first, "cannot tell")]
    with Journal.open(path) as journal:
        row = journal.last_applied("p")
        assert row.applied == applied
        undo(row.applied)
        journal.mark_undone(row.id)
        assert journal.last_applied("p") is None
        assert journal.run_row(second).changes == newer.changes, "it stood when that run was made"
        third = journal.add_run(
            "p", example(1), command=command, finished=replace(again, started_at=time.time())
        )
        assert journal.run_row(third).changes == ()
    assert (tmp_path / "c.yaml").read_text() == "lr: 0.1\n"


def test_rows_that_refer_to_nothing_are_refused(journal):
    with pytest.raises(sqlite3.IntegrityError):
        journal.store.write(lambda db: write_said(db, 99, Said((SaidFinding("X1", "x", "info", None),))))
    assert journal.warning == ""


def usable(journal):
    """A journal that does its work for this process."""
    number = journal.add_run("p", example())
    assert same(journal.load_run(number), example())
    journal.set_command("p", ["python"])
    assert journal.command("p") == ("python",)
    return True


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


def big_example(seed):
    y = np.random.default_rng(seed).normal(size=20_000)
    return Run("big", (Series("loss", y, y, np.arange(y.size)),))


def test_a_writer_that_waits_too_long_goes_on_in_memory(path, monkeypatch):
    from advisor.journal import store

    monkeypatch.setattr(store, "BUSY_SECONDS", 0.1)
    with Journal.open(path) as journal:
        blocker = sqlite3.connect(path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        assert usable(journal)
        assert "locked" in journal.warning
        blocker.close()


WRITER = textwrap.dedent("""
    import sys
    import numpy as np
    from pathlib import Path
    from advisor.journal import Journal
    from advisor.journal.said import Said, SaidChange, SaidFinding
    from advisor.run import Run, Series
    journal = Journal.open(Path(sys.argv[1]))
    assert not journal.warning, journal.warning
    for i in range(int(sys.argv[3])):
        y = np.random.default_rng(i).normal(size=3000)
        run = Run(f"{sys.argv[2]}-{i}", (Series("loss", y, y, np.arange(y.size)),))
        change = SaidChange("learning_rate", "lr", i, i)
        said = Said((SaidFinding(f"X{i}", "x", "info", None),), (change, change))
        number = journal.add_run("p", run, command=["x"], said=said)
        assert not journal.warning, journal.warning
        print(number, run.source, flush=True)
""")


def writer(path, name, rows, repository, **options):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(rows)],
        env={**os.environ, "PYTHONPATH": str(repository)},
        stdout=subprocess.PIPE,
        **options,
    )


@pytest.mark.fault("D4")
def test_four_writers_at_once_lose_nothing(path, repository):
    writers = [writer(path, f"w{i}", 25, repository) for i in range(4)]
    lines = [line for w in writers for line in w.communicate(timeout=300)[0].decode().split("\n") if line]
    assert [w.returncode for w in writers] == [0, 0, 0, 0]
    said = {int(line.split()[0]): line.split()[1] for line in lines}
    assert len(said) == 100
    with Journal.open(path) as journal:
        assert {row.id: row.source for row in journal.runs("p", limit=1000)} == said


@pytest.mark.fault("D1")
def test_a_killed_writer_loses_no_acknowledged_row(path, repository):
    """20 times kill -9 at a random moment of writing; what was printed as written is there, and whole."""
    random = np.random.default_rng(7)
    said = {}
    for kill in range(20):
        process = writer(path, f"k{kill}", 10_000, repository)
        first = process.stdout.readline()
        time.sleep(float(random.uniform(0, 0.15)))
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read()
        process.stdout.close()
        assert process.wait() == -signal.SIGKILL
        for line in (first + rest).decode().split("\n")[:-1]:
            number, source = line.split()
            said[int(number)] = source
        with Journal.open(path) as journal:
            assert journal.warning == ""
            assert journal._store.row("PRAGMA integrity_check") == ("ok",)
            assert journal._store.rows("PRAGMA foreign_key_check") == []
            found = {row.id: row.source for row in journal.runs("p", limit=100_000)}
            assert found.items() >= said.items()
            told = said_in(journal.store, "p")
            for number in list(said)[-3:]:
                assert len(journal.load_run(number).series[0]) == 3000
                assert [len(part) for part in (told[number].findings, told[number].changes)] == [1, 2]
    assert len(said) >= 20


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


def test_nothing_in_the_store_is_a_pickle():
    for file in (Path(schema.__file__).parent).glob("*.py"):
        assert "pickle" not in file.read_text()
