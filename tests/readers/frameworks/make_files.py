"""Trains with each framework that is installed; keeps the files that it wrote beside what it says of them.

    python tests/readers/frameworks/make_files.py [--to FOLDER] [CASE...]

Each case gets the folder `kept/CASE-VERSION`: the files, whole, and `truth.json` with the curves and settings
as the framework's own objects give them. Several versions of a framework stand side by side; make each in an
environment of its own.
"""

import argparse
import contextlib
import importlib
import json
import os
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

from makers.common import CASES, Case

HERE = Path(__file__).resolve().parent
MAKERS = sorted(path.stem for path in (HERE / "makers").glob("*.py") if path.stem != "common")
os.environ["OMP_NUM_THREADS"] = "1"


def load() -> list[str]:
    """Imports every maker; the names of the cases of which the framework is there."""
    for maker in MAKERS:
        importlib.import_module(f"makers.{maker}")
    return [name for name, case in CASES.items() if case.installed]


def make(case: Case, target: Path) -> None:
    """Runs one training in an empty folder, then moves what it kept to `target/CASE-VERSION`."""
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        Path("log").mkdir()
        truth = case.run(Path("log"))
        kept = target / f"{case.name}-{case.version}"
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree("log", kept)
    text = json.dumps({"framework": f"{case.package} {case.version}", **truth}, indent=1)
    (kept / "truth.json").write_text(text + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=HERE / "kept")
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    found = load()
    failed = 0
    for name in arguments.cases or found:
        try:
            make(CASES[name], arguments.to.resolve())
        except Exception:
            failed += 1
            print(f"{name}:", traceback.format_exc(limit=-3), file=sys.stderr)
    sys.exit(failed)


if __name__ == "__main__":
    main()
