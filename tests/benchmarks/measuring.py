"""Work measured in fresh processes, one after the other: CPU time after the imports, and highest memory."""

import json
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Figures:
    """Median CPU seconds of the work and the highest resident memory of the whole process in MB."""

    seconds: float
    megabytes: float


def process(imports: str, work: str, path: Path, repeats: int) -> Figures:
    """Runs a program that reads `PATH` in fresh processes with one thread of linear algebra.

    Args:
        imports: Python text; not timed, since a scaled or a small peer would be charged too much for it.
        work: Python text; timed.
        path: What `PATH` stands for in it.
        repeats: How many processes.
    """
    program = "\n".join(
        [
            f"import time; PATH = {str(path)!r}",
            imports,
            "_begin = time.process_time()",
            work,
            "print(time.process_time() - _begin)",
        ]
    )
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = {**os.environ, **threads, "PYTHONPATH": str(ROOT)}
    seconds, memory = [], []
    for _ in range(repeats):
        with subprocess.Popen(
            [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            printed = child.stdout.read()
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(f"The measured process failed ({child.returncode}).")
        seconds.append(float(printed.split()[-1]))
        memory.append(used.ru_maxrss / 1024)
    return Figures(statistics.median(seconds), max(memory))


def table_row(
    what: str, ours: str, beside: str = "", ratio: str = "", goal: str = "", memory: str = ""
) -> None:
    """Hands one line of the table of all benchmarks to `python -m tests.benchmarks`, where that runs this."""
    if file := os.environ.get("BENCHMARK_ROWS"):
        line = {"what": what, "ours": ours, "beside": beside, "ratio": ratio, "goal": goal, "memory": memory}
        with Path(file).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")


def compare(ours: Figures, peer: str, theirs: Figures, what: str, goal: float) -> None:
    """Prints both and their ratios."""
    for who, figures in (("advisor", ours), (peer, theirs)):
        print(f"  {who:<24}{figures.seconds:9.3f} s CPU {figures.megabytes:9.0f} MB")
    share = ours.megabytes / theirs.megabytes
    ratio = ours.seconds / theirs.seconds
    print(f"  ratio {ratio:.4f} (1/{1 / ratio:.1f}), memory {share:.3f}")
    table_row(
        what,
        f"{ours.seconds:.2f} s",
        f"{peer}, {theirs.seconds:.2f} s",
        f"{ratio:.3f}",
        f"{goal:g}",
        f"{share:.2f}",
    )
