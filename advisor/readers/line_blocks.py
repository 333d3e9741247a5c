"""Cuts a stream into blocks of whole lines, so that a large log is never held as a whole."""

from collections.abc import Iterator
from functools import cache
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
    size = min(first, most)
    while block := stream.read(size):
        yield block if block.endswith(b"\n") else block + stream.readline(_LONGEST_LINE)
        size = most


@cache
def keep_freed_memory() -> None:
    """Lets the C library keep what is freed after a block for the next one, from the first call on.

    glibc gives freed memory back to the system above a limit of twice the largest piece freed so far (the
    "dynamic threshold" of mallopt(3)), and getting each page anew takes a third of the time of a large
    table. Memory that is never written to costs nothing, and other C libraries do not mind.
    """
    np.empty(_KEPT_BYTES, np.uint8)
