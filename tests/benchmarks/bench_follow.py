"""Times how long after it was flushed a point of a growing log is known, and what waiting for it costs.

Run by hand: `python tests/benchmarks/bench_follow.py [--points 60]`. A point is written to a real file and
flushed; `command` is the time until `advisor watch`, a process of its own, has printed it or a later one,
`program` until the terminal program (headless, in this process) has put it into its charts and findings. Logs
of several forms and sizes are there before the first point. Both have read them by then: points that are
written before that are not counted. Figures are milliseconds: the median and the 95th of 100
of all points. `idle` is the share of one core that `advisor watch` takes over ten seconds without a point.
None is asserted.
"""

import argparse
import asyncio
import math
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from measuring import table_row

if TYPE_CHECKING:
    from advisor.tui.app import AdvisorApp

SIZES = (20, 10_000, 100_000)
PATIENCE = 120.0
IDLE_SECONDS = 10.0


def csv_row(i: int) -> str:
    """A row of a table."""
    return f"{i},{1 + 1 / (i + 1):.6f},{1.1 + 1 / (i + 1):.6f},0.001\n"


def console_line(i: int) -> str:
    """A line of a console."""
    return f"[INFO] step {i} | loss: {1 + 1 / (i + 1):.6f} | lr: 0.001 | 132.5 samples/s\n"


def json_line(i: int) -> str:
    """A JSON record."""
    return f'{{"step": {i}, "loss": {1 + 1 / (i + 1):.6f}, "lr": 0.001}}\n'


FORMS: dict[str, tuple[str, Callable[[int], str]]] = {
    "log.csv": ("step,loss,val_loss,lr\n", csv_row),
    "train.log": ("", console_line),
    "log.jsonl": ("", json_line),
}


def pauses(points: int) -> list[float]:
    """Seconds between points, so uneven that no rhythm of looks can fit them; always the same ones."""
    chance = random.Random(0)
    return [chance.uniform(0.35, 0.65) for _ in range(points)]


def write_points(path: Path, line: Callable[[int], str], first: int, points: int) -> dict[int, float]:
    """Appends and flushes points; when each was flushed."""
    flushed = {}
    with path.open("a") as stream:
        for i, pause in enumerate(pauses(points), start=first):
            stream.write(line(i))
            flushed[i] = time.perf_counter()
            stream.flush()
            time.sleep(pause)
    return flushed


class Command:
    """`advisor watch` on a log, and when it printed what."""

    def __init__(self, path: Path) -> None:
        self.printed: dict[int, float] = {}
        self.ready = threading.Event()
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "advisor", "watch", str(path)], stdout=subprocess.PIPE
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            now = time.perf_counter()
            words = line.split()
            if len(words) > 2 and words[0] == b"step" and words[1].isdigit():
                self.printed.setdefault(int(words[1]), now)
            # The report is there once its last part has come.
            self.ready.set()

    def seconds(self) -> float:
        """Processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """End it without its last report."""
        self.process.kill()
        self.process.wait()


def by_command(path: Path, line: Callable[[int], str], first: int, points: int) -> list[float]:
    """Seconds from flush to print, for each point."""
    command = Command(path)
    command.ready.wait(PATIENCE)
    time.sleep(1.0)
    flushed = write_points(path, line, first, points)
    time.sleep(1.0)
    command.stop()
    return delays(flushed, command.printed)


def delays(flushed: dict[int, float], known: dict[int, float]) -> list[float]:
    """Seconds from each point's flush to when it or a later one was known; infinite where none ever was."""
    return [
        min((at for other, at in known.items() if other >= i), default=math.inf) - flushed[i] for i in flushed
    ]


def drawn_to(app: "AdvisorApp") -> int:
    """The last x in the charts, which are made anew once a point was read."""
    return max(int(series.x[-1]) for panel in app.panes.panels for series in panel.series)


async def by_program(path: Path, line: Callable[[int], str], first: int, points: int) -> list[float]:
    """Seconds from flush to the point's being in the charts, for each point."""
    from advisor.journal import Journal
    from advisor.session import Session
    from advisor.tui.app import AdvisorApp
    from advisor.tui.large import is_watched_apart

    session = Session(path.parent, Journal.open())
    app = AdvisorApp(session, (str(path),))
    known: dict[int, float] = {}
    async with app.run_test(size=(120, 36)) as pilot:
        while app.live is None or app.turns.busy:
            await pilot.pause(0.05)
        # A small log is read again with its first new point, a large one as soon as it is open.
        async with asyncio.timeout(PATIENCE):
            while is_watched_apart(str(path)) and not app.live.caught_up:
                await pilot.pause(0.05)
        writing = asyncio.create_task(asyncio.to_thread(write_points, path, line, first, points))
        while not writing.done():
            await asyncio.sleep(0.002)
            known.setdefault(drawn_to(app), time.perf_counter())
        flushed = writing.result()
        async with asyncio.timeout(PATIENCE):
            while max(known) < max(flushed):
                await asyncio.sleep(0.002)
                known.setdefault(drawn_to(app), time.perf_counter())
    return delays(flushed, known)


def idle_share(path: Path) -> float:
    """Share of a core that watching costs while nothing is written."""
    command = Command(path)
    command.ready.wait(PATIENCE)
    time.sleep(3.0)
    before = command.seconds()
    time.sleep(IDLE_SECONDS)
    spent = command.seconds() - before
    command.stop()
    return spent / IDLE_SECONDS


def show(what: str, times: list[float]) -> None:
    """Prints the median and the 95th of 100 in milliseconds."""
    median, late = np.percentile(np.array(times) * 1_000, [50, 95])
    print(f"{what} {median:7.0f} {late:7.0f}", flush=True)
    table_row(f"live: {' '.join(what.split())}", f"{median:.0f} ms (95th {late:.0f})", goal="200 ms")


def main() -> None:
    """Prints every figure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=60)
    points = parser.parse_args().points
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ADVISOR_HOME"] = str(Path(folder, "home"))
        print("                                    median    95th")
        for name, (head, line) in FORMS.items():
            for size in SIZES:
                path = Path(folder, f"{size}-{name}")
                path.write_text(head + "".join(map(line, range(size))))
                label = f"{name} after {size:,} rows"
                times = by_command(path, line, size, points)
                show(f"{label:28} command", times)
                times = asyncio.run(by_program(path, line, size + points, points))
                show(f"{label:28} program", times)
        share = idle_share(path)
        print(f"idle, {SIZES[-1]:,} rows: {100 * share:.2f} % of a core")


if __name__ == "__main__":
    main()
