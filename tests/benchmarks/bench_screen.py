"""Prints what the terminal program costs once it stands: a long conversation, and opening a very large log.

Run by hand: `python tests/benchmarks/bench_screen.py`. Each figure is of a process of its own, at 120x36
without a terminal.

- Conversation: 300 questions, each answered by a finding in its five parts and a chart; the memory of the
  whole process, and the CPU time of one page of scrolling with its redraw (median of forty). The same where
  300 questions are put to the program and answered by it, so that what understands them is loaded too.
- Large log: a CSV of 200 MB is opened; time until its first chart is drawn (a first look, marked as one) and
  until the whole is read and judged; and the longest time between two turns of the screen's own timer
  meanwhile, its interval of 20 ms taken off. CPU is that of the program; another process reads. Wall times
  say little on a machine that is busy with something else, whose load is printed: the CPU time that the
  program takes between two turns bounds from above what itself holds a frame up.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine
from itertools import pairwise
from pathlib import Path

from measuring import ROOT, table_row

SIZE = (120, 36)
TURNS = 300
QUESTIONS = (
    "why did the loss jump?", "what should I change?", "is it overfitting?", "how did the run go?",
    "what is the learning rate?", "explain momentum", "plot the loss", "why?",
)  # fmt: skip
MEGABYTES = 200
_TICK = 0.02


def write(path: Path, megabytes: int) -> None:
    """A log with a step, two losses and a rate on each row."""
    rows = [f"{i},{3 / (1 + i / 5e4):.6f},{3.1 / (1 + i / 5e4):.6f},0.001\n" for i in range(200_000)]
    with path.open("w") as stream:
        stream.write("step,loss,val_loss,lr\n")
        written, first = 0, 0
        while written < megabytes * 1_000_000:
            text = "".join(f"{first + i},{row.partition(',')[2]}" for i, row in enumerate(rows))
            stream.write(text)
            written, first = written + len(text), first + len(rows)


def memory() -> float:
    """Resident memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


async def conversation(log: Path) -> dict[str, float]:
    """Memory before and after the turns, and the CPU time of a page of scrolling."""
    app, pilot_of = program(log)
    async with pilot_of as pilot:
        await opened(app, pilot)
        before = memory()
        for n in range(TURNS):
            app.view.say_user(f"question {n}: why did the loss jump?")
            app.panes.show_finding(0)
            if n % 20 == 0:
                await pilot.pause()
        await pilot.pause(0.5)
        after, steps = memory(), []
        for _ in range(40):
            began = time.process_time()
            app.view.scroll_page_up(animate=False)
            await pilot.pause()
            steps.append(time.process_time() - began)
        return {"before": before, "after": after, "step": statistics.median(steps)}


async def answered(log: Path) -> dict[str, float]:
    """Memory before and after questions that the program answers itself."""
    app, pilot_of = program(log)
    async with pilot_of as pilot:
        await opened(app, pilot)
        before = memory()
        for n in range(TURNS):
            app.turns.ask(QUESTIONS[n % len(QUESTIONS)])
            while app.turns.busy:
                await pilot.pause(0.01)
            await pilot.pause()
        return {"before": before, "after": memory()}


async def large(log: Path) -> dict[str, float]:
    """Time until the first chart and until all is read, and the longest gap between two frames."""
    app, pilot_of = program(log)
    walls: list[float] = []
    cpus: list[float] = []

    def tick() -> None:
        walls.append(time.monotonic())
        cpus.append(time.process_time())

    began, cpu = time.monotonic(), time.process_time()
    async with pilot_of as pilot:
        # Nothing of the pilot's stands between two ticks: its pause waits until no thread is at work.
        app.set_interval(_TICK, tick)
        await opened(app, pilot)
        first = time.monotonic() - began, time.process_time() - cpu
        while app.session.current is None or app.turns.busy:
            await pilot.pause(_TICK)
        whole = time.monotonic() - began
        await pilot.pause(0.5)
    app.turns.wait_for_journal(300.0)
    return {
        "wall": first[0],
        "cpu": first[1],
        "whole": whole,
        "gap": max(b - a for a, b in pairwise(walls)) - _TICK,
        "cpu_gap": max(b - a for a, b in pairwise(cpus)),
        "memory": memory(),
    }


def load_as_the_command_does() -> None:
    """What the command does without must not be loaded by what measures it."""
    from advisor.cli import load_lightly

    load_lightly()
    from advisor.tui import launch  # noqa: F401


def result_of(work: Coroutine[None, None, dict[str, float]]) -> dict[str, float]:
    """What a coroutine gives; asyncio must not be loaded before the program has loaded it."""
    import asyncio

    return asyncio.run(work)


def program(log: Path):
    """The program on a log, with a journal of its own, and what drives it."""
    from advisor.journal import Journal
    from advisor.session import Session
    from advisor.tui.launch import AdvisorApp

    app = AdvisorApp(Session(log.parent, Journal.open()), (str(log),))
    return app, app.run_test(size=SIZE)


async def opened(app, pilot) -> None:
    """Until the first chart is drawn."""
    while not app.panes.panels:
        await pilot.pause(0.01)
    await pilot.pause()


def alone(what: str, log: Path) -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [sys.executable, __file__, "--alone", what, str(log)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alone", nargs=2, metavar=("WHAT", "LOG"), help=argparse.SUPPRESS)
    parser.add_argument("--megabytes", type=int, default=MEGABYTES)
    options = parser.parse_args()
    if options.alone:
        load_as_the_command_does()
        work = {"conversation": conversation, "answered": answered, "large": large}[options.alone[0]]
        print(json.dumps(result_of(work(Path(options.alone[1])))))
        return
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["ADVISOR_HOME"] = str(Path(folder, "home"))
        small, big = Path(folder, "small.csv"), Path(folder, "large.csv")
        small.write_text("step,loss\n" + "".join(f"{i},{2.0 + (i % 2)}\n" for i in range(400)))
        write(big, options.megabytes)
        say_conversation(alone("conversation", small))
        say_answered(alone("answered", small))
        say_large(alone("large", big), options.megabytes)


def say_conversation(found: dict[str, float]) -> None:
    """Prints memory and scrolling."""
    what = f"conversation of {TURNS} turns"
    print(f"{what}: {found['after']:.1f} MB, {found['before']:.0f} of them before it; goal 80")
    print(f"  a page of scrolling: {1e3 * found['step']:.0f} ms CPU; goal 40")
    table_row(f"{what}, a page of scrolling", f"{1e3 * found['step']:.0f} ms", goal="40 ms",
              memory=f"{found['after']:.1f} MB")  # fmt: skip


def say_answered(found: dict[str, float]) -> None:
    """Prints the memory of answered questions."""
    what = f"{TURNS} questions, answered"
    print(f"{what}: {found['after']:.1f} MB, {found['before']:.0f} of them before it; goal 80")
    table_row(f"{what}, memory", f"{found['after']:.1f} MB", goal="80 MB")


def say_large(found: dict[str, float], megabytes: int) -> None:
    """Prints the opening of the large log."""
    what = f"first chart of a log of {megabytes} MB"
    print(
        f"{what}: {found['cpu']:.2f} s CPU, {found['wall']:.2f} s; goal 1 s; all read {found['whole']:.1f} s"
    )
    gap, of_it = 1e3 * found["gap"], 1e3 * found["cpu_gap"]
    print(f"  longest frame gap {gap:.0f} ms, {of_it:.0f} CPU; goal 100; load {os.getloadavg()[0]:.1f}")
    table_row(f"{what}, CPU", f"{found['cpu']:.2f} s", goal="1 s", memory=f"{found['memory']:.0f} MB")
    table_row(f"{what}, wall", f"{found['wall']:.2f} s", goal="1 s")
    table_row("longest frame gap meanwhile, CPU", f"{of_it:.0f} ms", goal="100 ms")
    table_row("longest frame gap meanwhile, wall", f"{gap:.0f} ms", goal="100 ms")


if __name__ == "__main__":
    main()
