"""TFRecord framing: where the records of an event file lie, also behind damage.

Layout: https://www.tensorflow.org/tutorials/load_data/tfrecord (length, masked CRC, payload, masked CRC).
The file is read in windows, never mapped: a mapped file that its writer cuts kills the process.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from advisor.readers.crc32c import find_header, masked_crcs, masked_crcs_of_rows, plain_crc
from advisor.readers.opening import size_of
from advisor.run import Integers

WINDOW_BYTES = 2 << 20
PADDING = 16
_HEADER = struct.Struct("<QI")
HEADER_BYTES = 12
_FRAME_BYTES = 16
_NO_LENGTH = np.array([plain_crc(bytes(8))], dtype=np.uint32)
# Records walked one by one before their lengths are guessed to repeat, and how many must do so for a guess.
_WALKED = 1_024
_REPEATED = 128

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Whole records that follow each other.

    Attributes:
        data: Bytes that hold them, shape (n,); at least `PADDING` bytes lie behind the last record.
        starts: Where each payload begins in `data`; its checksum follows it.
        lengths: How long each payload is.
    """

    data: Bytes
    starts: Integers
    lengths: Integers


class Framing:
    """The records of one event file, window by window, and what lies between them.

    Attributes:
        gaps: (offset, bytes) of each stretch that is no record and was passed over.
        tail: Bytes left at the end that are the beginning of a record.
        large: How many records are larger than a window; they are passed over without being read.
    """

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        self.gaps: list[tuple[int, int]] = []
        self.tail = 0
        self.large = 0
        self._stream = stream
        self._size = min(size_of(stream), limit)
        self._base = 0
        self._data: Bytes = np.zeros(PADDING, dtype=np.uint8)

    def windows(self) -> Iterator[Window]:
        """The records from the first to the last.

        After damage the next header with a right checksum is looked for. A length that is right and leads
        beyond the end of the file is that of a record still being written, unless another record follows.
        """
        position = 0
        while position < self._size:
            offsets = self._records(position)
            if not offsets.size:
                position = self._pass_over(position)
                continue
            lengths = _lengths(self._data, offsets)
            yield Window(self._data, offsets + HEADER_BYTES, lengths)
            position = self._base + int(offsets[-1] + lengths[-1]) + _FRAME_BYTES

    def _records(self, position: int) -> Integers:
        """Offsets in the window of the records from `position` on; the window is moved there if need be."""
        start = position - self._base
        if start <= self._data.size - PADDING - HEADER_BYTES:
            found = _chain(self._data, start)
            if found.size or _length_at(self._data, start) is None:
                return found
        self._load(position)
        return _chain(self._data, 0)

    def _load(self, position: int) -> None:
        self._stream.seek(position)
        wanted = min(WINDOW_BYTES, self._size - position)
        # A new buffer each time: whoever holds the last window may still look at it.
        data = np.zeros(wanted + PADDING, dtype=np.uint8)
        read = self._stream.readinto(data.data[:wanted])  # type: ignore[attr-defined]
        if read < wanted:
            # The file was cut while it was read: what is left of it ends here.
            self._size = position + read
        self._base, self._data = position, data[: read + PADDING]

    def _pass_over(self, position: int) -> int:
        """Where to go on behind a place at which no whole record of the window begins."""
        left = self._size - position
        length = _length_at(self._data, position - self._base) if left >= HEADER_BYTES else None
        if length is not None and length <= left - _FRAME_BYTES:
            self.large += 1
            return position + length + _FRAME_BYTES
        found = self._find(position + 1)
        if found is None and (length is not None or left < HEADER_BYTES):
            self.tail = left
            return self._size
        end = self._size if found is None else found
        if self.gaps and sum(self.gaps[-1]) == position:
            position = self.gaps.pop()[0]
        self.gaps.append((position, end - position))
        return end

    def _find(self, position: int) -> int | None:
        """The next place with a right header."""
        while position + HEADER_BYTES <= self._size:
            inside = self._data.size - PADDING
            if position - self._base > inside - HEADER_BYTES:
                self._load(position)
                inside = self._data.size - PADDING
            found = find_header(self._data[:inside], position - self._base)
            if found is not None:
                return self._base + found
            position = self._base + max(inside - HEADER_BYTES, 0) + 1
        return None


def _length_at(data: Bytes, offset: int) -> int | None:
    """The length that a header states, or None where its checksum is wrong."""
    length, stated = _HEADER.unpack_from(data.data, offset)
    return int(length) if int(masked_crcs(data, [offset], [8])[0]) == stated else None


def _lengths(data: Bytes, offsets: Integers) -> Integers:
    lengths: Integers = sliding_window_view(data, 8)[offsets].view("<i8")[:, 0]
    return lengths


def _chain(data: Bytes, start: int) -> Integers:
    """Offsets of the whole records that follow each other from `start`, each with a right header."""
    size = data.size - PADDING
    parts = []
    position = start
    while True:
        walked, position = _walk(data, position, size)
        parts.append(walked)
        if walked.size < _WALKED:
            break
        repeated, position = _repeat(data, walked, position, size)
        parts.append(repeated)
    offsets = np.concatenate(parts)
    headers = sliding_window_view(data, HEADER_BYTES)[offsets]
    stated = headers[:, 8:].copy().view("<u4")[:, 0]
    # A record that fits into the window has a length of three bytes; the others are zero.
    wrong = np.flatnonzero(masked_crcs_of_rows(_NO_LENGTH, 8, range(3), headers) != stated)
    return offsets[: wrong[0]] if wrong.size else offsets


def _walk(data: Bytes, position: int, size: int) -> tuple[Integers, int]:
    """At most `_WALKED` records, each found by the length of the one before, and where they end."""
    offsets: list[int] = []
    view = data.data
    unpack = _HEADER.unpack_from
    last = size - _FRAME_BYTES
    while position <= last and len(offsets) < _WALKED:
        length = unpack(view, position)[0]
        if length > last - position:
            break
        offsets.append(position)
        position += length + _FRAME_BYTES
    return np.array(offsets, dtype=np.int64), position


def _repeat(data: Bytes, walked: Integers, position: int, size: int) -> tuple[Integers, int]:
    """More records, while their sizes repeat as those of the last ones did.

    A training writes the same tags in the same order at each step, so that the sizes have a period; each
    guess is compared with the length that stands there.
    """
    sizes = np.diff(walked, append=position)
    pattern = sizes[-_REPEATED:].tobytes()
    before = sizes[:-1].tobytes().rfind(pattern)
    if before < 0 or before % 8:
        return walked[:0], position
    period = sizes[before // 8 + _REPEATED :]
    found = []
    ahead = _WALKED
    while True:
        guessed = np.tile(period, -(-ahead // period.size))
        ends = position + np.cumsum(guessed)
        inside = int(np.searchsorted(ends, size, side="right"))
        offsets = (ends - guessed)[:inside]
        wrong = np.flatnonzero(_lengths(data, offsets) != guessed[:inside] - _FRAME_BYTES)
        right = int(wrong[0]) if wrong.size else inside
        found.append(offsets[:right])
        if right:
            position = int(ends[right - 1])
        if right < guessed.size:
            return np.concatenate(found), position
        ahead *= 2
