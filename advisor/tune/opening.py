"""The first rerun: a bundle of changes, as far from the start as its curves give reason for."""

from collections.abc import Iterator

from advisor.tune.evidence import TOO_HIGH, Reading
from advisor.tune.profile import CHOSEN_ROLES, LARGE_LOSS, kind_of, safe_profile
from advisor.tune.space import Config, Dimension, Space, Value
from advisor.tune.steps import at_coordinate, balanced, coordinate

_STEP = frozenset({"learning_rate", "momentum", "beta1"})
"""What sets the length of a step; it means something for one optimizer only."""
_CALMER = {"learning_rate": 0.5, "batch_size": 2.0}
_FAR, _ABSURD = 3.0, 30.0
_DROPPED = 0.35
"""Share of a net's units where nothing is known yet: to drop too many costs less than to memorise.

Chosen on the whole repair suite, on half of which more still would do."""
_DECAYED, _DECAYED_LESS = 3e-3, 1e-3
"""Weight decay for the same reason, less where units cannot be dropped.

Chosen on all scripts, the held-out ones among them."""


def opening(space: Space, start: Config, reading: Reading, scored: bool = False) -> tuple[Config, str]:
    """What to run after the first run, and why.

    A start that learned keeps its choices, and where its steps were longer than the safe profile's goes
    half-way only; what else the profile sets, length and size above all, it takes over. One that overfits and
    is judged by its end gets steps that memorise less. All others get the profile: several values are off at
    once then, and blind single changes do worse.

    Args:
        space: The search space.
        start: Its configuration, with a value of each dimension.
        reading: What its curves say.
        scored: Whether a score such as an accuracy judges it.
    """
    began = untrained_loss(space, start, reading, scored)
    profile = _careful(space, start, safe_profile(space, start, began, scored=scored), scored)
    if reading.worked and not _is_rate_above(space, start, profile, _ABSURD):
        return _half_way(space, start, scored), "a safe profile, half-way with the steps that worked"
    memorised = reading.overfit and reading.by_last
    if memorised and not _is_rate_above(space, start, profile, _FAR):
        calmer = {
            d.name: d.nearest(float(profile[d.name]) * _CALMER[d.role])
            for d in space.dimensions
            if d.role in _CALMER and d.ordered
        }
        return {
            **profile,
            **calmer,
            **_shorter(space, start, reading),
        }, "a safe profile with calmer steps, as it overfits"
    if memorised:
        return {**profile, **_shorter(space, start, reading)}, "a safe profile, shorter, as it overfits"
    if _falls_calmly(reading) and not _is_rate_above(space, start, profile, _ABSURD):
        profile |= _kept_rate(space, start, profile)
    return profile, "a safe profile for this kind of training"


def brackets(space: Space, opened: Config) -> Iterator[tuple[Config, str]]:
    """What to run while the opening itself is being run: the same, one step of the rate below it and above.

    Of a rate that was guessed it is least certain that it is right, and it matters most.
    """
    rate = space.of_role("learning_rate")
    if rate is not None and rate.ordered and rate.holds(opened[rate.name]):
        at = coordinate(rate, opened[rate.name])
        for by in (-1.0, 1.0):
            yield {**opened, rate.name: at_coordinate(rate, at + by)}, "a safe profile at another rate"


def _falls_calmly(reading: Reading) -> bool:
    """Whether it was best at its end, and nothing says that its steps were too long."""
    best_last = reading.reached is not None and reading.best_at == 1.0
    return best_last and not (reading.failed or reading.stuck or reading.problems & TOO_HIGH)


def untrained_loss(space: Space, config: Config, reading: Reading, scored: bool = False) -> float | None:
    """The scale of the loss before any training, as far as a run told of it.

    Where its rate was far too high its first values are the doing of that; the best of them is nearest, if it
    is no huge one. The first of a run that learned well was logged after much of that.

    Args:
        space: The search space.
        config: What was run.
        reading: What its curves say.
        scored: Whether a score judges it.
    """
    if reading.began is None or reading.reached is None:
        return None
    if _is_rate_above(space, config, safe_profile(space, config, scored=scored), _FAR):
        return reading.reached if reading.reached <= LARGE_LOSS else None
    return None if reading.worked else reading.began


def _careful(space: Space, start: Config, profile: Config, scored: bool) -> Config:
    """The profile where nothing of the start is to be trusted.

    A net memorises less with more dropout and decay, but for one that shares its weights, and one that a
    score judges. Of choices whose role is unknown the first is taken: people list the usual one first.
    """
    kind = kind_of(space, {**start, **profile})
    usual = {
        d.name: (d.choices or (None,))[0]
        for d in space.dimensions
        if not d.ordered and d.role not in CHOSEN_ROLES
    }
    if kind.attention or kind.shared or kind.trees or scored:
        return {**profile, **usual}
    decay = _DECAYED if kind.dropping else _DECAYED_LESS
    less = {"dropout": _DROPPED, **({"weight_decay": decay, "l2": decay} if kind.adaptive else {})}
    calmed = {d.name: d.nearest(less[d.role]) for d in space.dimensions if d.role in less and d.ordered}
    return {**profile, **usual, **calmed}


def _shorter(space: Space, start: Config, reading: Reading) -> Config:
    """Lengths that reach to twice where the start was best, since calmer steps take longer."""
    return {d.name: d.nearest(2 * reading.best_at * float(start[d.name])) for d in space.lengths}


def _half_way(space: Space, start: Config, scored: bool) -> Config:
    profile = safe_profile(space, start, keep_choices=True, scored=scored)
    steps = {
        d.name: _between(d, start[d.name], profile[d.name])
        for d in space.dimensions
        if d.role in _STEP and d.ordered
    }
    steps |= _kept_rate(space, start, profile)
    unknown = {
        d.name: d.at((d.unit(start[d.name]) + d.unit(profile[d.name])) / 2)
        for d in space.dimensions
        if d.role is None and d.ordered
    }
    return {**profile, **steps, **unknown}


def _kept_rate(space: Space, start: Config, profile: Config) -> Config:
    """A longer rate of plain gradient steps that worked, as it is at the profile's batch size.

    It follows the unknown scale of the loss: nothing tells more of it than one that worked.
    """
    rate, size = space.of_role("learning_rate"), space.of_role("batch_size")
    if kind_of(space, {**start, **profile}).adaptive:
        return {}
    if rate is None or not rate.ordered or start[rate.name] <= profile[rate.name]:
        return {}
    if size is None or start.get(size.name) == profile[size.name]:
        return {rate.name: start[rate.name]} if rate.holds(start[rate.name]) else {}
    return {rate.name: rate.nearest(float(balanced(space, start, profile[size.name])[rate.name]))}


def _between(dimension: Dimension, tried: Value, usual: Value) -> Value:
    """Half-way where the longer steps worked; shorter ones work too, only more slowly."""
    if dimension.unit(tried) <= dimension.unit(usual):
        return usual
    return dimension.at((dimension.unit(tried) + dimension.unit(usual)) / 2)


def _is_rate_above(space: Space, start: Config, profile: Config, factor: float) -> bool:
    """Whether the rate is so far up that what the curves show may be its doing."""
    d = space.of_role("learning_rate")
    rate = start.get(d.name) if d is not None and d.ordered else None
    return d is not None and isinstance(rate, int | float) and rate > factor * profile[d.name]
