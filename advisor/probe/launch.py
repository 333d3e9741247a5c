"""Runs a probe in a process of its own, and hands on what it tells."""

import os
import secrets
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from advisor.errors import UsageError
from advisor.experiment.guard import guarding
from advisor.experiment.processes import MARK, ProcessTree
from advisor.probe.check import require_checks
from advisor.probe.request import OUT_OF_MEMORY, Request
from advisor.probe.told import Kind, Told, unframed
from advisor.text import Bilingual, clean

_LOOK = 0.1
_GRACE = 3.0
_BLOCK = 65_536


class Launched:
    """A probe under way; iterating gives what it tells, and ends with it.

    Args:
        request: What is asked.
        folder: Where it runs, so that files and modules are found as the user names them.

    Raises:
        UsageError: there is no such check.

    Attributes:
        printed: What the user's code printed, cleaned; at most the last 64 KiB.
    """

    def __init__(self, request: Request, folder: Path) -> None:
        require_checks(request.only)
        self._request = request
        self._folder = folder
        self._stopped = False
        self._under_way = Told("begins")
        self._process: subprocess.Popen[bytes] | None = None
        self.printed = ""

    def stop(self) -> None:
        """Ask it to end: what was measured so far stays. A second time it is killed."""
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGKILL if self._stopped else signal.SIGINT)
        self._stopped = True

    def __iter__(self) -> Iterator[Told]:
        """Everything that the probe tells.

        Raises:
            UsageError: the training cannot be made; says why.
        """
        mark = secrets.token_hex(8)
        ours, theirs = os.pipe()
        with guarding(mark) as guard:
            process = self._start(theirs, mark)
            guard.watch(process.pid)
            try:
                yield from self._listen(process, ours)
            finally:
                ProcessTree(process.pid, mark).end(_GRACE)
                process.wait()
                os.close(ours)
        yield from self._ending(process.returncode)

    def _start(self, pipe: int, mark: str) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, MARK: mark, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "advisor.probe.worker", str(pipe)],
            cwd=self._folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(pipe,),
            start_new_session=True,
        )
        os.close(pipe)
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(self._request))
        process.stdin.close()
        self._process = process
        return process

    def _listen(self, process: "subprocess.Popen[bytes]", pipe: int) -> Iterator[Told]:
        assert process.stdout is not None
        end = None
        rest = b""
        with selectors.DefaultSelector() as waiting:
            waiting.register(pipe, selectors.EVENT_READ)
            waiting.register(process.stdout, selectors.EVENT_READ)
            while waiting.get_map():
                for key, _ in waiting.select(_LOOK):
                    data = os.read(key.fd, _BLOCK)
                    if not data:
                        waiting.unregister(key.fileobj)
                    elif key.fd == pipe:
                        heard, rest = unframed(rest + data)
                        for told in heard:
                            if told.kind == "refused":
                                raise UsageError(told.text, told.hint)
                            if told.kind == "made" and self._request.seconds:
                                end = time.monotonic() + self._request.seconds
                            if told.kind in ("made", "begins"):
                                self._under_way = told
                            yield told
                    else:
                        self.printed = clean(self.printed + data.decode(errors="replace"), 2 * _BLOCK)[
                            -_BLOCK:
                        ]
                if end is not None and time.monotonic() > end:
                    end = None
                    self.stop()
                    seconds = f"{self._request.seconds:g}"
                    yield _said(
                        "stopped", f"after {seconds} seconds, as it was told", f"按要求在 {seconds} 秒后"
                    )

    def _ending(self, code: int) -> Iterator[Told]:
        if code == OUT_OF_MEMORY:
            gigabytes = self._request.memory / 2**30
            yield _said(
                "out_of_memory",
                f"it took more than the {gigabytes:.1f} GiB it was allowed",
                f"所用内存超过了允许的 {gigabytes:.1f} GiB",
            )
        elif code == -signal.SIGKILL and not self._stopped:
            yield _said(
                "out_of_memory",
                "the system ended it, most likely for want of memory",
                "系统结束了它，很可能是内存不足",
            )
        elif code and not self._stopped:
            yield self._crashed(code)

    def _crashed(self, code: int) -> Told:
        """That the process itself ended, in which check; what was measured before stays.

        Raises:
            UsageError: there is no training yet.
        """
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        last = (self.printed.strip().splitlines() or [""])[-1]
        check = self._under_way
        if not check.of:
            raise UsageError(f"The probe ended with {how} before there was a training.", last)
        words = Bilingual(f"its process ended with {how}", f"其进程以 {how} 结束")
        return Told("failed", check.check, check.title, words, text=f"{words.en}. {last}")


def _said(kind: Kind, en: str, zh: str) -> Told:
    return Told(kind, words=Bilingual(en, zh), text=en)
