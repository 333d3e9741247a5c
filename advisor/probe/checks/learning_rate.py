"""Finds the learning rate: a sweep for the edge of divergence, then a race of rates below it."""

import math
from dataclasses import dataclass

import numpy as np

from advisor.probe.bench import Bench
from advisor.probe.check import Check, Curve, Result
from advisor.probe.state import Snapshot
from advisor.run import Floats
from advisor.text import Bilingual

_SWEEP = 60
_LOWEST, _HIGHEST = 1e-6, 10.0
_DIVERGED = 4.0  # times the best loss of a sweep: fastai's and Lightning's limit
_PER_DECADE = 2
_DECADES = 4
_RUNGS = (0.08, 0.24, 1.0)  # ends of the rungs, in shares of the longest training
_KEPT = 0.5
_NEAR = 0.10  # a share of what the best rate gained


@dataclass(slots=True)
class Runner:
    """One rate in the race.

    Attributes:
        rate: The learning rate.
        state: The training as it stands, to be gone on with.
        done: Steps trained.
        loss: Held-out loss there; infinite where it diverged.
    """

    rate: float
    state: Snapshot | None = None
    done: int = 0
    loss: float = math.inf


class LearningRate(Check):
    """The rate with the lowest loss, the interval of rates near it, and where training diverges.

    A range test alone measures each rate for one step on a network that other rates have trained; its
    suggestions are known to be fragile (torch-lr-finder issue 106). Here it only finds the edge. Rates on a
    logarithmic grid below the edge are then trained from the same start on the same batches, the worse half
    is left behind after each rung, and the held-out loss decides.
    """

    name = "learning-rate"
    title = Bilingual(en="the learning rate", zh="学习率")
    order = 70
    says = (
        Bilingual(
            en="{lr_low:.2g} to {lr_high:.2g} train well, take {lr_best:.2g}",
            zh="{lr_low:.2g} 到 {lr_high:.2g} 训练良好，建议 {lr_best:.2g}",
        ),
        Bilingual(en="diverges at {lr_edge:.2g}", zh="在 {lr_edge:.2g} 发散"),
    )
    sources = (
        "Smith, Cyclical Learning Rates for Training Neural Networks, 2017: the range test",
        "Jamieson and Talwalkar, Non-stochastic Best Arm Identification, 2016: successive halving",
    )

    def cost(self, budget: int) -> int:
        """Six tenths of what is left, three of what is beyond a thousand; no less than a short race."""
        return max(_SWEEP + 9 * 20, int(0.6 * min(budget, 1000) + 0.3 * max(0, budget - 1000)))

    def run(self, bench: Bench, budget: int) -> Result:
        """Sweep, race, and read the interval off the last rung."""
        result = Result()
        current = bench.rate
        edge, sweep = _edge(bench)
        result.curves.append(sweep)
        result.figures["lr_edge"] = edge
        runners = _race(bench, edge, self.cost(budget) - _SWEEP)
        alive = [runner for runner in runners if math.isfinite(runner.loss)]
        if not alive:
            result.notes.append(
                Bilingual(
                    en="Training diverged at every rate that was tried.", zh="尝试的每个学习率都导致发散。"
                )
            )
            return result
        finalists = [r for r in alive if r.done == max(r.done for r in alive)]
        best = min(finalists, key=lambda r: r.loss)
        bench.start.restore()
        start = bench.evaluate(bench.held_out())
        gain = max(start - best.loss, abs(best.loss))
        near = [r.rate for r in finalists if r.loss <= best.loss + _NEAR * gain]
        chosen = min(max(_bottom(finalists), min(near)), max(near))
        result.figures |= {
            "lr_low": min(near),
            "lr_high": max(near),
            "lr_best": chosen,
            "lr_now": current,
            "lr_now_over_best": current / chosen,
            "lr_now_over_low": current / min(near),
            "lr_now_over_high": current / max(near),
            "lr_race_gain": (start - best.loss) / start if start > 0 else math.nan,
        }
        order = sorted(alive, key=lambda r: r.rate)
        bench.good_rate = chosen
        result.curves.append(
            Curve(
                "held-out loss by learning rate",
                tuple(r.rate for r in order),
                tuple(r.loss for r in order),
                "learning rate",
            )
        )
        return result


def _bottom(finalists: list[Runner]) -> float:
    """Where a parabola through the logarithms of the finalists' rates and losses is lowest."""
    best = min(finalists, key=lambda r: r.loss)
    rates = np.log([r.rate for r in finalists])
    losses = np.log([max(r.loss, 1e-12) for r in finalists])
    if len(finalists) >= 3:
        a, b, _ = np.polyfit(rates, losses, 2)
        if a > 0:
            return math.exp(float(np.clip(-b / (2 * a), rates.min(), rates.max())))
    return best.rate


def _edge(bench: Bench) -> tuple[float, Curve]:
    """The rate at which a sweep of growing rates diverges; the highest rate where it never does."""
    rates = np.geomspace(_LOWEST, _HIGHEST, _SWEEP)
    given = bench.train_batches(_SWEEP)
    losses: list[float] = []
    best = math.inf
    bench.model.train()
    for index, rate in enumerate(rates):
        bench.set_rate(float(rate))
        loss = bench.step(given[index % len(given)])
        losses.append(loss)
        if not math.isfinite(loss) or loss > _DIVERGED * best:
            break
        best = min(best, loss)
    seen = rates[: len(losses)]
    curve = Curve("loss in the sweep", tuple(map(float, seen)), tuple(losses), "learning rate")
    return float(seen[-1]), curve


def _race(bench: Bench, edge: float, steps: int) -> list[Runner]:
    """Successive halving over a grid of rates that ends at the edge; returns every rate that was tried."""
    grid = edge * 10.0 ** (-np.arange(_DECADES * _PER_DECADE + 1) / _PER_DECADE)
    runners = [Runner(float(rate)) for rate in grid]
    longest = _longest(len(runners), steps)
    held_out = bench.held_out()
    racing = runners
    for share in _RUNGS:
        until = max(1, round(share * longest))
        for runner in racing:
            _go_on(bench, runner, until, held_out)
        alive = sorted((r for r in racing if math.isfinite(r.loss)), key=lambda r: r.loss)
        racing = alive[: math.ceil(_KEPT * len(alive))]
        for loser in runners:
            if loser not in racing:
                loser.state = None
    return runners


def _longest(count: int, steps: int) -> int:
    """Length of the longest training of a race of `count` rates that takes `steps` in all."""
    shares, before, racing = 0.0, 0.0, count
    for share in _RUNGS:
        shares += racing * (share - before)
        before, racing = share, math.ceil(_KEPT * racing)
    return max(10, int(steps / shares))


def _go_on(bench: Bench, runner: Runner, until: int, held_out: list[object]) -> None:
    (runner.state or bench.start).restore()
    losses = bench.train(until - runner.done, runner.rate, begin=runner.done)
    runner.done = until
    runner.loss = _judged(bench, losses, held_out)
    runner.state = Snapshot(bench.probe) if math.isfinite(runner.loss) else None


def _judged(bench: Bench, losses: Floats, held_out: list[object]) -> float:
    if not losses.size or not math.isfinite(losses[-1]):
        return math.inf
    loss = bench.evaluate(held_out)
    return loss if math.isfinite(loss) else math.inf
