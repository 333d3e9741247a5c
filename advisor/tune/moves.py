"""Single changes to a configuration that its curves speak for."""

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.diagnosis.problem import Problem
from advisor.tune.evidence import TOO_HIGH, TOO_LOW, Reading
from advisor.tune.space import Config, Dimension, Space, Value


@dataclass(frozen=True)
class Move:
    """One dimension, from a value to a value.

    Attributes:
        name: The dimension.
        value: Its new value.
        up: Whether the new value is larger; None without order.
        weight: How much speaks for it, over (0, 1.5].
        reason: Why, in a few words.
    """

    name: str
    value: Value
    up: bool | None
    weight: float
    reason: str


@dataclass(frozen=True)
class _Push:
    """A rule of thumb: which roles (words), by which factor or to which value, how strongly."""

    roles: str
    factor: float = 1.0
    add: float = 0.0
    weight: float = 0.5


_FURTHER, _FURTHER_SHARE = 2.0, 0.5
_STEEP_FROM = 0.2
_LENGTH = "epochs max_steps rounds"

_DIVERGED = (
    _Push("learning_rate", 0.1, weight=1.2),
    _Push("gradient_clipping", 0.2, weight=0.5),
    _Push("warmup_ratio", add=0.1, weight=0.4),
    _Push("momentum", add=-0.3, weight=0.3),
)
_OVERFIT = (
    _Push("dropout", add=0.25, weight=0.85),
    _Push("learning_rate", 1 / 3, weight=0.75),
    _Push("hidden_units", 0.4, weight=0.7),
    _Push("batch_size", 2.0, weight=0.45),
    _Push("layers", add=-1, weight=0.5),
    _Push("weight_decay l2", 10.0, weight=0.4),
    _Push("label_smoothing", add=0.1, weight=0.2),
)
_SLOW = (_Push("learning_rate", 5.0, weight=1.2),)
_STEEP = (_Push("learning_rate", 2.5, weight=1.0),)
_FALLING = (
    _Push(_LENGTH, 2.0, weight=1.1),
    _Push("hidden_units", 2.0, weight=0.85),
    _Push("learning_rate", 2.0, weight=0.5),
    _Push("batch_size", 0.5, weight=0.75),
    _Push("dropout", add=-0.15, weight=0.7),
    _Push("layers", add=1, weight=0.3),
    _Push("gradient_clipping", 4.0, weight=0.2),
)
_SETTLED = (
    _Push("hidden_units", 2.0, weight=0.65),
    _Push("dropout", add=-0.15, weight=0.6),
    _Push("batch_size", 0.5, weight=0.5),
    _Push("epochs max_steps", 1.5, weight=0.4),
    _Push("layers", add=1, weight=0.25),
    _Push("weight_decay", 0.1, weight=0.2),
    _Push("momentum", add=0.05, weight=0.2),
)
# Steps that are too long show as a curve that goes up and down; a curve without any has room for longer ones.
_EVEN = (_Push("learning_rate", 2.0, weight=0.95), _Push("learning_rate", 0.5, weight=0.1))
_UNEVEN = (_Push("learning_rate", 0.5, weight=0.55), _Push("learning_rate", 2.0, weight=0.45))
_NOISY = (
    _Push("learning_rate", 0.4, weight=0.8),
    _Push("batch_size", 2.0, weight=0.5),
    _Push("momentum", add=-0.1, weight=0.2),
)
_SWINGS = frozenset({Problem.OSCILLATING, Problem.LOSS_SPIKES, Problem.NOISY_GRADIENTS})


def moves_from(space: Space, config: Config, reading: Reading, prone: bool = False) -> list[Move]:
    """What the curves of a run speak for, strongest first; of one dimension and direction only the strongest.

    Args:
        space: The search space; no move leaves it.
        config: The configuration of the run.
        reading: What its curves say.
        prone: Whether another run of this training overfitted.
    """
    found: dict[tuple[str, bool | None], Move] = {}
    for move in sorted(_all(space, config, reading, prone), key=lambda m: -m.weight):
        found.setdefault((move.name, move.up), move)
    return list(found.values())


def pushed(dimension: Dimension, before: Value, after: Value) -> Value:
    """One step further in the direction from `before` to `after`; `after` itself at the end of the range."""
    if not dimension.ordered:
        return after
    return dimension.stepped(after, _further(dimension, float(before), float(after)))


def _further(dimension: Dimension, before: float, after: float) -> float:
    if dimension.log and before > 0:
        return after * min(max(after / before, 1 / _FURTHER), _FURTHER)
    return after + _FURTHER_SHARE * (after - before)


def _all(space: Space, config: Config, reading: Reading, prone: bool) -> Iterator[Move]:
    for pushes, reason in _speaking(reading, prone):
        for push, role in ((one, role) for one in pushes for role in one.roles.split()):
            for dimension in space.dimensions:
                if dimension.role == role and dimension.ordered:
                    move = _made(dimension, config[dimension.name], push, reason)
                    if move is not None:
                        yield move
    if reading.overfit and reading.by_last is not False:
        yield from _shorter(space, config, reading)


def _speaking(reading: Reading, prone: bool) -> Iterator[tuple[tuple[_Push, ...], str]]:
    """The groups of pushes that a reading speaks for."""
    if reading.failed or reading.problems & TOO_HIGH:
        yield _DIVERGED, "it diverged"
        if reading.failed:
            return
    if overfits(reading, prone):
        yield _OVERFIT, "it overfits"
        return
    if reading.problems & TOO_LOW or reading.stuck or reading.crept:
        yield _SLOW, "it learns slowly"
    if reading.problems & _SWINGS and reading.falling < _STEEP_FROM:
        yield _NOISY, "its end is noisy"
    if reading.falling > max(_STEEP_FROM, 3 * reading.noise):
        yield _STEEP, "it was far from settled"
    if reading.falling > max(0.05, reading.noise):
        yield _FALLING, "it was still improving"
    reason = "it has settled" if reading.reached is not None else "often worth a try"
    yield _SETTLED, reason
    yield (_EVEN, "its curve is even") if reading.even else (_UNEVEN, reason)


def overfits(reading: Reading, prone: bool) -> bool:
    """Whether a run memorised, or settled in a training of which another run did (`prone`)."""
    return reading.overfit or (prone and reading.falling < 0.1)


def _made(dimension: Dimension, value: Value, push: _Push, reason: str) -> Move | None:
    target = float(value) * push.factor + push.add
    if push.factor == 1.0 and push.add == 0:
        return None
    if target == value:
        return None
    after = dimension.stepped(value, target)
    if after == value:
        return None
    # A step that the bounds cut short is worth less.
    share = 1.0
    if dimension.log and float(value) > 0 and target > 0 and after > 0:
        import math

        share = min(1.0, abs(math.log(float(after) / float(value)) / math.log(target / float(value))))
    return Move(dimension.name, after, after > value, push.weight * max(share, 0.3), reason)


def _shorter(space: Space, config: Config, reading: Reading) -> Iterator[Move]:
    """Ends the training where it was best."""
    for role in _LENGTH.split():
        dimension = space.of_role(role)
        if dimension is not None and dimension.ordered:
            value = config[dimension.name]
            after = dimension.nearest(float(value) * reading.best_at)
            if after < value:
                yield Move(dimension.name, after, False, 1.0 + min(reading.rise, 0.4), "it was best earlier")
