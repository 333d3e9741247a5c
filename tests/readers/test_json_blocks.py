"""Large files of JSON lines read block by block as they read line by line."""

import json
import random
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.readers import json_blocks
from advisor.readers.formats import json_lines
from advisor.readers.formats.json_lines import READER
from tests.readers.as_read import as_read
from tests.readers.odd_documents import documents


def reading(data):
    return as_read(READER, "log.jsonl", data)


def both_ways(data, block=300):
    with patch.object(json_lines, "_LARGE_BYTES", 1 << 60):
        slowly = reading(data)
    with patch.object(json_lines, "_LARGE_BYTES", 0), patch.object(json_lines, "_BLOCK_BYTES", block):
        assert reading(data) == slowly
    return slowly


def training(rows):
    rng = random.Random(0)
    for step in range(rows):
        yield {"step": step, "loss": rng.random(), "lr": 0.1, "time": "12:00", "count": step, "done": False}


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


WHOLE = lines(training(60))


@pytest.mark.parametrize("block", [40, 300])
def test_odd_documents_are_read_alike(block):
    for name, text in documents().items():
        try:
            both_ways(text, block)
        except AssertionError as error:
            raise AssertionError(name) from error


def test_blocks_are_decoded_at_once_and_not_line_by_line():
    with (
        patch.object(json_lines, "_LARGE_BYTES", 0),
        patch.object(json_lines, "_BLOCK_BYTES", 500),
        patch.object(json_lines, "_records_of_line", wraps=json_lines._records_of_line) as slow,
    ):
        ((curves, _, _),) = reading(WHOLE)
    assert slow.call_count < 12
    assert [len(c[1]) // 8 for c in curves] == [60, 60, 60, 60]


@pytest.mark.parametrize(
    "line",
    [
        '{"step": 30, "loss": NaN}',
        '{"step": 30, "loss": 1e400, "lr": 123456789012345678901234567890}',
        '{"step": 30, "loss": "0.25"}',
        '{"step": 30, "loss": null, "extra": 4}',
        '{"step": 30, "loss": {"train": 1, "val": 2}}',
        '{"step": 30, "loss": [0.5]}',
        '{"time": "13:00"}',
        '{"step": 30, "loss": 1}{"step": 31, "loss": 2}',
        '{"step": 30, "loss": 1},',
        "not json",
        "",
        "  ",
        '  {"step": 30}',
        '{"loss": 1, "loss": 2, "step": 30}',
        '{"step": 30,\n"loss": 3}',
        '{"step": 30, "loss": 1, "rank": 1}\n{"step": 30, "loss": 2, "rank": 0}',
        '{"step": 0, "loss": 9}',
        '{"mode": "val", "step": 30, "loss": 3}\n{"mode": "train", "step": 31, "loss": 4}',
        '{"值": 3, "step": 30}',
        '{"step": 30, "loss": 2}\r',
    ],
)
def test_one_odd_line_in_a_large_file_is_read_alike(line):
    rows = WHOLE.split(b"\n")
    odd = "\n".join([line] * 2).encode() if "val" in line else line.encode()
    for at in (0, 30, 59):
        both_ways(b"\n".join([*rows[:at], odd, *rows[at:]]))
    both_ways(WHOLE + odd)


@pytest.mark.parametrize("odd", [None, {"step": 40, "loss": None}, {"loss": 1}, {"step": "40", "loss": "x"}])
def test_records_of_numbers_alone_are_read_as_one_table(odd):
    found = [{"step": i, "loss": 1 / (i + 1)} for i in range(60)]
    if odd:
        found[40] = odd
    with patch.object(json_blocks, "_numbers", wraps=json_blocks._numbers) as by_column:
        ((curves, _, _),) = both_ways(lines(found))
    assert (by_column.call_count == 0) is (odd is None)
    assert max(len(curve[1]) for curve in curves) >= 59 * 8


def test_records_of_numbers_over_several_lines_are_read_alike():
    rows = lines({"step": i, "loss": 1 / (i + 1)} for i in range(60)).split(b"\n")
    two = b'{"step": 60,\n"loss": 0.1}\n{"step": 61, "loss": 0.1}{"step": 62, "loss": 0.1}'
    for at in (10, 40, 60):
        both_ways(b"\n".join([*rows[:at], two, *rows[at:]]))


def test_records_of_two_modes_are_kept_apart():
    records = [{**r, "mode": "val" if i % 5 == 4 else "train"} for i, r in enumerate(training(60))]
    ((curves, _, _),) = both_ways(lines(records))
    assert {"val/loss", "loss"} <= {curve[0] for curve in curves}


def test_settings_before_the_first_record_are_settings():
    first = {"config": {"lr": 0.1, "batch_size": 32}}
    ((_, _, settings_),) = both_ways(lines([first, *training(40)]))
    assert [value.name for value in settings_] == ["lr", "batch_size"]


@pytest.mark.parametrize(
    "tail", [b"\x00\x00", b"\xff\xfe", '{"a": "é"}'.encode("latin-1"), b'{"step": 1, "lo']
)
def test_odd_ends_are_read_alike(tail):
    both_ways(WHOLE + tail)


values = st.one_of(
    st.floats(), st.integers(), st.none(), st.booleans(), st.sampled_from(["x", "0.5", "val", "train"])
)
records = st.dictionaries(st.sampled_from(["step", "loss", "mode", "split", "acc", ""]), values, max_size=5)


@settings(max_examples=80, deadline=None)
@given(st.lists(records, max_size=30), st.integers(20, 400), st.integers(0, 40))
def test_any_records_are_read_alike(found, block, cut):
    data = lines(found)
    both_ways(data[: len(data) - cut], block)
