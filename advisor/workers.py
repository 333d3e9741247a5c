"""Work on many things at once, by processes that the program starts for it and that end with it."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stderr
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

# Each costs a second of start and some hundred megabytes.
_MOST = 8
_AT_ONCE = 4


def usable_cores() -> int:
    """How many processes can work side by side here, at most 8."""
    able = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(able, _MOST)


def in_order(
    function: Callable[[Item], Result], items: Sequence[Item], processes: int = 1
) -> Iterator[Result]:
    """`function` of every item, in the order of the items.

    Args:
        function: Of a module, or a `partial` of one; what it takes and gives can be pickled.
        items: What to work on.
        processes: How many work at once; 1 works here, without any.
    """
    done = 0
    processes = min(processes, len(items))
    if processes > 1:
        from concurrent.futures.process import BrokenProcessPool

        # One that was ended from outside was most often so for want of memory; here there is one at a time.
        try:
            for result in _by_processes(function, items, processes):
                yield result
                done += 1
            return
        except (BrokenProcessPool, OSError):
            pass
    yield from map(function, islice(items, done, None))


def _by_processes(
    function: Callable[[Item], Result], items: Sequence[Item], processes: int
) -> Iterator[Result]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Not forked: the threads of the terminal program would leave their locks closed in the copy.
    context = multiprocessing.get_context("spawn")
    # The terminal program puts something without a descriptor in the place of standard error.
    with redirect_stderr(sys.__stderr__):
        pool = ProcessPoolExecutor(processes, context, initializer=_serve)
        results = pool.map(function, items, chunksize=_AT_ONCE)
    try:
        yield from results
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _serve() -> None:
    """Leaves keyboard and screen to the process that was started by the user, and ends when that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
