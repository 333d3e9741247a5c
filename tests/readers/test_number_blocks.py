"""Large tables read block by block as they read row by row."""

from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.readers.formats import csv_table
from advisor.readers.formats.csv_table import READER
from advisor.readers.number_blocks import parse_numbers, split_numbers
from tests.readers.as_read import as_read
from tests.readers.odd_tables import tables


def reading(data):
    return as_read(READER, "log.csv", data)


def both_ways(data, block=200):
    with patch.object(csv_table, "_read_blocks", return_value=None):
        slowly = reading(data)
    for with_pandas_from in (0, 1 << 60):
        with (
            patch.object(csv_table, "_LARGE_BYTES", with_pandas_from),
            patch.object(csv_table, "_BLOCK_BYTES", block),
        ):
            assert reading(data) == slowly
    return slowly


HEADER = b"epoch,step,loss,val_loss"
ROWS = [b"%d,%d,%.12g,%s" % (i // 8, i, 1 / (i + 1), b"%.4g" % i if i % 8 == 7 else b"") for i in range(90)]
WHOLE = b"\n".join([HEADER, *ROWS, b""])


@pytest.mark.parametrize("with_pandas_from", [0, 1 << 60])
def test_most_rows_are_cut_at_once(with_pandas_from):
    with (
        patch.object(csv_table, "_LARGE_BYTES", with_pandas_from),
        patch.object(csv_table, "_BLOCK_BYTES", 200),
        patch.object(csv_table, "_add_row", wraps=csv_table._add_row) as slow,
    ):
        ((curves, _, _),) = reading(WHOLE)
    assert slow.call_count < 20
    assert {name: len(y) // 8 for name, y, *_ in curves} == {"epoch": 90, "loss": 90, "val_loss": 11}


@pytest.mark.parametrize(
    "row",
    [
        HEADER,
        b"epoch,step,loss,acc",
        b"epoch,step,loss,val_loss,acc\n9,9,9,9,9",
        b"3,30,nan,",
        b"3,30,-inf,NaN",
        b"3,30,1e400,-",
        b"3,30,1_000,None",
        b"3,30,diverged,",
        b"3,30,0.5",
        b"3,30,0.5,1,7",
        b"3,30,0.5,1,",
        b"",
        b",,,",
        b"   ",
        b" 3, 30 ,0.5,",
        b"3,30,0.5,1\r",
        b'3,30,"0.5",',
        b'3,30,"0.5,',
        b"0,0,9,9",
        b"3,30,1e,",
        b"3,30,1.2.3,--1",
        "3,30,0.5,中".encode(),
        b"3,30,0.5,\xff",
        b"# a comment",
        b"\x00",
    ],
)
def test_one_odd_row_in_a_large_table_is_read_alike(row):
    for at in (0, 1, 45, 90):
        both_ways(b"\n".join([HEADER, *ROWS[:at], row, *ROWS[at:], b""]))
    both_ways(WHOLE + row)


@pytest.mark.parametrize("cut", range(24))
def test_a_cut_end_is_told_alike(cut):
    both_ways(WHOLE[: len(WHOLE) - cut])


@pytest.mark.parametrize("delimiter", [b"\t", b";", b"|", b" "])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
def test_other_dialects_are_read_alike(delimiter, end):
    both_ways(WHOLE.replace(b",", delimiter).replace(b"\n", end))


@pytest.mark.parametrize("block", [60, 200])
def test_odd_tables_are_read_alike(block):
    for name, text in tables().items():
        try:
            both_ways(text, block)
        except AssertionError as error:
            raise AssertionError(name) from error


def test_settings_before_the_header_are_settings():
    ((_, _, given_),) = both_ways(b'#{"lr": 0.1}\n' + WHOLE)
    assert [value.name for value in given_] == ["lr"]


def test_decimal_commas_are_read_alike():
    both_ways(WHOLE.replace(b",", b";").replace(b".", b","))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("0123456789.eE+-", max_size=9), min_size=1, max_size=12))
def test_a_number_is_what_float_takes_for_one(cells):
    block = "".join(f"1,{cell}\n" for cell in cells).encode()
    spelt = [_number(cell) for cell in cells if cell]
    for parse in (parse_numbers, split_numbers):
        parsed = parse(block, ",", 2)
        if parsed is None:
            assert None in spelt
        else:
            assert parsed[1][1][0].tolist() == spelt


def _number(cell):
    try:
        return float(cell)
    except ValueError:
        return None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=20))
def test_every_float_is_read_to_its_last_bit(values):
    block = "".join(f"{value!r},0\n" for value in values if np.isfinite(value)).encode()
    if block:
        for parse in (parse_numbers, split_numbers):
            parsed = parse(block, ",", 2)
            assert parsed[1][0][0].tolist() == [value for value in values if np.isfinite(value)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.sampled_from(b'0,.\n\r-e"x\xff \t')), max_size=4),
    st.integers(30, 900),
)
def test_damage_is_read_alike(changes, block):
    data = bytearray(WHOLE)
    for place, byte in changes:
        data[place] = byte
    both_ways(bytes(data), block)
