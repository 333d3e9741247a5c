"""After a damaged record of a binary log the next good one is found: read beside the undamaged log."""

import json
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c

from advisor.readers import Source, read_source
from advisor.run import EventKind

ROWS = 60
DAMAGE = {EventKind.UNREADABLE, EventKind.TRUNCATED}


def event_record(step):
    value = b"\x0a\x04loss" + b"\x15" + struct.pack("<f", 2 / (step + 1))
    summary = b"\x0a" + bytes([len(value)]) + value
    payload = (
        struct.pack("<Bd", 9, 1.7e9 + step) + bytes([16, step]) + b"\x2a" + bytes([len(summary)]) + summary
    )
    length = struct.pack("<Q", len(payload))
    return b"".join(
        [length, struct.pack("<I", masked_crc32c(length)), payload, struct.pack("<I", masked_crc32c(payload))]
    )


def wandb_record(step):
    items = b"".join(
        b"\x0a" + bytes([len(item)]) + item
        for name, value in (("_step", step), ("loss", 2 / (step + 1)))
        for text in [json.dumps(value).encode()]
        for item in [b"\x0a" + bytes([len(name)]) + name.encode() + b"\x82\x01" + bytes([len(text)]) + text]
    )
    payload = b"\x08" + bytes([step + 1]) + b"\x12" + bytes([len(items)]) + items
    return struct.pack("<IHB", zlib.crc32(b"\x01" + payload), len(payload), 1) + payload


# The file, the bytes before its records, and where in a record the length, the checksum and the data stand.
FORMS = {
    "events": ("events.out.tfevents.1", b"", event_record, {"length": 0, "crc": 8, "payload": 25}),
    "wandb": ("run-1.wandb", b":W&B\xe1\xbe\x00", wandb_record, {"length": 4, "crc": 0, "payload": 20}),
}


def points(form, damaged=()):
    """The loss by step of a log whose records are damaged at (row, place), and the events of the reading."""
    name, head, record, places = FORMS[form]
    records = [bytearray(record(step)) for step in range(ROWS)]
    for row, place in damaged:
        records[row][places[place]] ^= 0x21
    (run,) = read_source(Source(name, content=head + b"".join(records)))
    series = next(s for s in run if s.name == "loss")
    return dict(zip(series.x.tolist(), series.y.tolist(), strict=True)), run.events


@pytest.mark.parametrize("place", ["length", "crc", "payload"])
@pytest.mark.parametrize("row", [0, 1, ROWS // 2, ROWS - 2])
@pytest.mark.parametrize("form", FORMS)
def test_one_damaged_record_costs_itself_alone(form, row, place):
    whole, events = points(form)
    assert len(whole) == ROWS
    assert not [event for event in events if event.kind in DAMAGE]
    kept, events = points(form, [(row, place)])
    assert kept == {step: y for step, y in whole.items() if step != row}
    assert [event for event in events if event.kind in DAMAGE]


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_several_damaged_records_cost_themselves_alone(form, data):
    rows = data.draw(st.sets(st.integers(0, ROWS - 2), min_size=1, max_size=12))
    damaged = [(row, data.draw(st.sampled_from(["length", "crc", "payload"]))) for row in sorted(rows)]
    whole, _ = points(form)
    kept, events = points(form, damaged)
    assert kept == {step: y for step, y in whole.items() if step not in rows}
    assert [event for event in events if event.kind in DAMAGE]


@pytest.mark.parametrize("form", FORMS)
def test_bytes_of_another_program_between_two_records_cost_none(form):
    name, head, record, _ = FORMS[form]
    records = [record(step) for step in range(ROWS)]
    records.insert(ROWS // 2, b"INFO: a line that was written into the log\n" * 3)
    (run,) = read_source(Source(name, content=head + b"".join(records)))
    assert len(next(s for s in run if s.name == "loss")) == ROWS
    assert [event for event in run.events if event.kind in DAMAGE]
