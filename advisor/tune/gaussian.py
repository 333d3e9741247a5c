"""Small moves around the best run: a Gaussian process whose mean is what is known beforehand.

A general optimiser knows nothing of a learning rate before its first run, and five reruns are too few to
learn it. So the mean of this one is not flat: it is a bowl about the safe profile and the best run, tilted
by what the curves of the best run speak for. What the runs came to then corrects it. The expected improvement
decides (Mockus 1978; Jones, Schonlau and Welch 1998); a mean that carries knowledge is Rasmussen and Williams
2006, 2.7. How strong the knowledge is was set on the repair suite's scripts in `TUNED_ON`.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.run import Floats
from advisor.tune.moves import Move
from advisor.tune.profile import CHOSEN_ROLES, as_it_was, can_move
from advisor.tune.space import Config, Dimension, Space, Value
from advisor.tune.steps import at_coordinate, balanced, coordinate, coordinates
from advisor.vocabulary.lengths import LENGTHS as RUNS

_CURVATURE = {
    "learning_rate": 0.25, "momentum": 0.12, "epochs": 0.12, "max_steps": 0.12, "rounds": 0.12,
    "dropout": 0.08,
    "hidden_units": 0.08, "layers": 0.08, "batch_size": 0.08,
}  # fmt: skip
_CURVATURE_ELSE = 0.06
_OTHER_CHOICE, _WORSE_CHOICE = 0.3, 0.8
"""Of a choice that the safe profile does not take; more where it is known to be worse and was not run.

Of nine such that were run on the repair suite's scripts none was better."""
_LESS_WORK = 0.1
"""Of a step towards fewer updates or a smaller net, where nothing was memorised; set on all of the suite."""
_WORK = frozenset({*RUNS, "hidden_units", "layers"})
_TILT = 0.25
_STRONG = 1.2
LENGTHS = {
    "learning_rate": 1.5, "dropout": 5.0, "weight_decay": 5.0, "l1": 5.0, "l2": 5.0, "gradient_clipping": 5.0,
    "": 2.5,
}  # fmt: skip
"""Over how many steps a run still tells of another, by role; `""` is for all others.

By the trainings of the scripts in `TUNED_ON` those of the rate and of what restrains a net are the likeliest
(`python -m tests.measure lengths`; Rasmussen and Williams 2006, 5.4). That of the others would be 3.5, by a
hair; it is less, so that numbers of which nothing is known are searched from end to end."""
_AMPLITUDE, NOISE = 0.5, 0.1
SCALES = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
_CANDIDATES = 500
_FIVE = math.sqrt(5.0)


@dataclass(frozen=True)
class Knowledge:
    """What is known before a run: where the bowls stand, and where the best run's curves tilt them.

    Attributes:
        centre: The safe profile.
        here: The best run's configuration.
        moves: Single changes that its curves speak for.
        overfits: Whether it memorised: less work may do it good then.
        wide: Whether draws from the whole space are worth a look: there are runs enough to judge them by.
    """

    centre: Config
    here: Config
    moves: Sequence[Move]
    overfits: bool = False
    wide: bool = True

    def cost(self, space: Space, configs: Sequence[Config]) -> Floats:
        """The expected cost of configurations, in units of the training's own scale."""
        total = np.zeros(len(configs))
        even = [balanced(space, config) for config in configs]
        for d in space.dimensions:
            values = [config[d.name] for config in even]
            if not d.ordered:
                total += [self._of_choice(d, value) for value in values]
                continue
            x = np.array([coordinate(d, v) for v in values])
            for middle in self._middles(space, d):
                away = x - coordinate(d, middle)
                total += _CURVATURE.get(d.role or "", _CURVATURE_ELSE) * (np.sqrt(1 + away**2) - 1)
            for move in self.moves:
                if move.name == d.name:
                    moved = balanced(space, {**self.here, d.name: move.value})[d.name]
                    total -= _TILT * move.weight * _progress(d, x, balanced(space, self.here)[d.name], moved)
            if not self.overfits:
                total += _LESS_WORK * np.maximum(_worked_less(d, x, self.here[d.name]), 0.0)
        return total

    def _of_choice(self, dimension: Dimension, value: Value) -> float:
        if value == self.centre[dimension.name]:
            return 0.0
        is_worse = dimension.role in CHOSEN_ROLES and value != self.here[dimension.name]
        return _WORSE_CHOICE if is_worse else _OTHER_CHOICE

    def _middles(self, space: Space, dimension: Dimension) -> tuple[Value, Value]:
        """Where a dimension's bowls stand; curves that speak strongly move both."""
        name = dimension.name
        strong = next((m.value for m in self.moves if m.name == name and m.weight >= _STRONG), None)
        if strong is not None:
            strong = balanced(space, {**self.here, name: strong})[name]
            return strong, strong
        return balanced(space, self.centre)[name], balanced(space, self.here)[name]


def _worked_less(dimension: Dimension, x: Floats, before: Value) -> Floats:
    """By how many steps each position means fewer updates or a smaller net."""
    if dimension.role == "batch_size":
        return x - coordinate(dimension, before)
    if dimension.role in _WORK:
        return coordinate(dimension, before) - x
    return np.zeros_like(x)


def _progress(dimension: Dimension, x: Floats, before: Value, after: Value) -> Floats:
    """How much of a move each position has made, from 0 to 1; it costs nothing to go the other way."""
    start, end = coordinate(dimension, before), coordinate(dimension, after)
    return np.clip((x - start) / (end - start), 0.0, 1.0) if end != start else np.zeros_like(x)


def propose(
    space: Space,
    known: Knowledge,
    seen: Sequence[tuple[Config, float]],
    taken: set[tuple[str, ...]],
    seed: int,
    foreseen: Sequence[tuple[Config, float]] = (),
) -> Config | None:
    """The configuration that is expected to improve most on the best that was seen.

    Args:
        space: The search space.
        known: What is known beforehand.
        seen: Configurations with what they came to, lower is better, all finite, best as logarithms.
        taken: Keys of configurations that are not to be proposed.
        seed: Of the candidates' draw.
        foreseen: What is as good as seen, though it was not run, and is not to be improved on.

    Returns:
        A whole configuration, or None where nothing is left to try.
    """
    candidates = list(_candidates(space, known, taken, random.Random(seed)))
    if not candidates:
        return None
    runs = [*seen, *foreseen]
    gain = _gains(space, known, runs, candidates, min(value for _, value in seen))
    return candidates[int(gain.argmax())]


def _gains(
    space: Space,
    known: Knowledge,
    runs: Sequence[tuple[Config, float]],
    candidates: Sequence[Config],
    best: float,
) -> Floats:
    """The expected improvement of each candidate, the scale of the knowledge weighed by how well it fits."""
    configs, y = [config for config, _ in runs], np.array([value for _, value in runs])
    prior_seen, prior_new = known.cost(space, configs), known.cost(space, candidates)
    near = kernel(space, configs, configs) + NOISE**2 * np.eye(len(configs))
    between = kernel(space, candidates, configs)
    solved = np.linalg.solve(near, np.column_stack([np.ones(len(y)), between.T, y, prior_seen]))
    ones, weights, solved_y, solved_prior = solved[:, 0], solved[:, 1:-2], solved[:, -2], solved[:, -1]
    variance = np.maximum(_AMPLITUDE**2 + NOISE**2 - np.einsum("ij,ji->i", between, weights), 1e-9)
    precision = ones.sum()
    log_weights, gains = [], []
    for scale in SCALES:
        rest = solved_y / scale - solved_prior
        level = rest.sum() / precision
        residual = y / scale - prior_seen - level
        fit = residual @ (rest - level * ones)
        log_weights.append(-0.5 * fit - (len(y) - 1) * math.log(scale))
        mean = level + prior_new + between @ (rest - level * ones)
        gains.append(scale * _expected_improvement(mean, np.sqrt(variance), best / scale))
    share = np.exp(np.array(log_weights) - max(log_weights))
    gain: Floats = np.tensordot(share / share.sum(), np.array(gains), 1)
    return gain


def kernel(
    space: Space, one: Sequence[Config], other: Sequence[Config], lengths: Mapping[str, float] = LENGTHS
) -> Floats:
    """The covariance of configurations: Matern 5/2 over steps; a choice that differs counts as two."""
    each = [lengths.get(d.role or "", lengths[""]) for d in space.dimensions if d.ordered]
    a, b = (
        np.array([coordinates(space, c) for c in configs]).reshape(len(configs), -1) / each
        for configs in (one, other)
    )
    squares = ((a[:, None, :] - b[None, :, :]) ** 2).sum(-1)
    for d in space.dimensions:
        if not d.ordered:
            squares += [[(2.0 / lengths[""]) ** 2 * (c[d.name] != o[d.name]) for o in other] for c in one]
    r = np.sqrt(squares)
    covariance: Floats = _AMPLITUDE**2 * (1 + _FIVE * r + 5 * r**2 / 3) * np.exp(-_FIVE * r)
    return covariance


def _expected_improvement(mean: Floats, deviation: Floats, best: float) -> Floats:
    from scipy.special import ndtr

    z = (best - mean) / deviation
    gain: Floats = (best - mean) * ndtr(z) + deviation * np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    return gain


def _candidates(
    space: Space, known: Knowledge, taken: set[tuple[str, ...]], draw: random.Random
) -> Iterator[Config]:
    """Changes of one dimension, of two, draws around the best run and anywhere; none is taken, none twice.

    What the optimizer does not use stays as it was, so that no rerun is spent on it.
    """
    seen = set(taken)
    for drawn in _all_candidates(space, known, draw):
        config = as_it_was(space, drawn, known.here)
        key = space.key(config)
        if key not in seen:
            seen.add(key)
            yield config


def _carried(space: Space, here: Config, single: Config, size: Dimension | None) -> Config:
    """A change of the batch size with the rate that goes with it; any other change as it is."""
    rate = space.of_role("learning_rate")
    if size is None or size.name not in single or rate is None:
        return single
    whole = balanced(space, here, single[size.name])
    return {**single, rate.name: rate.nearest(whole[rate.name])} if rate.ordered else single


def _all_candidates(space: Space, known: Knowledge, draw: random.Random) -> Iterator[Config]:
    here, moving = known.here, [d for d in space.dimensions if can_move(d)]
    yield known.centre
    singles: list[Config] = [{move.name: move.value} for move in known.moves]
    for d in moving:
        if d.ordered:
            at = coordinate(d, here[d.name])
            singles += [{d.name: at_coordinate(d, at + by)} for by in (-1.0, -0.5, 0.5, 1.0)]
        else:
            singles += [{d.name: choice} for choice in d.choices or ()]
    size = space.of_role("batch_size")
    singles = [_carried(space, here, single, size) for single in singles]
    yield from ({**here, **single} for single in singles)
    spoken_for = singles[: len(known.moves)]
    yield from ({**here, **one, **other} for one in spoken_for for other in singles)
    ordered = [d for d in moving if d.ordered]
    for _ in range(_CANDIDATES if ordered else 0):
        chosen = draw.sample(ordered, min(draw.randint(1, 3), len(ordered)))
        spread = draw.choice((0.3, 0.6))
        yield {
            **here,
            **{d.name: at_coordinate(d, coordinate(d, here[d.name]) + draw.gauss(0, spread)) for d in chosen},
        }
    for _ in range(_CANDIDATES // 2 if ordered and known.wide else 0):
        yield {**known.centre, **{d.name: d.at(draw.random()) for d in ordered}}
