"""Runs the user's command: output shown and captured, stopped when asked, nothing left running."""

import os
import secrets
import selectors
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.experiment.capture import Capture
from advisor.experiment.guard import guarding
from advisor.experiment.processes import ProcessTree, adopting_orphans
from advisor.experiment.requests import Requests
from advisor.experiment.start import start, terminal_pair
from advisor.memory import counted, peak_here, peak_of
from advisor.text import Bilingual

_BLOCK = 65_536
_TICK = 0.05
_DRAIN_SECONDS = 2.0
_QUIET_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Finished:
    """How a command ended.

    Attributes:
        exit_code: As a shell would give it: 128 + number for a command that a signal ended.
        signal: Name of that signal (`SIGKILL`), or None.
        interrupted: Whether it was asked to stop.
        seconds: How long it ran.
        peak_memory: Bytes, of its largest process; of its first one, as last looked at, where all took
            less than this program had when it started them.
        output: The file with everything it printed.
        started_at: Seconds since the epoch.
        folder: Where it ran.
        command: What was run.
        environment: Names of the environment variables that it was given; never their values.
        warnings: What went wrong beside it, in words (output not kept, a process that could not be ended).
    """

    exit_code: int
    signal: str | None
    interrupted: bool
    seconds: float
    peak_memory: int
    output: Path
    started_at: float
    folder: Path
    command: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it did not come to its end by itself, or said that it failed."""
        return self.interrupted or self.exit_code != 0

    @property
    def ending(self) -> Bilingual:
        """The end in words."""
        code, name = self.exit_code, self.signal
        if self.interrupted:
            by, through = ("", "") if name is None else (f" by {name}", f"（{name}）")
            return Bilingual(en=f"stopped on request{by}", zh=f"按要求停止{through}")
        if name is not None:
            likely = name == "SIGKILL"
            en = f"killed by {name}" + (", most likely for lack of memory" if likely else "")
            return Bilingual(en=en, zh=f"被 {name} 终止" + ("，很可能是内存不足" if likely else ""))
        if 128 < code < 128 + signal.NSIG:
            name = _signal_name(code - 128)
            return Bilingual(
                en=f"exit code {code}, as when {name} ended its program",
                zh=f"退出码 {code}，相当于程序被 {name} 终止",
            )
        return Bilingual(en=f"exit code {code}", zh=f"退出码 {code}")


def run_command(
    command: Sequence[str],
    folder: Path,
    capture: Path,
    on_output: Callable[[bytes], None] | None = None,
    stop: threading.Event | None = None,
    *,
    pty: bool | None = None,
    grace: float = 30.0,
    kill_grace: float = 5.0,
) -> Finished:
    """Run a command to its end.

    The command is a list of words and never passes a shell. It leads a session and process group of its own
    and reads nothing from the terminal. In its environment, PYTHONUNBUFFERED=1 is set where it is not set
    yet, so that the curves can be watched, and ADVISOR_RUN, by which its processes are known.

    Ctrl-C, SIGTERM or SIGHUP to this process, or `stop` being set, asks it to end: SIGINT to its group, so
    that it can save a checkpoint. After `grace` seconds, or at a second request, follow SIGTERM, `kill_grace`
    seconds, SIGKILL. Each time that `stop` is found set counts as one request; it is cleared as it is taken.
    Whatever the command left running at its end is ended too, also where this process is killed before that
    (`guard`). SIGTERM and SIGHUP take their usual effect after that.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
        capture: File for its output, standard error included, byte for byte; made with its folders, mode 600.
        on_output: Given each piece of output as it comes, untouched.
        stop: Set by another thread to ask for the end.
        pty: Whether the command sees a terminal, so that progress bars look as they always do. By default it
            does where standard output is one.
        grace: Seconds between SIGINT and SIGTERM.
        kill_grace: Seconds between SIGTERM and SIGKILL.

    Raises:
        UsageError: the command cannot be started; says why.
    """
    terminal = sys.stdout.isatty() if pty is None else pty
    requests = Requests(stop)
    mark = secrets.token_hex(8)
    with Capture(capture) as captured, adopting_orphans(), requests.listening(), guarding(mark) as guard:
        training = _Training(command, folder, terminal, mark)
        guard.watch(training.tree.leader)
        training.grace, training.kill_grace = grace, kill_grace
        try:
            training.follow(captured, on_output, requests)
        finally:
            training.close()
        warnings = (*captured.warnings, *training.warnings)
    return _finished(training, command, folder, capture, warnings, requests.count > 0)


def _finished(
    training: "_Training",
    command: Sequence[str],
    folder: Path,
    capture: Path,
    warnings: tuple[str, ...],
    interrupted: bool,
) -> Finished:
    code = training.exit_code
    return Finished(
        exit_code=128 - code if code < 0 else code,
        signal=_signal_name(-code) if code < 0 else None,
        interrupted=interrupted,
        seconds=training.seconds,
        peak_memory=training.peak_memory,
        output=capture,
        started_at=training.started_at,
        folder=folder,
        command=tuple(command),
        warnings=warnings,
        environment=tuple(sorted(os.environ)),
    )


class _Training:
    """One running command: its process, its output, its end."""

    grace: float
    kill_grace: float

    def __init__(self, command: Sequence[str], folder: Path, terminal: bool, mark: str) -> None:
        self.warnings: tuple[str, ...] = ()
        self.exit_code = 0
        self.peak_memory = 0
        self._inherited = peak_here()
        self.seconds = 0.0
        self._ended = False
        self._output, theirs = terminal_pair() if terminal else os.pipe()
        try:
            self.started_at = time.time()
            self._clock = time.monotonic()
            self._process = start(command, folder, theirs, mark)
        except BaseException:
            os.close(self._output)
            raise
        finally:
            os.close(theirs)
        os.set_blocking(self._output, False)
        self.tree = ProcessTree(self._process.pid, mark)

    def follow(
        self, captured: Capture, on_output: Callable[[bytes], None] | None, requests: Requests
    ) -> None:
        """Pass the output on until the command ends; see to requests to stop."""
        stopping = _Stopping(self.tree, self.grace, self.kill_grace)
        drain_until = quiet_until = float("inf")
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            open_ = True
            while not self._ended or (open_ and time.monotonic() < min(drain_until, quiet_until)):
                if open_ and selector.select(_TICK):
                    data = self._read()
                    if data:
                        captured.write(data)
                        if on_output is not None:
                            on_output(data)
                        quiet_until = time.monotonic() + _QUIET_SECONDS
                    elif data is not None:
                        selector.unregister(self._output)
                        open_ = False
                elif not open_:
                    time.sleep(_TICK / 10)
                if not self._ended:
                    stopping.see_to(requests.count)
                    if self._has_ended():
                        # A grandchild may hold the pipe open for ever, so the rest is waited for briefly.
                        drain_until = time.monotonic() + _DRAIN_SECONDS
                        quiet_until = time.monotonic() + _QUIET_SECONDS

    def close(self) -> None:
        """End whatever still runs, wait for the command, and close its output."""
        survivors = self.tree.end(self.kill_grace)
        if self._process.pid not in survivors:
            self._take_ending()
        os.close(self._output)
        if survivors:
            pids = ", ".join(str(pid) for pid in sorted(survivors))
            self.warnings = (f"These processes of the training could not be ended: {pids}.",)

    def _read(self) -> bytes | None:
        """What has come; nothing at the end of the output, None where nothing is there yet."""
        try:
            return os.read(self._output, _BLOCK)
        except BlockingIOError:
            return None
        except OSError:
            return b""  # how Linux says that a terminal has lost its last writer

    def _has_ended(self) -> bool:
        """Whether the command has ended.

        It is not collected yet, so that its number stays its own while what it left running is looked for.
        """
        self.peak_memory = max(self.peak_memory, peak_of(self._process.pid) or 0)
        if not hasattr(os, "waitid"):
            self._take_ending(os.WNOHANG)
        elif os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            self._ended = True
            self.seconds = time.monotonic() - self._clock
        return self._ended

    def _take_ending(self, options: int = 0) -> None:
        """Collect the command: its exit code and the memory that it needed."""
        if self._process.returncode is not None:
            return
        pid, status, usage = os.wait4(self._process.pid, options)
        if pid:
            self.seconds = self.seconds or time.monotonic() - self._clock
            self._ended = True
            self.exit_code = self._process.returncode = os.waitstatus_to_exitcode(status)
            told = counted(usage)
            # What is counted begins at the memory of the process that started the command.
            self.peak_memory = told if told > self._inherited else self.peak_memory or told


class _Stopping:
    """Escalates from asking to killing."""

    def __init__(self, tree: ProcessTree, grace: float, kill_grace: float) -> None:
        self._tree = tree
        self._steps = [(signal.SIGINT, grace), (signal.SIGTERM, kill_grace), (signal.SIGKILL, float("inf"))]
        self._seen = 0
        self._due = float("inf")

    def see_to(self, requests: int) -> None:
        """Take the next step for each new request, and when the time of the last one is over."""
        asked = requests > self._seen
        self._seen = requests
        if not self._steps or not (asked or time.monotonic() > self._due):
            return
        number, seconds = self._steps.pop(0)
        self._due = time.monotonic() + seconds
        if number == signal.SIGINT:
            self._tree.signal_group(number)
        else:
            self._tree.signal_all(number)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
