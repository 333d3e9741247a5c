import hashlib
import math
import shutil
import sqlite3

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import UnreadableError
from advisor.readers import Source, read_paths, read_source
from advisor.run import EventKind

# As MLflow 3 makes them, less its constraints and indexes.
SCHEMA = """
CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(250), status VARCHAR(9),
    start_time BIGINT, end_time BIGINT, lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200),
    experiment_id INTEGER);
CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL,
    run_uuid VARCHAR(32) NOT NULL, step BIGINT DEFAULT '0' NOT NULL, is_nan BOOLEAN DEFAULT '0' NOT NULL,
    PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan));
CREATE TABLE params (key VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32) NOT NULL,
    PRIMARY KEY (key, run_uuid));
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
"""
START = 1_700_000_000_000


def log(database, run, values, key="loss", begin=START):
    rows = [(key, y, begin + 1_000 * i, run, i, 0) for i, y in enumerate(values)]
    database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)


def add_run(database, run, name="fox", start=START, status="FINISHED", stage="active"):
    database.execute(
        "INSERT INTO runs VALUES (?, ?, ?, ?, NULL, ?, '../../etc', 0)", (run, name, status, start, stage)
    )


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "mlflow.db"
    database = sqlite3.connect(path)
    database.executescript(SCHEMA)
    add_run(database, "a" * 32, "old", START)
    log(database, "a" * 32, [3, 2, 1])
    log(database, "a" * 32, [4, 3, 5], "val_loss")
    database.execute("INSERT INTO params VALUES ('lr', '0.01', ?)", ("a" * 32,))
    add_run(database, "b" * 32, "new", START + 5_000, status="FAILED")
    log(database, "b" * 32, [2, 1, 0.5])
    add_run(database, "c" * 32, "gone", stage="deleted")
    log(database, "c" * 32, [9, 9, 9])
    database.commit()
    yield path, database
    database.close()


def files(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def curves(run):
    return {series.name: series.y.tolist() for series in run}


def test_runs_come_newest_first_and_deleted_ones_are_counted(store):
    path, _ = store
    new, old = read_paths([str(path)])
    assert (new.name, old.name) == ("new", "old")
    assert curves(old) == {"loss": [3, 2, 1], "val_loss": [4, 3, 5]}
    assert old.number("learning_rate") == 0.01
    assert old.series[0].x.tolist() == [0, 1, 2]
    assert any("failed" in event.text for event in new.events)
    assert any("deleted" in event.text and event.count == 1 for event in new.events)


def test_the_folder_of_a_store_is_enough(store):
    path, _ = store
    assert [run.name for run in read_paths([str(path.parent)])] == ["new", "old"]


@pytest.mark.fault("M4")
def test_nothing_is_written(store):
    path, database = store
    database.close()
    before = files(path.parent)
    read_paths([str(path)])
    assert files(path.parent) == before


@pytest.mark.fault("M4")
def test_a_log_that_its_writer_holds_open_is_honoured_and_left_alone(store):
    path, database = store
    database.execute("PRAGMA journal_mode = wal")
    log(database, "b" * 32, [0.25], begin=START + 9_000)
    database.commit()
    before = files(path.parent)
    assert set(before) == {"mlflow.db", "mlflow.db-wal", "mlflow.db-shm"}
    new, _ = read_paths([str(path)])
    assert curves(new)["loss"] == [2, 1, 0.5, 0.25]
    after = files(path.parent)
    # The third file is shared memory, in which a reader says how far it reads.
    assert {n: h for n, h in after.items() if n != "mlflow.db-shm"} == {
        n: h for n, h in before.items() if n != "mlflow.db-shm"
    }
    database.execute("INSERT INTO params VALUES ('x', '1', ?)", ("a" * 32,))
    database.commit()


def test_a_log_that_a_killed_writer_left_is_honoured_and_left_alone(store, tmp_path):
    path, database = store
    database.execute("PRAGMA journal_mode = wal")
    log(database, "b" * 32, [0.25], begin=START + 9_000)
    database.commit()
    left = tmp_path / "left"
    left.mkdir()
    for name in ("mlflow.db", "mlflow.db-wal"):
        shutil.copyfile(path.with_name(name), left / name)
    before = files(left)
    new, _ = read_paths([str(left / "mlflow.db")])
    assert curves(new)["loss"] == [2, 1, 0.5, 0.25]
    assert files(left) == before


def test_a_store_in_wal_mode_that_was_closed_gets_no_file_beside_it(store):
    path, database = store
    database.execute("PRAGMA journal_mode = wal")
    database.close()
    before = files(path.parent)
    assert set(before) == {"mlflow.db"}
    assert len(read_paths([str(path)])) == 2
    assert files(path.parent) == before


@pytest.mark.fault("M4")
def test_a_store_that_a_writer_locks_is_told(store, monkeypatch):
    monkeypatch.setattr("advisor.readers.databases._BUSY_SECONDS", 0.05)
    path, database = store
    database.execute("BEGIN EXCLUSIVE")
    with pytest.raises(UnreadableError, match="locked"):
        read_paths([str(path)])
    database.rollback()
    assert read_paths([str(path)])


def test_an_older_schema_is_read_by_the_names_of_its_columns(tmp_path):
    path = tmp_path / "old.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE metrics (run_uuid TEXT, value FLOAT, key TEXT, timestamp BIGINT)")
    rows = [("a", 3 - i, "loss", START + i) for i in range(3)]
    database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?)", rows)
    database.commit()
    database.close()
    (run,) = read_paths([str(path)])
    assert curves(run) == {"loss": [3, 2, 1]}
    assert run.series[0].x_kind == "index"


def test_values_that_are_not_finite_come_back(store):
    path, database = store
    add_run(database, "d" * 32, "odd", START + 9_000)
    rows = [
        ("loss", 0.0, START, "d" * 32, 0, 1),
        ("loss", 1.7976931348623157e308, START + 1, "d" * 32, 1, 0),
        ("loss", -1.7976931348623157e308, START + 2, "d" * 32, 2, 0),
    ]
    database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)
    database.commit()
    run = read_paths([str(path)])[0]
    np.testing.assert_array_equal(run.series[0].y, [math.nan, math.inf, -math.inf])


def test_runs_of_one_name_are_told_apart(store):
    path, database = store
    add_run(database, "d" * 32, "new", START + 9_000)
    log(database, "d" * 32, [1, 2])
    database.commit()
    assert [run.name for run in read_paths([str(path)])] == ["new dddddddd", "new bbbbbbbb", "old"]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE study (id INTEGER)",
        "CREATE VIEW metrics AS WITH RECURSIVE n(key, value, run_uuid) AS (SELECT 'loss', 1, 'a' UNION ALL "
        "SELECT key, value + 1, run_uuid FROM n) SELECT * FROM n",
    ],
)
def test_another_database_is_named_and_its_views_are_not_run(tmp_path, sql):
    database = sqlite3.connect(tmp_path / "other.db")
    database.execute(sql)
    database.commit()
    database.close()
    with pytest.raises(UnreadableError, match="an SQLite database without MLflow's or Optuna's tables"):
        read_paths([str(tmp_path / "other.db")])


def test_a_store_without_metrics_is_told(tmp_path):
    database = sqlite3.connect(tmp_path / "mlflow.db")
    database.executescript(SCHEMA)
    database.close()
    with pytest.raises(UnreadableError, match="holds no metric"):
        read_paths([str(tmp_path / "mlflow.db")])


@pytest.mark.fault("M5")
def test_names_with_odd_characters_are_only_names(tmp_path):
    folder = tmp_path / "a b?mode=rwc#%41"
    folder.mkdir()
    database = sqlite3.connect(folder / "m.db")
    database.executescript(SCHEMA)
    add_run(database, "a'; DROP TABLE runs; --")
    log(database, "a'; DROP TABLE runs; --", [2, 1])
    database.commit()
    database.close()
    (run,) = read_paths([str(folder / "m.db")])
    assert curves(run) == {"loss": [2, 1]}


def test_bytes_without_a_file_are_read(store):
    path, database = store
    database.execute("PRAGMA journal_mode = wal")
    database.close()
    assert len(read_source(Source("-", content=path.read_bytes()))) == 2


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "mlflow.db"
    database = sqlite3.connect(path)
    database.executescript(SCHEMA)
    for run in "abc":
        add_run(database, run * 32, run)
        log(database, run * 32, list(range(300)))
    database.commit()
    database.close()
    return path.read_bytes()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_store_gives_runs_or_one_sentence(whole, tmp_path_factory, data):
    damaged = bytearray(whole[: data.draw(st.integers(1, len(whole)))])
    for _ in range(data.draw(st.integers(0, 20))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.db"
    path.write_bytes(damaged)
    try:
        runs = read_paths([str(path)])
    except UnreadableError:
        pass
    else:
        assert all(len(series) for run in runs for series in run)
    assert path.read_bytes() == damaged


def test_a_schema_that_is_no_text_is_refused_in_a_sentence(whole, tmp_path):
    place = whole.index(b"index_metrics")
    (tmp_path / "damaged.db").write_bytes(whole[:place] + b"\x80" + whole[place + 1 :])
    with pytest.raises(UnreadableError, match="malformed database schema"):
        read_paths([str(tmp_path / "damaged.db")])


def test_one_damaged_run_hides_no_other(whole, tmp_path):
    left = []
    for offset in range(4_096, len(whole), 4_096):
        (tmp_path / "damaged.db").write_bytes(whole[:offset] + bytes(4_096) + whole[offset + 4_096 :])
        try:
            runs = read_paths([str(tmp_path / "damaged.db")])
        except UnreadableError:
            continue
        if len(runs) < 3:
            told = [event for event in runs[0].events if event.kind == EventKind.UNREADABLE]
            assert len(told) + len(runs) == 3
            assert all(len(run.series[0]) == 300 for run in runs)
            left.append(len(runs))
    assert 2 in left


def test_a_store_whose_bytes_are_at_hand_is_read_from_them_and_not_from_its_path(store, tmp_path):
    path, _ = store
    content = path.read_bytes()
    for place in (None, tmp_path / "gone.db"):
        runs = read_source(Source("mlflow.db", place, content=content))
        assert [run.name for run in runs] == ["new", "old"]


def test_parameters_that_are_damaged_are_told_and_the_metrics_read(store):
    path, database = store
    (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'params'").fetchone()
    (size,) = database.execute("PRAGMA page_size").fetchone()
    database.close()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : (page - 1) * size + 8] = b"\xff" * 8
    path.write_bytes(data)
    runs = {run.name: run for run in read_paths([str(path)])}
    assert len(runs["old"].series[0]) == 3
    assert runs["old"].hyperparameters == ()
    assert [e.text.partition(":")[0] for e in runs["old"].events] == [
        "The parameters are damaged and were left out"
    ]
