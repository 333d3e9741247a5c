"""The processes that a command started, also those that left its group, and their end."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_PR_GET_CHILD_SUBREAPER = 37
_LINUX = sys.platform == "linux"
MARK = "ADVISOR_RUN"
"""Environment variable that every process of a run inherits, unique to the run."""


@dataclass(frozen=True, slots=True)
class _Process:
    pid: int
    parent: int
    group: int
    session: int
    state: str


@contextmanager
def adopting_orphans() -> Iterator[None]:
    """While open, processes whose parent has died become children of this one (Linux)."""
    if not _LINUX:
        yield
        return
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    before = ctypes.c_int(0)
    prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(before), 0, 0, 0)
    prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(_PR_SET_CHILD_SUBREAPER, before.value, 0, 0, 0)


class ProcessTree:
    """Every process of one run.

    A process belongs to it if it is in the group or session of the command, carries the run's mark in its
    environment, or descends from one that does. Without `/proc` only the group is known.

    Args:
        leader: The command's own process, which leads its session and group; -1 where it is not known.
        mark: Value of `MARK` in its environment.
    """

    def __init__(self, leader: int, mark: str) -> None:
        self.leader = leader
        self._mark = f"{MARK}={mark}".encode()
        self._known: set[int] = {leader}

    def alive(self) -> list[int]:
        """Pids that still run, the command's own included; processes that have ended do not count."""
        if not _LINUX:
            return [self.leader] if _group_exists(self.leader) else []
        return [process.pid for process in self._members() if process.state not in "ZX"]

    def signal_group(self, number: int) -> None:
        """Send a signal to the command's process group."""
        with suppress(ProcessLookupError, PermissionError):
            if self.leader > 0:
                os.killpg(self.leader, number)

    def signal_all(self, number: int) -> None:
        """Send a signal to every process of the run, also to those that left the group."""
        self.signal_group(number)
        for pid in self.alive() if _LINUX else []:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)

    def end(self, grace: float) -> list[int]:
        """End whatever still runs: SIGTERM, `grace` seconds, SIGKILL.

        Returns:
            Pids that survived even that (in an uninterruptible wait, or of another user).
        """
        if not self.alive():
            self._reap()
            return []
        self.signal_all(signal.SIGTERM)
        if not self._gone_within(grace):
            self.signal_all(signal.SIGKILL)
            self._gone_within(grace)
        self._reap()
        return self.alive()

    def _gone_within(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > end:
                return False
            self._reap()
            time.sleep(0.01)
        return True

    def _members(self) -> list[_Process]:
        processes = {process.pid: process for process in _processes()}
        members = {pid for pid, process in processes.items() if self._is_member(process)}
        grown = True
        while grown:
            more = {p.pid for p in processes.values() if p.parent in members} - members
            members |= more
            grown = bool(more)
        members.discard(os.getpid())
        self._known = members | (self._known & processes.keys())
        return [processes[pid] for pid in members]

    def _is_member(self, process: _Process) -> bool:
        if self.leader in (process.pid, process.group, process.session):
            return True
        try:
            return self._mark in Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
        except OSError:
            return False

    def _reap(self) -> None:
        """Collect adopted orphans that have ended; the command itself is its starter's to wait for."""
        for pid in self._known - {self.leader}:
            with suppress(ChildProcessError, OSError):
                os.waitpid(pid, os.WNOHANG)


def _processes() -> Iterator[_Process]:
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            try:
                text = Path(entry.path, "stat").read_text(errors="replace")
            except OSError:
                continue
            # The name in brackets may hold anything, so the fields are counted from its end.
            state, parent, group, session = text[text.rindex(")") + 2 :].split()[:4]
            yield _Process(int(entry.name), int(parent), int(group), int(session), state)


def _group_exists(group: int) -> bool:
    if group < 0:
        return False
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def stand_guard(pipe: int, mark: str, grace: float) -> None:
    """Wait until nobody holds the other end of a pipe, then end what carries the mark. See `guard`."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    told = b""
    while data := os.read(pipe, 64):
        told += data
    leader = int(told) if told.strip().isdigit() else -1
    ProcessTree(leader, mark).end(grace)


if __name__ == "__main__":
    stand_guard(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
