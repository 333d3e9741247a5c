"""The library asked with values or validation curves alone, in many spaces, beside Optuna's samplers."""

import argparse
import json
import math
import os
import sqlite3
import statistics
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tests.asking.task import Config, Task
from tests.asking.tasks import TASKS, TUNED_ON
from tests.asking.trainers import Outcome

ASKS = (1, 3, 6)
Told = list[tuple[Config, Outcome]]
Costs = dict[tuple[str, str, int], list[float]]


class Kept:
    """What was computed before, in a file, by a key of plain values."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None)
        self._db.execute("CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, content TEXT)")

    def __call__(self, key: object, make: Callable[[], object]) -> object:
        text = json.dumps(key)
        row = self._db.execute("SELECT content FROM kept WHERE key = ?", (text,)).fetchone()
        if row is None:
            row = (json.dumps(make()),)
            self._db.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (text, row[0]))
        return json.loads(row[0])


def train(task: Task, config: Config, kept: Kept) -> Outcome:
    """Train, or look up."""
    config = {n: float(f"{v:.6g}") if isinstance(v, float) else v for n, v in config.items()}

    def make() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of solvers that did not converge
            outcome = task.train(config)
        return [outcome.value, outcome.curves]

    return Outcome(*kept([task.name, config], make))  # type: ignore[misc]


def advisor(task: Task, told: Told, seed: int) -> Config:
    """The program's own recommender."""
    from advisor.tune import Advisor

    asked = Advisor(task.space, "min" if task.mode == "min" else "max", seed=seed)
    for config, outcome in told:
        asked.tell(config, outcome.value, outcome.curves)
    return asked.ask()


def sampled(name: str, task: Task, told: Told, seed: int) -> Config:
    """One of Optuna's samplers; a failed run counts as the worst so far."""
    import optuna

    from tests.repair.arms import sampler

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study = optuna.create_study(sampler=sampler(name, seed * 100 + len(told)))
        values = costs_of(task, told)
        for (config, _), value in zip(told, values, strict=True):
            study.add_trial(optuna.create_trial(params=config, distributions=task.space, value=value))
        return dict(study.ask(fixed_distributions=task.space).params)


def default(task: Task) -> Config:
    """What a textbook would start from; see `tests.repair.arms.safe_default`. The middle for all else."""
    from advisor.tune.space import Space
    from tests.repair.arms import textbook

    return textbook(Space.of(task.space))


def costs_of(task: Task, told: Told) -> list[float]:
    """Values, lower is better; a failed run as the worst seen (1 where there is none)."""
    costs = [math.inf if o.value is None else o.value if task.mode == "min" else -o.value for _, o in told]
    worst = max((c for c in costs if math.isfinite(c)), default=1.0)
    return [min(c, worst) for c in costs]


ARMS = ("advisor", "default, then GP", "random", "TPE", "GP")


def follow(task: Task, number: int, arm: str, kept: Kept) -> list[float]:
    """The cost of a start and of the asks after it."""
    start = task.starts(number + 1)[number]
    told: Told = [(start, train(task, start, kept))]
    for _ in range(max(ASKS)):
        key = [arm, task.name, number, [[c, o.value] for c, o in told]]
        if arm == "advisor":
            config = advisor(task, told, number)
        elif arm == "default, then GP" and len(told) == 1:
            config = default(task)
        else:
            name = {"default, then GP": "gp", "random": "random", "TPE": "tpe", "GP": "gp"}[arm]
            config = dict(kept(key, lambda name=name: sampled(name, task, told, number)))  # type: ignore[misc]
        told.append((config, train(task, config, kept)))
    return costs_of(task, told)


def main(arguments: list[str]) -> int:
    """Train what is not kept yet, then print how much is left to gain, paired."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure asking")
    parser.add_argument("--kept", type=Path, default=Path(".advisor/measure/asking.sqlite"))
    parser.add_argument("--starts", type=int, default=4, help="drawn for each task")
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS))
    parser.add_argument("--on", choices=("all", "tuned", "held-out"), default="all")
    parser.add_argument("--each", action="store_true", help="print each task too")
    asked = parser.parse_args(arguments)
    os.environ["OMP_NUM_THREADS"] = "1"
    kept = Kept(asked.kept)
    tasks = [t for t in TASKS if asked.on == "all" or (t.name in TUNED_ON) == (asked.on == "tuned")]
    costs: Costs = {}
    for task in tasks:
        began = time.process_time()
        for arm in asked.arms:
            for number in range(asked.starts):
                costs[arm, task.name, number] = follow(task, number, arm, kept)
        print(f"{task.name}: {time.process_time() - began:.0f} s", flush=True)
    left = left_over(tasks, costs, kept)
    for title, group in groups(tasks, asked.on, asked.each):
        print("\n".join([f"== {title} ==", *report(group, left, asked.arms, asked.starts)]))
    return 0


def groups(tasks: Sequence[Task], on: str, each: bool) -> Iterable[tuple[str, list[Task]]]:
    """The tables to print."""
    if each:
        yield from ((t.name, [t]) for t in tasks)
    if on == "all":
        yield "all tasks", list(tasks)
    for title, wanted in (("tuned on", True), ("not tuned on", False)):
        if group := [t for t in tasks if (t.name in TUNED_ON) == wanted]:
            yield f"tasks that the recommender was {title}", group


def left_over(tasks: Sequence[Task], costs: Costs, kept: Kept) -> Costs:
    """Each way as what is left: 1 is the median of thirty random draws, 0 the best that was ever seen."""
    left: Costs = {}
    for task in tasks:
        drawn = sorted(costs_of(task, [(c, train(task, c, kept)) for c in task.starts(30)]))
        ways = {key: way for key, way in costs.items() if key[1] == task.name}
        best = min(drawn[0], *(min(way) for way in ways.values()))
        scale = max(statistics.median(drawn) - best, 1e-12)
        for key, way in ways.items():
            left[key] = [(min(way[: n + 1]) - best) / scale for n in range(len(way))]
    return left


def report(tasks: Sequence[Task], left: Costs, arms: Sequence[str], starts: int) -> Iterable[str]:
    """What is left after so many asks, and in how many starts the recommender has less left than another."""
    pairs = [(task.name, number) for task in tasks for number in range(starts)]
    for asks in ASKS:
        ours = [left["advisor", *pair][asks] for pair in pairs] if "advisor" in arms else []
        for arm in arms:
            mine = [left[arm, *pair][asks] for pair in pairs]
            line = (
                f"  {asks:2} asks {arm:17} left: median {statistics.median(mine):.3f}"
                f"  mean {statistics.mean(mine):.3f}  worst decile {sorted(mine)[-len(mine) // 10]:.2f}"
            )
            if ours and arm != "advisor":
                won = sum(a < b for a, b in zip(ours, mine, strict=True))
                tied = sum(a == b for a, b in zip(ours, mine, strict=True))
                line += f"  advisor less in {won}, equal in {tied} of {len(pairs)}"
            yield line
