"""The framing of a W&B transaction log (`run-ID.wandb`): LevelDB log blocks with checksums of their own.

Layout: wandb/sdk/internal/datastore.py. A file begins with `:W&B`, the magic 0xBEE1 and a version byte, and
goes on in blocks of 32 KiB, counted from the start of the file. A record has a header of 7 bytes (CRC-32 of
the type byte and the data, length, type) and does not cross the end of a block; one that is longer is
written in a first, middle and last part.
"""

import re
import struct
import zlib
from dataclasses import dataclass, field

SIGNATURE = b":W&B"
_MAGIC = 0xBEE1
_FILE_HEADER = struct.Struct("<4sHB")
_HEADER = struct.Struct("<IHB")
_BLOCK = 32_768
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_KIND = re.compile(rb"[\x01-\x04]")
_SEEDS = {kind: zlib.crc32(bytes((kind,))) for kind in (_FULL, _FIRST, _MIDDLE, _LAST)}
_MAX_RECORD_BYTES = 1 << 26
# A block of planted headers costs no more than this many bytes of checksums.
_MOST_SUMMED = 1 << 24


@dataclass(slots=True)
class Records:
    """The records of a file and what was passed over.

    Attributes:
        known_version: Whether the header of the file is the one described above.
        payloads: Each whole record.
        gaps: (offset, bytes) of each damaged stretch.
        lost: Parts of records whose other parts are damaged or missing.
        tail: Bytes at the end that are the beginning of a record.
        too_long: Records longer than 64 MiB, which were not put together.
    """

    known_version: bool
    payloads: list[bytes] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    lost: int = 0
    tail: int = 0
    too_long: int = 0


class _Joiner:
    """Puts the parts of long records together."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._parts: list[bytes] = []
        self._size = 0

    def take(self, kind: int, data: bytes) -> None:
        """One part, in the order of the file."""
        if kind == _FIRST:
            self.give_up()
            self._parts, self._size = [data], len(data)
            return
        if not self._parts:
            self._records.lost += 1
            return
        self._size += len(data)
        if self._size <= _MAX_RECORD_BYTES:
            self._parts.append(data)
        if kind == _LAST:
            if self._size <= _MAX_RECORD_BYTES:
                self._records.payloads.append(b"".join(self._parts))
            else:
                self._records.too_long += 1
            self._parts = []

    def give_up(self) -> None:
        """Leaves a record that will not be completed."""
        self._records.lost += bool(self._parts)
        self._parts = []

    @property
    def held(self) -> int:
        """Bytes of a record that is not complete yet."""
        return self._size if self._parts else 0


def find_records(data: bytes) -> Records:
    """Every whole record of a log; after damage the reading goes on at the next record or block.

    Where only the data of a record are damaged its length still leads to the next one. Where it does not, the
    rest of the block is searched for a header whose checksum holds; then the next block is tried.
    """
    records = Records(_is_of_known_version(data))
    joiner = _Joiner(records)
    size = len(data)
    position = _FILE_HEADER.size
    crc32, unpack, keep = zlib.crc32, _HEADER.unpack_from, records.payloads.append
    end_of_block = _BLOCK
    while position + 7 <= size:
        if position + 7 > end_of_block:
            position, end_of_block = end_of_block, end_of_block + _BLOCK
            continue
        stated, length, kind = unpack(data, position)
        start = position + 7
        end = start + length
        if kind in _SEEDS and end <= end_of_block:
            if end > size and _next_record(data, position + 1, size) is None:
                break
            body = data[start:end]
            if crc32(body, _SEEDS[kind]) == stated:
                if kind == _FULL:
                    if joiner.held:
                        joiner.give_up()
                    keep(body)
                else:
                    joiner.take(kind, body)
                position = end
                continue
        joiner.give_up()
        following = _resume(data, position, end, end_of_block)
        _add_gap(records, position, min(following, size))
        position = following
        end_of_block = (position // _BLOCK + 1) * _BLOCK
    records.tail = max(size - position, 0) + joiner.held
    return records


def _is_of_known_version(data: bytes) -> bool:
    if len(data) < _FILE_HEADER.size:
        return True
    _, magic, version = _FILE_HEADER.unpack_from(data)
    return bool(magic == _MAGIC and version == 0)


def _resume(data: bytes, position: int, end: int, end_of_block: int) -> int:
    """Where to go on after a damaged record: behind it, or where the next whole record is."""
    limit = min(end_of_block, len(data))
    if _holds_record(data, end, limit):
        return end
    following = _next_record(data, position + 1, limit)
    return end_of_block if following is None else following


def _holds_record(data: bytes, position: int, limit: int) -> bool:
    """Whether a whole record with its checksum stands at a place of a block."""
    if position + 7 > limit:
        return False
    stated, length, kind = _HEADER.unpack_from(data, position)
    end = position + 7 + length
    return kind in _SEEDS and end <= limit and zlib.crc32(data[position + 7 : end], _SEEDS[kind]) == stated


def _next_record(data: bytes, position: int, limit: int) -> int | None:
    """The place of the next whole record of a block; None where a bounded search finds none."""
    summed = 0
    for match in _KIND.finditer(data, position + 6, limit):
        place = match.start() - 6
        if _holds_record(data, place, limit):
            return place
        summed += min(data[place + 4] | data[place + 5] << 8, limit - place)
        if summed > _MOST_SUMMED:
            break
    return None


def _add_gap(records: Records, start: int, end: int) -> None:
    if records.gaps and sum(records.gaps[-1]) == start:
        start = records.gaps.pop()[0]
    records.gaps.append((start, end - start))
