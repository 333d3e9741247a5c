import json
import os
import sqlite3

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from advisor.errors import UnreadableError
from advisor.readers import folders, read_paths
from advisor.run import EventKind


def curve(points=12, seed=0):
    rng = np.random.default_rng(seed)
    return (2 * 0.8 ** np.arange(points) + 0.05 * rng.normal(size=points)).tolist()


def write_csv(path, losses, digits=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    written = [y if digits is None else f"{y:.{digits}f}" for y in losses]
    path.write_text("step,train_loss\n" + "".join(f"{i},{y}\n" for i, y in enumerate(written)))


def write_events(folder, losses, tag="train/loss"):
    writer = EventFileWriter(str(folder))
    for i, y in enumerate(losses):
        writer.add_event(
            Event(wall_time=float(i), step=i, summary=Summary(value=[Summary.Value(tag=tag, simple_value=y)]))
        )
    writer.close()


def write_mlflow(home, losses):
    (home / "metrics").mkdir(parents=True)
    (home / "params").mkdir()
    (home / "meta.yaml").write_text(f"run_name: {home.name}\nartifact_uri: x\n")
    (home / "metrics" / "loss").write_text(
        "".join(f"{1_700_000_000_000 + i} {y!r} {i}\n" for i, y in enumerate(losses))
    )
    for i in range(60):
        (home / "params" / f"p{i}").write_text("1")


def age(path, seconds):
    for folder, _, names in os.walk(path):
        for name in names:
            os.utime(os.path.join(folder, name), (1.7e9 - seconds, 1.7e9 - seconds))  # noqa: PTH118


def duplicate_notes(run):
    return [event.text for event in run.events if event.text.startswith("The same run stands in")]


def test_hundreds_of_runs_come_newest_first(tmp_path):
    for i in range(300):
        home = tmp_path / "mlruns" / "0" / f"{i:032x}"
        write_mlflow(home, curve(seed=i))
        age(home, i)
    runs = read_paths([str(tmp_path / "mlruns")])
    assert [run.name for run in runs] == [f"{i:032x}" for i in range(300)]
    assert not any(run.events for run in runs)


@pytest.mark.fault("S8")
def test_a_csv_beside_the_event_file_of_its_run_is_one_run(tmp_path):
    losses = curve(20)
    folder = tmp_path / "lightning_logs" / "version_0"
    write_csv(folder / "metrics.csv", losses)
    (folder / "hparams.yaml").write_text("lr: 0.1\n")
    write_events(folder, losses[:16])
    write_csv(tmp_path / "lightning_logs" / "version_1" / "metrics.csv", curve(20, seed=1))
    runs = read_paths([str(tmp_path)])
    assert len(runs) == 2
    (run,) = [run for run in runs if duplicate_notes(run)]
    assert run.reader == "csv"
    assert len(run.series[0]) == 20
    (note,) = duplicate_notes(run)
    assert "tensorboard, 16 points" in note
    assert run.events[0].kind == EventKind.NOTE


def test_an_empty_file_is_no_log(tmp_path):
    write_csv(tmp_path / "full.csv", curve(5))
    (tmp_path / "empty.csv").touch()
    (source,) = folders.from_folder(tmp_path)
    assert source.label == str(tmp_path / "full.csv")


@pytest.mark.parametrize(("digits", "one"), [(7, True), (4, True), (3, True), (2, False), (1, False)])
def test_rounded_copies_are_one_run_where_their_digits_tell(tmp_path, digits, one):
    losses = curve(20)
    write_csv(tmp_path / "metrics.csv", losses, digits)
    write_events(tmp_path / "tb", losses)
    assert len(read_paths([str(tmp_path)])) == (1 if one else 2)


@pytest.mark.parametrize("change", [0.02, -0.004])
def test_runs_that_differ_in_one_value_are_two(tmp_path, change):
    losses = curve(20)
    write_csv(tmp_path / "a" / "metrics.csv", losses)
    write_events(tmp_path / "b", [*losses[:10], losses[10] + change, *losses[11:]])
    assert len(read_paths([str(tmp_path)])) == 2


def test_constant_and_short_curves_do_not_make_runs_one(tmp_path):
    write_csv(tmp_path / "a" / "metrics.csv", [2.3025851] * 20)
    write_events(tmp_path / "b", [2.3025851] * 20)
    write_csv(tmp_path / "c" / "metrics.csv", [1.23456, 1.1])
    write_events(tmp_path / "d", [1.23456, 1.1])
    assert len(read_paths([str(tmp_path)])) == 4


def test_states_saved_with_each_checkpoint_are_one_run(tmp_path):
    losses = curve(30)
    for step in (10, 20, 30):
        history = [{"step": i + 1, "loss": y} for i, y in enumerate(losses[:step])]
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        (folder / "trainer_state.json").write_text(json.dumps({"log_history": history}))
    (run,) = read_paths([str(tmp_path)])
    assert len(run.series[0]) == 30
    assert len(duplicate_notes(run)) == 2


def test_repeats_of_one_seed_with_a_clock_stay_apart(tmp_path):
    for name, second in (("a", 1.5), ("b", 1.7)):
        folder = tmp_path / name
        folder.mkdir()
        rows = "".join(f"{i},{second * i},{y}\n" for i, y in enumerate(curve(20)))
        (folder / "results.csv").write_text("epoch,time,train/loss\n" + rows)
    assert len(read_paths([str(tmp_path)])) == 2


def test_what_only_the_other_log_says_is_kept(tmp_path):
    losses = curve(20)
    write_csv(tmp_path / "run" / "metrics.csv", losses)
    lines = [f"lr: 0.25 step {i} loss {y:.6f}" for i, y in enumerate(losses[:15])]
    (tmp_path / "run" / "out.log").write_text(
        "\n".join([*lines, "torch.cuda.OutOfMemoryError: CUDA out of memory."])
    )
    (run,) = read_paths([str(tmp_path)])
    assert run.reader == "csv"
    assert EventKind.OUT_OF_MEMORY in {event.kind for event in run.events}


def test_many_formats_in_one_folder_are_all_found(tmp_path):
    write_mlflow(tmp_path / "mlruns" / "0" / ("a" * 32), curve(seed=1))
    write_csv(tmp_path / "runs" / "yolo" / "results.csv", curve(seed=2))
    write_events(tmp_path / "runs" / "tb", curve(seed=3))
    database = sqlite3.connect(tmp_path / "mlflow.db")
    database.execute("CREATE TABLE metrics (run_uuid, key, value, step, timestamp, is_nan)")
    rows = [("b", "loss", y, i, i, 0) for i, y in enumerate(curve(seed=4))]
    database.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", rows)
    database.commit()
    database.close()
    runs = read_paths([str(tmp_path)])
    assert sorted(run.reader for run in runs) == ["csv", "mlflow-files", "mlflow-sqlite", "tensorboard"]


@pytest.mark.fault("F5")
def test_a_bound_that_was_reached_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "MAX_LOGS", 3)
    for i in range(5):
        write_csv(tmp_path / f"{i}" / "metrics.csv", curve(seed=i))
        age(tmp_path / f"{i}", i)
    runs = read_paths([str(tmp_path)])
    assert len(runs) == 3
    assert all(
        any("holds 5 files" in event.text and event.count == 2 for event in run.events) for run in runs
    )
    monkeypatch.setattr(folders, "MAX_ENTRIES", 7)
    assert any("first 7 files" in event.text for event in read_paths([str(tmp_path)])[0].events)


@pytest.mark.fault("F2", "S8")
def test_a_run_goes_by_its_own_name_and_not_by_a_link_to_it(tmp_path):
    write_csv(tmp_path / "run-1" / "metrics.csv", curve())
    (tmp_path / "latest-run").symlink_to(tmp_path / "run-1")
    (run,) = read_paths([str(tmp_path)])
    assert run.source == str(tmp_path / "run-1" / "metrics.csv")


@pytest.mark.fault("M6")
def test_an_aim_repository_is_told_what_it_is_and_what_to_do(tmp_path):
    (tmp_path / ".aim" / "meta" / "chunks").mkdir(parents=True)
    (tmp_path / ".aim" / "meta" / "chunks" / "CURRENT").write_text("MANIFEST-000001\n")
    for folder in (tmp_path, tmp_path / ".aim"):
        with pytest.raises(UnreadableError, match=r"Aim repository.*CSV"):
            read_paths([str(folder)])


def test_an_mlflow_run_is_a_log_whatever_its_metrics_are_called(tmp_path):
    run = tmp_path / "mlruns" / "0" / ("a" * 32)
    (run / "metrics").mkdir(parents=True)
    (run / "meta.yaml").write_text(f"artifact_uri: x\nrun_id: {'a' * 32}\nrun_name: fox\n")
    (run / "metrics" / "quux").write_text("".join(f"{1_700_000_000_000 + i} {i / 7} {i}\n" for i in range(5)))
    (read,) = read_paths([str(tmp_path)])
    assert [(series.name, len(series)) for series in read] == [("quux", 5)]
