"""Ends a training whose advisor was killed: a small process of its own that outlives the advisor.

A process that is killed on the spot can clean up nothing, and a training in a session of its own would run
on. The guard holds one end of a pipe whose other end only the advisor holds; when that closes, the advisor is
gone.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from advisor.experiment import processes

GRACE = 5.0
"""Seconds that an orphaned training has between SIGTERM and SIGKILL."""


class Guard:
    """A guard that waits; without a process where none could be started."""

    def __init__(self, mark: str) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        ours, self._pipe = os.pipe()
        try:
            # Without `site`, and no part of the advisor but the one file, so that it starts at once.
            program = [sys.executable, "-I", "-S", str(Path(processes.__file__)), str(ours), mark, str(GRACE)]
            self._process = subprocess.Popen(
                program,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(ours,),
                start_new_session=True,
            )
        except OSError:
            return
        finally:
            os.close(ours)

    def watch(self, leader: int) -> None:
        """Tell it which process leads the training."""
        with suppress(OSError):
            os.write(self._pipe, f"{leader}\n".encode())

    def dismiss(self) -> None:
        """The training has been seen to; the guard has nothing left to do."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        os.close(self._pipe)


@contextmanager
def guarding(mark: str) -> Iterator[Guard]:
    """While open, the processes with this mark end with this process, however it ends."""
    guard = Guard(mark)
    try:
        yield guard
    finally:
        guard.dismiss()
