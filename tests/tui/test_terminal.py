"""The program in a real terminal: what it writes, and how it leaves the terminal behind."""

import errno
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pyte
import pytest

PROGRAM = Path(__file__).with_name("program.py")
ROOT = PROGRAM.parents[2]
COLUMNS, ROWS = 120, 36
PATIENCE = 120.0
HOSTILE = "loss\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x07\x1b[2J\x9b2J\u202e[red]"


class Terminal:
    """A pseudo-terminal with a terminal emulator on its other side, and the program in it."""

    def __init__(self, *arguments: str, controlling: bool = True, **environment: str) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.slave = slave
        self.modes_before = termios.tcgetattr(slave)
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=(lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) if controlling else None,
            # COLUMNS and LINES, which pytest-xdist sets, would win over the size of the terminal.
            env={name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
            | {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
            | environment,
        )

    def pump(self, seconds: float = 0.05) -> None:
        """Take what the program has written."""
        if select.select([self.master], [], [], seconds)[0]:
            try:
                data = os.read(self.master, 65536)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                return
            self.raw += data
            self.stream.feed(data)

    def shown(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + PATIENCE
        while text not in self.shown():
            assert time.monotonic() < end, f"{text!r} never shown:\n{self.shown()}"
            assert self.process.poll() is None, f"ended early:\n{self.shown()}"
            self.pump()

    def wait_until_gone(self, text: str) -> None:
        end = time.monotonic() + PATIENCE
        while text in self.shown():
            assert time.monotonic() < end, f"{text!r} never goes:\n{self.shown()}"
            self.pump()

    def wait_for_end(self) -> int:
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, f"the program does not end:\n{self.shown()}"
            self.pump()
        for _ in range(5):
            self.pump(0.01)
        return self.process.returncode

    def type(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self.slave)
        os.close(self.master)


@pytest.fixture
def terminal(project, first_log):
    opened: list[Terminal] = []

    def start(*arguments: str, controlling: bool = True, **environment: str) -> Terminal:
        given = arguments or (first_log,)
        opened.append(Terminal(str(project.folder), *given, controlling=controlling, **environment))
        return opened[-1]

    yield start
    for item in opened:
        item.close()


def assert_whole(terminal: Terminal) -> None:
    """Alternate screen left, cursor shown, mouse off, line discipline as it was."""
    raw = terminal.raw
    assert b"\x1b[?1049h" in raw
    assert raw.rindex(b"\x1b[?1049l") > raw.rindex(b"\x1b[?1049h")
    assert raw.rindex(b"\x1b[?25h") > raw.rindex(b"\x1b[?25l")
    for mode in (b"1000", b"1003", b"1006", b"2004"):
        switched_on = raw.rfind(b"\x1b[?" + mode + b"h")
        assert raw.rfind(b"\x1b[?" + mode + b"l") >= switched_on
    assert termios.tcgetattr(terminal.slave) == terminal.modes_before


def assert_ends(process: int) -> None:
    """What watches over the trainings ends one at its next look."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail(f"process {process} is left behind")


@pytest.mark.fault("X6")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_ends_it_with_the_terminal_whole(terminal, number):
    program = terminal()
    program.wait_for("critical")
    os.kill(program.process.pid, number)
    assert program.wait_for_end() == 128 + number
    assert_whole(program)
    assert b"Traceback" not in program.raw


TAKEN_OVER = b"\x1b[?1049h"


def seconds_until_taken_over(program):
    began = time.monotonic()
    while TAKEN_OVER not in program.raw:
        assert time.monotonic() - began < 60, "the screen never came"
        program.pump(0.01)
    return time.monotonic() - began


def end_by_signal(program):
    """Ends it by SIGTERM, and says whether the screen had been taken over by then."""
    os.kill(program.process.pid, signal.SIGTERM)
    code = program.wait_for_end()
    assert b"Traceback" not in program.raw
    taken_over = TAKEN_OVER in program.raw
    if taken_over:
        assert code == 128 + signal.SIGTERM
        assert_whole(program)
    else:
        assert code in (128 + signal.SIGTERM, -signal.SIGTERM)
    return taken_over


def test_a_signal_at_any_moment_of_the_start_leaves_the_terminal_whole(terminal):
    program = terminal()
    usual = seconds_until_taken_over(program)
    assert end_by_signal(program)
    for share in (0.5, 0.7, 0.8, 0.9, 1.0, 1.1, 1.3):
        program = terminal()
        end = time.monotonic() + share * usual
        while time.monotonic() < end:
            program.pump(0.01)
        end_by_signal(program)


def test_quitting_leaves_the_findings_and_the_resume_line_in_the_scrollback(terminal, first_log):
    program = terminal()
    program.wait_for("critical")
    program.type(b"/quit\r")
    assert program.wait_for_end() == 0
    assert_whole(program)
    after = program.raw[program.raw.rindex(b"\x1b[?1049l") :].decode()
    assert "critical" in after
    assert f"advisor {first_log}" in after


@pytest.mark.fault("P3")
def test_a_training_dies_with_the_program(terminal, project):
    (project.folder / "train.py").write_text(
        "import os, time\nopen('pid', 'w').write(str(os.getpid()))\nprint('epoch,loss', flush=True)\n"
        "for i in range(10**6):\n    print(f'{i},1.0', flush=True)\n    time.sleep(0.05)\n",
        encoding="utf-8",
    )
    program = terminal()
    program.wait_for("critical")
    program.type(b"/rerun\r")
    program.wait_for("Run ")
    program.type(b"y")
    program.wait_for("5,1.0")
    os.kill(program.process.pid, signal.SIGTERM)
    assert program.wait_for_end() == 128 + signal.SIGTERM
    assert_whole(program)
    assert_ends(int((project.folder / "pid").read_text()))


@pytest.mark.fault("X7", "X11")
def test_one_of_two_in_a_folder_is_killed_and_the_other_and_the_next_go_on(terminal):
    first, second = terminal(), terminal()
    for program in (first, second):
        program.wait_for("critical")
    first.process.kill()
    second.type(b"/history\r")
    second.wait_for("history of this project")
    second.type(b"\x1b")
    second.wait_until_gone("history of this project")
    second.type(b"/quit\r")
    assert second.wait_for_end() == 0
    third = terminal()
    third.wait_for("critical")
    third.type(b"/quit\r")
    assert third.wait_for_end() == 0
    assert b"Traceback" not in first.raw + second.raw + third.raw


@pytest.mark.fault("X12")
def test_a_fault_inside_a_widget_leaves_the_terminal_whole_and_no_traceback(terminal, first_log):
    program = terminal(first_log, "--broken-chart")
    assert program.wait_for_end() == 70
    assert_whole(program)
    assert b"Traceback" not in program.raw
    after = program.raw[program.raw.rindex(b"\x1b[?1049l") :].decode()
    (kept,) = [word.rstrip(".") for word in after.split() if "advisor-fault-" in word]
    assert "ZeroDivisionError" in Path(kept).read_text(encoding="utf-8")
    assert Path(kept).stat().st_mode & 0o077 == 0
    Path(kept).unlink()


@pytest.mark.fault("O6")
def test_what_others_write_to_the_standard_error_is_shown_after_the_end_alone(terminal, first_log):
    program = terminal(first_log, "--noisy")
    program.wait_for("critical")
    program.type(b"/quit\r")
    assert program.wait_for_end() == 0
    assert_whole(program)
    end = program.raw.rindex(b"\x1b[?1049l")
    assert b"a word of a C library" not in program.raw[:end]
    assert b"a word of a C library" in program.raw[end:]
    assert b"a warning of Python" not in program.raw
    assert program.screen.title != "owned"


@pytest.mark.fault("X8")
@pytest.mark.parametrize("controlling", [True, False], ids=["told by SIGHUP", "told by nobody"])
def test_a_vanished_terminal_ends_it(terminal, controlling):
    program = terminal(controlling=controlling)
    program.wait_for("critical")
    master = os.dup(program.master)
    os.close(program.slave)
    os.close(program.master)
    os.close(master)
    program.master, program.slave = os.open(os.devnull, os.O_RDWR), os.open(os.devnull, os.O_RDWR)
    assert program.process.wait(PATIENCE) in (129, -signal.SIGHUP)


@pytest.mark.fault("X1", "X2", "X5")
def test_control_sequences_in_a_log_reach_no_terminal(terminal, project, tmp_path):
    hostile = tmp_path / "hostile.csv"
    rows = (project.folder / "first.csv").read_text(encoding="utf-8")
    hostile.write_text(rows.replace(",loss", f",{HOSTILE}", 1), encoding="utf-8")
    (project.folder / "train.py").write_text(
        f"print({HOSTILE!r} * 3, flush=True)\nprint('epoch,loss')\nprint('0,1')\nprint('1,2')\n",
        encoding="utf-8",
    )
    program = terminal(str(hostile))
    program.wait_for("critical")
    program.type(b"/rerun\r")
    program.wait_for("Run ")
    program.type(b"y")
    program.wait_for("ended")
    program.type(b"/quit\r")
    assert program.wait_for_end() == 0
    assert program.screen.title != "owned"
    for sequence in (b"\x1b]0;owned", b"\x1b]52;c;ZXZpbA", b"\x9b2J", "\u202e".encode()):
        assert sequence not in program.raw
    assert b"[red]" in program.raw
