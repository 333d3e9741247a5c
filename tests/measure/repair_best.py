"""Keeps the best of all trainings of each repair script, those of the arms included, and searches on from it.

What repairs are measured against is no more than that: the best that was ever seen, not a known optimum.
"""

import argparse
import json
import os
from pathlib import Path

from tests.repair.arms import Told, ask_optuna, cost, safe_default
from tests.repair.cases import BEST, CASES, Case, Config, best_known
from tests.repair.held_out import HELD_OUT
from tests.repair.trainings import Trainings

_REMEMBERED = 40


def main(arguments: list[str]) -> int:
    """Search the scripts, and write what was found better than before beside the suite."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure repair_best")
    parser.add_argument("--kept", type=Path, default=Path(".advisor/measure/repair.sqlite"))
    parser.add_argument(
        "--trials",
        type=int,
        default=30,
        help="of each script, beside all that is kept",
    )
    parser.add_argument("--cases", help="comma-separated names; all by default")
    asked = parser.parse_args(arguments)
    os.environ["OMP_NUM_THREADS"] = "1"
    trainings = Trainings(asked.kept)
    for case in (*CASES, *HELD_OUT):
        if asked.cases and case.name not in asked.cases.split(","):
            continue
        value, config = search(case, trainings, asked.trials)
        known = best_known()
        print(f"{case.name}: {value:.6g} (known before: {known.get(case.name, {}).get('value')})", flush=True)
        if value < known.get(case.name, {"value": float("inf")})["value"]:
            known[case.name] = {"value": value, "config": config}
            BEST.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")
    return 0


def search(case: Case, trainings: Trainings, trials: int) -> tuple[float, Config]:
    """Goes on from the best of all that was ever trained, with a Gaussian process and TPE in turns."""
    told: Told = [(config, trainings(case, config)) for config in (case.healthy, safe_default(case))]
    known = sorted(trainings.of(case), key=lambda run: cost(case, run[1]))
    told += [run for run in known if run not in told]
    for number in range(trials):
        told = sorted(told, key=lambda run: cost(case, run[1]))[:_REMEMBERED]
        config = ask_optuna(("gp", "tpe")[number % 2], case, told, seed=number)
        told.append((config, trainings(case, config)))
    config, result = min(told, key=lambda run: cost(case, run[1]))
    return cost(case, result), config
