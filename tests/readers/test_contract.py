"""What every reader owes: any bytes give runs or one sentence."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from advisor.errors import UnreadableError
from advisor.readers import Source, all_readers, read_paths, read_source
from advisor.text import clean

FRAGMENTS = [
    b"epoch,loss\n",
    b"1,0.5\n",
    b'{"step": 1, "loss": 0.5}\n',
    b'{"log_history": [{"loss": 1, "step": 1}',
    b"]}",
    b"Epoch 1/3\n",
    b"10/10 [====] - 1s - loss: 0.5 - val_loss: 0.6\n",
    b"step 1: loss 0.5\n",
    *(b"\xff\xfe", b"\x00", b"\xef\xbb\xbf", b"\r", b"\t", b'"', b"[", b"{"),
    b"nan,inf,1e400\n",
    b"\x1b[31m",
    "训练损失: 0.5，准确率：91%\n".encode(),
    b'\x18\x00\x00\x00\x00\x00\x00\x00\xa3\x7fK"',
    b"| a | b |\n",
    b"%|##| 5/10 [00:01<00:02, 3it/s, loss=0.5]\r",
]
anything = st.one_of(
    st.binary(max_size=400),
    st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(b"".join),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=20)), max_size=20).map(b"".join),
)


def check_sentence(error):
    assert str(error)
    assert "\n" not in str(error)
    assert clean(str(error), 10_000) == str(error)


def check(runs):
    assert runs
    for run in runs:
        assert run.series
        for series in run:
            assert series.x.size == series.y.size == series.at.size > 0
            assert series.x.dtype == series.y.dtype == np.float64
            assert series.at.dtype == np.int64
            assert (np.diff(series.at) >= 0).all()
            assert series.at[0] >= 1
            assert 0 <= series.certainty <= 1
            assert not np.isnan(series.x).any()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    anything,
    st.sampled_from(["log.csv", "log.txt", "log.json", "trainer_state.json", "events.out.tfevents.1", "-"]),
)
@example(b"", "log.csv")
@example(b"\x00" * 300, "log.csv")
@example("epoch,loss\n1,2\n2,1\n".encode("utf-16"), "log.csv")
def test_any_bytes_give_runs_or_one_sentence(data, name):
    try:
        runs = read_source(Source(name, content=data))
    except UnreadableError as error:
        check_sentence(error)
    else:
        check(runs)


@settings(max_examples=100, deadline=None)
@given(anything)
def test_every_reader_says_how_sure_it_is(data):
    for reader in all_readers():
        assert 0 <= reader.sniff(data, Source("log", content=data).name) <= reader.most_sure


def test_readers_have_names_and_titles_of_their_own():
    readers = all_readers()
    assert {"csv", "json-lines", "hf-trainer-state", "tensorboard"} <= {reader.name for reader in readers}
    assert len({reader.name for reader in readers}) == len(readers)
    assert all(reader.title for reader in readers)


def manifest_cases(shared):
    return json.loads((shared / "logs" / "manifest.json").read_text("utf-8"))


def test_every_real_log_is_read_or_refused_in_a_sentence(shared):
    for case in manifest_cases(shared):
        try:
            check(read_paths([str(shared / "logs" / case["id"] / case["log"])]))
        except UnreadableError as error:
            check_sentence(error)


def test_every_folder_of_real_logs_is_read_or_refused_in_a_sentence(shared):
    for case in manifest_cases(shared)[::6]:
        try:
            check(read_paths([str(shared / "logs" / case["id"])]))
        except UnreadableError as error:
            check_sentence(error)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_real_tables_cut_at_a_line_end_read_as_a_prefix(shared, share):
    for case in ("algoperf-09", "wandb-csv-07", "yolo5-01", "keras-csv-02"):
        (path,) = [p for p in (shared / "logs" / case).iterdir() if p.suffix == ".csv"]
        lines = path.read_bytes().splitlines(keepends=True)
        (whole,) = read_source(Source(path.name, content=b"".join(lines)))
        (part,) = read_source(Source(path.name, content=b"".join(lines[: max(3, int(share * len(lines)))])))
        expected = {s.name: s.y for s in whole}
        for series in part:
            np.testing.assert_array_equal(series.y, expected[series.name][: len(series)])


def test_reading_does_not_write(tmp_path):
    path = tmp_path / "log.csv"
    path.write_bytes(b"epoch,loss\n0,2\n1,1\n")
    before = path.stat()
    read_paths([str(tmp_path)])
    after = path.stat()
    assert (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    assert [found.name for found in tmp_path.iterdir()] == ["log.csv"]


def test_a_path_is_as_good_as_its_name(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("epoch,loss\n1,0.5\n2,0.4\n3,0.3\n")

    (of_path,), (of_name,) = read_paths([log]), read_paths([str(log)])

    assert of_path.series[0].y.tolist() == of_name.series[0].y.tolist() == [0.5, 0.4, 0.3]
    assert of_path.source == of_name.source == str(log)
