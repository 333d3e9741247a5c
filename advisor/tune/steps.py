"""Coordinates in which one unit is one step that matters, whatever the hyperparameter."""

import math

from advisor.tune.space import AVERAGES, Config, Dimension, Space, Value

_FACTORS = {
    "learning_rate": 3.0, "min_learning_rate": 3.0, "batch_size": 2.0, "gradient_accumulation": 2.0,
    "hidden_units": 2.0, "weight_decay": 10.0, "l1": 10.0, "l2": 10.0, "epsilon": 100.0, "epochs": 1.5,
    "max_steps": 1.5, "rounds": 1.5, "gradient_clipping": 4.0,
}  # fmt: skip
"""Roles that are walked in factors."""
_AMOUNTS = {
    "dropout": 0.15,
    "keep_probability": 0.15,
    "layers": 1.0,
    "label_smoothing": 0.1,
    "warmup_ratio": 0.1,
}
_PARTS = 4.0
"""How many steps span the range of what has no known role."""


def coordinate(dimension: Dimension, value: Value) -> float:
    """Where a value stands, counted in steps; an average's decay counts in halvings of 1 minus it."""
    number = float(value)
    if dimension.role != "learning_rate":
        number = min(max(number, dimension.low), dimension.high)
    role = dimension.role or ""
    if role in AVERAGES and dimension.high < 1.0:
        return -math.log2(max(1.0 - number, 1e-4))
    if choices := _from_nothing(dimension):
        return float(choices.index(min(choices, key=lambda choice: abs(choice - number))))
    if role in _FACTORS and dimension.low > 0:
        return math.log(number) / math.log(_FACTORS[role])
    if role in _AMOUNTS:
        return number / _AMOUNTS[role]
    return _PARTS * dimension.unit(number)


def at_coordinate(dimension: Dimension, position: float) -> Value:
    """The value nearest to a position that is counted in steps."""
    role = dimension.role or ""
    if role in AVERAGES and dimension.high < 1.0:
        return dimension.nearest(1.0 - 2.0**-position)
    if choices := _from_nothing(dimension):
        return choices[min(max(round(position), 0), len(choices) - 1)]
    if role in _FACTORS and dimension.low > 0:
        return dimension.nearest(_FACTORS[role] ** min(position, 700 / _FACTORS[role]))
    if role in _AMOUNTS:
        return dimension.nearest(position * _AMOUNTS[role])
    return dimension.at(position / _PARTS)


def _from_nothing(dimension: Dimension) -> tuple[Value, ...]:
    """Its choices where they are nothing, then factors: nothing is one step below the smallest."""
    is_walked = dimension.role in _FACTORS and dimension.ordered and dimension.low == 0
    return (dimension.choices or ()) if is_walked else ()


def coordinates(space: Space, config: Config) -> list[float]:
    """One coordinate for each dimension with an order, in the space's order; see `balanced`."""
    whole = balanced(space, config)
    return [coordinate(d, whole[d.name]) for d in space.dimensions if d.ordered]


def balanced(space: Space, config: Config, batch: Value = 1) -> Config:
    """A configuration with the rate that means the same at another batch size.

    Steps over fewer samples are noisier, and their noise is the same where the rate shrinks with the root of
    the batch size (Malladi, Lyu, Panigrahi and Arora 2022 for adaptive steps).
    """
    rate, size = space.of_role("learning_rate"), space.of_role("batch_size")
    if rate is None or size is None or not (rate.ordered and rate.log and size.ordered and size.low > 0):
        return config
    return {
        **config,
        rate.name: float(config[rate.name]) * math.sqrt(float(batch) / float(config[size.name])),
    }
