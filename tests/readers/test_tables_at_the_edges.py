"""Where a text begins to be a table: delimiters, headers, comments, widths, and how surely it is one."""

import pytest

from advisor.readers import Source
from advisor.readers.delimited import Dialect, cut, find_dialect, is_box, is_spoken, rows, split_lines
from advisor.readers.formats import csv_table
from advisor.readers.formats.csv_table import READER
from advisor.readers.table_likeness import is_header, likeness, preamble_length
from advisor.run import EventKind

TABLE = "epoch,loss\n" + "".join(f"{i},0.{i}\n" for i in range(1, 9))


def like(text, named=False):
    return round(likeness(text.encode(), named), 3)


@pytest.mark.parametrize(("text", "bare", "named"), [
    (TABLE, 0.9, 0.98),
    (TABLE.replace(",", "\t"), 0.9, 0.98),
    (TABLE.replace(",", " "), 0.55, 0.63),
    (TABLE.partition("\n")[2], 0.45, 0.53),
    (TABLE.partition("\n")[2].replace(",", " "), 0.1, 0.18),
    ("", 0.0, 0.0),
    ("epoch,loss\n", 0.0, 0.4),
    ("loss\n0.5\n0.4\n", 0.0, 0.4),
    ("{a,b\n1,2\n", 0.0, 0.0),
    ("[a,b\n1,2\n", 0.0, 0.0),
    # Half of the rows as wide as the header at least, and a quarter of the cells numbers.
    ("a,b,c\n1,2,3\n1,2,3\n1,2\n1,2\n", 0.75, 0.83),
    ("a,b,c,d\n1,x,y,z\n2,x,y,z\n3,x,y,z\n", 0.675, 0.755),
    ("a,b,c,d,e\n1,x,y,z,w\n2,x,y,z,w\n3,x,y,z,w\n", 0.0, 0.35),
    ("epoch 1/50\nloss: 0.5\nloss: 0.4\nloss: 0.3\n", 0.0, 0.0),
    ("name,lr=0.1\n1,lr=0.1\n2,lr=0.2\n", 0.0, 0.0),
])  # fmt: skip
def test_how_surely_a_text_is_a_table(text, bare, named):
    found = like(text), like(text, named=True)
    if text.startswith("epoch 1/50"):
        assert found[0] == 0.0
    else:
        assert found == (bare, named)


def test_a_table_of_pipes_that_other_text_follows_is_a_console():
    table = "| epoch | loss |\n|---|---|\n| 1 | 0.5 |\n| 2 | 0.4 |\n"
    assert like(table) > 0.5
    assert like(table + "one\ntwo\n") > 0.5
    assert like(table + "one\n\ntwo\nthree\n") == 0.0
    assert like(table + "one\ntwo\nthree\n", named=True) > 0


def test_the_last_line_of_a_head_is_cut():
    head = ("a,b\n" + "1,2\n" * 2_000)[:4_096]
    assert like(head) == 0.9
    assert likeness((head[:4_090] + "1,2,3").encode(), False) == likeness(b"a,b\n1,2\n", False)


def test_the_last_line_of_a_head_is_cut_also_where_a_few_lines_fill_it():
    row = ",".join("0.25" for _ in range(700)) + "\n"
    header = ",".join(f"c{i}" for i in range(700)) + "\n"
    assert like(header + row + row[:-9]) == 0.9
    assert like(header + row[:-9]) == 0.0, "and a single row is looked at as it is"


@pytest.mark.parametrize(("lines", "length"), [
    (["a,b", "1,2"], 0),
    (["", "a,b", "1,2"], 1),
    (["# note", "", "a,b", "1,2"], 2),
    (["# a b", "1 2", "3 4"], 0),
    (["# note", "# a b", "1 2", "3 4"], 1),
    (["# a b c", "1 2", "3 4"], 1),
    (["# a b", "x y", "3 4"], 1),
    (["#{json}", "1,2", "3,4"], 1),
    (["# a,b"], 1),
    (["", ""], 2),
    ([], 0),
])  # fmt: skip
def test_what_stands_before_a_table(lines, length):
    assert preamble_length(lines) == length


@pytest.mark.parametrize(("cells", "header"), [
    (["epoch", "loss"], True), (["epoch", ""], True), (["", ""], False), (["epoch", "1"], False),
    (["epoch", "nan"], False), ([], False), (["-", "loss"], False),
])  # fmt: skip
def test_a_header_is_words_alone(cells, header):
    assert is_header(cells, Dialect(",")) is header


@pytest.mark.parametrize(("lines", "delimiter", "comma"), [
    (["a,b", "1,2"], ",", False),
    (["a;b", "1;2"], ";", False),
    (["a;b", "1,5;2,5"], ";", True),
    (["a;b", "1,5;2.5"], ";", False),
    (["a\tb", "1\t2"], "\t", False),
    (["|a|b|", "|1|2|"], "|", False),
    (["a b", "1 2"], " ", False),
    (["a,b c", "1,x 2", "1,x 3"], ",", False),
    (["a", "1"], None, False),
    (["a,b", "x,y"], None, False),
    (["a,b"], ",", False),
    (["", "  "], None, False),
    # Half of the lines at least are as wide as most.
    (["a,b", "1,2", "1", "1,2,3"], ",", False),
    (["a,b", "1,2", "1", "1,2,3", "1,2,3,4"], None, False),
])  # fmt: skip
def test_the_delimiter_of_a_table(lines, delimiter, comma):
    assert find_dialect(lines) == (delimiter and Dialect(delimiter, comma))


def test_of_a_long_table_the_first_fifty_lines_tell_the_delimiter():
    assert find_dialect(["a,b", *["1,2"] * 49, *["1;2;3"] * 60]) == Dialect(",")
    assert find_dialect([*["x"] * 25, *["1,2"] * 26]) is None
    assert find_dialect([*["x"] * 24, *["1,2"] * 26]) == Dialect(",")


@pytest.mark.parametrize(("line", "delimiter", "cells"), [
    ("a, b ,c", ",", ["a", "b", "c"]),
    ("a,b,", ",", ["a", "b", ""]),
    ("|a|b|", "|", ["a", "b"]),
    ("a|b", "|", ["a", "b"]),
    ("  |a|b|  ", "|", ["a", "b"]),
    ('"a,b",c', ",", ["a,b", "c"]),
    ('"a""b", c', ",", ['a"b', "c"]),
    ("a  b\tc", " ", ["a", "b", "c"]),
    ("a\u00a0,b", ",", ["a", "b"]),
])  # fmt: skip
def test_the_cells_of_a_line(line, delimiter, cells):
    assert cut(line, delimiter) == cells


@pytest.mark.parametrize(("text", "lines"), [
    ("a\nb\n", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("a\r\r\nb", ["a", "b"]), ("a\rb\r", ["a", "b"]),
    ("", []), ("\n", [""]), ("a\n\n", ["a", ""]),
])  # fmt: skip
def test_the_lines_of_a_text(text, lines):
    assert split_lines(text) == lines


def numbered(lines, **options):
    return [(row.line, row.cells, row.broken) for row in rows(lines, ",", **options)]


def test_a_quoted_cell_goes_on_over_a_few_lines_and_no_further():
    assert numbered(["a,b", "", '1,"x', 'y"', "2,z"]) == [
        (1, ["a", "b"], False), (3, ["1", "x\ny"], False), (5, ["2", "z"], False),
    ]  # fmt: skip
    joined = ['1,"x', *["y"] * 19, 'z"', "2,3"]
    assert numbered(joined)[0][1][1].count("\n") == 20
    broken = ['1,"x', *["y"] * 20, 'z"', "2,3"]
    assert numbered(broken)[0] == (1, ["1", "x"], True)
    assert numbered(['1,"x']) == [(1, ["1", "x"], True)]
    assert numbered(["1,2", "3,4"], first=1) == [(2, ["3", "4"], False)]
    assert numbered(["1,2"], before=7) == [(8, ["1", "2"], False)]
    assert numbered(["---|---", "1,2"]) == [(2, ["1", "2"], False)]


def test_boxes_and_lines_of_a_console_are_told_from_rows():
    def found(*lines, delimiter="|"):
        return list(rows(lines, delimiter))

    pipes, spaces = Dialect("|"), Dialect(" ")
    assert is_box(found("| a | 1 |", "| b | 2 |"), pipes)
    assert not is_box(found("| 1 | 1 |", "| b | 2 |"), pipes)
    assert not is_box(found("| a | 1 | 2 |", "| b | 2 |"), pipes)
    assert is_spoken(found("Epoch 1/50", "1 2", delimiter=" "), spaces, True)
    assert is_spoken(found("a = b", "1 2", delimiter=" "), spaces, True)
    assert not is_spoken(found("a b", "1 2", delimiter=" "), spaces, True)
    assert is_spoken(found("a b", "loss: 2", "loss: 3", delimiter=" "), spaces, True)
    assert not is_spoken(found("a b", "loss: 2", "1 3", delimiter=" "), spaces, True)
    assert is_spoken(found("a b", "so it", "goes on", delimiter=" "), spaces, True)
    many = ["a b", *["loss: 1"] * 2, *["1 2"] * 7]
    assert is_spoken(found(*many[:-1], delimiter=" "), spaces, True)
    assert not is_spoken(found(*many, delimiter=" "), spaces, True), "one in ten may be so"


def read(text, name="log.csv"):
    return READER.read(Source(name, content=text.encode()))


def test_columns_beyond_so_many_are_left_out_and_told(monkeypatch):
    monkeypatch.setattr(csv_table, "_MAX_COLUMNS", 3)
    (run,) = read("epoch,a,b\n1,0.5,0.4\n2,0.4,0.3\n")
    assert ([s.name for s in run], run.events) == (["a", "b"], ())
    (run,) = read("epoch,a,b,c,d\n1,0.5,0.4,1,1\n2,0.4,0.3,1,1\n")
    assert [s.name for s in run] == ["a", "b"]
    ((kind, text, count),) = [(e.kind, e.text, e.count) for e in run.events if "columns" in e.text]
    assert (kind, text, count) == (EventKind.UNREADABLE, "Only the first 3 of 5 columns were read.", 2)


@pytest.mark.parametrize(("rows_", "what", "line", "count"), [
    (["1,0.5", "2", "3,0.3"], "fewer", 3, 1),
    (["1", "2", "3,0.3"], "fewer", 2, 2),
    (["1,0.5,7", "2,0.4", "3,0.3"], "more", 2, 1),
])  # fmt: skip
def test_rows_of_another_width_are_told(rows_, what, line, count):
    (run,) = read("\n".join(["epoch,loss", *rows_, ""]))
    assert [(e.line, e.count) for e in run.events if what in e.text] == [(line, count)]


def test_further_cells_that_are_empty_are_no_columns():
    (run,) = read("epoch,loss\n1,0.5,,\n2,0.4,,\n")
    assert (run.events, [s.name for s in run]) == ((), ["loss"])


def test_a_cell_that_is_no_number_is_told_with_its_line():
    (run,) = read("epoch,loss\n1,0.5\n2,x{}\n3,0.3\n4,y\n".replace("{}", "x" * 50))
    ((kind, line, count, text),) = [(e.kind, e.line, e.count, e.text) for e in run.events]
    assert (kind, line, count) == (EventKind.UNREADABLE, 3, 2)
    assert text == f"'loss' has cells that are no number, such as '{'x' * 40}'."


def test_columns_of_text_are_named():
    (run,) = read("epoch,loss,note,why\n1,0.5,a,b\n2,0.4,c,d\n")
    assert [(e.text, e.count, e.line) for e in run.events] == [
        ("Columns of text were left out: note, why.", 2, None)
    ]


def test_a_changed_header_keeps_half_of_its_names_at_least():
    def names(header):
        runs = read(f"epoch,a,b,c\n1,0.5,0.4,1\n{header}\n2,0.4,0.3,2\n3,0.4,0.3,3\n")
        return [s.name for run in runs for s in run]

    assert "x" in names("epoch,a,x,y")
    assert "x" not in names("epoch,w,x,y")


@pytest.mark.parametrize(("text", "kept", "kind"), [
    # A last cell that is shorter than all others was cut, as far as there are enough others to tell.
    ("epoch,loss\n1,0.51\n2,0.42\n3,0.33\n4,0.2", 3, EventKind.TRUNCATED),
    ("epoch,loss\n1,0.51\n2,0.42\n3,0.33\n4,0.24", 4, EventKind.NOTE),
    ("epoch,loss\n1,0.51\n2,0.42\n3,0.2", 3, EventKind.NOTE),
    ("epoch,loss\n1,0.51\n2,0.42\n3,0.33\n4", 3, EventKind.TRUNCATED),
])  # fmt: skip
@pytest.mark.parametrize("large", [0, 1 << 60])
def test_a_last_row_without_an_end(monkeypatch, text, kept, kind, large):
    monkeypatch.setattr(csv_table, "_LARGE_BYTES", large)
    (run,) = read(text)
    assert len(run.series[0]) == kept
    assert [(e.kind, e.line) for e in run.events] == [(kind, text.count("\n") + 1)]


def test_settings_stand_in_a_comment_before_the_header():
    (run,) = read('\n#{"env_id": "x", "seed": 3}\nr,l\n1.5,10\n2.5,11\n')
    assert {h.name: (h.value, h.source) for h in run.hyperparameters} == {
        "env_id": ("x", "log line 2"), "seed": (3, "log line 2"),
    }  # fmt: skip
    (run,) = read('#{"env_id"\nr,l\n1.5,10\n2.5,11\n')
    assert run.hyperparameters == ()


@pytest.mark.parametrize(("rows_", "sure"), [(59, 0.9), (58, 0.6 + 0.3 * 58 / 59)])
def test_so_many_lines_tell_how_surely_a_text_is_a_table(rows_, sure):
    assert like("a,b\n" + "1,2\n" * rows_ + "1\n" * 40) == round(sure, 3)
