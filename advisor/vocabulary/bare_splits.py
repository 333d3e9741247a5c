"""What the curves measure that a log names by their split alone (`loss 2.3 val 2.2 acc 0.1`)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from advisor.run import Series
from advisor.vocabulary.quantities import Meaning, Quantity, is_perplexity

_BY_BEST = "the log names no quantity: its best value so far shows the direction"
_BY_PERPLEXITY = "the log names no quantity: the perplexity beside it is that of a loss"
_BY_NAME_BEFORE = "the log names no quantity: taken for the one that it names before"
_BY_MISSING_LOSS = "the log names no quantity, and no loss: taken for it"
_BY_NAN = "the log names no quantity: a loss becomes NaN, an accuracy does not"
_WITH_LOSS = "the log names no quantity: it moves as the training loss does"
_AGAINST_LOSS = "the log names no quantity: it rises while the training loss falls"
_AS_LARGE = "the log names no quantity: on the training data it is where the training loss is"
_FALLS = "the log names no quantity: on the training data it falls, as a loss does"
_ENOUGH_FOR_BEST = 3
_ENOUGH_TO_MOVE = 5
_MOVES = 0.5
_ALIKE = 0.15
_LARGEST_LOGARITHM = 50

Named = Sequence[tuple[Series, Meaning]]

_LOSS = Quantity("loss", (), "lower", main=True)
_FALLING = Quantity("metric", (), "lower")
_RISING = Quantity("metric", (), "higher")


@dataclass(frozen=True, slots=True)
class _Measured:
    quantity: Quantity
    because: str


def with_quantities(
    curves: Sequence[Series], said: Sequence[Meaning]
) -> tuple[list[Meaning], dict[str, str]]:
    """Gives the curves called by their split alone the quantity that the other curves show.

    Args:
        curves: All of a run, in the order in which the log names them.
        said: What each name says.

    Returns:
        What each curve measures, and by name the reasons for what was added.
    """
    named = list(zip(curves, said, strict=True))
    bare = [(curve, what) for curve, what in named if what.is_split_alone]
    found = _measured(named, bare) if bare else None
    if found is None:
        return list(said), {}
    filled = [replace(what, quantity=found.quantity) if what.is_split_alone else what for what in said]
    return filled, {curve.name: found.because for curve, _ in bare}


def _measured(named: Named, bare: Named) -> _Measured | None:
    if any(_is_exponential(curve, of) for curve, _ in named if is_perplexity(curve.name) for of, _ in bare):
        return _Measured(_LOSS, _BY_PERPLEXITY)
    best = [curve for curve, _ in named if curve.name.lower() == "best"]
    for curve, _ in bare:
        if (lower := _follows_best(curve, best)) is not None:
            return _Measured(_LOSS if lower else _RISING, _BY_BEST)
    return _by_named(named, bare)


def _by_named(named: Named, bare: Named) -> _Measured | None:
    """What they measure by the curves whose quantity is named."""
    losses = [curve for curve, said in named if said.measures("loss") and said.split in (None, "train")]
    has_metric = any(said.measures("metric") for _, said in named)
    if not losses and not all(np.isfinite(curve.y).all() for curve, _ in bare):
        return _Measured(_LOSS, _BY_NAN)
    train = next((curve for curve, said in bare if said.split == "train"), None)
    if not losses and has_metric:
        return _Measured(_LOSS, _BY_MISSING_LOSS)
    if not losses:
        has_rate = any(said.measures("learning_rate") for _, said in named)
        tells = train is not None and (len(bare) > 1 or has_rate) and _falls(train)
        return _Measured(_LOSS, _FALLS) if tells else None
    if train is not None:
        if any(_is_about(train, loss) for loss in losses):
            return _Measured(_LOSS, _AS_LARGE)
        # What else stands beside the training loss, of the same data, is something else.
        match _moves_with(train, losses[0]):
            case True:
                return _Measured(_FALLING, _WITH_LOSS)
            case False:
                return _Measured(_RISING, _AGAINST_LOSS)
            case None:
                return None
    if has_metric:
        return _as_before(named, bare[0][0])
    # A validation loss may well rise while the training loss falls: only falling with it tells.
    return _Measured(_LOSS, _WITH_LOSS) if any(_moves_with(bare[0][0], loss) for loss in losses) else None


def _as_before(named: Named, bare: Series) -> _Measured | None:
    """The quantity that the log names last before a curve."""
    place = next(place for place, (curve, _) in enumerate(named) if curve is bare)
    for _, said in reversed(named[:place]):
        if said.measures("loss"):
            return _Measured(_LOSS, _BY_NAME_BEFORE)
        if said.measures("metric"):
            better = said.quantity.better if said.quantity else None
            return better and _Measured(_FALLING if better == "lower" else _RISING, _BY_NAME_BEFORE)
    return None


def _moves_with(curve: Series, loss: Series) -> bool | None:
    """Whether it rises and falls with a loss (True) or against it (False); None where neither is plain."""
    _, here, there = np.intersect1d(curve.at, loss.at, return_indices=True)
    some, others = (np.unique(y, return_inverse=True)[1] for y in (curve.y[here], loss.y[there]))
    if here.size < _ENOUGH_TO_MOVE or not np.ptp(some) or not np.ptp(others):
        return None
    rank_correlation = float(np.corrcoef(some, others)[0, 1])
    return rank_correlation > 0 if abs(rank_correlation) > _MOVES else None


def _is_about(curve: Series, loss: Series) -> bool:
    """Whether a curve goes through nearly the values of a loss, as the mean of an epoch's batches does."""
    last = np.searchsorted(loss.at, curve.at, side="right") - 1
    if len(curve) < _ENOUGH_TO_MOVE or last.min(initial=0) < 0 or not np.ptp(curve.y):
        return False
    of_loss = loss.y[last]
    ranks, of_ranks = (np.unique(y, return_inverse=True)[1] for y in (curve.y, of_loss))
    if not np.ptp(of_loss) or float(np.corrcoef(ranks, of_ranks)[0, 1]) < _MOVES:
        return False
    return bool(np.median(np.abs(curve.y - of_loss)) < _ALIKE * np.median(np.abs(of_loss)))


def _falls(curve: Series) -> bool:
    """Whether a curve ends below its start, and falls from point to point or with its ranks throughout."""
    if len(curve) < _ENOUGH_FOR_BEST or not curve.y[-1] < curve.y[0]:
        return False
    ranks = np.unique(curve.y, return_inverse=True)[1]
    return float(np.corrcoef(ranks, np.arange(ranks.size))[0, 1]) < -_MOVES


def _is_exponential(curve: Series, of: Series) -> bool:
    """Whether a curve is the perplexity of another, as far as its printed digits tell."""
    if not 1 < len(curve) == len(of) or np.max(np.abs(of.y)) > _LARGEST_LOGARITHM:
        return False
    return bool(np.allclose(np.exp(of.y), curve.y, rtol=0.01))


def _follows_best(curve: Series, best: Sequence[Series]) -> bool | None:
    """Whether lower is better, where a curve of the best value so far runs along: of CatBoost's `test`."""
    for other in best:
        if len(curve) == len(other) >= _ENOUGH_FOR_BEST and np.ptp(curve.y) > 0:
            if np.array_equal(np.minimum.accumulate(curve.y), other.y):
                return True
            if np.array_equal(np.maximum.accumulate(curve.y), other.y):
                return False
    return None
