# ruff: noqa: E501 (records are as long as they are)
"""JSON at the edges: which lists are columns, which records count, what is a setting, how much is too much."""

import json
from pathlib import PurePath

import pytest

from advisor.readers import Source
from advisor.readers.beside import as_hyperparameters, flatten
from advisor.readers.formats import json_lines
from advisor.readers.formats.json_lines import READER
from advisor.readers.json_blocks import alike
from advisor.readers.json_columns import bad_cells, column, records_by_key, records_by_row, records_by_step
from advisor.readers.json_values import as_number, flat, numbers, parse_several
from advisor.readers.ranks import records_by_rank
from advisor.run import EventKind, Trust


@pytest.mark.parametrize(("name", "value", "cells"), [
    ("loss", [0.5, 0.4], [0.5, 0.4]),
    ("loss", [0.5], [0.5]),
    ("width", [0.5], None),
    ("width", [0.5, 0.4], [0.5, 0.4]),
    ("width", [0.5, 0.4, "x"], None),
    ("width", [0.5, 0.4, None], [0.5, 0.4, None]),
    ("loss", [0.5, 0.4, "x"], [0.5, 0.4, None]),
    ("loss", [0.5, "x"], [0.5, None]),
    ("loss", [0.5, "x", "y"], None),
    ("loss", ["x"], None),
    ("loss", [], None),
    ("loss", 0.5, None),
    ("loss", ["0.5", [0.4]], [0.5, 0.4]),
    ("epoch", [1], [1]),
    ("loss", {"0": 0.5, "1": 0.4}, [0.5, 0.4]),
    ("loss", {"10": 0.5, "9": 0.4}, [0.4, 0.5]),
    ("loss", {"0": 0.5}, None),
    ("loss", {"0": 0.5, "a": 0.4}, None),
    ("loss", {"0": [0.5], "1": 0.4}, None),
])  # fmt: skip
def test_a_column_is_a_list_of_numbers(name, value, cells):
    assert column(name, value) == cells
    if cells is not None:
        listed = value.values() if isinstance(value, dict) else value
        assert bad_cells(value, cells) == sum(v == "x" for v in listed)


@pytest.mark.parametrize(("node", "records"), [
    ({"epoch_1": {"loss": 0.5}, "epoch_2": {"loss": 0.4}}, [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.4}]),
    ({"2": {"loss": 0.5}, "10": {"loss": 0.4}}, [{"step": 2, "loss": 0.5}, {"step": 10, "loss": 0.4}]),
    ({"10": {"loss": 0.5}, "2": {"loss": 0.4}}, [{"step": 2, "loss": 0.4}, {"step": 10, "loss": 0.5}]),
    ({"1": {"epoch": 7, "loss": 0.5}, "2": {"epoch": 8, "loss": 0.4}}, [{"epoch": 7, "loss": 0.5}, {"epoch": 8, "loss": 0.4}]),
    ({"epoch_1": {"loss": 0.5}}, []),
    ({"epoch_1": {"loss": 0.5}, "step_2": {"loss": 0.4}}, []),
    ({"fold_1": {"loss": 0.5}, "fold_2": {"loss": 0.4}}, []),
    ({"epoch_1": {"loss": 0.5}, "epoch_2": {"a": "b"}}, []),
    ({"epoch_1": {"loss": 0.5}, "b": {"loss": 0.4}}, []),
])  # fmt: skip
def test_records_by_their_key(node, records):
    assert records_by_key(node) == records


def test_records_by_their_row():
    assert records_by_row({"columns": ["a", "b"], "data": [[1, 2], 3, [4, 5]]}) == [
        {"a": 1, "b": 2}, {"a": 4, "b": 5},
    ]  # fmt: skip
    assert records_by_row({"columns": ["a", 1], "data": [[1, 2]]}) == []
    assert records_by_row({"columns": ["a", "b"], "data": 3}) == []
    assert records_by_row({"columns": 3, "data": [[1, 2]]}) == []


@pytest.mark.parametrize(("value", "records"), [
    ({"steps": [1, 2], "values": [0.5, 0.4]}, [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.4}]),
    ({"epochs": [1, 2], "y": [0.5, 0.4]}, [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.4}]),
    ([{"step": 1, "value": 0.5}, {"step": 2, "value": 0.4}], [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.4}]),
    ([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.4}], [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.4}]),
    ([[1, 0.5], [2, 0.4]], [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.4}]),
    ([[1.7e9, 1, 0.5], [1.7e9, 2, 0.4]], [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.4}]),
    ([[1, 1, 0.5], [2, 2, 0.4]], []),
    ([[1.7e9, 0.5], [1.8e9, 0.4]], []),
    ([[1.0e8, 0.5], [1.1e8, 0.4]], [{"step": 1.0e8, "loss": 0.5}, {"step": 1.1e8, "loss": 0.4}]),
    ([[1, 0.5]], []),
    ([[1, 0.5], [1, 0.4]], []),
    ([[1, 0.5], [2, 0.4, 3]], []),
    ([[1], [2]], []),
    ([[1.7e9, 1, 0.5, 3], [1.7e9, 2, 0.4, 3]], []),
    ({"steps": [1, 2], "values": 3}, []),
    ({"steps": 1, "values": [3]}, []),
    ([{"a": 1, "value": 0.5}], []),
    ([[1, 0.5], {"step": 2}], []),
    # The same step again is a record of its own, behind those of the first time.
    ({"steps": [1, 1, 2], "values": [0.5, 0.6, 0.4]},
     [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.4}, {"step": 1, "loss": 0.6}]),
])  # fmt: skip
def test_points_that_state_their_steps(value, records):
    found, names = records_by_step({"loss": value})
    assert found == records
    assert names == ({"loss"} if records else set())


def test_curves_that_state_their_steps_meet_at_them():
    found, _ = records_by_step({"loss": [[1, 0.5], [2, 0.4]], "acc": [[2, 0.9], [3, 0.95]]})
    assert found == [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.4, "acc": 0.9}, {"step": 3, "acc": 0.95}]


@pytest.mark.parametrize(("value", "number"), [
    (True, None), (None, None), (1, 1.0), ("0.41", 0.41), ([0.41], 0.41), ([0.1, 0.2], None), ([[0.1]], None),
    ([{}], None), ({"value": 0.41}, 0.41), ({"value": [0.41]}, None), ({"a": 1}, None), ("1" * 63, 1e63 / 9),
    ("1" * 64, None), (1 << 2_000, float("inf")), (-1 << 2_000, float("-inf")), ({"value": {}}, None),
])  # fmt: skip
def test_what_is_one_number(value, number):
    found = as_number(value)
    assert found == pytest.approx(number) if number is not None else found is None


def nested(depth):
    record = {"loss": 0.5}
    for _ in range(depth):
        record = {"a": record}
    return record


def test_numbers_are_looked_for_twelve_levels_down_and_no_further():
    assert list(flat(nested(12))) == [("a/" * 12 + "loss", 0.5)]
    assert list(flat(nested(13))) == []
    assert numbers({str(i): i for i in range(10_001)}) == {str(i): float(i) for i in range(10_000)}


@pytest.mark.parametrize(("text", "start", "values", "end"), [
    ("[1] [2],\n[3]", 0, [[1], [2], [3]], 12), ("[1] x", 0, [[1]], 4), ("", 0, [], 0), ("  ", 0, [], 2),
    ("[1] [2", 0, [[1]], 4), ("[[1], [2]]", 1, [[1], [2]], 9),
])  # fmt: skip
def test_values_one_after_the_other(text, start, values, end):
    assert parse_several(text, start) == (values, end)


def setting(depth):
    tree = 1
    for _ in range(depth):
        tree = {"a": tree}
    return tree


@pytest.mark.parametrize(("tree", "leaves"), [
    ({"a": {"b": "1"}}, [("a.b", 1)]),
    ({"a": "true", "b": "False", "c": "null", "d": "~", "e": " 1e-3 ", "f": "x"},
     [("a", True), ("b", False), ("c", None), ("d", None), ("e", 0.001), ("f", "x")]),
    ({"lr": {"desc": "rate", "value": 0.1}}, [("lr", 0.1)]),
    ({"lr": {"unit": "x", "value": 0.1}}, [("lr.unit", "x"), ("lr.value", 0.1)]),
    ([["lr", 0.1], ["m", 0.9]], [("lr", 0.1), ("m", 0.9)]),
    ([[["lr", 0.1], ["m", 0.9]]], [("lr", 0.1), ("m", 0.9)]),
    ([["lr", 0.1], ["m"]], []),
    ([], []),
    (3, []),
    (setting(8), [(".".join("a" * 8), 1)]),
    (setting(9), []),
])  # fmt: skip
def test_the_leaves_of_settings(tree, leaves):
    assert flatten(tree) == leaves


def test_short_lists_are_settings_where_that_is_asked_for():
    assert flatten({"h": [64, "32"]}, lists=True) == [("h", "[64, 32]")]
    assert flatten({"h": [64, 32]}) == []
    assert flatten({"h": []}, lists=True) == []
    assert flatten({"h": [[1, 2, 3]]}, lists=True) == []
    assert len(flatten({"h": list(range(32))}, lists=True)) == 1
    assert len(flatten({"h": list(range(33))}, lists=True)) == 0
    assert len(flatten({str(i): i for i in range(5_001)})) == 5_000
    (widths,) = as_hyperparameters({"hidden_sizes": [64, 64]}, "x", Trust.PRINTED)
    (rates,) = as_hyperparameters({"lr": [0.1, 0.01]}, "x", Trust.PRINTED)
    assert widths.role is not None
    assert rates.role is None


def ranked(*ranks):
    return [name for name, _ in records_by_rank([(i, {"rank": r, "loss": 1}) for i, r in enumerate(ranks)])]


def test_processes_count_from_zero_and_write_twice_at_least():
    assert ranked(0, 1, 0, 1) == ["rank 0", "rank 1"]
    assert ranked(0, 1, 0) == [""]
    assert ranked(1, 2, 1, 2) == [""]
    assert ranked(0, 0) == [""]
    parts = dict(records_by_rank([(1, {"rank": 0, "a": 1}), (2, {"a": 2}), (3, {"rank": 1, "a": 3}),
                                  (4, {"rank": 1, "a": 4}), (5, {"rank": 0, "a": 5})]))  # fmt: skip
    assert parts == {
        "rank 0": [(1, {"a": 1}), (2, {"a": 2}), (5, {"a": 5})], "rank 1": [(3, {"a": 3}), (4, {"a": 4})],
    }  # fmt: skip


@pytest.mark.parametrize(("text", "name", "sure"), [
    ('{"a": 1}\n{"a": 2}\n', "x.log", 0.95),
    ('{"a": 1}\nwords\n', "x.log", 0.775),
    ('[1, 2]\n', "x.log", 0.3),
    ('[1, 2]\n', "x.JSON", 0.5),
    ('{\n"a": 1}\n', "x.ndjson", 0.5),
    ("words\n", "x.json", 0.0),
    ('\n\n{"a": 1}\n', "x", 0.95),
    ('{"a": 1}\n' * 20 + "words\n" * 20, "x", 0.95),
    ('{"a": 1}\n' * 19 + "words\n" * 20, "x", 0.9325),
])  # fmt: skip
def test_how_surely_a_text_is_json(text, name, sure):
    assert READER.sniff(text.encode(), Source(name).name) == pytest.approx(sure)


def read(text, name="log.jsonl"):
    return READER.read(Source(name, content=text.encode()))


def lines(*records):
    return "".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records)


@pytest.fixture(params=["as a whole", "in blocks"])
def size(request, monkeypatch):
    """Reads a text at once, or as a large one in blocks of a few lines."""
    if request.param == "in blocks":
        monkeypatch.setattr(json_lines, "_LARGE_BYTES", 0)
        monkeypatch.setattr(json_lines, "_BLOCK_BYTES", 64)


POINTS = [{"step": i, "loss": 1 / (i + 1)} for i in range(6)]


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize(("records", "damage"), [
    (POINTS, []),
    ([*POINTS[:3], "words", *POINTS[3:]], [(EventKind.UNREADABLE, 4, 1)]),
    ([*POINTS[:3], "words", "more", *POINTS[3:]], [(EventKind.UNREADABLE, 4, 2)]),
    (["", *POINTS], []),
])  # fmt: skip
def test_lines_that_are_no_record_are_told(records, damage):
    (run,) = read(lines(*records))
    assert [(e.kind, e.line, e.count) for e in run.events] == damage
    loss = next(s for s in run if s.name == "loss")
    assert loss.y.tolist() == [p["loss"] for p in POINTS]
    at = [number for number, record in enumerate(records, 1) if isinstance(record, dict)]
    assert loss.at.tolist() == at


@pytest.mark.usefixtures("size")
def test_a_last_line_that_is_cut_is_told_as_that():
    (run,) = read(lines(*POINTS) + '{"step": 6, "lo')
    assert [(e.kind, e.line) for e in run.events] == [(EventKind.TRUNCATED, 7)]
    (run,) = read(lines(*POINTS[:3], "wo" + "r" * 90, *POINTS[3:]) + '{"step": 6, "lo')
    assert [(e.kind, e.line) for e in run.events] == [(EventKind.UNREADABLE, 4), (EventKind.TRUNCATED, 8)]
    assert run.events[0].text == "Lines that are no JSON record, the first: wo" + "r" * 78


@pytest.mark.usefixtures("size")
def test_settings_before_the_first_row_are_settings():
    (run,) = read(lines({"lr": 0.1, "momentum": 0.9, "note": "x", "seed": 1}, *POINTS))
    assert {h.name: (h.value, h.source) for h in run.hyperparameters}["lr"] == (0.1, "log line 1")
    (run,) = read(lines({"config": {"lr": 0.1}}, *POINTS))
    assert [h.name for h in run.hyperparameters] == ["lr"]
    (run,) = read(lines({"lr": 0.1, "foo": 1, "bar": 2, "baz": 3}, *POINTS))
    assert run.hyperparameters == (), "one of four is no configuration"
    (run,) = read(lines({"lr": 0.1, "momentum": 0.9, "foo": 1, "bar": 2, "baz": 2}, *POINTS))
    assert run.hyperparameters == (), "two of five are none"
    (run,) = read(lines({"lr": 0.1, "momentum": 0.9, "loss": 0.5, "step": -1}, *POINTS))
    assert run.hyperparameters == (), "a result is stated too"


@pytest.mark.usefixtures("size")
def test_records_that_say_that_they_are_of_a_validation():
    records = [r for p in POINTS for r in ({**p, "mode": "train"}, {**p, "mode": "val"})]
    (run,) = read(lines(*records))
    assert {s.name: len(s) for s in run} == {"step": 12, "loss": 6, "val/loss": 6}


def test_a_document_that_is_cut_tells_the_line():
    text = json.dumps(POINTS, indent=1)
    (run,) = read(text[: text.rindex("{") + 5])
    ((kind, line),) = [(e.kind, e.line) for e in run.events]
    assert (kind, line) == (EventKind.TRUNCATED, text[: text.rindex("{")].count("\n") + 1)
    assert len(run.series[0]) == 5
    assert read(text + "\n")[0].events == ()


@pytest.mark.parametrize(("keys", "known"), [(200, True), (201, False), (0, False)])
def test_records_with_very_many_keys_are_not_learnt(keys, known):
    assert (alike([{f"k{i}": 1.0 for i in range(keys)}], (), None) is not None) is known


def test_what_is_learnt_of_records_is_kept_as_long_as_no_key_is_new():
    first = alike([{"a": 1.0}], (), None)
    assert alike([{"a": 2.0}], (), first) is first
    more = alike([{"b": 2.0}], (), first)
    assert more is not None
    assert more.keys == ("a", "b")
    assert alike([{"a": [1]}], (), first) is None


@pytest.mark.parametrize(("block", "taken"), [
    (b'{"a": 1}\n{"a": 2}\n', 2), (b'{"a": 1}\n{"a": 2}', 2), (b'{"a": 1}\n \n', 0), (b' {"a": 1}\n', 0),
    (b'{"a": 1}{"a": 2}\n', 0), (b'{"a": 1}\n{"b": 2}\n', 0), (b'{"a": null}\n{"a": 2}\n', 2),
    (b'{"a": "3"}\n{"a": 2}\n', 0), (b'{"a": "x"}\n{"a": 2}\n', 2), (b'{"a": NaN}\n', 0),
])  # fmt: skip
def test_which_blocks_are_decoded_at_once(block, taken):
    decoder = alike([{"a": 1.0}], (), None)
    assert decoder is not None
    found = decoder.decode(block)
    assert (found[0] if found else 0) == taken


@pytest.mark.usefixtures("size")
def test_a_number_beyond_every_float_is_infinite():
    huge = "1" * 400
    (run,) = read(lines(*POINTS[:2], f'{{"step": 2, "loss": {huge}}}', f'{{"step": 3, "loss": -{huge}}}'))
    loss = next(s for s in run if s.name == "loss")
    assert loss.y.tolist() == [1.0, 0.5, float("inf"), float("-inf")]


@pytest.mark.parametrize(("good", "sure"), [(20, 0.95), (19, 0.6 + 0.35 * 19 / 20)])
def test_so_many_lines_tell_how_surely_a_text_is_records(good, sure):
    text = '{"loss": 1}\n' * good + "[1]\n" * 30
    assert READER.sniff(text.encode(), PurePath("a")) == pytest.approx(sure)
