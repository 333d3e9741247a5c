"""Which branches of the program the tests take, without the terminal program (pytest-cov).

`python -m tests.measure coverage [TEST...]` runs the tests (by default all but those of the terminal program)
with the settings of `pyproject.toml`, in the processes that they start too. It prints the share of statements
and of branches that ran, of the whole and of the modules that lack most branches. `--keep` adds to what was
counted before, so that the rooms can be run one after the other. pytest-cov is no dependency, and started
processes have to run the same files: `pip install -e '.[test]' pytest-cov`. Tests of what is imported fail
here, since the counting is imported too.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ALL = ("tests", "--ignore", "tests/tui")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.measure coverage", description=__doc__)
    parser.add_argument("tests", nargs="*", metavar="TEST", help="[default: all but the terminal program's]")
    parser.add_argument("--keep", action="store_true", help="add to what was counted before")
    parser.add_argument("--processes", type=int, default=2, help="run tests side by side [default: 2]")
    parser.add_argument("--rows", type=int, default=25, help="modules to name [default: 25]")
    options = parser.parse_args(arguments)
    if importlib.util.find_spec("pytest_cov") is None:
        parser.error("pytest-cov is not installed: pip install pytest-cov")
    if not options.keep:
        _run("coverage", "erase")
    quiet = ("-p", "no:cacheprovider", "-n", str(options.processes))
    code = _run("pytest", "--cov", "--cov-append", "--cov-report=", *quiet, *(options.tests or ALL))
    print(table(counted(), options.rows))
    return code


def _run(*words: str) -> int:
    return subprocess.run([sys.executable, "-m", *words], cwd=ROOT, check=False).returncode


def counted() -> dict[str, Any]:
    """What coverage.py counted, as it writes it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "counted.json"
        _run("coverage", "json", "--quiet", "-o", str(file))
        return json.loads(file.read_text("utf-8"))


def table(found: dict[str, Any], rows: int) -> str:
    """The modules that lack most branches, and the whole."""

    def row(name: str, of: dict[str, Any]) -> str:
        lacking = of["num_branches"] - of["covered_branches"]
        statements = of["covered_lines"] / max(of["num_statements"], 1)
        branches = of["covered_branches"] / max(of["num_branches"], 1)
        return f"{name:44}{statements:8.1%} of statements {branches:8.1%} of branches, {lacking} not taken"

    summaries = {name: one["summary"] for name, one in found["files"].items()}
    by_lack = sorted(summaries.items(), key=lambda one: one[1]["covered_branches"] - one[1]["num_branches"])
    return "\n".join([*(row(name, of) for name, of in by_lack[:rows]), "", row("all", found["totals"])])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
