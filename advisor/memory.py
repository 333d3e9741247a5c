"""How much memory a process took at most, counted from its own start; and a way to take less of it."""

import resource
import sys
from contextlib import suppress
from pathlib import Path

from advisor.patterns import regex

_ARENAS = -8
"""M_ARENA_MAX of glibc's malloc.h."""
_PEAK = regex(r"VmHWM:\s+([0-9]+) kB")


def peak_here() -> int:
    """The most that this process took since it began, in bytes."""
    own = peak_of("self")
    return counted(resource.getrusage(resource.RUSAGE_SELF)) if own is None else own


def peak_of(process: int | str) -> int | None:
    """The most that a running process took since it began, in bytes; None where the system does not say.

    On Linux `ru_maxrss` begins at that of the process that started this one, `VmHWM` at nothing (proc(5)).
    """
    try:
        told = _PEAK.search(Path(f"/proc/{process}/status").read_text("ascii", "replace"))
    except OSError:
        return None
    return None if told is None else int(told[1]) * 1024


def counted(usage: resource.struct_rusage) -> int:
    """The peak of a `struct rusage` in bytes: Linux counts it in KiB, macOS in bytes."""
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def share_one_heap() -> None:
    """Let all threads that begin from now on allocate from one heap, where the C library is glibc.

    It gives each thread an arena of its own, so that they need not wait for each other, and each keeps what
    was freed in it (mallopt(3)); Python's threads run one at a time anyway.
    """
    import ctypes

    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_ARENAS, 1)
