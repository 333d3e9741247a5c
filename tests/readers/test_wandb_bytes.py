"""The bytes of a W&B log, one by one: which record holds what, how long a row's values are, what is lost."""

import json
import struct
import zlib

import pytest

from advisor.readers import Source, wandb_log
from advisor.readers.formats.wandb_offline import READER, _first_field, _remember
from advisor.readers.wandb_log import find_records
from advisor.run import EventKind
from tests.readers.wandb_logs import BLOCK, described, frame, history, item, message, varint

HEADER = struct.pack("<4sHB", b":W&B", 0xBEE1, 0)


def part(kind, body):
    return struct.pack("<IHB", zlib.crc32(bytes([kind]) + body), len(body), kind) + body


def read(*payloads):
    return READER.read(Source("run-1.wandb", content=frame(*payloads)))


ROWS = [history({"loss": 1 / (i + 1), "_step": i}) for i in range(4)]


@pytest.mark.parametrize("kind", range(1, 40))
@pytest.mark.parametrize("number", [b"", b"\x08\x05", b"\x08\xac\x02"])
def test_the_first_field_of_a_record(kind, number):
    body = bytes(200)
    payload = number + message(kind, body)
    passed_over = {3, 4, 6, 8, 9, 10, 11, 12, 13}
    found, start, end = _first_field(payload)
    assert found == kind
    assert end == (-1 if kind in passed_over else len(payload))
    if kind not in passed_over:
        assert payload[start:end] == body


@pytest.mark.parametrize(
    "payload", [b"", b"\x08", b"\x08\x81", b"\x12", b"\x12\x81", b"\x82\x81\x01", b"\x11\x01"]
)
def test_a_record_without_such_a_field(payload):
    assert _first_field(payload) == (0, 0, -1)


@pytest.mark.parametrize("number", [b"", b"\x08\x05", b"\x08\xac\x02"])
@pytest.mark.parametrize("size", [1, 100, 200, 20_000])
def test_a_row_is_read_behind_the_number_of_its_record_and_however_long_it_is(number, size):
    row = message(1, item("loss", 0.5)) + message(1, item("note", "x" * size))
    (run,) = read(number + message(2, row) + message(19, b"id"))
    assert {s.name: s.y.tolist() for s in run} == {"loss": [0.5]}


@pytest.mark.parametrize("payload", [b"", b"\x08", b"\x08\x81", b"\x12", b"\x12\x81", b"\x12\x05\x01"])
def test_a_record_that_does_not_hold_what_it_begins_with_is_told(payload):
    (run,) = read(ROWS[0], payload, *ROWS[1:])
    assert [len(s) for s in run] == [4]
    assert [(e.kind, e.line, e.count) for e in run.events] == [(EventKind.UNREADABLE, 2, 1)]


@pytest.mark.parametrize("kind", [3, 4, 6, 8, 9, 10, 11, 12, 13, 14, 15, 19, 20])
def test_records_of_other_kinds_change_nothing(kind):
    (run,) = read(*ROWS, message(kind, history({"loss": 9.0}, number=3)), *ROWS[:0])
    assert {s.name: s.y.tolist() for s in run} == {"loss": [1.0, 0.5, 1 / 3, 0.25]}
    assert run.events == ()


def test_a_row_behind_another_field_of_its_record_is_read():
    row = history({"loss": 0.1, "_step": 4})
    (run,) = read(*ROWS, message(20, b"x") + row[2:])
    assert run.series[0].y.tolist()[-1] == 0.1


def test_what_the_run_is_may_stand_behind_how_its_record_is_to_be_handled():
    control = message(16, b"\x08\x01")
    (run,) = read(control + described(name="fox"), *ROWS, control + message(18, b"\x08\x03"))
    assert run.name == "fox"
    assert [e.text for e in run.events] == ["W&B says that the program ended with exit code 3."]


@pytest.mark.parametrize("tail", [b"\x12", b"\x12\x02\x08", b"\n", b"\n\x7f", b"\x82\x01"])
def test_a_row_that_breaks_off_is_told_and_the_others_are_read(tail):
    row = ROWS[2][ROWS[2].index(b"\x12") :][2:]
    broken = message(2, row + tail)
    (run,) = read(*ROWS[:2], broken, *ROWS[3:])
    assert next(len(s) for s in run) == 3
    assert [(e.kind, e.line) for e in run.events] == [(EventKind.UNREADABLE, 3)]


def test_of_several_values_of_an_item_the_last_one_counts():
    twice = message(2, message(1, item("loss", "3") + message(16, b"2")) + message(1, item("_step", "4")))
    (run,) = read(*ROWS, twice)
    assert run.series[0].y.tolist()[-1] == 2.0


@pytest.mark.parametrize(("code", "told"), [(0, False), (1, True), (137, True)])
def test_how_the_program_ended(code, told):
    (run,) = read(*ROWS, message(18, varint(8) + varint(code)))
    words = f"W&B says that the program ended with exit code {code}."
    assert [e.text for e in run.events] == [words] * told


@pytest.mark.parametrize(
    ("run_id", "name", "title"), [("abc", "fox", "fox"), ("abc", "", "abc"), ("", "", "")]
)
def test_what_the_run_is_called(run_id, name, title):
    described = message(17, message(1, run_id.encode()) + message(8, name.encode()))
    (run,) = read(described, *ROWS)
    assert run.name == title
    again = [history({"loss": 0.5, "_step": i}) for i in range(4)]
    first, second = read(described, *ROWS, *again)
    assert (first.name, second.name) == (f"{title} 1 of 2".strip(), f"{title} 2 of 2".strip())


@pytest.mark.parametrize("digits", [1, 17, 60, 100, 109])
def test_what_stands_before_a_value_is_remembered_while_its_length_is_one_byte(digits):
    value = ("0." + "1" * digits)[: digits + 2]
    body = item("loss", value)
    header = message(1, body)[: -len(value) - 1].removesuffix(b"\x82\x01")
    known = {}
    found = _remember(known, header)
    assert known == ({header: found} if found else {})
    assert found == ("loss", bytes([len(value)]), len(value) + 1)


@pytest.mark.parametrize("header", [
    b"", b"\n\x0c\x12", b"\x12\x0c\x12\x04loss", b"\n\x05\x12\x04loss", b"\n\x08\x12\x04loss",
    b"\n\x80\x12\x04loss", b"\n\x0c\x1a\x04loss", b"\n\x0c\x12\x05loss",
])  # fmt: skip
def test_what_is_no_beginning_of_an_item_is_not_remembered(header):
    known = {}
    assert _remember(known, header) is None
    assert known == {}


@pytest.mark.parametrize(("row", "values"), [
    ({"loss": 0.5, "x": "words"}, {"loss": [0.5]}),
    ({"loss": 0.5, "x": {"a": 1, "b": {"c": 2}}}, {"loss": [0.5], "x.a": [1], "x.b.c": [2]}),
    ({"loss": 0.5, "x": None}, {"loss": [0.5]}),
    ({"loss": 0.5, "x": [1]}, {"loss": [0.5], "x": [1]}),
    ({"loss": 0.5, "x": True}, {"loss": [0.5]}),
    ({"loss": 0.5, "pic": {"_type": "image-file", "width": 3}}, {"loss": [0.5]}),
    ({"loss": 0.5, "_runtime": 3, "_timestamp": 4}, {"loss": [0.5]}),
])  # fmt: skip
@pytest.mark.parametrize("nested", [True, False])
def test_the_values_of_a_row(row, values, nested):
    (run,) = READER.read(Source("run-1.wandb", content=frame(history(row, nested))))
    assert {s.name: s.y.tolist() for s in run} == values


def test_what_is_no_number_is_told_once_with_its_names():
    rows = [history({"loss": 0.5, **{f"t{k}": "words" for k in range(7 - i)}}) for i in range(3)]
    (run,) = read(*rows)
    ((text, count),) = [(e.text, e.count) for e in run.events]
    assert text == (
        "Values that are no number (media, tables, text) were left out: 't0', 't1', 't2', 't3', 't4'."
    )
    assert count == 7 + 6 + 5


def damaged(places, rows=30):
    """A log of one block, of which the records at some places are damaged."""
    data = bytearray(HEADER)
    for i in range(rows):
        at = len(data)
        data += part(1, history({"loss": 1 / (i + 1), "_step": i}) + message(19, bytes(900)))
        if i in places:
            data[at + 40] ^= 0xFF
    return bytes(data)


def test_places_that_are_damaged_are_told_the_first_by_themselves():
    (run,) = READER.read(Source("run-1.wandb", content=damaged({3, 7})))
    loss = next(s for s in run if s.name == "loss")
    assert len(loss) == 28
    found = find_records(damaged({3, 7}))
    assert [e.text for e in run.events] == [
        f"{size} bytes from byte {offset} are damaged and were passed over." for offset, size in found.gaps
    ]
    (run,) = READER.read(Source("run-1.wandb", content=damaged(set(range(1, 14, 2)))))
    told = [(e.text, e.count) for e in run.events]
    assert len(told) == 6
    gaps = find_records(damaged(set(range(1, 14, 2)))).gaps
    assert told[5] == (
        f"{sum(size for _, size in gaps[5:])} bytes in further places are damaged and were passed over.",
        2,
    )


def test_neighbouring_gaps_are_one():
    one = find_records(damaged({3, 4}))
    assert len(one.payloads) == 28
    starts = [len(damaged((), rows=rows)) for rows in (3, 4, 5, 6)]
    assert one.gaps == [(starts[0], starts[2] - starts[0])]
    apart = find_records(damaged({3, 5}))
    assert apart.gaps == [(starts[0], starts[1] - starts[0]), (starts[2], starts[3] - starts[2])]


@pytest.mark.parametrize(("kinds", "payloads", "lost", "tail"), [
    ([1], [b"a"], 0, 0),
    ([2, 4], [b"ab"], 0, 0),
    ([2, 3, 3, 4], [b"abcd"], 0, 0),
    ([2, 3], [], 0, 2),
    ([3], [], 1, 0),
    ([4, 1], [b"b"], 1, 0),
    ([2, 1], [b"b"], 1, 0),
    ([2, 2, 4], [b"bc"], 1, 0),
    ([2, 4, 4], [b"ab"], 1, 0),
    ([2, 4, 3], [b"ab"], 1, 0),
])  # fmt: skip
def test_the_parts_of_a_record(kinds, payloads, lost, tail):
    found = find_records(HEADER + b"".join(part(kind, b"abcd"[i : i + 1]) for i, kind in enumerate(kinds)))
    assert (found.payloads, found.lost, found.tail, found.gaps) == (payloads, lost, tail, [])


@pytest.mark.parametrize(("most", "whole"), [(4, True), (3, False)])
def test_a_record_is_put_together_up_to_a_length(monkeypatch, most, whole):
    monkeypatch.setattr(wandb_log, "_MAX_RECORD_BYTES", most)
    found = find_records(HEADER + part(2, b"ab") + part(3, b"c") + part(4, b"d") + part(1, b"e"))
    assert found.payloads == ([b"abcd"] if whole else []) + [b"e"]
    assert found.too_long == (not whole)
    assert found.tail == 0


@pytest.mark.parametrize(("data", "known"), [
    (HEADER, True), (b":W&B", True), (HEADER[:6] + b"\x01", False), (b":W&B\x00\xbe\x00", False), (b"", True),
])  # fmt: skip
def test_the_version_of_a_log(data, known):
    assert find_records(data).known_version is known


@pytest.mark.parametrize("room", range(10))
def test_a_block_ends_where_no_header_has_room(room):
    """What is left of a block is zeros where it is less than a header."""
    filler = part(1, bytes(BLOCK - 7 - 7 - room))
    first = HEADER + filler
    assert len(first) == BLOCK - room
    if room < 7:
        data = first + bytes(room) + part(1, b"next")
        assert find_records(data).payloads[1:] == [b"next"]
    else:
        data = first + part(2, b"x" * (room - 7)) + part(4, b"next")
        assert find_records(data).payloads[1:] == [b"x" * (room - 7) + b"next"]
    assert find_records(data).gaps == []
    assert find_records(data).tail == 0


def test_behind_damage_the_next_record_of_the_block_is_found():
    whole = [part(1, bytes([65 + i]) * 50) for i in range(5)]
    for broken in range(5):
        for byte in range(57):
            data = bytearray(HEADER + b"".join(whole))
            data[7 + broken * 57 + byte] ^= 0x55
            found = find_records(bytes(data))
            kept = [p[:1] for p in found.payloads]
            expected = [bytes([65 + i]) for i in range(5) if i != broken]
            assert kept == expected, (broken, byte)
            lost = sum(size for _, size in found.gaps) + found.tail
            assert lost == 57, (broken, byte)


@pytest.mark.parametrize("body", [b"", b"x"])
def test_behind_damage_the_last_record_of_the_file_is_found_however_short_it_is(body):
    data = bytearray(HEADER + part(1, bytes(50)) + part(1, body))
    data[7] ^= 0xFF
    assert find_records(bytes(data)).payloads == [body]


def test_search_for_a_record_ends(monkeypatch):
    monkeypatch.setattr(wandb_log, "_MOST_SUMMED", 100)
    planted = struct.pack("<IHB", 0, 60, 1) * 20
    data = HEADER + b"\xff" * 9 + planted + part(1, b"found") + bytes(200)
    assert find_records(data).payloads == []
    monkeypatch.setattr(wandb_log, "_MOST_SUMMED", 1 << 20)
    assert find_records(data).payloads == [b"found"]


def test_a_log_that_ends_inside_a_record():
    whole = frame(*ROWS)
    (run,) = READER.read(Source("run-1.wandb", content=whole[:-3]))
    ((kind, text),) = [(e.kind, e.text) for e in run.events]
    left = len(ROWS[-1]) + 7 - 3
    assert (kind, text) == (
        EventKind.TRUNCATED, f"The log ends inside a record ({left} bytes): still being written, or cut.",
    )  # fmt: skip


def test_numbers_are_what_json_reads():
    texts = ["1", "-2.5e-3", "NaN", "Infinity", "-Infinity", "1e400", "0.1", "12345678901234567890"]
    (run,) = read(*(history({"loss": text, "_step": str(i)}) for i, text in enumerate(texts)))
    loss = next(s for s in run if s.name == "loss")
    assert [str(y) for y in loss.y.tolist()] == [str(float(json.loads(text))) for text in texts]
