import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import masked_crc32c
from tensorboard.plugins.hparams import summary_v2
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util.tensor_util import make_ndarray, make_tensor_proto

from advisor.errors import UnreadableError
from advisor.readers import Source, read_paths, read_source
from advisor.readers.crc32c import masked_crcs
from advisor.readers.formats.tensorboard_events import _narrow
from advisor.run import EventKind, Role
from tests.event_files import HEADER, content, frame, simple, tensor


def read(data):
    return read_source(Source("events.out.tfevents.1.host", content=data))


def curves(run):
    return {series.name: series.y.tolist() for series in run}


def hundred(tag="train/loss"):
    return [simple(tag, step, 1 / (step + 1), wall=float(step)) for step in range(100)]


@pytest.mark.parametrize("size", [0, 1, 7, 8, 200, 5_000])
def test_the_checksum_is_tensorboards(size):
    data = np.random.default_rng(size).integers(0, 256, size + 3, dtype=np.uint8)
    crcs = masked_crcs(data, [0, 3, 1], [size, size, 2])
    assert crcs.tolist() == [
        masked_crc32c(data[a : a + n].tobytes()) for a, n in [(0, size), (3, size), (1, 2)]
    ]


def compare_with_tensorboard(folder):
    theirs = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    theirs.Reload()
    (run,) = read_paths([str(folder)])
    expected = {
        tag: [(e.step, e.value, e.wall_time) for e in theirs.Scalars(tag)] for tag in theirs.Tags()["scalars"]
    }
    for tag in theirs.Tags()["tensors"]:
        found = [(e.step, make_ndarray(e.tensor_proto), e.wall_time) for e in theirs.Tensors(tag)]
        if found[0][1].size == 1 and found[0][1].dtype.kind in "fiub":
            expected[tag] = [(step, float(value), wall) for step, value, wall in found]
    assert {s.name for s in run} == set(expected)
    for series in run:
        steps, values, walls = zip(*expected[series.name], strict=True)
        np.testing.assert_array_equal(series.x, steps)
        np.testing.assert_array_equal(series.y, values)
        np.testing.assert_array_equal(series.wall_time, walls)


def test_files_of_tensorboards_own_writer_read_as_tensorboard_reads_them(tmp_path):
    writer = EventFileWriter(str(tmp_path))
    for step in range(50):
        writer.add_event(simple("loss/train", step, np.exp(-step / 10), wall=1e9 + step))
        writer.add_event(tensor("loss/val", step, make_tensor_proto(np.float32(0.5 + step)), wall=1e9 + step))
        writer.add_event(tensor("lr", step, make_tensor_proto(np.float64(0.1 / (1 + step))), wall=1e9 + step))
        writer.add_event(tensor("text", step, make_tensor_proto("hello"), wall=1e9 + step))
        writer.add_event(tensor("vector", step, make_tensor_proto(np.arange(3.0)), wall=1e9 + step))
    writer.close()
    compare_with_tensorboard(tmp_path)


def test_real_event_files_read_as_tensorboard_reads_them(shared):
    for case in ("tb-08", "tb-09"):
        compare_with_tensorboard(shared / "logs" / case)


SCALAR = TensorShapeProto()


@pytest.mark.fault("E5")
@pytest.mark.parametrize(
    "proto",
    [
        TensorProto(dtype=1, tensor_shape=SCALAR, float_val=[1.5]),
        TensorProto(dtype=1, tensor_shape=SCALAR, tensor_content=struct.pack("<f", 1.5)),
        TensorProto(dtype=2, tensor_shape=SCALAR, double_val=[1.5]),
        TensorProto(dtype=2, tensor_shape=SCALAR, tensor_content=struct.pack("<d", 1.5)),
        TensorProto(dtype=19, tensor_shape=SCALAR, half_val=[0x3E00]),
        TensorProto(dtype=19, tensor_shape=SCALAR, tensor_content=struct.pack("<e", 1.5)),
        TensorProto(dtype=14, tensor_shape=SCALAR, half_val=[0x3FC0]),
        TensorProto(dtype=14, tensor_shape=SCALAR, tensor_content=struct.pack("<H", 0x3FC0)),
        TensorProto(
            dtype=1, tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim(size=1)]), float_val=[1.5]
        ),
    ],
)
def test_a_tensor_of_any_float_type_with_one_number_is_a_point(proto):
    (run,) = read(content(tensor("loss", 7, proto)))
    assert curves(run) == {"loss": [1.5]}
    assert run.series[0].x.tolist() == [7]


@pytest.mark.parametrize(
    "proto",
    [
        TensorProto(dtype=3, tensor_shape=SCALAR, int_val=[-3]),
        TensorProto(dtype=9, tensor_shape=SCALAR, int64_val=[-3]),
        TensorProto(dtype=9, tensor_shape=SCALAR, tensor_content=struct.pack("<q", -3)),
        TensorProto(dtype=5, tensor_shape=SCALAR, tensor_content=struct.pack("<h", -3)),
    ],
)
def test_integers_are_points_and_negative_ones_keep_their_sign(proto):
    (run,) = read(content(tensor("count", 1, proto)))
    assert curves(run) == {"count": [-3]}


@pytest.mark.fault("E5", "E7")
def test_vectors_and_images_are_left_out_and_counted():
    image = Event(step=1, summary=Summary(value=[Summary.Value(tag="i", image=Summary.Image(height=1))]))
    vector = tensor("v", 1, make_tensor_proto(np.arange(3.0)))
    (run,) = read(content(image, vector, simple("loss", 1, 2.0)))
    assert curves(run) == {"loss": [2]}
    assert [(e.kind, e.count) for e in run.events] == [(EventKind.NOTE, 2)]


@pytest.mark.fault("E13", "E14")
def test_non_finite_values_and_extreme_steps_are_kept():
    (run,) = read(content(simple("loss", -5, float("nan")), simple("loss", 2**62, float("-inf"))))
    assert np.isnan(run.series[0].y[0])
    assert run.series[0].y[1] == -np.inf
    assert run.series[0].x.tolist() == [-5, 2.0**62]


@pytest.mark.fault("E1")
@pytest.mark.parametrize("cut", range(1, 60))
def test_a_file_cut_in_its_last_record_keeps_the_others_and_says_so(cut):
    data = content(*hundred())
    (run,) = read(data[:-cut])
    lost = 1 if cut < len(frame(hundred()[-1].SerializeToString())) else 2
    assert len(run.series[0]) >= 100 - lost
    assert [e.kind for e in run.events] in ([EventKind.TRUNCATED], [])
    assert run.events or len(run.series[0]) < 100


@pytest.mark.fault("E2")
def test_a_flipped_payload_bit_costs_one_record():
    data = bytearray(content(*hundred()))
    one = len(frame(simple("train/loss", 1, 0.5).SerializeToString()))
    data[len(data) // 2 // one * one + 30] ^= 4
    (run,) = read(bytes(data))
    assert len(run.series[0]) == 99
    assert [(e.kind, e.count) for e in run.events] == [(EventKind.UNREADABLE, 1)]


@pytest.mark.fault("E3")
def test_a_flipped_length_bit_is_got_over_by_looking_for_the_next_record():
    records = [frame(event.SerializeToString()) for event in (HEADER, *hundred())]
    records[50] = bytes([records[50][0] ^ 1]) + records[50][1:]
    (run,) = read(b"".join(records))
    assert len(run.series[0]) == 99
    assert EventKind.UNREADABLE in [e.kind for e in run.events]


@pytest.mark.fault("E4")
@pytest.mark.parametrize("length", [2**40, 2**63])
def test_a_planted_length_allocates_nothing_and_costs_nothing(length):
    records = [frame(event.SerializeToString()) for event in (HEADER, *hundred())]
    planted = struct.pack("<Q", length)
    data = b"".join([*records[:50], planted + struct.pack("<I", masked_crc32c(planted)), *records[50:]])
    (run,) = read(data)
    assert len(run.series[0]) == 100
    assert run.events


@pytest.mark.fault("E11")
def test_a_line_of_text_between_records_is_passed_over():
    records = [frame(event.SerializeToString()) for event in (HEADER, *hundred())]
    (run,) = read(b"".join([*records[:40], b"WARNING:root: a line in the wrong file\n", *records[40:]]))
    assert len(run.series[0]) == 100
    assert any("39 bytes" in e.text for e in run.events)


def test_a_file_without_a_scalar_is_told_in_a_sentence():
    with pytest.raises(UnreadableError, match="holds no scalar"):
        read(content())


@pytest.mark.fault("E11")
def test_text_named_like_an_event_file_is_read_as_what_it_is():
    (run,) = read(b"epoch,loss\n0,3\n1,2\n")
    assert run.reader == "csv"


@pytest.mark.fault("E8")
def test_two_files_of_one_folder_are_one_run_in_the_order_of_time(tmp_path):
    late = [simple("loss", step, 10 + step, wall=100.0 + step) for step in range(5, 9)]
    early = [simple("loss", step, step, wall=float(step)) for step in range(7)]
    (tmp_path / "events.out.tfevents.1.a").write_bytes(content(*late))
    (tmp_path / "events.out.tfevents.2.b").write_bytes(content(*early))
    (run,) = read_paths([str(tmp_path)])
    assert curves(run)["loss"] == [0, 1, 2, 3, 4, 5, 6, 15, 16, 17, 18]
    assert EventKind.RESTART in [e.kind for e in run.events]


@pytest.mark.parametrize("files", [1, 2])
def test_damage_names_its_file_only_where_there_are_several(tmp_path, files):
    for number in range(files):
        damaged = content(*hundred())[: -3 if number == 0 else None]
        (tmp_path / f"events.out.tfevents.{number}.host").write_bytes(damaged)
    (run,) = read_paths([str(tmp_path)])
    (cut,) = [event.text for event in run.events if event.kind is EventKind.TRUNCATED]
    assert ("events.out.tfevents.0.host" in cut) == (files > 1)


def test_values_written_together_share_a_row_and_take_their_roles_from_it():
    events = [
        event for step in range(20) for event in (simple("loss", step, 1.0), simple("accuracy", step, 0.5))
    ]
    (run,) = read(content(*events))
    assert run.main(Role.TRAIN_METRIC).name == "accuracy"
    assert run.main(Role.TRAIN_METRIC).at.tolist() == run.main(Role.TRAIN_LOSS).at.tolist()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), max_size=6), st.integers(0, 5_000))
def test_no_damage_makes_the_reader_fail(changes, cut):
    data = bytearray(content(*hundred()))
    for place, byte in changes:
        data[place % len(data)] = byte
    try:
        runs = read(bytes(data[: max(1, cut)]))
    except UnreadableError:
        return
    whole = {1 / (step + 1) for step in range(100)}
    for run in runs:
        if run.reader == "tensorboard":
            for series in run:
                assert all(min(abs(y - w) for w in whole) < 1e-6 for y in series.y)


@pytest.mark.parametrize(
    ("numbers", "kind", "narrow"),
    [
        ([0.5, float("nan"), float("inf")], np.float32, True),
        ([0.1], np.float32, False),
        ([1e300], np.float32, False),
        ([0, 2**31 - 1, -5], np.int32, True),
        ([2**31], np.int32, False),
        ([2**40 + 7], np.int32, False),
    ],
)
def test_numbers_are_held_narrowly_only_where_that_is_exact(numbers, kind, narrow):
    wide = np.array(numbers)
    held = _narrow(wide, kind)
    assert (held.dtype == kind) == narrow
    assert np.array_equal(held, wide, equal_nan=True)


def test_the_settings_that_the_hparams_plugin_writes_beside_an_empty_tensor_are_read():
    event = Event(wall_time=1.0)
    event.summary.CopyFrom(summary_v2.hparams_pb({"lr": 0.1, "layers": 3, "opt": "adam", "amp": True}))
    (run,) = read(content(event, simple("loss", 1, 0.5)))
    assert {h.name: (h.value, h.role) for h in run.hyperparameters} == {
        "lr": (0.1, "learning_rate"),
        "layers": (3, "layers"),
        "opt": ("adam", "optimizer"),
        "amp": (True, "precision"),
    }
    assert run.events == ()


def test_a_record_that_no_window_holds_is_told_with_the_size_of_one():
    picture = Event(summary=Summary(value=[Summary.Value(image=Summary.Image(height=1))]))
    picture.summary.value[0].image.encoded_image_string = bytes(3 << 20)
    (run,) = read(content(*hundred(), picture))
    (event,) = run.events
    assert "1 record of more than 2 MiB" in event.text
