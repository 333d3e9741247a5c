"""Work on many things at once, by processes that the program starts for it and that end with it."""

import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import redirect_stderr
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    import numpy as np
    from numpy.typing import NDArray

Item = TypeVar("Item")
Result = TypeVar("Result")

# Each costs a second of start and some hundred megabytes.
_MOST = 8
_AT_ONCE = 4
_LOOK_SECONDS = 0.05
_SMALL_ARRAY = 1 << 16
_PIECE = 1 << 18
_LOOKS_FOR_THREADS = 20
_TASKS = Path("/proc/self/task")

Prepare = Callable[[], object]


def usable_cores() -> int:
    """How many processes can work side by side here, at most 8."""
    able = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(able, _MOST)


def in_order(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    processes: int = 1,
    prepare: Prepare | None = None,
) -> Iterator[Result]:
    """`function` of every item, in the order of the items.

    Args:
        function: Of a module, or a `partial` of one; what it takes and gives can be pickled.
        items: What to work on.
        processes: How many work at once; 1 works here, without any.
        prepare: Called once in each process before it works, or once here for all of them: what it loads
            is paid for a single time. May be called again.
    """
    done = 0
    processes = min(processes, len(items))
    if processes > 1:
        from concurrent.futures.process import BrokenProcessPool

        # One that was ended from outside was most often so for want of memory; here there is one at a time.
        try:
            for result in _by_processes(function, items, processes, prepare):
                yield result
                done += 1
            return
        except (BrokenProcessPool, OSError):
            pass
    if prepare is not None:
        prepare()
    yield from map(function, islice(items, done, None))


def _by_processes(
    function: Callable[[Item], Result], items: Sequence[Item], processes: int, prepare: Prepare | None
) -> Iterator[Result]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    forked = _may_fork()
    if forked and prepare is not None:
        prepare()
    context = multiprocessing.get_context("fork" if forked else "spawn")
    # The terminal program puts something without a descriptor in the place of standard error.
    with redirect_stderr(sys.__stderr__):
        first = None if forked else prepare
        pool = ProcessPoolExecutor(processes, context, initializer=_serve, initargs=(first,))
        results = pool.map(function, items, chunksize=_AT_ONCE)
    ended = False
    try:
        yield from results
        ended = True
    finally:
        # The threads of the pool are gone once that is waited for, so that the next one may be forked too.
        pool.shutdown(wait=ended, cancel_futures=True)


def _may_fork() -> bool:
    """Whether a copy of this process is safe: a lock that another thread holds would stay closed in it.

    Threads of C libraries count as well. A copy starts at once and has what is loaded here.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    for _ in range(_LOOKS_FOR_THREADS):
        try:
            if len(list(_TASKS.iterdir())) == 1:
                return True
        except OSError:
            return False
        # One that was waited for is gone to Python a moment before it is gone to the system.
        time.sleep(_LOOK_SECONDS / 10)
    return False


class EndedFromOutsideError(Exception):
    """A process that worked for the program was ended by something else, most often for want of memory."""


class Apart(Generic[Item, Result]):
    """What a generator function gives in a process of its own, which can be ended at any moment.

    What comes is taken over array by array and in pieces, so that no single step of that holds up the other
    threads here for long.

    Args:
        function: Of a module; what it takes and gives can be pickled.
        item: What it is given.
        stop: Nothing more comes once it is set.

    Raises:
        OSError: no process can be started.
    """

    def __init__(
        self, function: Callable[[Item], Iterable[Result]], item: Item, stop: threading.Event
    ) -> None:
        import multiprocessing

        context = multiprocessing.get_context("spawn")
        self._stop = stop
        self._results, there = context.Pipe(duplex=False)
        self._process = context.Process(target=_give, args=(there, function, item), daemon=True)
        with redirect_stderr(sys.__stderr__):
            self._process.start()
        there.close()

    def __iter__(self) -> Iterator[Result]:
        return self

    def __next__(self) -> Result:
        """Wait for what comes next; after the last one, and after a fault, the process is ended.

        Raises:
            EndedFromOutsideError: the process is gone without a word.
            Exception: what the function raised.
        """
        # Not a generator: one that is given up half-way is closed at some later time, after its pipe.
        try:
            return self._taken()
        except EOFError as error:
            self.end()
            raise EndedFromOutsideError from error
        except BaseException:
            self.end()
            raise

    def end(self) -> None:
        """End it, whatever it does; who takes not all that it gives has to."""
        self._process.kill()
        self._process.join()
        self._results.close()

    def _taken(self) -> Result:
        while not self._results.closed:
            if self._results.poll(_LOOK_SECONDS):
                sizes, content = self._results.recv()
                if sizes is None:
                    raise content or StopIteration
                result: Result = pickle.loads(content, buffers=[self._array(size) for size in sizes])
                return result
            if self._stop.is_set():
                break
        raise StopIteration

    def _array(self, size: int) -> "NDArray[np.uint8]":
        import numpy as np

        array = np.empty(size, np.uint8)
        for start in range(0, size, _PIECE):
            self._results.recv_bytes_into(array[start : start + _PIECE])
        return array


def _give(results: "Connection", function: Callable[[Item], Iterable[Result]], item: Item) -> None:
    """The work of the process of an `Apart`: each result, its large arrays after it, and how it ended."""
    _serve()
    try:
        for result in function(item):
            arrays: list[memoryview] = []

            def keep(buffer: pickle.PickleBuffer, arrays: list[memoryview] = arrays) -> bool:
                raw = buffer.raw()
                if len(raw) >= _SMALL_ARRAY:
                    arrays.append(raw)
                return len(raw) < _SMALL_ARRAY

            content = pickle.dumps(result, protocol=5, buffer_callback=keep)
            results.send(([len(array) for array in arrays], content))
            for array in arrays:
                for start in range(0, len(array), _PIECE):
                    results.send_bytes(array[start : start + _PIECE])
        results.send((None, None))
    except Exception as error:
        results.send((None, error))


def _serve(prepare: Prepare | None = None) -> None:
    """Leaves keyboard and screen to the process that was started by the user, and ends when that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if prepare is not None:
        prepare()


def _end_with_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
