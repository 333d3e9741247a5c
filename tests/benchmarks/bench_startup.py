"""Prints what starting the program costs beside its budgets: CPU time of whole processes, and their memory.

Run by hand: `python tests/benchmarks/bench_startup.py`. Every figure is the median of five processes with
their bytecode cached; a bare Python and `import numpy` in the same run say how fast the machine is.
The first frame of the terminal program is waited for on a real pseudo-terminal; so is that of a program which
does nothing but show as many of Textual's own widgets: no program on Textual is faster than that.
"""

import argparse
import fcntl
import math
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable
from pathlib import Path

from measuring import ROOT, Figures, table_row

ADVISOR = [sys.executable, "-m", "advisor"]
# The name of the program stands in the first line of every frame.
ALTERNATE_SCREEN, TITLE = b"\x1b[?1049h", b"advisor"
BARE_TEXTUAL = """
from textual.app import App
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, OptionList, Static

class Bare(App):
    def compose(self):
        yield Static("advisor")
        with Horizontal():
            yield OptionList()
            yield VerticalScroll()
            yield VerticalScroll()
        yield Input()
        yield Static("keys")

Bare().run()
"""
SIZE = struct.pack("HHHH", 40, 120, 0, 0)
ROWS = 10_000
SMALL = str(ROOT / "sample_logs" / "pytorch-oscillating")
QUESTION = "why does the loss jump up and down?"


def write(path: Path) -> None:
    """A log with a training and a validation loss on every row."""
    with path.open("w") as stream:
        stream.write("epoch,step,loss,val_loss,lr\n")
        for i in range(ROWS):
            loss = math.exp(-i / 3_000) + 0.05 * math.sin(i * i)
            stream.write(f"{i // 100},{i},{loss:.6g},{loss + 0.1:.6g},0.001\n")


def _used(process: "subprocess.Popen[bytes]") -> Figures:
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Figures(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def whole(command: list[str], environment: dict[str, str]) -> Figures:
    """A process from start to end."""
    quiet = subprocess.DEVNULL
    used = _used(process := subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet))
    if process.returncode:
        raise SystemExit(f"{command} failed ({process.returncode}).")
    return used


def first_frame(command: list[str], environment: dict[str, str]) -> Figures:
    """A process on a terminal until its first picture has arrived."""
    terminal, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, SIZE)
    process = subprocess.Popen(
        command, env=environment, stdin=inner, stdout=inner, stderr=inner, start_new_session=True
    )
    os.close(inner)
    shown = b""
    try:
        while TITLE not in shown.partition(ALTERNATE_SCREEN)[2]:
            if not select.select([terminal], [], [], 60)[0]:
                raise SystemExit("The terminal program showed nothing within a minute.")
            shown += os.read(terminal, 1 << 16)
    finally:
        process.kill()
        used = _used(process)
        os.close(terminal)
    return used


def median(measure: Callable[[], Figures], repeats: int) -> Figures:
    measure()
    found = [measure() for _ in range(repeats)]
    return Figures(statistics.median(one.seconds for one in found), max(one.megabytes for one in found))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log.csv")
        write(log)
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment |= {
            "PYTHONPATH": str(ROOT),
            "PYTHONPYCACHEPREFIX": str(Path(folder, "bytecode")),
            "ADVISOR_HOME": str(Path(folder, "home")),
            "TERM": "xterm-256color",
        }
        commands = {
            "bare Python": ([sys.executable, "-c", ""], None),
            "import numpy": ([sys.executable, "-c", "import numpy"], None),
            "advisor --version": ([*ADVISOR, "--version"], 60),
            "advisor --help": ([*ADVISOR, "--help"], 100),
            f"advisor diagnose, {ROWS:,} rows": ([*ADVISOR, "diagnose", str(log)], 400),
            "advisor ask, first turn, 30 epochs": ([*ADVISOR, "ask", "--run", SMALL, QUESTION], 600),
        }
        for what, (command, budget) in commands.items():
            say(what, median(lambda command=command: whole(command, environment), repeats), budget)
        bare = median(lambda: first_frame([sys.executable, "-c", BARE_TEXTUAL], environment), repeats)
        say("first frame of bare Textual", bare, None)
        frame = median(lambda: first_frame([*ADVISOR, str(log)], environment), repeats)
        say("first frame of the terminal program", frame, 350, beside=bare)


def say(what: str, figures: Figures, budget: int | None, beside: Figures | None = None) -> None:
    """Prints one line, the ratio to bare Textual where that is given."""
    line = f"{what:36}{1_000 * figures.seconds:7.0f} ms CPU {figures.megabytes:6.0f} MB"
    print(line + (f"   budget {budget} ms" if budget else ""), flush=True)
    if beside is not None:
        print(f"  ratio to bare Textual {figures.seconds / beside.seconds:.2f}", flush=True)
    time, goal = f"{1_000 * figures.seconds:.0f} ms", f"{budget} ms" if budget else ""
    peer = "" if beside is None else f"bare Textual, {1_000 * beside.seconds:.0f} ms"
    ratio = "" if beside is None else f"{figures.seconds / beside.seconds:.2f}"
    table_row(what, time, peer, ratio, goal=goal, memory=f"{figures.megabytes:.0f} MB")


if __name__ == "__main__":
    main()
