"""The race of learning rates again, from other starts and in other orders."""

import math
import statistics
from collections.abc import Sequence

import torch

from advisor.probe.check import chosen_checks
from advisor.probe.request import Request
from advisor.probe.running import Tell, run_checks
from advisor.probe.target import load_target
from advisor.probe.told import Told
from advisor.text import Bilingual

RACE = "learning-rate"
_NARROWEST = 10 ** (1 / 3)  # between neighbours in the race: nothing finer was tried


def race_again(request: Request, first: Told, device: torch.device, tell: Tell) -> None:
    """Repeat the race with further seeds, and tell what all of them agree on.

    Each repeat makes the training anew after seeding torch, so that a target that draws its weights and its
    order from torch starts elsewhere; a target with a setting named `seed` is given it.
    """
    (race,) = chosen_checks([RACE])
    found = [first.figures]
    for number in range(1, request.seeds):
        seed = request.seed + number
        torch.manual_seed(seed)
        settings = {**request.settings, **({"seed": seed} if "seed" in first.settings else {})}
        probe = load_target(request.target, settings)
        probe.model.to(device)

        def take(told: Told) -> None:
            if told.kind == "steps":
                tell(told)
            elif told.kind == "measured":
                found.append(told.figures)

        run_checks(probe, [race], race.cost(request.budget), seed, take)
    rates = ", ".join(f"{figures['lr_best']:.2g}" for figures in found if "lr_best" in figures)
    note = Bilingual(en=f"Over {len(found)} seeds: {rates}", zh=f"{len(found)} 个种子：{rates}")
    figures = agreed(found)
    tell(Told("measured", RACE, race.title, race.words(figures), figures=figures, notes=(note,)))


def agreed(found: Sequence[dict[str, float]]) -> dict[str, float]:
    """One interval from several: the rates that train well every time, else the usual bounds.

    The rate to take is the geometric mean, held within the interval; the edge is the lowest that was seen.
    """
    said = [figures for figures in found if "lr_best" in figures]
    # A race in which nothing was learned says little; where all are such, the first stands.
    known = [figures for figures in said if "lr_now" in figures]
    if not known:
        return said[0] if said else {}
    lows, highs = [f["lr_low"] for f in known], [f["lr_high"] for f in known]
    low, high = max(lows), min(highs)
    if high < low * _NARROWEST:
        low, high = statistics.median(lows), statistics.median(highs)
    best = math.exp(statistics.fmean(math.log(f["lr_best"]) for f in known))
    best = min(max(best, low), high)
    now = known[0]["lr_now"]
    return {
        **known[0],
        "lr_low": low,
        "lr_high": high,
        "lr_best": best,
        "lr_edge": min(f["lr_edge"] for f in known),
        "lr_now_over_low": now / low,
        "lr_now_over_high": now / high,
        "lr_now_over_best": now / best,
    }
