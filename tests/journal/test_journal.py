"""The journal loses no acknowledged row, and stops no work."""

import sqlite3
import stat
import time
import zlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import UsageError
from advisor.experiment.apply import apply, undo
from advisor.experiment.compare import compare
from advisor.experiment.plan import plan_value
from advisor.experiment.runner import run_command
from advisor.journal import Journal, schema
from advisor.journal.packing import compress, expand, pack_run, packed, unpack_run
from advisor.journal.said import Said, SaidChange, SaidFinding, said_in, write_said
from advisor.run import Hyperparameter, Run, Series
from tests.journal.examples import example, same


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


def test_a_folder_read_again_adds_no_run(journal):
    logs = [packed(example(number)) for number in (0, 1, 1, 2)]
    folder = [(one, Said((), ())) for one in logs]
    first = journal.add_runs("p", folder)
    assert len(set(first)) == 3
    assert journal.add_runs("p", folder) == first
    assert journal.add_runs("p", folder[:1]) != first[:1], "one of its logs, read by itself, is the newest"
    assert set(journal.add_runs("p", folder)).isdisjoint(first), "and then the folder is"


def test_the_whole_loop_over_several_openings(path, tmp_path):
    """Run, apply, rerun, compare, undo: each in a journal opened anew, as separate commands do."""
    (tmp_path / "c.yaml").write_text("lr: 0.1\n")
    command = ("python", "t.py", "c.yaml", "weird \udcff word")
    with Journal.open(path) as journal:
        finished = run_command(["true"], tmp_path, journal.new_capture(), pty=False)
        first = journal.add_run("p", example(), command=command, finished=finished)
        journal.set_command("p", command)
    with Journal.open(path) as journal:
        assert journal.command("p") == command
        assert journal.command("q") is None
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
        journal.add_outcome(first, second, comparison)
        assert len(journal.outcomes(second)) == 1, "compared twice, it has not helped twice"
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


def test_what_was_said_of_a_run_is_kept_with_it(path):
    change = SaidChange("learning_rate", "lr", 0.1, 0.03)
    said = Said((SaidFinding("STB201", "loss_spikes", "warning", None),), (change,))
    with Journal.open(path) as journal:
        first = journal.add_run("p", example(), said=said)
    with Journal.open(path) as journal:
        assert said_in(journal.store, "p") == {first: said}
        assert said_in(journal.store, "q") == {}
        said = Said((), (change, SaidChange(None, "Shuffle the data.", None, None)))
        assert journal.add_runs("r", [(packed(example()), said)] * 2) == [first + 1] * 2
        assert said_in(journal.store, "r") == {first + 1: said}


def test_rows_that_refer_to_nothing_are_refused(journal):
    with pytest.raises(sqlite3.IntegrityError):
        journal.store.write(lambda db: write_said(db, 99, Said((SaidFinding("X1", "x", "info", None),))))
    assert journal.warning == ""


def test_nothing_in_the_store_is_a_pickle():
    for file in (Path(schema.__file__).parent).glob("*.py"):
        assert "pickle" not in file.read_text()
