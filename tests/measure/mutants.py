"""How many small changes of the code no test notices (cosmic-ray), by room.

`python -m tests.measure mutants [ROOM...]` changes one operator, constant, condition or loop at a time in a
copy of the repository and runs those of the room's own tests that come to the changed lines, the files of
quick tests and those that noticed the last changes first, until one fails.
The sample is drawn at random by `--seed`, the same for the same code. What survives is printed as a diff: a
test is missing there, or the change makes no difference that anyone could see. Left out of the draw is what
no program differs by: what code asserts of itself, and how large a block or a bound of a thousand and more
is (half or twice a block reads the same, and that bounds hold is tested with low ones).
cosmic-ray and pytest-cov (which tells the tests of a line) are no dependencies: `pip install cosmic-ray
pytest-cov`.
"""

import argparse
import ast
import compileall
import difflib
import hashlib
import importlib.util
import json
import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode
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
FRAMEWORKS = Path("tests/readers/test_frameworks.py")
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "--no-header")
# A block, a cache, a bound: a constant of a module that is an amount of a thousand and more, or of bytes.
AMOUNT = re.compile(r"_?[A-Z][A-Z_0-9]* = (?:[0-9]{1,3}(?:_[0-9]{3})+|[0-9]+ << [0-9]+)")
ASSERTIONS = ("strict=", "frozen=", "slots=", "eq=")
CHOSEN = Path("chosen-tests")
SAID = Path("said")
FAILED = re.compile(r"^FAILED (.+?)::", re.MULTILINE)
PHASE = re.compile(r"^([\d.]+)s (?:setup|call|teardown) +(.+?)::", re.MULTILINE)

Covering = Mapping[str, Mapping[str, Sequence[str]]]
"""Tests by the number of the line, by file."""


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
                    ("tests/experiment/test_documents.py", "tests/experiment/test_apply.py",
                     "tests/experiment/test_round_trip.py", "tests/experiment/test_configs.py",
                     "tests/experiment/test_places.py", "tests/experiment/test_plan.py",
                     "tests/experiment/test_program_places.py", "tests/experiment/test_shell_script.py",
                     "tests/experiment/test_place_limits.py", "tests/experiment/test_positional.py",
                     "tests/experiment/test_strangers_scripts.py", "tests/fuzz")),
}  # fmt: skip


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.measure mutants", description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=f"of {', '.join(ROOMS)} [default: all]")
    parser.add_argument("--sample", type=int, default=60, help="changes tried in each room [default: 60]")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=1, help="of those, the number to go on from")
    parser.add_argument("--seconds", type=int, default=600, help="a test run may last [default: 600]")
    options = parser.parse_args(arguments)
    if unknown := set(options.rooms) - set(ROOMS):
        parser.error(f"no room is called {', '.join(sorted(unknown))}; there are {', '.join(ROOMS)}")
    for needed in ("cosmic-ray", "pytest-cov"):
        if importlib.util.find_spec(needed.replace("-", "_")) is None:
            parser.error(f"{needed} is not installed: pip install cosmic-ray pytest-cov")
    with tempfile.TemporaryDirectory() as folder:
        _copy(Path(folder))
        os.chdir(folder)
        os.environ |= {"PYTHONPATH": folder, "ADVISOR_HOME": f"{folder}/.home"}
        lines = [_try(name, ROOMS[name], options) for name in options.rooms or ROOMS]
    print("\n".join(["", *lines]))
    return 0


def _copy(folder: Path) -> None:
    """The tracked files as they are now: a change half made must never stand where somebody works."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(
        ["tar", "--null", "-T", "-", "-cf", str(folder / "tracked.tar")], cwd=ROOT, input=tracked, check=True
    )
    subprocess.run(["tar", "-xf", "tracked.tar"], cwd=folder, check=True)
    # Told apart by what they hold: changes follow each other faster than the clock of the files.
    compileall.compile_dir(folder, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)


def _try(name: str, room: Room, options: argparse.Namespace) -> str:
    """The line that says how many of a room's changes were noticed."""
    every = list(_changes(room))
    drawn = random.Random(options.seed).sample(every, min(options.sample, len(every)))
    left = list(enumerate(drawn, 1))[options.first - 1 :]
    covering, quickest_first = _kept_covering(name, room)
    survived = endless = 0
    _preload()
    for number, change in left:
        chosen = _chosen(change, covering, quickest_first)
        ended, difference = _tested(change, chosen, options.seconds)
        survived += ended == 0
        endless += ended < 0
        if failed := FAILED.search(SAID.read_text("utf-8", "replace")):
            # What noticed the last change is the likeliest to notice the next one.
            quickest_first.remove(failed[1])
            quickest_first.insert(0, failed[1])
        where = f"{change.module_path} {change.operator_name.removeprefix('core/')} {change.occurrence}"
        said = "noticed " if ended > 0 else "no end  " if ended else "SURVIVED"
        print(f"{name} {number}/{len(drawn)} {said} {where}, {len(chosen)} tests ended {ended}", flush=True)
        if not ended:
            print(difference, flush=True)
    share = survived / max(len(left), 1)
    told = f"{survived} of {len(left)} changes survived ({share:.0%}), {endless} came to no end"
    return f"{name:8} {told}, drawn from {len(every)}"


def _preload() -> None:
    """What every test run imports anyway is imported once, before the runs are forked off."""
    import hypothesis
    import numpy  # noqa: F401
    import pytest_asyncio.plugin  # noqa: F401
    import yaml  # noqa: F401

    # Nobody reads the failure: no time is spent to make it small.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    slow = [hypothesis.HealthCheck.too_slow]
    hypothesis.settings.register_profile("quick", deadline=None, phases=phases, suppress_health_check=slow)


def _tested(change: "MutationSpec", chosen: Sequence[str], seconds: float) -> tuple[int, str]:
    """How the tests of a change ended (0 where all passed, negative where killed), and the change itself."""
    from cosmic_ray.mutating import use_mutation
    from cosmic_ray.plugins import get_operator

    operator = get_operator(change.operator_name)(**change.operator_args)
    with use_mutation(change.module_path, operator, change.occurrence) as (before, after):
        run = multiprocessing.get_context("fork").Process(target=_run_tests, args=(chosen,))
        run.start()
        run.join(seconds)
        if run.is_alive():
            os.killpg(run.pid or 0, signal.SIGKILL)
            run.join()
    lines = [code.splitlines() for code in (before, after)]
    difference = difflib.unified_diff(*lines, str(change.module_path), "changed", lineterm="")
    return run.exitcode or 0, "\n".join(difference)


def _run_tests(chosen: Sequence[str]) -> None:
    """In a process group of its own, on the code of the folder it stands in."""
    import pytest

    os.setsid()
    with SAID.open("w") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    for module in [name for name in sys.modules if name.partition(".")[0] in ("tests", "advisor")]:
        del sys.modules[module]
    sys.path[:] = [str(Path.cwd()), *(path for path in sys.path if Path(path) != ROOT)]
    CHOSEN.write_text("\n".join(chosen), "utf-8")
    ended = pytest.main([*OPTIONS, "--tb=no", "--hypothesis-profile=quick", f"@{CHOSEN}"])
    if ended == pytest.ExitCode.USAGE_ERROR:
        # A file that cannot be imported holds none of the tests; of each file by itself it is told why.
        ended = pytest.main([*OPTIONS, "--tb=no", *dict.fromkeys(test.partition("::")[0] for test in chosen)])
    sys.exit(ended)


def _kept_covering(name: str, room: Room) -> tuple[Covering, list[str]]:
    """What `_covering` gives, kept for the same files beside the temporary ones."""
    digest = hashlib.sha256()
    for file in sorted(path for path in Path().rglob("*") if path.suffix in (".py", ".yaml", ".csv")):
        digest.update(file.read_bytes())
    kept = Path(tempfile.gettempdir(), f"advisor-mutants-{name}-{digest.hexdigest()[:16]}.json")
    if not kept.exists():
        kept.write_text(json.dumps(_covering(name, room)), "utf-8")
    covering, quickest_first = json.loads(kept.read_text("utf-8"))
    return covering, quickest_first


def _covering(name: str, room: Room) -> tuple[Covering, list[str]]:
    """The tests that come to each line of each file (outside of any, the empty name), and the files of
    tests, those that take least time first.
    """
    from coverage import CoverageData

    file = Path(f"covered-{name}").resolve()
    counting = ("--cov", "--cov-context=test", "--cov-report=")
    environment = {**os.environ, "COVERAGE_FILE": str(file)}
    every = [sys.executable, "-m", "pytest", *OPTIONS, "--durations=0", *counting, *_test_files(room)]
    done = subprocess.run(every, env=environment, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{done.stdout}\nThe tests of {name} fail before anything is changed.")
    costs = dict.fromkeys(_test_files(room), 0.0)
    for seconds, tested in PHASE.findall(done.stdout):
        costs[tested] += float(seconds)
    data = CoverageData(str(file))
    data.read()
    covering = {
        str(Path(path).relative_to(Path.cwd())): {
            str(line): [_tested_in(context) for context in contexts]
            for line, contexts in data.contexts_by_lineno(path).items()
        }
        for path in data.measured_files()
    }
    return covering, sorted(costs, key=costs.__getitem__)


def _tested_in(context: str) -> str:
    """The test; its file where a fixture came to the line, which every test there may share."""
    test, _, phase = context.rpartition("|")
    return test.partition("::")[0] if phase == "setup" else test


def _test_files(room: Room) -> Iterator[str]:
    for path in map(Path, room.tests):
        files = sorted(path.rglob("test_*.py")) if path.is_dir() else [path]
        yield from (str(file) for file in files if file != FRAMEWORKS)


def _chosen(change: "MutationSpec", covering: Covering, files: Sequence[str]) -> list[str]:
    """The tests that come to the changed lines; all the files for what is no part of a function.

    Both in the order of the files.

    What runs on import counts for the one test that happened to import it.
    """
    changed = range(change.start_pos[0], change.end_pos[0] + 1)
    lines = covering.get(str(change.module_path), {})
    found = dict.fromkeys(test for line in changed for test in lines.get(str(line), ()) if test)
    bodies = (
        range(node.body[0].lineno, (node.end_lineno or 0) + 1)
        for node in ast.walk(ast.parse(Path(change.module_path).read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    )
    inside = any(line in body for body in bodies for line in changed)
    if not (inside and found):
        return list(files)
    place = {file: number for number, file in enumerate(files)}
    told = [test for test in found if test in place or test.partition("::")[0] not in found]
    return sorted(told, key=lambda test: place[test.partition("::")[0]])


def _changes(room: Room) -> "Iterator[MutationSpec]":
    from cosmic_ray.ast import ast_nodes, get_ast_from_path
    from cosmic_ray.plugins import get_operator
    from cosmic_ray.work_item import MutationSpec

    for file in sorted({file for pattern in room.files for file in Path().glob(pattern)}):
        nodes = list(ast_nodes(get_ast_from_path(file)))
        lines = file.read_text("utf-8").splitlines()
        for name in sorted(OPERATORS):
            operator = get_operator(name)()
            places = (place for node in nodes for place in operator.mutation_positions(node))
            for occurrence, (start, end) in enumerate(places):
                line = lines[start[0] - 1]
                if not _is_assertion(line, start[1]) and not AMOUNT.fullmatch(line):
                    yield MutationSpec(str(file), name, occurrence, start, end)


def _is_assertion(line: str, column: int) -> bool:
    """Whether it takes back what code asserts of itself or asks of its callers: no program differs by it.

    A star alone says that what follows is given by name.
    """
    return line[:column].endswith(ASSERTIONS) or line[column:].startswith("*,")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
