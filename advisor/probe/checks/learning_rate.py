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
# Decades below the edge: fine where the best rate usually lies, coarse where it does for a few optimizers.
_GRID = (0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2, 2.5, 3, 4)
# Where each rung looks at the held-out loss, in shares of the longest training; it ends at its last look.
_RUNGS = ((0.05,), (0.15,), (0.4,), (0.7, 0.8, 0.9, 1.0))
_KEPT = (5, 4, 3)  # rates that go on to the next rung
_COMPARABLE = 2  # last rungs, long enough to say that a rate is near the best
_NEAR = 0.10  # a share of what the best rate gained
_TIED = 0.10  # finalists whose losses are this share apart are told apart by chance as likely as not
_LEARNED = 0.03  # a share of the first loss: below it the race shows noise
_HOLDS = 1.1  # times the first loss: a rate above it is thrown about
_BELOW_EDGE = 30.0


@dataclass(slots=True, eq=False)
class Runner:
    """One rate in the race.

    Attributes:
        rate: The learning rate.
        state: The training as it stands, to be gone on with.
        done: Steps trained.
        loss: Held-out loss there, the mean over the looks of the rung; infinite where it diverged.
        behind: How far that lay above the lowest of the rung, as a share of what the lowest had gained;
            infinite where it dropped out too early to be compared.
    """

    rate: float
    state: Snapshot | None = None
    done: int = 0
    loss: float = math.inf
    behind: float = math.inf


class LearningRate(Check):
    """The rate with the lowest loss, the interval of rates near it, and where training diverges.

    A range test alone measures each rate for one step on a network that other rates have trained; its
    suggestions are known to be fragile (torch-lr-finder issue 106). Here it only finds the edge. Rates on a
    logarithmic grid below the edge are then trained from the same start on the same batches, the worst are
    left behind after each rung, and the held-out loss decides. The interval reaches from the best over the
    rates beside it that are near, half way to the next that was tried. While no rate has learned anything,
    as on the plateau that many recurrent networks begin on, losses are noise: the lower rates are left behind
    then, since higher ones leave a plateau earlier.
    """

    name = "learning-rate"
    title = Bilingual(en="the learning rate", zh="学习率")
    order = 70
    says = (
        Bilingual(
            en="{lr_low:.2g} to {lr_high:.2g} train well, take {lr_best:.2g} (now {lr_now:.2g})",
            zh="{lr_low:.2g} 到 {lr_high:.2g} 训练良好，建议 {lr_best:.2g}（现为 {lr_now:.2g}）",
        ),
        Bilingual(en="diverges at {lr_edge:.2g}", zh="在 {lr_edge:.2g} 发散"),
    )
    sources = (
        "Smith, Cyclical Learning Rates for Training Neural Networks, 2017: the range test",
        "Jamieson and Talwalkar, Non-stochastic Best Arm Identification, 2016: successive halving",
    )

    def cost(self, budget: int) -> int:
        """A good half of what is left, three tenths of what is beyond a thousand; at least a short race."""
        return max(_SWEEP + 9 * 20, int(0.52 * min(budget, 1000) + 0.3 * max(0, budget - 1000)))

    def run(self, bench: Bench, budget: int) -> Result:
        """Sweep, race, and read the interval off the last rung."""
        result = Result()
        now = bench.rate
        edge, sweep = _edge(bench)
        result.curves.append(sweep)
        result.figures["lr_edge"] = edge
        bench.start.restore()
        start = bench.evaluate(bench.held_out())
        runners = _race(bench, edge, budget - _SWEEP, start)
        alive = [runner for runner in runners if math.isfinite(runner.loss)]
        if not alive:
            result.notes.append(_NOWHERE)
            return result
        result.figures |= _chosen(runners, start, edge, now)
        if "lr_now" not in result.figures:
            result.notes.append(_not_learned(result.figures["lr_best"]))
        bench.good_rate = result.figures["lr_best"]
        result.curves.append(_by_rate(alive, start))
        return result


_NOWHERE = Bilingual(en="Training diverged at every rate that was tried.", zh="尝试的每个学习率都导致发散。")


def _not_learned(usual: float) -> Bilingual:
    return Bilingual(
        en="In so few steps no rate lowered the held-out loss; a thirtieth of where it diverges, "
        f"{usual:.2g}, is a usual one.",
        zh=f"在这么少的步数里，没有一个学习率降低了验证损失；通常可取发散处的三十分之一，即 {usual:.2g}。",
    )


def _chosen(runners: list[Runner], start: float, edge: float, now: float) -> dict[str, float]:
    """The interval, the rate to take, and the present rate beside them; `start` is the loss before a step.

    Where no rate learned anything the losses of the race are noise, and nothing is said of the present rate.
    """
    alive = [r for r in runners if math.isfinite(r.loss)]
    finalists = [r for r in alive if r.done == max(r.done for r in alive)]
    best = min(finalists, key=lambda r: r.loss)
    share = _share(start, best.loss)
    if share < _LEARNED:
        usual = edge / _BELOW_EDGE
        return {"lr_low": usual / 3, "lr_high": usual * 3, "lr_best": usual, "lr_race_gain": share}
    low, high = _interval(runners, best, edge)
    chosen = min(max(_middle(finalists), low), high)
    return {
        "lr_low": low,
        "lr_high": high,
        "lr_best": chosen,
        "lr_now": now,
        "lr_now_over_best": now / chosen,
        "lr_now_over_low": now / low,
        "lr_now_over_high": now / high,
        "lr_race_gain": share,
    }


def _by_rate(runners: list[Runner], start: float) -> Curve:
    """The held-out loss by rate, without losses far above the first: they would hide all the others."""
    held = [r for r in runners if r.loss <= start + (_DIVERGED - 1) * abs(start)] or runners
    shown = sorted(held, key=lambda r: r.rate)
    rates, losses = tuple(r.rate for r in shown), tuple(r.loss for r in shown)
    return Curve("held-out loss by learning rate", rates, losses, "learning rate")


def _interval(runners: list[Runner], best: Runner, edge: float) -> tuple[float, float]:
    """From `best` over the rates beside it that are near, half way to the first on each side that is not."""
    order = sorted(runners, key=lambda r: r.rate)
    low = high = order.index(best)
    while low > 0 and order[low - 1].behind <= _NEAR:
        low -= 1
    while high < len(order) - 1 and order[high + 1].behind <= _NEAR:
        high += 1
    below = order[low - 1].rate if low > 0 else order[low].rate
    above = order[high + 1].rate if high < len(order) - 1 else edge
    return math.sqrt(below * order[low].rate), math.sqrt(order[high].rate * above)


def _middle(finalists: list[Runner]) -> float:
    """The geometric mean of the finalists, each weighed by how near its loss comes to the lowest."""
    best = min(r.loss for r in finalists)
    logs = np.log([r.rate for r in finalists])
    apart = np.log([max(r.loss, 1e-12) / max(best, 1e-12) for r in finalists])
    return math.exp(float(np.average(logs, weights=np.exp(-apart / _TIED))))


def _edge(bench: Bench) -> tuple[float, Curve]:
    """The rate at which a sweep of growing rates diverges; the highest rate where it never does.

    A loss that has come down to a small part of the first jumps by a factor of several on the way; what is
    still below the first has not diverged.
    """
    rates = np.geomspace(_LOWEST, _HIGHEST, _SWEEP)
    given = bench.train_batches(_SWEEP)
    losses: list[float] = []
    best = math.inf
    bench.model.train()
    for index, rate in enumerate(rates):
        bench.set_rate(float(rate))
        loss = bench.step(given[index % len(given)])
        losses.append(loss)
        if not math.isfinite(loss) or loss > max(_DIVERGED * best, losses[0]):
            break
        best = min(best, loss)
    seen = rates[: len(losses)]
    curve = Curve("loss in the sweep", tuple(map(float, seen)), tuple(losses), "learning rate")
    return float(seen[-1]), curve


def _race(bench: Bench, edge: float, steps: int, start: float) -> list[Runner]:
    """Successive halving over a grid of rates that ends at the edge; returns every rate that was tried."""
    runners = [Runner(edge * 10.0**-below) for below in _GRID]
    longest = min(_longest(len(runners), steps), bench.probe.steps or steps)
    held_out = bench.held_out()
    racing = runners
    for number, looks in enumerate(_RUNGS):
        for runner in racing:
            _go_on(bench, runner, [max(1, round(share * longest)) for share in looks], held_out)
        ranked = _ranked(racing, start)
        if number >= len(_RUNGS) - _COMPARABLE:
            _compare(ranked, start)
        if number < len(_KEPT):
            racing = ranked[: _KEPT[number]]
        for loser in runners:
            if loser not in racing:
                loser.state = None
    return runners


def _compare(ranked: list[Runner], start: float) -> None:
    """Note how far each is behind the lowest loss."""
    lowest = min((r.loss for r in ranked), default=math.inf)
    gain = max(start - lowest, abs(lowest), 1e-12)
    for runner in ranked:
        runner.behind = (runner.loss - lowest) / gain


def _ranked(racing: list[Runner], start: float) -> list[Runner]:
    """Those that did not diverge, best first; where none has learned anything, the highest that holds."""
    alive = sorted((r for r in racing if math.isfinite(r.loss)), key=lambda r: r.loss)
    if alive and _share(start, alive[0].loss) < _LEARNED:
        alive.sort(key=lambda r: (r.loss > _HOLDS * start, -r.rate))
    return alive


def _share(start: float, loss: float) -> float:
    """How much of the first loss was taken away; NaN where that is no share of anything."""
    return (start - loss) / start if start > 0 else math.nan


def _longest(count: int, steps: int) -> int:
    """Length of the longest training of a race of `count` rates that takes `steps` in all."""
    shares, before = 0.0, 0.0
    for racing, (*_, end) in zip((count, *_KEPT), _RUNGS, strict=True):
        shares += racing * (end - before)
        before = end
    return max(10, int(steps / shares))


def _go_on(bench: Bench, runner: Runner, looks: list[int], held_out: list[object]) -> None:
    """Train on to the last of `looks`, or until it diverges."""
    (runner.state or bench.start).restore()
    seen: list[float] = []
    for until in looks:
        if until > runner.done and (not seen or math.isfinite(seen[-1])):
            losses = bench.train(until - runner.done, runner.rate, begin=runner.done)
            runner.done = until
            seen.append(_judged(bench, losses, held_out))
    if seen:
        runner.loss = sum(seen) / len(seen)
    runner.state = Snapshot(bench.probe) if math.isfinite(runner.loss) else None


def _judged(bench: Bench, losses: Floats, held_out: list[object]) -> float:
    if not losses.size or not math.isfinite(losses[-1]):
        return math.inf
    loss = bench.evaluate(held_out)
    return loss if math.isfinite(loss) else math.inf
