"""The journal: copied while it is open, under a clock that goes back, very long, and full of hostile text."""

import shutil
import sqlite3

import numpy as np
import pytest

from advisor.journal import Journal
from advisor.run import Role, Run, Series

HOSTILE = "'; DROP TABLE runs; --\x1b[2J\u202e"
MANY = 100_000


def run(name):
    y = np.linspace(2.0, 0.1, 20)
    x = np.arange(20.0)
    return Run(name, (Series("val_loss", y, x, np.arange(1, 21), "epoch", Role.VAL_LOSS, True, 1.0),), name)


@pytest.mark.fault("D3")
def test_a_copy_of_the_main_file_alone_holds_every_row(tmp_path):
    with Journal.open(tmp_path / "journal.sqlite3") as journal:
        numbers = [journal.add_run("p", run(f"run {n}")) for n in range(50)]
        assert journal.store.row("PRAGMA journal_mode")[0] == "wal"
        shutil.copy(journal.path, tmp_path / "copy.sqlite3")
    with Journal.open(tmp_path / "copy.sqlite3") as copy:
        assert [row.id for row in copy.runs("p", 100)] == numbers[::-1]


@pytest.mark.fault("D8")
def test_a_clock_that_goes_back_changes_no_order(tmp_path, monkeypatch):
    with Journal.open(tmp_path / "journal.sqlite3") as journal:
        numbers = []
        for now in (2e9, 1e9, 1.5e9):
            monkeypatch.setattr("time.time", lambda now=now: now)
            numbers.append(journal.add_run("p", run(str(now))))
        assert [row.id for row in journal.runs("p")] == numbers[::-1]


@pytest.mark.fault("D9")
def test_listing_looks_at_no_more_rows_where_there_are_very_many(tmp_path):
    path = tmp_path / "journal.sqlite3"

    def steps(journal):
        """How many thousands of SQLite's virtual machine a listing takes."""
        counted = []
        journal.store._db.set_progress_handler(lambda: counted.append(1), 1_000)
        listed = journal.runs("p")
        journal.store._db.set_progress_handler(None, 0)
        return len(counted), [row.id for row in listed]

    with Journal.open(path) as journal:
        for n in range(20):
            journal.add_run("p", run(f"run {n}"))
        few, _ = steps(journal)
    columns = "project, hash, added, source, name, reader, command, summary"
    with sqlite3.connect(path) as db:
        db.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})"
            f" INSERT INTO runs ({columns}) SELECT {columns} FROM runs, n WHERE runs.id = 1"
        )
    with Journal.open(path) as journal:
        many, listed = steps(journal)
        assert listed[0] == MANY + 20
        assert many <= few + 1


@pytest.mark.fault("D10")
def test_hostile_text_in_its_rows_is_kept_raw_and_shown_clean(tmp_path, told, monkeypatch):
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "home" / "journal.sqlite3"
    with Journal.open(path) as journal:
        number = journal.add_run(str(tmp_path), run(HOSTILE))
        assert journal.load_run(number).name == HOSTILE
    for words in (("history",), ("show", str(number)), ("export", "--format", "csv")):
        shown = told(*words)
        assert "DROP TABLE" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    with Journal.open(path) as journal:
        assert [row.id for row in journal.runs(str(tmp_path))] == [number]
