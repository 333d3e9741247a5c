"""Reads many logs, in several processes where that is sooner done."""

import contextlib
import importlib
from collections.abc import Callable, Iterator, Sequence

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.readers.registry import read_source
from advisor.readers.sources import accepted
from advisor.run import Run
from advisor.workers import in_order

OnRead = Callable[[int, int], None]

# So much is read in the time that another process needs to start.
_WORTH_BYTES = 16 << 20
_TOLD_EVERY = 16


def worth_processes(sources: Sequence[Source]) -> bool:
    """Whether there is so much to read that other processes are worth their start."""
    return len(sources) > 1 and sum(map(_size, sources)) >= _WORTH_BYTES


def read_many(
    sources: Sequence[Source], processes: int, on_read: OnRead | None = None
) -> Iterator[list[Run] | UnreadableError]:
    """The runs of every source, or why there are none, in the order of the sources.

    Args:
        sources: Logs that are not yet unpacked.
        processes: How many read side by side where there is much to read.
        on_read: Told how many logs were read, and of how many, where there is much to read.
    """
    many = worth_processes(sources)
    each = in_order(_read, sources, processes if many else 1, _import_pandas if many else None)
    for done, found in enumerate(each, start=1):
        if many and on_read is not None and (done % _TOLD_EVERY == 0 or done == len(sources)):
            on_read(done, len(sources))
        yield found


def _read(source: Source) -> list[Run] | UnreadableError:
    try:
        return read_source(source if len(source.parts) > 1 else accepted(source))
    except UnreadableError as error:
        return error


def _import_pandas() -> None:
    """The table reader is faster with it, and where there is much to read its import is paid for once."""
    importlib.import_module("pandas")


def _size(source: Source) -> int:
    if source.content is not None:
        return len(source.content)
    paths = source.parts or ((source.path,) if source.path is not None else ())
    total = 0
    for path in paths:
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total
