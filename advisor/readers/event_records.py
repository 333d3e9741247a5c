"""TFRecord framing and the protobuf wire format: the bytes of an event file as scalars.

Layout: https://www.tensorflow.org/tutorials/load_data/tfrecord (length, masked CRC, payload, masked CRC) and
tensorboard/compat/proto/{event,summary,tensor}.proto; only the fields that hold scalars are decoded.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from advisor.readers.crc32c import find_header, masked_crcs

_HEADER = struct.Struct("<QI")
_CRC = struct.Struct("<I")
_DOUBLE = struct.Struct("<d")
_FLOAT = struct.Struct("<f")
# Payloads up to this size are checked; larger ones (images, graphs) only where they hold a scalar.
_CHECKED_BYTES = 4_096
_MAX_CHECKED_BYTES = 1 << 20

Bytes = NDArray[np.uint8]


@dataclass(slots=True)
class Frames:
    """Where the payloads of a file are.

    Attributes:
        spans: (start, length) of each whole record.
        gaps: (offset, bytes) of each stretch that is no record and was passed over.
        tail: Bytes left at the end that are the beginning of a record.
    """

    spans: list[tuple[int, int]] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    tail: int = 0


def _chain(data: memoryview, start: int) -> tuple[list[int], int]:
    """Header offsets of the records that follow each other from `start`, and where the chain breaks."""
    offsets = []
    size = len(data)
    position = start
    unpack = _HEADER.unpack_from
    while position + 16 <= size:
        length = unpack(data, position)[0]
        if length > size - position - 16:
            break
        offsets.append(position)
        position += 16 + length
    return offsets, position


def find_frames(data: memoryview) -> Frames:
    """The records of an event file; after damage the next header with a right checksum is looked for."""
    frames = Frames()
    array = np.frombuffer(data, dtype=np.uint8)
    position = 0
    while position < len(data):
        offsets, end = _chain(data, position)
        good = _valid_headers(data, array, offsets)
        for offset in offsets[:good]:
            frames.spans.append((offset + 12, _HEADER.unpack_from(data, offset)[0]))
        if good < len(offsets):
            end = offsets[good]
        if end >= len(data):
            break
        if good == len(offsets) and _is_tail(data, array, end):
            frames.tail = len(data) - end
            break
        found = find_header(array, end + 1)
        frames.gaps.append((end, (len(data) if found is None else found) - end))
        if found is None:
            break
        if _HEADER.unpack_from(data, found)[0] > len(data) - found - 16:
            # The header is right and the file ends inside its record (or the length is a planted one).
            later = find_header(array, found + 1)
            if later is None:
                frames.tail = len(data) - found
                break
            frames.gaps[-1] = (end, later - end)
            found = later
        position = found
    return frames


def _valid_headers(data: memoryview, array: Bytes, offsets: list[int]) -> int:
    """How many headers in a row, from the first, have a right checksum."""
    if not offsets:
        return 0
    crcs = masked_crcs(array, offsets, [8] * len(offsets))
    stated = np.array([_CRC.unpack_from(data, offset + 8)[0] for offset in offsets], dtype=np.uint32)
    wrong = np.flatnonzero(crcs != stated)
    return int(wrong[0]) if wrong.size else len(offsets)


def _is_tail(data: memoryview, array: Bytes, position: int) -> bool:
    """Whether the bytes from here to the end are a record that is not written to its end."""
    left = len(data) - position
    if left < 12:
        return True
    length, stated = _HEADER.unpack_from(data, position)
    right = int(masked_crcs(array, [position], [8])[0]) == stated
    return right and length > left - 16 and find_header(array, position + 1) is None


def wrong_payloads(data: memoryview, spans: list[tuple[int, int]], always: set[int]) -> set[int]:
    """Indices of records whose payload does not match its checksum.

    Args:
        data: The whole file.
        spans: (start, length) of each payload.
        always: Indices to check though they are large.
    """
    chosen = [
        i
        for i, (_, length) in enumerate(spans)
        if length <= _CHECKED_BYTES or (i in always and length <= _MAX_CHECKED_BYTES)
    ]
    if not chosen:
        return set()
    array = np.frombuffer(data, dtype=np.uint8)
    starts, lengths = zip(*(spans[i] for i in chosen), strict=True)
    crcs = masked_crcs(array, starts, lengths)
    stated = np.array([_CRC.unpack_from(data, s + n)[0] for s, n in zip(starts, lengths, strict=True)])
    return {chosen[int(k)] for k in np.flatnonzero(crcs != stated)}


class BadWireError(ValueError):
    """The bytes are no protobuf message."""


def _varint(data: memoryview, position: int) -> tuple[int, int]:
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


_NONE = memoryview(b"")


def fields(data: memoryview) -> Iterator[tuple[int, int, int, memoryview]]:
    """Each field of a protobuf message as (number, wire type, integer, bytes).

    A varint (wire type 0) has the integer, every other type the bytes. Nothing is copied.

    Raises:
        BadWireError: the bytes are no message.
    """
    position = 0
    size = len(data)
    while position < size:
        key = data[position]
        position += 1
        if key >= 0x80:
            key, position = _varint(data, position - 1)
        wire = key & 7
        if wire == 0:
            value, position = _varint(data, position)
            yield key >> 3, wire, value, _NONE
            continue
        if wire == 2:
            length, position = _varint(data, position)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise BadWireError
        if length > size - position:
            raise BadWireError
        yield key >> 3, wire, 0, data[position : position + length]
        position += length


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
    """

    scalars: list[Scalar] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def _signed(value: int) -> int:
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


def _read_value(data: memoryview, step: int, wall_time: float, event: Event) -> None:
    tag = ""
    found: float | None = None
    other = ""
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
    if found is not None:
        event.scalars.append(Scalar(tag, step, wall_time, found))
    elif other:
        event.skipped.append((tag, other))


# TensorProto.dtype -> numpy type of `tensor_content`; half and bfloat16 travel as integers in `half_val`.
_CONTENT = {
    1: "<f4", 2: "<f8", 3: "<i4", 4: "u1", 5: "<i2", 6: "i1", 9: "<i8", 10: "?", 17: "<u2", 19: "<f2",
    22: "<u4", 23: "<u8",
}  # fmt: skip
_BFLOAT16 = 14
_HALF = 19
_VARINT_FIELDS = {7, 10, 11, 16, 17}


def _tensor_scalar(data: memoryview) -> float | None:
    """The value of a tensor with one number in it, or None."""
    dtype = 0
    found: float | None = None
    count = 0
    for number, wire, integer, raw in fields(data):
        if number == 1 and wire == 0:
            dtype = integer
        elif number == 2 and wire == 2:
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
        return (float(_signed(integer)), 1) if number in _VARINT_FIELDS else None
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
        first, end = _varint(field_bytes, 0)
        many = 1 if end == len(raw) else 2
        return (_half(first, dtype) if number == 13 else float(_signed(first))), many
    return None


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
