"""The fast path over event files reads what the parser reads that looks at each record for itself."""

import struct
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from tensorboard.util.tensor_util import make_tensor_proto

from advisor.errors import UnreadableError
from advisor.readers import Source, event_frames, event_templates
from advisor.readers.event_templates import Decoder, find_places
from advisor.readers.formats.tensorboard_events import READER
from advisor.run import EventKind


def frame(payload):
    length = struct.pack("<Q", len(payload))
    crcs = [struct.pack("<I", masked_crc32c(part)) for part in (length, payload)]
    return length + crcs[0] + payload + crcs[1]


def scalar(tag, step, wall, **value):
    summary = Summary(value=[Summary.Value(tag=tag, **value)])
    return frame(Event(wall_time=wall, step=step, summary=summary).SerializeToString())


def training(steps, first=0):
    """Records of one training in the order of its steps: plain values, tensors, images, several at once."""
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"))
    records = [frame(Event(wall_time=0.5, file_version="brain.Event:2").SerializeToString())]
    for step in range(first, first + steps):
        wall = 1.7e9 + step / 7
        for name in ("loss/a", "loss/b", "loss/c", "acc"):
            value = np.sin(step + len(name))
            records.append(scalar(name, step, wall, simple_value=value))
        for name, kind in (("t32", np.float32), ("t64", np.float64)):
            proto = make_tensor_proto(kind(step / 3))
            records.append(scalar(name, step, wall, tensor=proto, metadata=metadata))
        if step % 5 == 0:
            records.append(scalar("count", step, wall, tensor=make_tensor_proto(np.int64(step))))
            records.append(scalar("vector", step, wall, tensor=make_tensor_proto(np.arange(3.0))))
            records.append(scalar("picture", step, wall, image=Summary.Image(height=3)))
    both = [Summary.Value(tag=tag, simple_value=1.0) for tag in ("x", "y")]
    records.append(frame(Event(wall_time=2e9, step=9, summary=Summary(value=both)).SerializeToString()))
    return b"".join(records)


@pytest.mark.parametrize(("alike", "parsed"), [(3, 3), (4, 0), (5, 0)])
def test_of_a_few_records_no_template_is_made(alike, parsed):
    data = b"".join(scalar("loss", step, 1.0, simple_value=0.5) for step in range(10, 10 + alike))
    (window,) = event_frames.Framing(Source("e", content=data).open(), 1 << 30).windows()
    points, _, rest = Decoder().decode(window)
    assert (rest.size, sum(part.record.size for part in points)) == (parsed, alike - parsed)


@pytest.mark.parametrize(("unlike", "parsed"), [(1_023, 1_023), (1_024, 1_034)])
def test_templates_are_looked_for_among_so_many_records_of_one_length(unlike, parsed):
    alike = [scalar("loss", step, 1.0, simple_value=0.5) for step in range(10, 20)]
    other = Event(wall_time=1.0, file_version="")
    while len(frame(other.SerializeToString())) < len(alike[0]):
        other.file_version += "x"
    data = frame(other.SerializeToString()) * unlike + b"".join(alike)
    assert len(data) == (unlike + 10) * len(alike[0])
    (window,) = event_frames.Framing(Source("e", content=data).open(), 1 << 30).windows()
    points, _, rest = Decoder().decode(window)
    assert (rest.size, sum(part.record.size for part in points)) == (parsed, unlike + 10 - parsed)


@contextmanager
def slowly():
    """Every record is found by the length of the one before, and parsed for itself."""
    with patch.object(event_templates, "_LONGEST", -1), patch.object(event_frames, "_WALKED", 1 << 60):
        yield


def reading(data):
    """All that the reader finds, in a form that compares NaN with NaN."""
    try:
        (run,) = READER.read(Source("events.out.tfevents.1.host", content=data))
    except UnreadableError as error:
        return str(error)
    curves = [
        (c.name, c.y.tobytes(), c.x.tobytes(), c.at.tobytes(), c.wall_time.tobytes()) for c in run.series
    ]
    return sorted(curves), run.events


def both_ways(data):
    fast = reading(data)
    with slowly():
        assert reading(data) == fast
    return fast


WHOLE = training(100, first=60)


def test_most_records_of_a_training_are_decoded_by_template():
    decoder = Decoder()
    framing = event_frames.Framing(Source("e", content=WHOLE).open(), 1 << 30)
    taken = rest = 0
    for window in framing.windows():
        points, wrong, left = decoder.decode(window)
        assert not wrong.size
        taken += sum(part.record.size for part in points)
        rest += left.size
    assert taken == 100 * 6
    assert rest == 2 + 20 * 3


def test_a_whole_file_is_read_alike():
    curves, events = both_ways(WHOLE)
    assert {name: len(y) // 8 for name, y, *_ in curves} == {
        **dict.fromkeys(("loss/a", "loss/b", "loss/c", "acc", "t32", "t64"), 100),
        "count": 20,
        "x": 1,
        "y": 1,
    }
    assert [(event.kind, event.count) for event in events] == [(EventKind.NOTE, 40)]


@pytest.mark.parametrize("first", [0, 100, 16_350, 2**31, 2**62, -100])
def test_steps_of_every_size_are_read_alike(first):
    curves, _ = both_ways(training(80, first))
    x = np.frombuffer(next(c[2] for c in curves if c[0] == "acc"))
    assert x.tolist() == [float(first + i) for i in range(80)]


@pytest.mark.parametrize("window", [64, 700, 5_000])
def test_windows_of_any_size_give_the_same_points(window):
    whole = reading(WHOLE)
    with patch.object(event_frames, "WINDOW_BYTES", window):
        curves, events = reading(WHOLE)
    if window == 64:
        assert "record of more than" in events[0].text
    else:
        assert curves == whole[0]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.0, 1e-45])
def test_values_keep_their_bits(value):
    data = b"".join(scalar("loss", step, 1.0, simple_value=value) for step in range(20))
    curves, _ = both_ways(data)
    expected = np.full(20, np.float32(value)).astype(np.float64)
    assert np.array_equal(np.frombuffer(curves[0][1]), expected, equal_nan=True)


def test_every_flipped_bit_of_one_record_is_found_by_its_checksum():
    records = [scalar("loss", step, 1.0, simple_value=step) for step in range(40)]
    for place in range(len(records[20])):
        damaged = bytearray(records[20])
        damaged[place] ^= 1 << (place % 8)
        curves, events = both_ways(b"".join([*records[:20], bytes(damaged), *records[21:]]))
        assert len(curves[0][1]) == 39 * 8
        assert events


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x09abc",
        Event(step=1).SerializeToString(),
        Event(
            wall_time=1.0, step=-1, summary=Summary(value=[Summary.Value(simple_value=1)])
        ).SerializeToString(),
        Event(
            wall_time=1.0,
            summary=Summary(value=[Summary.Value(simple_value=1), Summary.Value(simple_value=2)]),
        ).SerializeToString(),
    ],
)
def test_records_that_are_no_template(payload):
    assert find_places(payload) is None


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=8),
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=40)), max_size=2),
    st.one_of(st.none(), st.integers(0, len(WHOLE))),
    st.sampled_from([900, 1 << 21]),
)
def test_damage_is_read_alike(changes, insertions, cut, window):
    data = bytearray(WHOLE[:cut])
    for place, byte in changes:
        if place < len(data):
            data[place] = byte
    for place, inserted in insertions:
        data[place:place] = inserted
    with patch.object(event_frames, "WINDOW_BYTES", window):
        both_ways(bytes(data))
