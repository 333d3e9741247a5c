"""How far bad starts are repaired in 1, 3 and 5 reruns, beside random search, TPE and Gaussian processes."""

import argparse
import os
import statistics
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tests.repair.cases import CASES, Case, Config
from tests.repair.trainings import Result, Trainings

Told = list[tuple[Config, Result]]
Arm = Callable[[Case, Told], Config]
RERUNS = (1, 3, 5)
_DEFAULTS = {
    "learning_rate": 1e-3, "batch_size": 32, "dropout": 0.1, "weight_decay": 1e-4, "hidden_units": 64,
    "layers": 2, "momentum": 0.9, "gradient_clipping": 1.0, "warmup_ratio": 0.05,
}  # fmt: skip
_DEFAULT_CHOICES = ("adam", "relu", "cosine")


def advisor(case: Case, told: Told) -> Config:
    """The program's own recommender, told of the validation curve alone."""
    from advisor.tune import Advisor

    asked = Advisor(case.space, "min", seed=0)
    for config, result in told:
        held_out = {n: c for n, c in result.curves.items() if "val" in n or "验证" in n}
        asked.tell(config, result.value, held_out)
    return asked.ask()


def safe_default(case: Case) -> Config:
    """What a textbook would start from: Adam 1e-3 (SGD 0.05), batch 32, width 64, half the epochs."""
    from advisor.tune.space import Space

    space, default = Space.of(case.space), {}
    sgd = space.of_role("momentum") is not None
    for d in space.dimensions:
        if not d.ordered:
            default[d.name] = next(c for c in _DEFAULT_CHOICES if c in d.choices)
        elif d.role == "learning_rate" and sgd:
            default[d.name] = d.nearest(0.05)
        elif d.role in _DEFAULTS:
            default[d.name] = d.nearest(_DEFAULTS[d.role])
        else:
            default[d.name] = d.nearest((d.low + d.high) / 2)
    return default


def _optuna(name: str) -> Arm:
    def ask(case: Case, told: Told) -> Config:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        samplers = {
            "random": lambda: optuna.samplers.RandomSampler(seed=len(told)),
            "tpe": lambda: optuna.samplers.TPESampler(seed=len(told), n_startup_trials=1),
            "gp": lambda: optuna.samplers.GPSampler(seed=len(told), n_startup_trials=1),
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            study = optuna.create_study(sampler=samplers[name]())
            for config, result in told:
                study.add_trial(
                    optuna.create_trial(params=config, distributions=case.space, value=cost(case, result))
                )
            return dict(study.ask(fixed_distributions=case.space).params)

    return ask


def default_then_gp(case: Case, told: Told) -> Config:
    """A fixed safe default first, then the Gaussian process."""
    return safe_default(case) if len(told) == 1 else _optuna("gp")(case, told)


ARMS: dict[str, Arm] = {
    "advisor": advisor,
    "default, then GP": default_then_gp,
    "random": _optuna("random"),
    "TPE": _optuna("tpe"),
    "GP": _optuna("gp"),
}


def cost(case: Case, result: Result) -> float:
    """What a run came to, at most the loss of a guess; a failed one came to that."""
    value = result.value
    return case.ceiling if value is None or not value < case.ceiling else value


def follow(case: Case, start: Config, name: str, trainings: Trainings) -> list[float]:
    """The cost of the start and of five reruns."""
    told: Told = [(start, trainings(case, start))]
    for _ in range(max(RERUNS)):
        ask = partial(ARMS[name], case, told)
        config = ask() if name == "advisor" else trainings.asked(name, case, told, ask)
        told.append((config, trainings(case, config)))
    return [cost(case, result) for _, result in told]


def main(arguments: list[str]) -> int:
    """Train what is not kept yet, then print shares and excesses, paired."""
    parser = argparse.ArgumentParser(prog="repair")
    parser.add_argument("--kept", type=Path, default=Path(".advisor/measure/repair.sqlite"))
    parser.add_argument("--cases", help="comma-separated names; all by default")
    parser.add_argument("--part", default="1/1", help="train a part of the cases only, as in 1/2")
    asked = parser.parse_args(arguments)
    os.environ["OMP_NUM_THREADS"] = "1"
    part, parts = map(int, asked.part.split("/"))
    names = asked.cases.split(",") if asked.cases else [case.name for case in CASES]
    cases = [case for case in CASES if case.name in names][part - 1 :: parts]
    trainings = Trainings(asked.kept)
    costs: dict[tuple[str, str, int], list[float]] = {}
    for case in cases:
        for number, start in enumerate(case.bad):
            for name in ARMS:
                costs[name, case.name, number] = follow(case, start, name, trainings)
        costs["healthy", case.name, 0] = follow(case, case.healthy, "advisor", trainings)
        print(f"{case.name}: {trainings.trained} trainings, {trainings.seconds:.0f} s", flush=True)
    print("\n".join(report(cases, costs, trainings)))
    return 0


def report(
    cases: Sequence[Case], costs: dict[tuple[str, str, int], list[float]], trainings: Trainings
) -> Iterable[str]:
    """The tables."""
    best = {case.name: trainings.best(case) for case in cases}
    starts = [(case, number) for case in cases for number in range(len(case.bad))]
    yield f"{len(cases)} scripts, {len(starts)} bad starts; in []: 95 % by a bootstrap over scripts."
    excess: dict[tuple[str, int], list[float]] = {}
    for reruns in RERUNS:
        yield f"after {reruns} rerun{'s' if reruns > 1 else ''}:"
        for name in ARMS:
            closed = []
            for case, number in starts:
                way = costs[name, case.name, number]
                reached, floor = min(way[: reruns + 1]), best[case.name]
                closed.append((way[0] - reached) / (way[0] - floor))
                excess.setdefault((name, reruns), []).append(reached / floor - 1)
            mine = excess[name, reruns]
            yield (
                f"  {name:17} closed {statistics.median(closed):6.1%} (worst decile {_decile(closed):6.1%})"
                f"  excess {statistics.median(mine):.3f} [{_interval(mine, starts)}]"
                f" (worst decile {-_decile([-x for x in mine]):.2f})"
            )
        ours, theirs = excess["advisor", reruns], excess["default, then GP", reruns]
        ratio = statistics.median(ours) / max(statistics.median(theirs), 1e-9)
        wins = sum(a < b for a, b in zip(ours, theirs, strict=True))
        ties = sum(a == b for a, b in zip(ours, theirs, strict=True))
        yield (
            f"  median excess / that of default, then GP: {ratio:.2f};"
            f" paired: {wins} better, {ties} equal of {len(ours)}"
        )
    worse = [c.name for c in cases if min((w := costs["healthy", c.name, 0])[:4]) > w[0]]
    gains = [1 - min((w := costs["healthy", c.name, 0])[:4]) / w[0] for c in cases]
    yield (
        f"healthy starts after 3 rounds: {len(worse)} worse of {len(cases)};"
        f" median gain {statistics.median(gains):.1%}"
    )


def _decile(values: list[float]) -> float:
    return sorted(values)[len(values) // 10]


def _interval(values: list[float], starts: Sequence[tuple[Case, Any]]) -> str:
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
    return f"{low:.3f}, {high:.3f}"
