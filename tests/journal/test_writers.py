"""Several that write one journal at once, and writers that wait or are killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from advisor.journal import Journal
from advisor.journal.said import said_in
from tests.journal.examples import usable


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
