"""`python -m tests.benchmarks [NAME...]` runs the benchmarks in turn and prints one table of their ratios.

What they print is shown as it comes. `--write` keeps the figures of those that ran, with the day and the load
of the machine, in `tests/benchmarks/measured.json` and writes the README's table from it; the figures of the
others stay. `--peer PYTHON` is given to `stores`: an interpreter that has wandb 0.19 and mlflow.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MEASURED = HERE / "measured.json"


def names() -> list[str]:
    """Every benchmark by name."""
    return [file.stem.removeprefix("bench_") for file in sorted(HERE.glob("bench_*.py"))]


def run(name: str, arguments: list[str]) -> dict[str, Any]:
    """Runs one benchmark in a process of its own; its rows, the day, and the load when it began."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder, "rows")
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        environment = {**os.environ, "BENCHMARK_ROWS": str(rows), "PYTHONPATH": paths}
        file = HERE / f"bench_{name}.py"
        done = subprocess.run([sys.executable, str(file), *arguments], env=environment, check=False)
        lines = rows.read_text("utf-8").splitlines() if rows.exists() else []
    if done.returncode:
        raise SystemExit(f"bench_{name}.py failed ({done.returncode}).")
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    return {"day": day, "load": round(load, 1), "rows": [json.loads(line) for line in lines]}


def table(measured: dict[str, Any]) -> str:
    """The rows of every benchmark as a Markdown table."""
    lines = [
        "| what | advisor | beside | ratio | goal | memory | day, load |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in sorted(measured):
        one = measured[name]
        for row in one["rows"]:
            cells = [row[key] for key in ("what", "ours", "beside", "ratio", "goal", "memory")]
            lines.append(f"| {' | '.join(cells)} | {one['day']}, {one['load']} |")
    return "\n".join(lines)


def kept() -> dict[str, Any]:
    """The figures that were written last; none where there are none."""
    return json.loads(MEASURED.read_text("utf-8")) if MEASURED.exists() else {}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"one of: {', '.join(names())} [default: all]"
    )
    parser.add_argument("--write", action="store_true", help="keep the figures and write the README's table")
    parser.add_argument("--peer", help="an interpreter that has wandb 0.19 and mlflow, for `stores`")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(names()):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
    measured = {}
    for name in options.names or names():
        print(f"== {name}", flush=True)
        given = ["--peer", options.peer] if options.peer and name == "stores" else []
        measured[name] = run(name, given)
        if options.write:
            MEASURED.write_text(json.dumps(kept() | {name: measured[name]}, indent=1) + "\n", "utf-8")
    print(f"\n{table(measured)}")
    if options.write:
        from tests.measure import readme

        return readme.main([])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
