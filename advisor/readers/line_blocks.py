"""Cuts a stream into blocks of whole lines, so that a large log is never held as a whole."""

from collections.abc import Iterator
from typing import BinaryIO

BLOCK_BYTES = 1 << 22
_FIRST_BYTES = 1 << 14
_LONGEST_LINE = 1 << 26


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of a stream in blocks of whole lines; only the last line may lack its end.

    The first block is a small one, for it is there that a reader learns what the lines are.
    """
    size = min(_FIRST_BYTES, BLOCK_BYTES)
    while block := stream.read(size):
        yield block if block.endswith(b"\n") else block + stream.readline(_LONGEST_LINE)
        size = BLOCK_BYTES
