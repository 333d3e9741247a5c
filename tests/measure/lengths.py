"""Over how many steps one training tells of another, by the likelihood of the repair suite's trainings."""

import argparse
import itertools
import math
import random
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from advisor.run import Floats
from advisor.tune.gaussian import LENGTHS, NOISE, SCALES, Knowledge, kernel
from advisor.tune.profile import safe_profile
from advisor.tune.space import Config, Space
from tests.repair.arms import cost
from tests.repair.cases import CASES, TUNED_ON, Case
from tests.repair.trainings import Trainings

RATES, RESTRAINTS, OTHERS = (1.0, 1.5, 2.5, 4.0), (2.5, 3.5, 5.0), (2.0, 2.5, 3.5)
DRAWS, RUNS = 40, 7
"""Of each script, so many groups of so many trainings: about as few as a tuning has."""


@dataclass(frozen=True)
class Group:
    """A few trainings of one script: what is known of each beforehand, and what it came to."""

    space: Space
    configs: Sequence[Config]
    prior: Floats
    costs: Floats

    def likelihood(self, lengths: Mapping[str, float]) -> float:
        """The log of how likely these costs are, for each training; their level may be any."""
        near = kernel(self.space, self.configs, self.configs, lengths) + NOISE**2 * np.eye(len(self.costs))
        ones = np.linalg.solve(near, np.ones(len(near)))
        fixed = -0.5 * (np.linalg.slogdet(near)[1] + math.log(ones.sum()))
        each = []
        for scale in SCALES:
            rest = self.costs / scale - self.prior
            solved = np.linalg.solve(near, rest - ones @ rest / ones.sum())
            each.append(fixed - 0.5 * rest @ solved - (len(near) - 1) * math.log(scale))
        return (np.logaddexp.reduce(each) - math.log(len(each))) / (len(near) - 1)


def groups(case: Case, trainings: Trainings) -> Iterator[Group]:
    """Trainings that lie near one of the better ones, drawn by the script's name."""
    space, draw = Space.of(case.space), random.Random(case.name)
    known = [(config, math.log(cost(case, result))) for config, result in trainings.of(case)]
    known = sorted((k for k in known if k[1] < math.log(0.95 * case.ceiling)), key=lambda k: k[1])
    if len(known) <= RUNS:
        return
    distances = -np.log(kernel(space, [c for c, _ in known], [c for c, _ in known]))
    for _ in range(DRAWS):
        middle = draw.randrange(len(known) // 3)
        order = sorted(range(len(known)), key=lambda i: distances[middle, i] - 0.5 * draw.gammavariate(1, 1))
        chosen = [known[i] for i in order[:RUNS]]
        costs = np.array([value for _, value in chosen])
        cap = costs.min() + max(2 * (float(np.median(costs)) - costs.min()), 0.5)
        configs = [config for config, _ in chosen]
        here = configs[int(costs.argmin())]
        prior = Knowledge(safe_profile(space, here), here, ()).cost(space, configs)
        yield Group(space, configs, prior, np.minimum(costs, cap))


def main(arguments: list[str]) -> int:
    """Print the likelihood of each set of lengths, most likely first, and beside it that of other scripts."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure lengths")
    parser.add_argument("--kept", type=Path, default=Path(".advisor/measure/repair.sqlite"))
    trainings = Trainings(parser.parse_args(arguments).kept)
    drawn = {case.name: list(groups(case, trainings)) for case in CASES}
    rows = []
    for rate, restraint, other in {
        *itertools.product(RATES, RESTRAINTS, OTHERS),
        (2.5, 2.5, 2.5),
        (LENGTHS["learning_rate"], LENGTHS["dropout"], LENGTHS[""]),
    }:
        lengths = dict.fromkeys(LENGTHS, restraint) | {"learning_rate": rate, "": other}
        of = {
            name: statistics.mean(g.likelihood(lengths) for g in found)
            for name, found in drawn.items()
            if found
        }
        tuned, others = (
            statistics.mean(value for name, value in of.items() if (name in TUNED_ON) is wanted)
            for wanted in (True, False)
        )
        rows.append((tuned, others, rate, restraint, other))
    print("Log likelihood of a training, by the lengths of the rate, of what restrains, of all else:")
    for tuned, others, rate, restraint, other in sorted(rows, reverse=True):
        print(f"  {rate:4} {restraint:4} {other:4}   tuned on {tuned:.3f}   the other scripts {others:.3f}")
    return 0
