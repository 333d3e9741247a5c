"""How far bad starts are repaired in 1, 3 and 5 reruns, beside random search, TPE and Gaussian processes."""

import argparse
import math
import os
import shlex
import statistics
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from advisor.learned.switch import SETTING
from tests.repair.arms import RIVALS, Told, advising, cost
from tests.repair.cases import CASES, TUNED_ON, Case, Config, best_known
from tests.repair.held_out import HELD_OUT
from tests.repair.trainings import Trainings

RERUNS = (1, 3, 5)
UNLEARNED = "advisor, learned parts off"
ARMS = ("advisor", UNLEARNED, *RIVALS)
_ALIKE = 0.01
"""Excesses below this are as good as none, so that their ratio says nothing."""
MEASURED = Path(__file__).with_name("repair.md")
MEASURED_HELD_OUT = Path(__file__).with_name("repair_held_out.md")

Costs = dict[tuple[str, str, int], list[float]]


def follow(case: Case, start: Config, name: str, trainings: Trainings) -> list[float]:
    """The cost of the start and of five reruns."""
    told: Told = [(start, trainings(case, start))]
    advise = advising(case)
    for _ in range(max(RERUNS)):
        if name not in RIVALS:
            with _learned_parts("off" if name == UNLEARNED else "on"):
                config = advise(*told[-1])
        else:
            config = trainings.asked(name, case, told, partial(RIVALS[name], case, told))
        told.append((config, trainings(case, config)))
    return [cost(case, result) for _, result in told]


@contextmanager
def _learned_parts(switch: str) -> Iterator[None]:
    """What a recommender that is asked meanwhile is told of its learned parts."""
    before = os.environ.get(SETTING)
    os.environ[SETTING] = switch
    try:
        yield
    finally:
        os.environ.pop(SETTING)
        if before is not None:
            os.environ[SETTING] = before


def main(arguments: list[str]) -> int:
    """Train what is not kept yet, then print shares and excesses, paired."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure repair")
    parser.add_argument("--kept", type=Path, default=Path(".advisor/measure/repair.sqlite"))
    parser.add_argument("--cases", help="comma-separated names; all by default")
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS), help="all by default")
    parser.add_argument("--on", choices=("all", "tuned", "not-tuned"), default="all")
    parser.add_argument("--held-out", action="store_true", help="the further scripts")
    parser.add_argument("--part", default="1/1", help="train a part of the cases only, as in 1/2")
    parser.add_argument("--write", action="store_true", help="keep the tables for the README")
    asked = parser.parse_args(arguments)
    if asked.write and (asked.cases or asked.part != "1/1"):
        parser.error("--write keeps the tables of a whole suite, not of some cases or a part.")
    os.environ["OMP_NUM_THREADS"] = "1"
    part, parts = map(int, asked.part.split("/"))
    suite = HELD_OUT if asked.held_out else CASES
    cases = [case for case in suite if _wanted(case, asked.on, asked.cases)][part - 1 :: parts]
    arms = [name for name in ARMS if name in asked.arms]
    trainings = Trainings(asked.kept)
    costs: Costs = {}
    for case in cases:
        for name in arms:
            for number, start in enumerate(case.bad):
                costs[name, case.name, number] = follow(case, start, name, trainings)
        costs["healthy", case.name, 0] = follow(case, case.healthy, "advisor", trainings)
        print(f"{case.name}: {trainings.trained} trainings, {trainings.seconds:.0f} s", flush=True)
    suite_of = "held-out" if asked.held_out else "named" if asked.cases else asked.on
    text = "\n\n".join(
        "\n".join([f"{group}:\n", *report(members, costs, arms)])
        for group, members in _groups(cases, suite_of)
    )
    print(text)
    if asked.write:
        write(MEASURED_HELD_OUT if asked.held_out else MEASURED, "repair", arguments, text)
    return 0


def write(file: Path, name: str, arguments: Sequence[str], text: str) -> None:
    """Keeps what a measurement printed, with the command that made it and the day."""
    command = shlex.join(["python", "-m", "tests.measure", name, *_without_kept(arguments)])
    file.write_text(f"By `{command}` on {date.today().isoformat()}. {text}\n", "utf-8")


def _without_kept(arguments: Sequence[str]) -> Iterable[str]:
    """The arguments but for where results are kept, which is a path of one machine."""
    words = iter(arguments)
    for word in words:
        if word == "--kept":
            next(words, None)
        else:
            yield word


def _wanted(case: Case, on: str, names: str | None) -> bool:
    half = on == "all" or (case.name in TUNED_ON) == (on == "tuned")
    return half and (not names or case.name in names.split(","))


def _groups(cases: Sequence[Case], on: str) -> Iterable[tuple[str, list[Case]]]:
    if on == "held-out":
        yield "Held-out scripts", list(cases)
        return
    if on == "named":
        yield "The scripts named", list(cases)
        return
    if on == "all":
        yield "All scripts", list(cases)
    if on != "not-tuned" and (tuned := [c for c in cases if c.name in TUNED_ON]):
        yield "Scripts that the recommender was tuned on", tuned
    if on != "tuned" and (held := [c for c in cases if c.name not in TUNED_ON]):
        yield "Scripts that it was not tuned on", held


def report(cases: Sequence[Case], costs: Costs, arms: Sequence[str]) -> Iterable[str]:
    """The tables."""
    known = best_known()
    best = {
        case.name: min(
            [known[case.name]["value"] if case.name in known else float("inf")]
            + [min(way) for (_, name, _), way in costs.items() if name == case.name]
        )
        for case in cases
    }
    starts = [(case, number) for case in cases for number in range(len(case.bad))]
    named = sum(case.name in known for case in cases)
    yield (
        f"{len(cases)} scripts, {len(starts)} bad starts; best known: the best of all trainings kept when"
        f" best.json was written (it names {named} of the scripts), or what an arm reached where that is"
        " better; in []: 95 % by a bootstrap over scripts.\n"
    )
    yield "| reruns | arm | closed: median | worst decile | excess: median | worst decile |"
    yield "|---|---|---|---|---|---|"
    excess: dict[tuple[str, int], list[float]] = {}
    for reruns in RERUNS:
        for name in arms:
            ways = [(costs[name, case.name, number], best[case.name]) for case, number in starts]
            closed = [(way[0] - min(way[: reruns + 1])) / (way[0] - floor) for way, floor in ways]
            mine = excess[name, reruns] = [min(way[: reruns + 1]) / floor - 1 for way, floor in ways]
            low, high = _interval(mine, starts)
            yield (
                f"| {reruns} | {name} | {statistics.median(closed):.1%} | {_decile(closed):.1%}"
                f" | {statistics.median(mine):.3f} [{low:.3f}, {high:.3f}]"
                f" | {-_decile([-x for x in mine]):.2f} |"
            )
    yield ""
    for other in ("default, then GP", UNLEARNED):
        if {"advisor", other} <= set(arms):
            for reruns in RERUNS:
                yield _paired(reruns, other, excess["advisor", reruns], excess[other, reruns], starts)
    yield _healthy([costs["healthy", case.name, 0] for case in cases])


def _paired(
    reruns: int, other: str, ours: list[float], theirs: list[float], starts: Sequence[tuple[Case, Any]]
) -> str:
    ratio = statistics.median(ours) / max(statistics.median(theirs), 1e-9)
    wins = sum(a < b for a, b in zip(ours, theirs, strict=True))
    ties = sum(a == b for a, b in zip(ours, theirs, strict=True))
    powers = [math.log10((a + _ALIKE) / (b + _ALIKE)) for a, b in zip(ours, theirs, strict=True)]
    low, high = (10**power for power in _interval(powers, starts))
    return (
        f"After {reruns}, the median excess is {ratio:.2f} times that of '{other}'; it is smaller in"
        f" {wins}, equal in {ties} of {len(ours)}; start by start, and {_ALIKE} added to both, it is"
        f" {10 ** statistics.median(powers):.2f} times as large in the median [{low:.2f}, {high:.2f}]."
    )


def _healthy(ways: Sequence[list[float]]) -> str:
    """The best of a way includes its start, so that what is left to be worse is the advice to apply it."""
    gains = [1 - min(way[:4]) / way[0] for way in ways]
    first = sum(way[1] > 1.02 * way[0] for way in ways)
    return (
        f"Healthy starts after 3 reruns: {sum(g < 0 for g in gains)} worse of {len(gains)}, median gain"
        f" {statistics.median(gains):.1%}; a first rerun that was over 2 % worse: {first}."
    )


def _decile(values: list[float]) -> float:
    return sorted(values)[len(values) // 10]


def _interval(values: list[float], starts: Sequence[tuple[Case, Any]]) -> tuple[float, float]:
    """Bootstrap of the median; whole scripts are drawn, since the starts of one are alike."""
    groups: dict[str, list[float]] = {}
    for (case, _), value in zip(starts, values, strict=True):
        groups.setdefault(case.name, []).append(value)
    draw, pools = np.random.default_rng(0), list(groups.values())
    medians = [
        statistics.median([v for i in draw.integers(len(pools), size=len(pools)) for v in pools[i]])
        for _ in range(1_000)
    ]
    low, high = np.quantile(medians, (0.025, 0.975))
    return float(low), float(high)
