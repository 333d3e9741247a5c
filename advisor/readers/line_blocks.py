"""Cuts a stream into blocks of whole lines, so that a large log is never held as a whole."""

import os
from collections.abc import Iterator
from functools import cache
from io import BufferedReader
from typing import BinaryIO

import numpy as np

FIRST_BYTES = 1 << 14
_LONGEST_LINE = 1 << 26
_KEPT_BYTES = (1 << 25) - (1 << 13)


def blocks(stream: BinaryIO, most: int, first: int = FIRST_BYTES) -> Iterator[bytes]:
    """The bytes of a stream in blocks of whole lines; only the last line may lack its end.

    A block has `most` bytes and what its last line lacks. The first block has `first`, which is little where
    a reader learns there what the lines are.
    """
    keep_freed_memory()
    read = _read_ahead if isinstance(stream, BufferedReader) and stream.seekable() else _read_on
    size = min(first, most)
    while block := read(stream, size):
        yield block
        size = most


def _read_on(stream: BinaryIO, size: int) -> bytes:
    block = stream.read(size)
    return block if not block or block.endswith(b"\n") else block + stream.readline(_LONGEST_LINE)


def _read_ahead(stream: BinaryIO, size: int) -> bytes:
    """What `_read_on` gives, of a file: where the line ends is seen first, and no block is copied for it."""
    start = stream.tell()
    stream.seek(size - 1, os.SEEK_CUR)
    rest = len(stream.readline(_LONGEST_LINE))
    stream.seek(start)
    return stream.read(size - 1 + rest)


@cache
def keep_freed_memory() -> None:
    """Lets the C library keep what is freed after a block for the next one, from the first call on.

    glibc gives freed memory back to the system above a limit of twice the largest piece freed so far (the
    "dynamic threshold" of mallopt(3)), and getting each page anew takes a third of the time of a large
    table. Memory that is never written to costs nothing, and other C libraries do not mind.
    """
    np.empty(_KEPT_BYTES, np.uint8)
