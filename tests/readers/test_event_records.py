"""Records of event files hold the numbers that were put into them, in whatever form and order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.util.tensor_util import make_tensor_proto

from advisor.readers.event_records import BadWireError, parse_event, varint

KINDS = ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?")
SHAPES = ((), (1,), (1, 1), (0,), (2,), (3, 1), (1, 2, 1))


@st.composite
def arrays(draw):
    kind, shape = np.dtype(draw(st.sampled_from(KINDS))), draw(st.sampled_from(SHAPES))
    bits = draw(st.binary(min_size=24, max_size=24))
    values = np.frombuffer(bits, "u1" if kind.kind == "b" else kind)[: int(np.prod(shape))]
    return (values > 127 if kind.kind == "b" else values).reshape(shape)


@st.composite
def pieces(draw, message):
    """The bytes of a message, its fields in any order, as protobuf allows."""
    parts = []
    for field, value in message.ListFields():
        alone = type(message)()
        if field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED:
            getattr(alone, field.name).extend(value)
        elif field.message_type:
            getattr(alone, field.name).CopyFrom(value)
        else:
            setattr(alone, field.name, value)
        parts.append(alone.SerializeToString())
    return b"".join(draw(st.permutations(parts)))


def as_content(values):
    """The same tensor with its numbers as they lie in memory."""
    shape = TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in values.shape])
    return TensorProto(
        dtype=make_tensor_proto(values).dtype, tensor_shape=shape, tensor_content=values.tobytes()
    )


def event(step, wall, *values):
    return Event(wall_time=wall, step=step, summary=Summary(value=values))


@given(st.data(), arrays(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False))
def test_a_tensor_of_one_number_is_that_number_and_any_other_none(data, values, content, step, wall):
    proto = as_content(values) if content else make_tensor_proto(values)
    value = b"".join(
        data.draw(st.permutations([_field(1, b"loss"), _field(8, data.draw(pieces(proto)))])),
    )
    whole = Event(wall_time=wall, step=step)
    record = data.draw(pieces(whole)) + _field(5, _field(1, value))
    found = parse_event(memoryview(record))
    if values.size == 1:
        (scalar,) = found.scalars
        assert (scalar.tag, scalar.step, scalar.wall_time) == ("loss", step, wall)
        np.testing.assert_array_equal(scalar.value, float(values.item()))
        assert not found.skipped
    else:
        assert not found.scalars
        assert found.skipped == [("loss", "tensor")]


def _field(number, content):
    """A field of bytes on the wire."""
    assert len(content) < 128 * 128
    size = (
        bytes([len(content)]) if len(content) < 128 else bytes([len(content) & 127 | 128, len(content) >> 7])
    )
    return bytes([number << 3 | 2]) + size + content


@given(st.lists(st.floats(width=32), max_size=5), st.integers(-(2**63), 2**63 - 1))
def test_every_plain_value_of_a_record_is_a_point_in_its_order(values, step):
    tags = [f"tag {place}" for place in range(len(values))]
    plain = [Summary.Value(tag=tag, simple_value=value) for tag, value in zip(tags, values, strict=True)]
    found = parse_event(memoryview(event(step, 1.5, *plain).SerializeToString()))
    assert [(scalar.tag, scalar.step) for scalar in found.scalars] == [(tag, step) for tag in tags]
    np.testing.assert_array_equal([scalar.value for scalar in found.scalars], values)


def test_what_is_no_scalar_is_named_and_a_plugins_words_are_kept():
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="hparams", content=b"\x01"))
    others = [
        Summary.Value(tag="picture", image=Summary.Image(height=3)),
        Summary.Value(tag="weights", histo={"min": 1.0}),
        Summary.Value(tag="voice", audio=Summary.Audio(sample_rate=8.0)),
        Summary.Value(tag="words", tensor=make_tensor_proto("text")),
        Summary.Value(tag="settings", metadata=metadata),
    ]
    found = parse_event(memoryview(event(3, 1.0, *others).SerializeToString()))
    assert found.scalars == []
    kinds = ["image", "histogram", "audio", "tensor"]
    assert found.skipped == list(zip(["picture", "weights", "voice", "words"], kinds, strict=True))
    assert [bytes(one) for one in found.metadata] == [metadata.SerializeToString()]


@given(st.data(), st.floats(width=32))
def test_a_record_that_is_cut_anywhere_is_no_message_or_lacks_a_whole_field(data, value):
    whole = event(300, 1.5, Summary.Value(tag="loss", simple_value=value)).SerializeToString()
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    try:
        found = parse_event(memoryview(cut))
    except BadWireError:
        return
    assert Event.FromString(cut).summary == Summary()
    assert not found.scalars


@pytest.mark.parametrize("record", [b"\x0b", b"\x80" * 11, b"\x2a\x7f", b"\x09\x00", b"\x10"])
def test_bytes_that_are_no_message_are_refused(record):
    with pytest.raises(BadWireError):
        parse_event(memoryview(record))


def test_what_an_event_leaves_out_is_zero():
    (scalar,) = parse_event(
        memoryview(Event(summary=Summary(value=[Summary.Value(simple_value=0.5)])).SerializeToString())
    ).scalars
    assert (scalar.tag, scalar.step, scalar.wall_time, scalar.value) == ("", 0, 0.0, 0.5)
    # A dimension that states no size has none.
    empty = TensorProto(dtype=1, tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim()]), float_val=[0.5])
    found = parse_event(memoryview(event(1, 1.0, Summary.Value(tensor=empty)).SerializeToString()))
    assert (found.scalars, [what for _, what in found.skipped]) == ([], ["tensor"])


def test_a_number_has_ten_bytes_at_most():
    assert varint(b"\xff" * 9 + b"\x01", 0) == ((1 << 64) - 1, 10)
    for data in (b"\xff" * 10 + b"\x01", b"\xff" * 9, b""):
        with pytest.raises(BadWireError):
            varint(data, 0)
