"""Times the program under load: a thousand runs in a folder, a run of ten million points, a day of a log.

Run by hand: `python tests/benchmarks/bench_load.py [--runs 1000] [--points 10000000] [--hours 24]`. The runs
are listed and diagnosed by the commands, with as many worker processes as there are cores; figures are
seconds on the clock, CPU seconds of all processes together, and the memory of the largest process. The peer
reads the same tables with `pandas.read_csv`, one after the other, and diagnoses nothing. The day of a log is
ten points a second, appended and looked at as `advisor watch` does, as fast as it goes; its memory is what
the process holds more at the end than at the start. One run each: they are long.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from measuring import ROOT, table_row

ADVISOR = [sys.executable, "-m", "advisor"]
PEER = "import sys, pathlib, pandas as pd; [pd.read_csv(p) for p in pathlib.Path(sys.argv[1]).iterdir()]"
POINTS_A_RUN = 10_000
WATCH = """
import sys, pathlib, resource, time
from advisor.diagnosis import load_rulebook
from advisor.watch import Watch

path, points, looks = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
held = lambda: int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
loss = lambda i: 0.1 + 2 / (1 + i / 9e4) + (i * 7919 % 97) / 4e3
rows = lambda start, end: "".join(f"{i},{loss(i):.6f}\\n" for i in range(start, end))
watch, step = Watch(load_rulebook(), str(path)), points // looks
path.write_text("step,loss\\n" + rows(0, step))
watch.look()
before, began = held(), time.process_time()
with path.open("a") as stream:
    for look in range(1, looks):
        stream.write(rows(look * step, (look + 1) * step))
        stream.flush()
        watch.look()
watch.settle()
(series,) = watch.current.run.series
assert len(series) == looks * step, len(series)
print(time.process_time() - began, held() - before)
"""


@dataclass(frozen=True, slots=True)
class Used:
    """Seconds on the clock and of the CPU, megabytes of the largest process, and what was printed."""

    clock: float
    cpu: float
    megabytes: float
    printed: str


def used(command: list[str], home: Path) -> Used:
    """Runs a command to its end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ADVISOR_HOME": str(home), "OMP_NUM_THREADS": "1"}
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        printed = child.stdout.read()
        _, status, rusage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command[:4]} failed ({child.returncode}).")
    cpu = rusage.ru_utime + rusage.ru_stime
    return Used(time.perf_counter() - began, cpu, rusage.ru_maxrss / 1024, printed)


def write_runs(folder: Path, runs: int) -> None:
    """Tables of a training loss on every row and a validation loss on every hundredth."""
    steps = np.arange(POINTS_A_RUN)
    for run in range(runs):
        rng = np.random.default_rng(run)
        losses = (
            2.3 * np.exp(-steps / rng.uniform(500, 4_000)) + 0.1 + 0.05 * rng.standard_normal(steps.size) ** 2
        )
        rows = (
            f"{i},{loss:.6f},{f'{loss + 0.1:.5f}' if i % 100 == 0 else ''},0.001\n"
            for i, loss in enumerate(losses.tolist())
        )
        (folder / f"run-{run:04d}.csv").write_text("step,train_loss,val_loss,lr\n" + "".join(rows))


def say(what: str, one: Used, beside: str = "", ratio: str = "", goal: str = "") -> None:
    """Prints one line, and hands it to the table."""
    print(f"{what:44}{one.clock:8.2f} s {one.cpu:8.2f} s CPU {one.megabytes:7.0f} MB", flush=True)
    ours = f"{one.clock:.1f} s ({one.cpu:.1f} s CPU)"
    table_row(what, ours, beside, ratio, goal, f"{one.megabytes:.0f} MB")


def many_runs(folder: Path, runs: int) -> None:
    """Lists and diagnoses many runs, beside reading them."""
    logs, home = folder / "runs", folder / "home"
    logs.mkdir()
    write_runs(logs, runs)
    peer = used([sys.executable, "-c", PEER, str(logs)], home)
    say("pandas.read_csv, one after the other", peer)
    for word, goal in (("list", "3 s"), ("diagnose", "20 s")):
        one = used([*ADVISOR, word, str(logs)], home)
        beside, ratio = f"pandas.read_csv, {peer.clock:.1f} s", f"{one.clock / peer.clock:.2f}"
        say(f"advisor {word}, {runs:,} runs of {POINTS_A_RUN:,} points", one, beside, ratio, goal)


def long_run(folder: Path, points: int) -> None:
    """Diagnoses one run of very many points."""
    log = folder / "long.csv"
    with log.open("w") as stream:
        stream.write("step,loss\n")
        for start in range(0, points, 100_000):
            steps = np.arange(start, min(start + 100_000, points))
            noise = np.random.default_rng(start).standard_normal(steps.size)
            losses = 0.1 + 2 / (1 + steps / 1e5) + 0.02 * noise
            stream.write(
                "".join(f"{i},{loss:.6f}\n" for i, loss in zip(steps.tolist(), losses.tolist(), strict=True))
            )
    say(
        f"advisor diagnose, one run of {points:,} points",
        used([*ADVISOR, "diagnose", str(log)], folder / "home"),
    )


def long_watch(folder: Path, hours: float) -> None:
    """Follows a log of ten points a second."""
    points = int(hours * 36_000)
    looks = max(2, int(hours * 60))
    command = [sys.executable, "-c", WATCH, str(folder / "day.csv"), str(points), str(looks)]
    one = used(command, folder / "home")
    cpu, held = map(float, one.printed.split())
    what = f"{hours:g} hours of a log, {points:,} points in {looks:,} looks"
    print(f"{what:44}{cpu:8.2f} s CPU, {held / points:.0f} bytes a point more at the end")
    table_row(what, f"{cpu:.1f} s CPU", memory=f"{held / points:.0f} bytes a point")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--points", type=int, default=10_000_000)
    parser.add_argument("--hours", type=float, default=24)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        many_runs(Path(folder), given.runs)
        long_run(Path(folder), given.points)
        long_watch(Path(folder), given.hours)


if __name__ == "__main__":
    main()
