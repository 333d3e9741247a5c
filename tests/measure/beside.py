"""Side by side on the same runs: the diagnosis, five published rule packages, and AUTOTRAINER's conditions.

    python -m tests.measure beside --peer PYTHON [--write] [--by-problem]

PYTHON is an interpreter that has runmedic, training-doctor, sk-autod, trainlens and trainpulse; they are no
dependency. The sets are the held-out halves of the thirteen situations and of the planted faults, the sample
logs, and the hand-labelled real logs where they are at hand. Every tool gets the same curves, as our readers
read them, in the form that it is made for, with its own defaults.

A tool is asked only about problems that it has a name for and about runs that it accepts; beside its figures
stand those of the diagnosis on the very same questions. `found`: the problem is there, and is named, as note
or alarm. `wrongly named`: it is not there. `healthy alarmed`: a healthy run with any warning or worse; a
training without a planted fault that got worse all the same, seen on a test set, is none. The rules of the
diagnosis were written while looking at the sample logs and the real logs, the other tools were not: only the
first two sets are new to all of them.
"""

import argparse
import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import platformdirs

from advisor.diagnosis import Rulebook, load_rulebook
from tests.measure import beside_sets
from tests.measure.beside_asking import AUTOTRAINER, OURS, Said, autotrainer, ours, packages
from tests.measure.beside_names import KNOWS
from tests.measure.beside_sets import LabelledSet, Question
from tests.measure.beside_table import MEASURED, Compared, Count, table
from tests.measure.planted_store import Store
from tests.measure.reading import LOGS
from tests.measure.thirteen_cases import CACHE, ROOT
from tests.measure.thirteen_trainer import Trainings

PLANTED = platformdirs.user_cache_path("tuning-advisor") / "planted"
PACKAGES = [tool for tool in KNOWS if tool != AUTOTRAINER]
VERSIONS = "from importlib.metadata import version\nfor n in {!r}: print(version(n))"

Told = dict[str, Said]


def compared(labelled: LabelledSet, told: Sequence[Told], tool: str) -> Compared:
    """Counts one tool on one set.

    Args:
        labelled: The set.
        told: What each tool said of each of its runs.
        tool: Which of them.
    """
    accepted = [one[tool] is not None for one in told]
    asked = [q for q in labelled.questions if accepted[q.run] and q.answers & KNOWS[tool]]
    there, absent = [q for q in asked if q.truth], [q for q in asked if not q.truth]
    healthy = [run for run in labelled.healthy if accepted[run]]

    figures = [_named(told, part, by) for part in (there, absent) for by in (tool, OURS)]
    figures += [_alarmed(told, healthy, by) for by in (tool, OURS)]
    return Compared(labelled.name, tool, *figures)


def _named(told: Sequence[Told], questions: Sequence[Question], tool: str) -> Count:
    return sum(bool(q.answers & _problems(told[q.run][tool])) for q in questions), len(questions)


def _alarmed(told: Sequence[Told], runs: Sequence[int], tool: str) -> Count:
    return sum(bool((said := told[run][tool]) and said[1]) for run in runs), len(runs)


def _problems(said: Said) -> frozenset[str]:
    return said[0] if said else frozenset()


def by_problem(labelled: LabelledSet, told: Sequence[Told]) -> Iterator[str]:
    """For each question of a set, who finds it where it is and names it where it is not."""
    tools = [OURS, *PACKAGES, AUTOTRAINER]
    yield f"{labelled.name:24}" + "".join(f"{tool:>22}" for tool in tools)
    for about in dict.fromkeys(q.about for q in labelled.questions):
        asked = [q for q in labelled.questions if q.about == about]
        cells = []
        for tool in tools:
            mine = [q for q in asked if told[q.run][tool] is not None]
            able = tool == OURS or any(q.answers & KNOWS[tool] for q in mine)
            hits = [bool(q.answers & _problems(told[q.run][tool])) for q in mine]
            yes = [hit for q, hit in zip(mine, hits, strict=True) if q.truth]
            no = [hit for q, hit in zip(mine, hits, strict=True) if not q.truth]
            cells.append(f"{sum(yes)}/{len(yes)}, {sum(no)}/{len(no)}" if able else "-")
        yield f"  {about:22}" + "".join(f"{cell:>22}" for cell in cells)


def versions(python: str) -> dict[str, str]:
    """The version of each package in an interpreter.

    Raises:
        SystemExit: It lacks one of them.
    """
    done = subprocess.run([python, "-c", VERSIONS.format(PACKAGES)], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{python} needs all of: {', '.join(PACKAGES)}; install them there with pip.")
    return dict(zip(PACKAGES, done.stdout.split(), strict=True))


def labelled_sets(options: argparse.Namespace, rulebook: Rulebook) -> Iterator[LabelledSet]:
    """Every set at hand, each made when it is its turn."""
    makers: dict[str, Callable[[], LabelledSet]] = {
        "thirteen situations": lambda: beside_sets.thirteen(Trainings(options.cache)),
        "planted faults": lambda: beside_sets.planted(Store(options.planted)),
        "sample logs": lambda: beside_sets.samples(ROOT / "sample_logs"),
        "real logs": lambda: beside_sets.real(options.logs, rulebook),
    }
    if not (options.logs / "manifest.json").is_file():
        del makers["real logs"]
    yield from (make() for name, make in makers.items() if name.startswith(options.only or ""))


def asked(labelled: LabelledSet, python: str, rulebook: Rulebook) -> list[Told]:
    """What every tool says of every run of a set."""
    return [
        {**said, AUTOTRAINER: autotrainer(run), OURS: ours(run, rulebook)}
        for run, said in zip(labelled.runs, packages(python, labelled.runs), strict=True)
    ]


def main(arguments: list[str]) -> int:
    """Runs the comparison; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure beside", description=__doc__)
    parser.add_argument("--peer", required=True, metavar="PYTHON", help="an interpreter with the packages")
    parser.add_argument("--cache", type=Path, default=CACHE, help="curves of the thirteen situations")
    parser.add_argument("--planted", type=Path, default=PLANTED, help="curves of the planted faults")
    parser.add_argument("--logs", type=Path, default=LOGS, help="folder of the labelled real logs")
    parser.add_argument("--by-problem", action="store_true", help="also each problem by itself")
    parser.add_argument("--only", metavar="SET", help="only the set whose name begins so")
    parser.add_argument("--write", action="store_true", help=f"keep it in {MEASURED.relative_to(ROOT)}")
    options = parser.parse_args(arguments)
    if options.write and options.only:
        parser.error("only all sets together are written")
    found, rulebook = versions(options.peer), load_rulebook()
    print(", ".join(f"{name} {number}" for name, number in found.items()))
    rows: list[Compared] = []
    for labelled in labelled_sets(options, rulebook):
        told = asked(labelled, options.peer, rulebook)
        rows += [compared(labelled, told, tool) for tool in (*PACKAGES, AUTOTRAINER)]
        if options.by_problem:
            print("", *by_problem(labelled, told), sep="\n")
    behind = [f"behind {row.tool} on: {row.labelled}" for row in rows if not row.better]
    ahead = f"ahead of a tool on a set, or level, in all three: {len(rows) - len(behind)} of {len(rows)}"
    print("", table(rows), "", ahead, *behind, sep="\n")
    if options.write:
        kept_rows = {"packages": found, "rows": [asdict(row) for row in rows]}
        MEASURED.write_text(json.dumps(kept_rows, indent=1) + "\n", "utf-8")
    return 0
