"""Fits the forecast on the curves of a corpus, and judges it on data sets that it never saw."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.corpus.fit import trees_of
from advisor.corpus.shards import read_shard, shard_numbers
from advisor.learned.forecast import BIG, HEADS, LEVELS, PLACES, ForecastModel, can_forecast, shape_of, widths
from advisor.run import Role, Run

FOLDS, CALIBRATION = 5, 0.25
EVERY = 3
"""One in so many trainings is cut: those of one base are much alike."""
REAL_POINTS, RUNS_A_LOG = 30, 3
JUDGED = (Role.VAL_LOSS, Role.VAL_METRIC, Role.TRAIN_LOSS, Role.TRAIN_METRIC)
MOVE_MOST = 5.0
"""Moves beyond so many spreads count as so many."""
ROUNDS, LEAVES, RATE, SMALLEST_LEAF = 120, 15, 0.08, 60
SHARES = (0.5, 0.8, 0.9)
RESAMPLES = 2_000

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cuts:
    """Curves cut short, and how each went on.

    Attributes:
        x: What the trees see, (N, features).
        move: From the present level to the value asked for, in spreads of the curve so far, (N,).
        best: Where in the rest of the run the curve was best, 0 to 1, (N,).
        power: The move that a power law fitted to the curve foresees, (N,).
        data: The data set of each, (N,) str.
    """

    x: Floats
    move: Floats
    best: Floats
    power: Floats
    data: NDArray[np.str_]

    def of(self, which: NDArray[np.bool_]) -> "Cuts":
        """Some of them."""
        return Cuts(self.x[which], self.move[which], self.best[which], self.power[which], self.data[which])


def cuts_of(folder: Path) -> Cuts:
    """Cuts of the validation curves of a corpus, at places drawn from a fixed seed.

    Raises:
        FileNotFoundError: the folder holds no corpus.
    """
    random = np.random.default_rng(0)
    found = []
    for number in shard_numbers(folder):
        for row in read_shard(folder, number)[number % EVERY :: EVERY]:
            data = row.setting.shape.conditions.data
            metric = row.classes > 0 and random.random() < 0.4
            y = -row.curves["val_metric"] if metric else row.curves["val_loss"]
            found += [(*cut, data) for cut in cut_short(y.astype(np.float64), random)]
    if not found:
        raise FileNotFoundError(f"{folder} holds no corpus: make one with 'python -m advisor.corpus build'.")
    x, move, best, power, names = zip(*found, strict=True)
    return Cuts(np.stack(x), np.array(move), np.array(best), np.array(power), np.array(names))


def write_cuts(cuts: Cuts, file: Path) -> None:
    """Stores cuts as plain arrays."""
    numbers = {name: getattr(cuts, name).astype(np.float32) for name in ("x", "move", "best", "power")}
    np.savez_compressed(file, **numbers, data=cuts.data)


def read_cuts(file: Path) -> Cuts:
    """Stored cuts.

    Raises:
        FileNotFoundError: there are none; `python -m advisor.corpus fit --out FOLDER` makes them.
    """
    with np.load(file, allow_pickle=False) as stored:
        x, move, best, power = (stored[name].astype(np.float64) for name in ("x", "move", "best", "power"))
        return Cuts(x, move, best, power, stored["data"])


def cuts_of_logs(folder: Path) -> Cuts:
    """Cuts of the curves of real logs with at least `REAL_POINTS` points: what is judged in each run.

    A run is cut once, after half of it, and asked for its last value; a long curve counts as many as a short.
    """
    found = []
    for place in sorted(folder.iterdir()):
        for run in _runs(place):
            curve = next((s for r in JUDGED if (s := run.main(r)) is not None), None)
            if curve is None or curve.lower_is_better is None or len(curve) < REAL_POINTS:
                continue
            y = curve.y if curve.lower_is_better else -curve.y
            found += [(*cut, place.name) for cut in cut_at(y, len(y) // 2, len(y))]
    x, move, best, power, names = zip(*found, strict=True)
    return Cuts(np.stack(x), np.array(move), np.array(best), np.array(power), np.array(names))


def _runs(place: Path) -> list[Run]:
    """The runs of a log; none of what is no log."""
    from advisor.errors import UnreadableError
    from advisor.readers import read_paths

    try:
        return read_paths([str(place)])[:RUNS_A_LOG]
    except UnreadableError:
        return []


def cut_short(y: Floats, random: np.random.Generator) -> list[tuple[Floats, float, float, float]]:
    """One cut of a curve, lower is better: what is seen, move, place of the best, the power law's move.

    Half of them ask for the end of the run, half for a place on the way.
    """
    n = len(y)
    known = int(random.integers(max(5, n // 10), max(6, int(0.85 * n)) + 1))
    at = n if random.random() < 0.5 else int(random.integers(known + 1, n + 1)) if known < n else n
    return cut_at(y, known, at)


def cut_at(y: Floats, known: int, at: int) -> list[tuple[Floats, float, float, float]]:
    """The cut of a curve behind a point, asked for its value at another; none where nothing is forecast."""
    n = len(y)
    if known >= n or not can_forecast(y[:known], n):
        return []
    shape = shape_of(y[:known])
    move = (y[at - 1] - shape.last) / shape.spread
    move = float(np.clip(move, -MOVE_MOST, MOVE_MOST)) if np.isfinite(move) else MOVE_MOST
    best = int(np.nanargmin(y)) + 1
    place = max(0.0, (best - known) / (n - known))
    foreseen = (power_law(y[:known], at) - shape.last) / shape.spread
    return [(shape.row(at, n), move, place, float(np.clip(foreseen, -MOVE_MOST, MOVE_MOST)))]


def power_law(y: Floats, at: int) -> float:
    """What `a + b * t ** -c`, fitted to a curve by least squares over a grid of c, comes to at a point."""
    t, seen = np.arange(1, len(y) + 1.0), np.isfinite(y)
    fits = []
    for c in (0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0):
        basis = np.stack([np.ones(seen.sum()), t[seen] ** -c], axis=1)
        (a, b), *_ = np.linalg.lstsq(basis, y[seen], rcond=None)
        error = float(((basis @ (a, b) - y[seen]) ** 2).sum())
        fits.append((error, float(a + b * at**-c)))
    return min(fits)[1]


def fit_forecast(cuts: Cuts, rounds: int = ROUNDS) -> tuple[dict[str, Any], Floats]:
    """Fitted models by head, and the shift of each quantile, in widths of what the trees say.

    A quarter of the data sets, drawn from a fixed seed, is kept from the trees and moves their quantiles to
    where they hold what they should.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    how = _how(rounds)
    names = np.random.default_rng(1).permutation(np.unique(cuts.data))
    held = np.isin(cuts.data, names[: max(1, int(CALIBRATION * len(names)))])
    seen, other = cuts.of(~held), cuts.of(held)
    models = _quantiles("value", LEVELS, seen.x, seen.move, how)
    models |= _quantiles("best", PLACES, cuts.x, cuts.best, how)
    models["collapse"] = HistGradientBoostingClassifier(**how).fit(cuts.x, cuts.move > BIG)
    models["takeoff"] = HistGradientBoostingClassifier(**how).fit(cuts.x, cuts.move < -BIG)
    raw = np.stack([models[f"value_{q}"].predict(other.x) for q in LEVELS], axis=1)
    missed = (other.move[:, None] - raw) / widths(raw)[:, None]
    return models, np.array([np.quantile(m, q) for m, q in zip(missed.T, LEVELS, strict=True)])


def _quantiles(
    head: str, levels: Sequence[float], x: Floats, y: Floats, how: dict[str, Any]
) -> dict[str, Any]:
    """A fitted model of each quantile, by head."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    made = {q: HistGradientBoostingRegressor(loss="quantile", quantile=q, **how) for q in levels}
    return {f"{head}_{q}": model.fit(x, y) for q, model in made.items()}


def _how(rounds: int) -> dict[str, Any]:
    return {
        "max_iter": rounds, "max_leaf_nodes": LEAVES, "learning_rate": RATE, "random_state": 0,
        "min_samples_leaf": SMALLEST_LEAF, "early_stopping": False, "max_bins": 63,
    }  # fmt: skip


def write_forecast(cuts: Cuts, file: Path) -> None:
    """Fits every head on a corpus's cuts and stores plain arrays."""
    models, shift = fit_forecast(cuts)
    arrays: dict[str, Any] = {"shift": shift}
    for head in HEADS:
        arrays |= trees_of(models[head]).arrays(head)
    np.savez_compressed(file, **arrays)


def crps(quantiles: Floats, true: Floats) -> float:
    """Twice the mean pinball loss over `LEVELS`, which estimates the continuous ranked probability score."""
    miss = true[:, None] - quantiles
    levels = np.asarray(LEVELS)
    return float(2 * np.maximum(levels * miss, (levels - 1) * miss).mean())


def held(quantiles: Floats, true: Floats) -> list[float]:
    """Share of values inside the 50, 80 and 90 % interval."""
    return [float(inside.mean()) for inside in _inside(quantiles, true)]


def _inside(quantiles: Floats, true: Floats) -> list[NDArray[np.bool_]]:
    pairs = [(LEVELS.index(round((1 - s) / 2, 3)), LEVELS.index(round((1 + s) / 2, 3))) for s in SHARES]
    return [(true >= quantiles[:, a]) & (true <= quantiles[:, b]) for a, b in pairs]


def judged(cuts: Cuts) -> tuple[dict[str, Floats], Floats, NDArray[np.str_]]:
    """Quantiles by method, the truth and the data set of each cut, by a model that saw nothing of that one.

    Standing still and the power law get the quantiles of their own misses on the data sets that were seen.
    """
    names = np.random.default_rng(0).permutation(np.unique(cuts.data))
    parts: list[tuple[Floats, Floats, Floats, Floats]] = []
    data: list[NDArray[np.str_]] = []
    for fold in range(FOLDS):
        mine = np.isin(cuts.data, names[fold::FOLDS])
        seen, other = cuts.of(~mine), cuts.of(mine)
        models, shift = fit_forecast(seen)
        ours = ForecastModel({h: trees_of(models[h]) for h in HEADS}, shift).quantiles(other.x)
        still = np.tile(np.quantile(seen.move, LEVELS), (len(other.move), 1))
        law = other.power[:, None] + np.quantile(seen.move - seen.power, LEVELS)
        parts.append((ours, still, law, other.move))
        data.append(other.data)
    ours, still, law, true = (np.concatenate(p) for p in zip(*parts, strict=True))
    return {"forecast": ours, "last value": still, "power law": law}, true, np.concatenate(data)


def judged_logs(cuts: Cuts, real: Cuts) -> dict[str, Floats]:
    """Quantiles by method for real logs; all that is fitted is fitted on the corpus."""
    models, shift = fit_forecast(cuts)
    return {
        "forecast": ForecastModel({h: trees_of(models[h]) for h in HEADS}, shift).quantiles(real.x),
        "last value": np.tile(np.quantile(cuts.move, LEVELS), (len(real.move), 1)),
        "power law": real.power[:, None] + np.quantile(cuts.move - cuts.power, LEVELS),
    }


def by_width(quantiles: Floats) -> dict[str, NDArray[np.bool_]]:
    """The third of the curves whose intervals are narrowest, the middle one and the widest, (n,) each."""
    rank = np.argsort(np.argsort(np.ptp(quantiles, axis=1), kind="stable"))
    third = 3 * rank // len(rank)
    return {f"{name} third": third == i for i, name in enumerate(("narrowest", "middle", "widest"))}


def held_by_chance(quantiles: Floats, true: Floats, groups: NDArray[np.str_]) -> Floats:
    """95 % bootstrap interval of each of the shares of `held`, (3, 2); groups are drawn whole."""
    names, of = np.unique(groups, return_inverse=True)
    size = np.bincount(of)
    drawn = np.random.default_rng(0).integers(len(names), size=(RESAMPLES, len(names)))
    sums = np.stack([np.bincount(of, inside) for inside in _inside(quantiles, true)], axis=1)
    shares = sums[drawn].sum(axis=1) / size[drawn].sum(axis=1)[:, None]
    between: Floats = np.quantile(shares, [0.025, 0.975], axis=0).T
    return between


def forecast_report(cuts: Cuts, real: Cuts | None = None) -> Iterator[str]:
    """Every figure, line by line, as Markdown."""
    methods, true, data = judged(cuts)
    yield f"Forecast on held-out data sets ({FOLDS} folds), {len(true)} curves, in spreads of what is known:"
    yield ""
    yield from forecast_table(methods, true, data)
    for name, which in by_width(ours := methods["forecast"]).items():
        yield _line(f"forecast, {name} of its intervals", ours[which], true[which], data[which])
    if real is not None:
        files = len(np.unique(real.data))
        yield ""
        yield (
            f"On {len(real.move)} real runs of at least {REAL_POINTS} points in {files} logs, from the first "
            "half of each:"
        )
        yield ""
        yield from forecast_table(judged_logs(cuts, real), real.move, real.data)


def forecast_table(methods: dict[str, Floats], true: Floats, groups: NDArray[np.str_]) -> Sequence[str]:
    """One line a method: CRPS, and what the 50, 80 and 90 % intervals hold, with its bootstrap interval."""
    head = ["| method | CRPS | 50% holds | 80% holds | 90% holds |", "|---|---|---|---|---|"]
    return [*head, *(_line(name, quantiles, true, groups) for name, quantiles in methods.items())]


def _line(name: str, quantiles: Floats, true: Floats, groups: NDArray[np.str_]) -> str:
    pairs = zip(held(quantiles, true), held_by_chance(quantiles, true, groups), strict=True)
    shares = " | ".join(f"{share:.0%} ({100 * low:.0f} to {100 * high:.0f})" for share, (low, high) in pairs)
    return f"| {name} | {crps(quantiles, true):.3f} | {shares} |"
