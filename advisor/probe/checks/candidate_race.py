"""Races single changes against the training as it stands, from the same starts on the same batches."""

import math
import statistics
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import torch

from advisor.probe.bench import Bench
from advisor.probe.candidates import Candidate, Data, candidates
from advisor.probe.check import Check, Curve, Result
from advisor.text import Bilingual

_SEEDS = 3
_SHORTEST, _LONGEST = 15, 300
_ARMS = 7  # as many as there usually are, the half batch counting twice
_RUINED = 10.0  # times the first loss: what a training that diverged counts as


class CandidateRace(Check):
    """Short trainings of the settings as they stand and of single changes, paired by seed.

    Each seed has its own weights, where the training can be made anew, and its own order of the batches; all
    arms share both, so the luck of a start cancels. How far equal trainings of different seeds end apart is
    the floor: a gain counts if its mean is above that and no seed gainsays it. Short races favour what is
    fast at the start.
    """

    name = "candidate-race"
    title = Bilingual(en="single changes in a short race", zh="单项改动的短程竞赛")
    order = 120
    says = (
        Bilingual(
            en="the best lowers the held-out loss by {race_gain:.0%}; seeds differ by {race_floor:.0%}",
            zh="最好的一项使留出损失降低 {race_gain:.0%}；不同种子相差 {race_floor:.0%}",
        ),
    )
    sources = (
        "Kohavi et al., Controlled experiments on the web, 2009: the A/A test",
        "Bouthillier et al., Accounting for Variance in Machine Learning Benchmarks, 2021: paired seeds",
    )

    def cost(self, budget: int) -> int:
        """What is left, between what a short race of seven arms needs and one of 300 steps an arm."""
        return max(_SEEDS * _ARMS * _SHORTEST, min(budget, _SEEDS * _ARMS * _LONGEST))

    def run(self, bench: Bench, budget: int) -> Result:
        """Train every arm with every seed."""
        arms = candidates(bench)
        shares = 1 + sum(arm.factor for arm in arms)
        steps = min(_LONGEST, budget // (_SEEDS * shares))
        held_out = bench.held_out()
        own = bench.train_batches(steps)
        starts = _starts(bench)
        first = bench.evaluate(held_out)
        base: list[float] = []
        losses: dict[str, list[float]] = {arm.name: [] for arm in arms}
        for number, start in enumerate(starts):
            data = Data(_ordered(own, bench.seed + number), held_out)
            base.append(_trained(bench, None, start, data, steps, first))
            for arm in arms:
                losses[arm.name].append(_trained(bench, arm, start, data, steps, first))
        result = _judged(bench, arms, base, losses)
        result.notes.insert(0, _length(steps, bench))
        return result


def _starts(bench: Bench) -> list[dict[str, Any] | None]:
    """The weights of each seed; None where they are those on the bench.

    The training is made anew where it can be, after seeding torch; one with a setting named `seed` is given
    it.
    """
    probe = bench.probe
    found: list[dict[str, Any] | None] = [None]
    for number in range(1, _SEEDS):
        if probe.remake is None:
            found.append(None)
            continue
        seed = bench.seed + number
        torch.manual_seed(seed)
        made = probe.remake({"seed": seed} if "seed" in probe.settings else {})
        found.append({k: v.detach().to(bench.device) for k, v in made.model.state_dict().items()})
    return found


def _ordered(given: Sequence[Any], seed: int) -> list[Any]:
    order = torch.randperm(len(given), generator=torch.Generator().manual_seed(seed))
    return [given[index] for index in order]


def _trained(
    bench: Bench, arm: Candidate | None, start: dict[str, Any] | None, data: Data, steps: int, first: float
) -> float:
    """The held-out loss after a training."""
    bench.start.restore()
    if start is not None:
        bench.model.load_state_dict(start)
    with nullcontext(data) if arm is None else arm.on(bench, data) as used:
        bench.train(steps * (1 if arm is None else arm.factor), None, used.train)
        loss = bench.evaluate(used.held_out)
    worst = _RUINED * abs(first) if math.isfinite(first) else math.inf
    return min(loss, worst) if math.isfinite(loss) else worst


def _judged(
    bench: Bench, arms: Sequence[Candidate], base: list[float], losses: dict[str, list[float]]
) -> Result:
    """Mean gain of each arm as a share of the loss as it stands, and the floor of luck."""
    level = statistics.fmean(map(abs, base))
    if not arms or not 0 < level < math.inf:
        return Result()
    gains = {
        name: [(b - x) / level for b, x in zip(base, ends, strict=True)] for name, ends in losses.items()
    }
    means = {name: statistics.fmean(each) for name, each in gains.items()}
    best = max(arms, key=lambda arm: means[arm.name])
    result = Result(figures={f"race_{name}": mean for name, mean in means.items()})
    result.figures |= {
        "race_gain": means[best.name],
        "race_floor": (max(base) - min(base)) / level,
        "race_seeds_won": sum(gain > 0 for gain in gains[best.name]) / len(base),
    }
    if best.rate is not None:
        result.figures["rate_that_won"] = best.rate
    order = sorted(arms, key=lambda arm: -means[arm.name])
    result.notes.append(
        Bilingual(
            en=", ".join(f"{arm.title.en} {means[arm.name]:+.0%}" for arm in order),
            zh="，".join(f"{arm.title.zh} {means[arm.name]:+.0%}" for arm in order),
        )
    )
    result.curves.append(Curve.numbered("held-out loss as it stands by seed", base, "seed"))
    return result


def _length(steps: int, bench: Bench) -> Bilingual:
    if bench.probe.remake is None:
        return Bilingual(
            en=f"({steps} steps each, {_SEEDS} orders of the batches from one start)",
            zh=f"（每项 {steps} 步，同一起点，{_SEEDS} 种批次顺序）",
        )
    return Bilingual(en=f"({steps} steps each, {_SEEDS} seeds)", zh=f"（每项 {steps} 步，{_SEEDS} 个种子）")
