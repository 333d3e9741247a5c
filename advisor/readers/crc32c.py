"""CRC-32C (Castagnoli) of many byte strings at once, as TFRecord framing masks it."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0x82F63B78
_MASK_DELTA = 0xA282EAD8
# The next record is mostly near.
_SEARCHED = 1 << 13

Words = NDArray[np.uint32]


@cache
def _table() -> Words:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ np.uint32(_POLYNOMIAL), table >> 1)
    return table


def _masked(crc: Words) -> Words:
    rotated = (crc >> np.uint32(15)) | (crc << np.uint32(17))
    masked: Words = rotated + np.uint32(_MASK_DELTA)
    return masked


def masked_crcs(data: NDArray[np.uint8], starts: Sequence[int], lengths: Sequence[int]) -> Words:
    """The masked CRC-32C of `data[start : start + length]` for each pair.

    All strings are carried forward together, one byte of each per pass, the longest first, so that the cost
    of a pass is shared: under a microsecond a string for thousands of short ones.

    Args:
        data: All bytes, shape (n,).
        starts: Where each string begins.
        lengths: How long each is.
    """
    begin = np.asarray(starts, dtype=np.int64)
    size = np.asarray(lengths, dtype=np.int64)
    order = np.argsort(-size, kind="stable")
    begin, size = begin[order], size[order]
    crc = np.full(begin.size, 0xFFFFFFFF, dtype=np.uint32)
    table = _table()
    # How many strings are longer than i, for each i: the strings stand in falling order of length.
    longest = int(size[0]) if size.size else 0
    active = begin.size - np.searchsorted(size[::-1], np.arange(longest), side="right")
    for i in range(longest):
        n = int(active[i])
        part = crc[:n]
        crc[:n] = table[(part ^ data[begin[:n] + i]) & 0xFF] ^ (part >> np.uint32(8))
    result = np.empty_like(crc)
    result[order] = _masked(~crc)
    return result


@cache
def _effect(distance: int) -> Words:
    """What each value of a byte that `distance` bytes follow adds, by exclusive or, to the checksum."""
    effect = _table()
    for _ in range(distance):
        effect = _table()[effect & 0xFF] ^ (effect >> np.uint32(8))
    return effect


def masked_crcs_of_rows(bare: Words, length: int, places: Sequence[int], rows: NDArray[np.uint8]) -> Words:
    """The masked CRC-32C of strings of one length that are known but for the bytes at a few places.

    The checksum is affine over the bits of a string: each byte adds its own share, whatever the others are
    (Sarwate 1988 gives the table of shares). A string costs one look-up for each place.

    Args:
        bare: The unmasked checksum of each string with zeros at the places, shape (n,) or (1,).
        length: Bytes of a string.
        places: Where the bytes differ.
        rows: The strings, shape (n, at least length).
    """
    crc = np.empty(len(rows), dtype=np.uint32)
    crc[:] = bare
    for place in places:
        crc ^= _effect(length - 1 - place)[rows[:, place]]
    return _masked(crc)


def plain_crc(data: bytes) -> int:
    """The unmasked CRC-32C of one short string."""
    crc = 0xFFFFFFFF
    table = _table()
    for byte in data:
        crc = int(table[(crc ^ byte) & 0xFF]) ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def find_header(data: NDArray[np.uint8], start: int) -> int | None:
    """The first offset from `start` on where eight bytes are followed by their own masked CRC-32C.

    That is a record's header in TFRecord framing; by chance it is found once in four thousand million bytes.
    """
    end = data.size - 12
    table = _table()
    while start <= end:
        count = min(_SEARCHED, end - start + 1)
        crc = np.full(count, 0xFFFFFFFF, dtype=np.uint32)
        for i in range(8):
            window = data[start + i : start + i + count]
            crc = table[(crc ^ window) & 0xFF] ^ (crc >> np.uint32(8))
        tail = [
            data[start + 8 + i : start + 8 + i + count].astype(np.uint32) << np.uint32(8 * i)
            for i in range(4)
        ]
        stated = tail[0] | tail[1] | tail[2] | tail[3]
        hits = np.flatnonzero(_masked(~crc) == stated)
        if hits.size:
            return start + int(hits[0])
        start += count
    return None
