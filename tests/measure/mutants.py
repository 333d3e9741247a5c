"""How many small changes of the code no test notices (cosmic-ray), by room.

`python -m tests.measure mutants [ROOM...] --sample 60` changes one operator, constant, condition or loop at a
time in a copy of the repository and runs the room's own tests until one fails. The sample is drawn at random
by `--seed`, the same for the same code. What survives is printed as a diff: a test is missing there, or the
change makes no difference that anyone could see. cosmic-ray is no dependency: `pip install cosmic-ray`.
"""

import argparse
import importlib.util
import os
import random
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cosmic_ray.work_item import MutationSpec

ROOT = Path(__file__).parents[2]
# Without those that no type checker would let through, and those that mean the same as another one here.
OPERATORS = {
    f"core/{name}"
    for name in (
        "AddNot",
        "ExceptionReplacer",
        "NumberReplacer",
        "ReplaceAndWithOr",
        "ReplaceBinaryOperator_Add_Sub",
        "ReplaceBinaryOperator_Div_Mul",
        "ReplaceBinaryOperator_Mul_Div",
        "ReplaceBinaryOperator_Sub_Add",
        "ReplaceBreakWithContinue",
        "ReplaceComparisonOperator_Eq_NotEq",
        "ReplaceComparisonOperator_GtE_Gt",
        "ReplaceComparisonOperator_Gt_GtE",
        "ReplaceComparisonOperator_Gt_Lt",
        "ReplaceComparisonOperator_LtE_Lt",
        "ReplaceComparisonOperator_Lt_Gt",
        "ReplaceComparisonOperator_Lt_LtE",
        "ReplaceContinueWithBreak",
        "ReplaceFalseWithTrue",
        "ReplaceOrWithAnd",
        "ReplaceTrueWithFalse",
        "ReplaceUnaryOperator_Delete_Not",
        "ZeroIterationForLoop",
    )
}
# Starting the frameworks themselves takes minutes and says nothing that the files they wrote do not.
PYTEST = "-x -q -p no:cacheprovider --no-header --ignore tests/readers/test_frameworks.py"


@dataclass(frozen=True)
class Room:
    """A part of the house: the files to change, and the tests that have to notice."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


ROOMS = {
    "signals": Room(("advisor/signals/**/*.py",), ("tests/signals", "tests/rules", "tests/diagnosis")),
    "rules": Room(("advisor/diagnosis/*.py",), ("tests/diagnosis", "tests/rules")),
    "readers": Room(("advisor/readers/**/*.py",), ("tests/readers",)),
    "editors": Room(("advisor/experiment/*_document.py", "advisor/experiment/documents.py",
                     "advisor/experiment/configs.py", "advisor/experiment/apply.py",
                     "advisor/experiment/files.py"),
                    ("tests/experiment/test_apply.py", "tests/experiment/test_round_trip.py",
                     "tests/experiment/test_places.py", "tests/experiment/test_plan.py",
                     "tests/experiment/test_program_places.py", "tests/fuzz")),
}  # fmt: skip


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.measure mutants", description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(ROOMS)} [default: all]")
    parser.add_argument("--sample", type=int, default=60, help="changes tried in each room [default: 60]")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=600, help="a test run may last [default: 600]")
    options = parser.parse_args(arguments)
    if unknown := set(options.rooms) - set(ROOMS):
        parser.error(f"no room is called {', '.join(sorted(unknown))}; there are {', '.join(ROOMS)}")
    if importlib.util.find_spec("cosmic_ray") is None:
        parser.error("cosmic-ray is not installed: pip install cosmic-ray")
    with tempfile.TemporaryDirectory() as folder:
        _copy(Path(folder))
        os.chdir(folder)
        os.environ |= {"PYTHONPATH": folder, "ADVISOR_HOME": f"{folder}/.home"}
        lines = [
            _try(name, ROOMS[name], options.sample, options.seed, options.seconds)
            for name in options.rooms or ROOMS
        ]
    print("\n".join(["", *lines]))
    return 0


def _copy(folder: Path) -> None:
    """The tracked files as they are now: a change half made must never stand where somebody works."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(
        ["tar", "--null", "-T", "-", "-cf", str(folder / "tracked.tar")], cwd=ROOT, input=tracked, check=True
    )
    subprocess.run(["tar", "-xf", "tracked.tar"], cwd=folder, check=True)


def _try(name: str, room: Room, sample: int, seed: int, seconds: float) -> str:
    """The line that says how many of a room's changes were noticed."""
    from cosmic_ray.mutating import mutate_and_test
    from cosmic_ray.testing import run_tests
    from cosmic_ray.work_item import TestOutcome

    every = list(_changes(room))
    drawn = random.Random(seed).sample(every, min(sample, len(every)))
    unchanged = run_tests(_command(room.tests), seconds)
    if unchanged[0] != TestOutcome.SURVIVED:
        raise SystemExit(f"The tests of {name} fail before anything is changed:\n{unchanged[1]}")
    survived = 0
    for number, change in enumerate(drawn, 1):
        result = mutate_and_test([change], _command(_ordered(change.module_path, room)), seconds)
        lived = result.test_outcome == TestOutcome.SURVIVED
        survived += lived
        where = f"{change.module_path} {change.operator_name.removeprefix('core/')} {change.occurrence}"
        print(f"{name} {number}/{len(drawn)} {'SURVIVED' if lived else 'noticed '} {where}", flush=True)
        if lived:
            print(result.diff, flush=True)
    share = survived / max(len(drawn), 1)
    return f"{name:8} {survived} of {len(drawn)} changes survived ({share:.0%}), drawn from {len(every)}"


def _changes(room: Room) -> "Iterator[MutationSpec]":
    from cosmic_ray.commands import init
    from cosmic_ray.work_db import WorkDB

    files = sorted({file for pattern in room.files for file in Path().glob(pattern)})
    database = WorkDB(":memory:", WorkDB.Mode.create)
    init(files, database, {})
    for item in database.work_items:
        if item.mutations[0].operator_name in OPERATORS:
            yield item.mutations[0]


def _ordered(file: Path, room: Room) -> list[str]:
    """The tests that speak of a file by name come first: they fail soonest."""
    named = [
        str(test)
        for folder in room.tests
        for test in sorted(Path(folder).glob("test_*.py")) or [Path(folder)]
        if file.stem in test.stem or file.stem in test.read_text("utf-8")
    ]
    return [*named, *room.tests]


def _command(tests: Iterable[str]) -> str:
    return shlex.join([sys.executable, "-m", "pytest", *shlex.split(PYTEST), *tests])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
