"""A log that is read while it grows gives what reading it as a whole gives, at the cost of what is new."""

import gzip
import itertools
import json
import random

import numpy as np
import pytest

from advisor.readers import read_source
from advisor.readers.base import Source
from advisor.readers.follow import Kind
from advisor.readers.growing import GrowingLog, _joined
from advisor.run import Role, Series


def csv_row(i, top=2.0):
    return f"{i},{top * 0.999**i:.6f},{top * 0.999**i + 0.1:.6f},0.001\n"


def torch_line(i, top=2.0):
    if i % 40 == 39:
        return f" * Epoch {i // 40} Acc@1 {50 + i * 0.01:.3f} val_loss {1 + 1 / (i + 1):.4f}\n"
    loss = f"Loss {top * 0.999**i:.4f} ({top * 0.998**i:.4f})"
    return f"Epoch: [{i // 40}][{i % 40}/40]\tTime 0.12 (0.13)\t{loss}\n"


def json_line(i, top=2.0):
    values = {"step": i * 20, "loss": round(top * 0.999**i, 6), "lr": 0.001}
    return json.dumps(values if i % 25 else values | {"eval_loss": round(1 + 1 / (i + 1), 5)}) + "\n"


def keras_line(i, top=2.0):
    result = f"loss: {top * 0.999**i:.4f} - val_loss: {1 + 1 / (i + 1):.4f}"
    return f"Epoch {i + 1}/2000\n10/10 [==============================] - 1s - {result}\n"


FORMS = {
    "log.csv": ("epoch,loss,val_loss,lr\n", csv_row),
    "train.log": ("Namespace(lr=0.001, batch_size=32, epochs=90)\n", torch_line),
    "log.jsonl": ("", json_line),
    "keras.log": ("Using TensorFlow backend.\n", keras_line),
}


@pytest.fixture(params=FORMS)
def form(request, tmp_path):
    head, line = FORMS[request.param]
    return tmp_path / request.param, head, line


@pytest.fixture
def count_wholes(monkeypatch):
    """How often and how much is read as a whole, and in parts."""
    counted = {"whole": 0, "part": 0, "bytes": 0}

    def whole(source):
        counted["whole"] += 1
        counted["bytes"] += len(source.content)
        return read_source(source)

    def part(reader, content):
        counted["part"] += 1
        counted["bytes"] += len(content)
        return real_part(reader, content)

    from advisor.readers import growing

    real_part = growing._read
    monkeypatch.setattr(growing, "read_source", whole)
    monkeypatch.setattr(growing, "_read", part)
    monkeypatch.setattr(growing, "_REST_PER_WORK", 0.0)
    monkeypatch.setattr(growing, "_QUIET", 1e9)
    return counted


def assert_same(found, wanted):
    assert [run.name for run in found] == [run.name for run in wanted]
    for one, other in zip(found, wanted, strict=True):
        assert [s.name for s in one] == [s.name for s in other]
        for a, b in zip(one, other, strict=True):
            assert (a.role, a.x_kind) == (b.role, b.x_kind)
            np.testing.assert_array_equal(a.y, b.y)
            np.testing.assert_array_equal(a.x, b.x)
            np.testing.assert_array_equal(a.at, b.at)


def whole(path):
    content = path.read_bytes()
    return read_source(Source(str(path), path, content=content[: content.rfind(b"\n") + 1]))


def test_every_look_gives_what_the_whole_gives(form, count_wholes):
    path, head, line = form
    chance = random.Random(5)
    text = head + "".join(line(i) for i in range(1_600))
    path.write_text(text[:3_000])
    log = GrowingLog(path, str(path))
    log.look()
    done = 3_000
    while done < len(text):
        more = chance.choice([7, 90, 400, 2_500, 9_000])
        with path.open("a") as stream:
            stream.write(text[done : done + more])
        done += more
        log.look()
        assert_same(log.runs, whole(path))
    assert count_wholes["part"] > 5


def test_the_cost_of_a_look_is_that_of_what_is_new(form, count_wholes):
    path, head, line = form
    path.write_text(head + "".join(line(i) for i in range(3_000)))
    log = GrowingLog(path, str(path))
    log.look()
    size = path.stat().st_size
    count_wholes.update(whole=0, part=0, bytes=0)
    for i in range(3_000, 3_050):
        with path.open("a") as stream:
            stream.write(line(i))
        log.look()
    assert count_wholes["whole"] == 0
    assert count_wholes["part"] == 50
    assert count_wholes["bytes"] < 50 * size / 5
    assert_same(log.runs, whole(path))


def test_a_new_run_in_the_log_is_a_run_of_its_own(form, count_wholes):
    path, head, line = form
    first = head + "".join(line(i) for i in range(1_500))
    path.write_text(first)
    log = GrowingLog(path, str(path))
    log.look()
    for i in range(60):
        with path.open("a") as stream:
            stream.write((head if i == 0 else "") + line(i, top=3.0))
        log.look()
        assert_same(log.runs, whole(path))
    assert len(log.runs) == 2


def test_a_curve_that_comes_late_is_there_at_once(tmp_path, count_wholes):
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss,val_loss\n" + "".join(f"{i},{2 * 0.999**i:.6f},\n" for i in range(1_500)))
    log = GrowingLog(path, str(path))
    log.look()
    with path.open("a") as stream:
        stream.write("1500,0.4,0.5\n")
    log.look()
    assert [s.name for s in log.runs[0]] == ["loss", "val_loss"]


def test_a_rare_kind_of_line_is_known_without_reading_the_whole(tmp_path, count_wholes):
    def line(i):
        if i % 400 == 399:
            return f"Epoch(val) [{i // 400}][{i % 400}] bbox_mAP: {0.3 + i / 10_000:.4f}\n"
        return f"Epoch [{i // 400}][{i % 400}/400] lr: 1.0e-03, loss: {2 / (i + 2):.4f}\n"

    path = tmp_path / "train.log"
    path.write_text("".join(map(line, range(1_950))))
    log = GrowingLog(path, str(path))
    log.look()
    count_wholes["whole"] = 0
    with path.open("a") as stream:
        stream.write("".join(map(line, range(1_950, 2_005))))
    log.look()
    assert count_wholes["whole"] == 0
    assert_same(log.runs, whole(path))
    assert len(next(s for s in log.runs[0] if s.name == "val_bbox_map")) == 5


def curve(name, first, last, y=1.0, x=0.0, kind="step"):
    at = np.arange(first, last)
    return Series(name, np.full(at.size, y), at + x, at, kind)


KNOWN = [curve("loss", 1, 101), curve("acc", 1, 41)]


def join(*part, known=KNOWN):
    """The part has the log's lines from 51 on, the last 30 of its 50 known ones are compared."""
    return _joined(known, part, since=20, known=50, shift=50)


def test_a_part_that_says_the_same_gives_its_further_points():
    loss, acc = join(curve("loss", 1, 53, x=7))
    assert loss.at.tolist() == list(range(1, 103))
    assert loss.x.tolist() == list(range(1, 103))
    assert loss.y.tolist() == [1.0] * 102
    assert acc is KNOWN[1]


@pytest.mark.parametrize(
    "part",
    [
        [curve("loss", 1, 53, y=1.5)],
        [curve("loss", 1, 50)],
        [curve("loss", 1, 53, kind="epoch")],
        [curve("loss", 51, 53)],
        [curve("acc", 1, 53)],
        [curve("loss", 1, 53), curve("new", 51, 53)],
        [curve("loss", 1, 53), curve("loss", 1, 53)],
        [],
    ],
    ids=["value", "point missing", "x", "nothing to compare", "curve missing", "new curve", "double", "none"],
)
def test_a_part_that_says_something_else_gives_nothing(part):
    assert join(*part) is None


def test_a_part_without_a_point_to_compare_gives_nothing():
    assert join(curve("acc", 51, 53), known=[curve("acc", 1, 41)]) is None
    assert join(curve("acc", 1, 15), known=[curve("acc", 1, 41)]) is None


def test_a_document_is_read_as_a_whole_each_time(tmp_path, count_wholes):
    path = tmp_path / "history.json"
    log = GrowingLog(path, str(path))
    for n in (400, 1_500, 3_000):
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps({"loss": [1 / (i + 1) for i in range(n)]}) + "\n")
        fresh.replace(path)
        assert log.look().kind is Kind.REPLACED
        assert len(log.runs[0].series[0]) == n


def test_a_packed_log_gives_no_half_line(tmp_path):
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(b"epoch,loss\n0,0.5\n1,0.4\n2,0.3\n3,0.21"))
    log = GrowingLog(path, str(path))
    log.look()
    assert log.runs[0].series[0].y.tolist() == [0.5, 0.4, 0.3]
    assert not log.runs[0].events


def test_what_cannot_be_read_yet_is_said_and_tried_again(tmp_path):
    path = tmp_path / "log.csv"
    log = GrowingLog(path, str(path))
    assert log.look().kind is Kind.GONE
    path.write_text("epoch,loss\n")
    log.look()
    assert log.problem is not None
    assert log.runs == []
    with path.open("a") as stream:
        stream.write("0,0.5\n1,0.4\n")
    log.look()
    assert log.problem is None
    assert log.runs[0].series[0].y.tolist() == [0.5, 0.4]


def test_a_log_that_is_cut_keeps_its_runs_until_it_can_be_read_again(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss\n0,0.5\n1,0.4\n2,0.3\n")
    log = GrowingLog(path, str(path))
    log.look()
    path.write_text("")
    assert log.look().kind is Kind.RESTARTED
    assert len(log.runs[0].series[0]) == 3
    path.write_text("epoch,loss\n0,0.9\n1,0.8\n")
    log.look()
    assert log.runs[0].series[0].y.tolist() == [0.9, 0.8]


def test_readings_of_the_whole_leave_most_of_the_time(tmp_path, monkeypatch):
    path = tmp_path / "log.csv"
    path.write_text("epoch,loss\n" + "".join(f"{i},{1 / (i + 1):.6f}\n" for i in range(3_000)))
    log = GrowingLog(path, str(path))
    log.look()
    clock = [1_000.0]
    monkeypatch.setattr("advisor.readers.growing.time.monotonic", lambda: clock[0])
    log._rested_at = 1_001.0
    log._context = None
    with path.open("a") as stream:
        stream.write("3000,0.5\n")
    log.look()
    assert len(log.runs[0].series[0]) == 3_000
    clock[0] = 1_001.5
    log.look()
    assert len(log.runs[0].series[0]) == 3_001


def real_logs(shared):
    """Every fourth log that is text and long enough to be read in parts."""
    files = sorted(path for path in (shared / "logs").rglob("*") if path.is_file())
    texts = [path for path in files if path.suffix in (".csv", ".log", ".txt", ".jsonl", ".json", ".out")]
    return [path for path in texts if 25_000 < path.stat().st_size < 400_000][::4]


def test_real_logs_read_in_parts_are_what_they_are_as_a_whole(shared, tmp_path, count_wholes):
    for source in real_logs(shared):
        content = source.read_bytes()
        path = tmp_path / source.parent.name / source.name
        path.parent.mkdir(exist_ok=True)
        log = GrowingLog(path, str(path))
        cuts = [0, *(len(content) * part // 10 for part in range(6, 11))]
        for start, end in itertools.pairwise(cuts):
            with path.open("ab") as stream:
                stream.write(content[start:end])
            log.look()
            if log.problem is None:
                found = {s.name: s.y for s in log.runs[-1] if s.role != Role.OTHER}
                wanted = {s.name: s.y for s in whole(path)[-1] if s.role != Role.OTHER}
                assert list(found) == list(wanted), source
                for name, y in wanted.items():
                    np.testing.assert_array_equal(found[name], y, err_msg=f"{source} {name}")
        log.settle()
        if log.problem is None:
            assert_same(log.runs, whole(path))
    assert count_wholes["part"] > 30
