"""Runs that are written in several files, by the writers of TensorBoard and in the form of MLflow."""

from itertools import pairwise

import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from advisor.readers import read_paths
from advisor.readers.follow import Kind
from advisor.readers.growing import GrowingLog
from advisor.readers.growing_folder import GrowingFolder
from tests.event_files import content, simple


@pytest.fixture(autouse=True)
def no_rest(monkeypatch):
    monkeypatch.setattr("advisor.readers.growing_folder._REST_PER_LOOK", 0.0)
    monkeypatch.setattr("advisor.readers.growing_folder._REST_PER_WORK", 0.0)
    monkeypatch.setattr("advisor.readers.growing._REST_PER_WORK", 0.0)


def write(writer, step):
    summary = Summary(value=[Summary.Value(tag="loss", simple_value=1 / (step + 1))])
    writer.add_event(Event(wall_time=100.0 + step, step=step, summary=summary))
    writer.flush()


def steps(log):
    return [int(x) for x in log.runs[0].series[0].x]


def test_a_run_of_several_event_files_is_followed_as_one(tmp_path):
    folder = tmp_path / "logs"
    first = EventFileWriter(str(folder), filename_suffix=".a")
    write(first, 0)
    second = EventFileWriter(str(folder), filename_suffix=".b")
    write(second, 1)
    label = read_paths([str(folder)])[0].source
    log = GrowingFolder(label)
    assert log.look().kind is Kind.REPLACED
    assert steps(log) == [0, 1]
    assert log.look().kind is Kind.NOTHING
    for step in range(2, 6):
        write(second, step)
        assert log.look().kind is Kind.APPENDED
        assert steps(log) == list(range(step + 1))
    third = EventFileWriter(str(folder), filename_suffix=".c")
    write(third, 6)
    log.look()
    assert steps(log) == list(range(7))
    for writer in (first, second, third):
        writer.close()


def test_an_event_file_is_followed_record_by_record(tmp_path):
    writer = EventFileWriter(str(tmp_path))
    write(writer, 0)
    path = next(tmp_path.glob("*tfevents*"))
    log = GrowingLog(path, str(path))
    log.look()
    for step in range(1, 6):
        write(writer, step)
        assert log.look().kind is Kind.APPENDED
        assert steps(log) == list(range(step + 1))
    whole = path.read_bytes()
    writer.close()
    path.write_bytes(whole[:-9])
    log.look()
    assert steps(log) == list(range(5))
    with path.open("ab") as stream:
        stream.write(whole[-9:])
    log.look()
    assert steps(log) == list(range(6))


def test_a_store_is_followed_and_waited_for(tmp_path):
    folder = tmp_path / "run"
    log = GrowingFolder(str(folder))
    assert [log.look().kind for _ in range(2)] == [Kind.GONE, Kind.NOTHING]
    (folder / "metrics").mkdir(parents=True)
    (folder / "meta.yaml").write_text("run_id: abc\nstatus: 1\nartifact_uri: x\n")
    loss = folder / "metrics" / "loss"
    loss.write_text("1614174073129 1.0 0\n1614174074129 0.5 1\n")
    log.look()
    assert log.runs[0].series[0].y.tolist() == [1.0, 0.5]
    with loss.open("a") as stream:
        stream.write("1614174075129 0.25 2\n")
    assert log.look().kind is Kind.APPENDED
    assert log.runs[0].series[0].y.tolist() == [1.0, 0.5, 0.25]


def test_readings_are_rare_where_they_are_slow(tmp_path, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("advisor.readers.growing_folder.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("advisor.readers.growing_folder._REST_PER_WORK", 4.0)
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss\n0,0.5\n1,0.4\n")
    read = []

    def slow(paths):
        clock[0] += 1.0
        read.append(clock[0])
        return read_paths(paths)

    monkeypatch.setattr("advisor.readers.growing_folder.read_paths", slow)
    log = GrowingFolder(str(tmp_path))
    for i in range(200):
        with path.open("a") as stream:
            stream.write(f"{i + 2},0.3\n")
        clock[0] += 0.1
        log.look()
    gaps = [later - earlier for earlier, later in pairwise(read)]
    assert len(gaps) > 3
    assert min(gaps) >= 5.0


@pytest.mark.fault("E9")
def test_an_event_file_that_a_restart_within_the_second_made_shorter_is_read_anew(tmp_path):
    path = tmp_path / "events.out.tfevents.1700000000.host"
    path.write_bytes(content(*(simple("loss", step, 1 / (step + 1)) for step in range(9))))
    log = GrowingLog(path, str(path))
    log.look()
    assert steps(log) == list(range(9))
    path.write_bytes(content(*(simple("loss", step, 1 / (step + 1)) for step in range(3))))
    assert log.look().kind is Kind.RESTARTED
    assert steps(log) == [0, 1, 2]


@pytest.mark.fault("L7")
def test_among_ten_thousand_files_a_new_point_is_seen_without_any_notification(tmp_path):
    for i in range(10_000):
        (tmp_path / f"image-{i:05}.png").touch()
    folder = tmp_path / "runs"
    folder.mkdir()
    writer = EventFileWriter(str(folder))
    write(writer, 0)
    log = GrowingFolder(str(tmp_path))
    log.look()
    assert steps(log) == [0]
    write(writer, 1)
    assert log.look().kind is Kind.APPENDED
    assert steps(log) == [0, 1]
    writer.close()
