"""Single changes that the corpus made often enough to judge them for a run that no rule speaks of."""

from collections.abc import Iterator, Mapping

from advisor.run import Scalar

_FACTORS: Mapping[str, tuple[float, ...]] = {
    "learning_rate": (10.0, 3.0, 1 / 3, 0.1),
    "batch_size": (4.0, 0.25),
    "hidden_units": (3.0, 0.5),
    "epochs": (2.0,),
    "weight_decay": (10.0,),
}
_STEPS: Mapping[str, float] = {"layers": 1.0, "dropout": 0.2}
_VALUES: Mapping[str, tuple[float, ...]] = {
    "dropout": (0.0,),
    "weight_decay": (0.0,),
    "gradient_clipping": (1.0,),
    "warmup_ratio": (0.1,),
    "label_smoothing": (0.1,),
}
_LARGEST_DROPOUT = 0.7


def candidates(now: Mapping[str, Scalar]) -> Iterator[tuple[str, float]]:
    """(role, new value) of each single change to what a run states; only values that are numbers.

    Args:
        now: Hyperparameters by role.
    """
    for role, value in now.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        for after in _changed(role, float(value)):
            if after != value:
                yield role, after


def _changed(role: str, value: float) -> Iterator[float]:
    for factor in _FACTORS.get(role, ()):
        yield value * factor
    if role in _STEPS:
        after = value + _STEPS[role]
        yield min(_LARGEST_DROPOUT, after) if role == "dropout" else after
    yield from _VALUES.get(role, ())
