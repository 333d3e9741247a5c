"""The protobuf wire format: the payload of one record of an event file as scalars.

Layout: tensorboard/compat/proto/{event,summary,tensor}.proto; only the fields that hold scalars are decoded.
"""

import struct
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from advisor.readers.crc32c import masked_crcs

_CRC = struct.Struct("<I")
_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")
# Payloads up to this size are checked; larger ones (images, graphs) only where they hold a scalar.
_CHECKED_BYTES = 4_096
_MAX_CHECKED_BYTES = 1 << 20

Bytes = NDArray[np.uint8]


def wrong_payloads(
    data: Bytes, starts: Sequence[int], lengths: Sequence[int], always: Collection[int]
) -> set[int]:
    """Indices of records whose payload does not match its checksum.

    Args:
        data: The bytes that hold the records.
        starts: Where each payload begins; its checksum follows it.
        lengths: How long each payload is.
        always: Indices to check though they are large.
    """
    chosen = [
        i
        for i, length in enumerate(lengths)
        if length <= _CHECKED_BYTES or (i in always and length <= _MAX_CHECKED_BYTES)
    ]
    crcs = masked_crcs(data, [starts[i] for i in chosen], [lengths[i] for i in chosen])
    stated = [_CRC.unpack_from(data.data, starts[i] + lengths[i])[0] for i in chosen]
    return {chosen[int(k)] for k in np.flatnonzero(crcs != np.array(stated))}


class BadWireError(ValueError):
    """The bytes are no protobuf message."""


def varint(data: memoryview | bytes, position: int) -> tuple[int, int]:
    """A number in groups of seven bits, from the lowest on, and where it ends.

    Raises:
        BadWireError: it does not end, or has more than 64 bits.
    """
    result = shift = 0
    while True:
        if position >= len(data) or shift > 63:
            raise BadWireError
        byte = data[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, position
        shift += 7


def walk(data: memoryview, start: int, stop: int) -> Iterator[tuple[int, int, int, int, int]]:
    """Each field of a protobuf message as (number, wire type, integer, begin, end).

    A varint (wire type 0) has the integer; begin and end are where the content lies in `data`.

    Raises:
        BadWireError: the bytes from `start` to `stop` are no message.
    """
    position = start
    while position < stop:
        key, position = varint(data, position)
        wire = key & 7
        if wire == 0:
            begin = position
            value, position = varint(data, position)
            yield key >> 3, wire, value, begin, position
            continue
        if wire == 2:
            length, position = varint(data, position)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise BadWireError
        if length > stop - position:
            raise BadWireError
        yield key >> 3, wire, 0, position, position + length
        position += length


def fields(data: memoryview) -> Iterator[tuple[int, int, int, memoryview]]:
    """Each field of a whole message as (number, wire type, integer, bytes); nothing is copied.

    Raises:
        BadWireError: the bytes are no message.
    """
    for number, wire, integer, begin, end in walk(data, 0, len(data)):
        yield number, wire, integer, data[begin:end]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One point: its tag, step, wall time in seconds, value."""

    tag: str
    step: int
    wall_time: float
    value: float


@dataclass(slots=True)
class Event:
    """What one record holds.

    Attributes:
        scalars: Its points.
        skipped: (tag, what it is) of the summaries that are no scalar.
        metadata: What plugins wrote into summaries without a number.
    """

    scalars: list[Scalar] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    metadata: list[memoryview] = field(default_factory=list)


def _signed(value: int) -> int:
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >= 1 << 63 else value


def parse_event(data: memoryview) -> Event:
    """The scalars of one event.

    Raises:
        BadWireError: the bytes are no event.
    """
    event = Event()
    wall_time, step = 0.0, 0
    summaries: list[memoryview] = []
    for number, wire, integer, raw in fields(data):
        if number == 1 and wire == 1:
            wall_time = _DOUBLE.unpack(raw)[0]
        elif number == 2 and wire == 0:
            step = _signed(integer)
        elif number == 5 and wire == 2:
            summaries.append(raw)
    for summary in summaries:
        for number, wire, _, raw in fields(summary):
            if number == 1 and wire == 2:
                _read_value(raw, step, wall_time, event)
    return event


_KINDS = {4: "image", 5: "histogram", 6: "audio"}
_SETTINGS = "_hparams_/"


def _read_value(data: memoryview, step: int, wall_time: float, event: Event) -> None:
    tag = ""
    found: float | None = None
    other = ""
    metadata: memoryview | None = None
    for number, wire, _, raw in fields(data):
        if number == 1 and wire == 2:
            tag = bytes(raw).decode("utf-8", "replace")
        elif number == 2 and wire == 5:
            found = _FLOAT.unpack(raw)[0]
        elif number == 8 and wire == 2:
            found = _tensor_scalar(raw)
            other = "tensor" if found is None else ""
        elif number in _KINDS and wire == 2:
            other = _KINDS[number]
        elif number == 9 and wire == 2:
            metadata = raw
    if found is not None:
        event.scalars.append(Scalar(tag, step, wall_time, found))
        return
    if metadata is not None:
        event.metadata.append(metadata)
    # What the HParams plugin writes holds an empty tensor beside its settings.
    if other and not tag.startswith(_SETTINGS):
        event.skipped.append((tag, other))


# TensorProto.dtype -> numpy type of `tensor_content`; half and bfloat16 travel as integers in `half_val`.
_CONTENT = {
    1: "<f4", 2: "<f8", 3: "<i4", 4: "u1", 5: "<i2", 6: "i1", 9: "<i8", 10: "?", 17: "<u2", 19: "<f2",
    22: "<u4", 23: "<u8",
}  # fmt: skip
_BFLOAT16 = 14
_UNSIGNED_FIELDS = {16, 17}
_VARINT_FIELDS = {7, 10, 11, *_UNSIGNED_FIELDS}


def _tensor_scalar(data: memoryview) -> float | None:
    """The value of a tensor with one number in it, or None."""
    found: float | None = None
    count = 0
    parts = list(fields(data))
    # Fields may stand in any order, and the type says what the content is.
    dtype = next((integer for number, wire, integer, _ in parts if (number, wire) == (1, 0)), 0)
    for number, wire, integer, raw in parts:
        if number == 2 and wire == 2:
            if not _is_single(raw):
                return None
        else:
            read = _tensor_value(number, wire, integer, raw, dtype)
            if read is not None:
                found, more = read
                count += more
    return found if count == 1 else None


def _tensor_value(
    number: int, wire: int, integer: int, field_bytes: memoryview, dtype: int
) -> tuple[float, int] | None:
    """The first number in one field of a tensor and how many it holds."""
    if wire == 0:
        if number == 13:
            return _half(integer, dtype), 1
        return (_whole(integer, number), 1) if number in _VARINT_FIELDS else None
    raw = bytes(field_bytes)
    if number == 4 and raw:
        if dtype == _BFLOAT16:
            return (_half(int.from_bytes(raw[:2], "little"), dtype), len(raw) // 2) if len(raw) >= 2 else None
        kind = np.dtype(_CONTENT[dtype]) if dtype in _CONTENT else None
        if kind is None or len(raw) < kind.itemsize:
            return None
        return float(np.frombuffer(raw[: kind.itemsize], kind)[0]), len(raw) // kind.itemsize
    if number in (5, 6) and raw:
        unpack, size = (_FLOAT, 4) if number == 5 else (_DOUBLE, 8)
        return (unpack.unpack(raw[:size])[0], len(raw) // size) if len(raw) >= size else None
    if (number in _VARINT_FIELDS or number == 13) and wire == 2 and raw:
        first, end = varint(field_bytes, 0)
        many = 1 if end == len(raw) else 2
        return (_half(first, dtype) if number == 13 else _whole(first, number)), many
    return None


def _whole(integer: int, number: int) -> float:
    return float(integer if number in _UNSIGNED_FIELDS else _signed(integer))


def _half(bits: int, dtype: int) -> float:
    if dtype == _BFLOAT16:
        return float(_FLOAT.unpack(struct.pack("<I", (bits & 0xFFFF) << 16))[0])
    return float(np.array([bits & 0xFFFF], dtype=np.uint16).view(np.float16)[0])


def _is_single(shape: memoryview) -> bool:
    """Whether a TensorShapeProto is that of one number: no dimension, or all of size 1."""
    for number, wire, _, dim in fields(shape):
        if number == 2 and wire == 2:
            size = next((integer for n, w, integer, _ in fields(dim) if n == 1 and w == 0), 0)
            if size != 1:
                return False
    return True
