"""What is changed between a base run and its reruns: single changes, pairs of them, and full resets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import product

from advisor.corpus.setting import SHAPE_FIELDS, Setting

Edit = Callable[[Setting], Setting]
WIDEST, DEEPEST, LARGEST_BATCH = 96, 5, 128


@dataclass(frozen=True)
class Change:
    """One counterfactual.

    Attributes:
        name: Stable; stands in the shards.
        edit: Setting -> the setting with it; the same setting where it changes nothing.
        single: Whether it touches one hyperparameter, or resets one optimizer, at a time.
    """

    name: str
    edit: Edit
    single: bool = True


def with_values(setting: Setting, **values: object) -> Setting:
    """The setting with fields of its own or of its shape replaced."""
    shape = {name: value for name, value in values.items() if name in SHAPE_FIELDS}
    own = {name: value for name, value in values.items() if name not in SHAPE_FIELDS}
    return replace(setting, shape=replace(setting.shape, **shape), **own)  # type: ignore[arg-type]


def _put(**values: object) -> Edit:
    return lambda s: with_values(s, **values)


def _rate(factor: float) -> Edit:
    return lambda s: replace(s, learning_rate=s.learning_rate * factor)


def _batch(factor: float) -> Edit:
    def edit(s: Setting) -> Setting:
        size = int(min(LARGEST_BATCH, max(4, s.shape.batch_size * factor)))
        return with_values(s, batch_size=size)

    return edit


def _width(factor: float) -> Edit:
    return lambda s: with_values(s, hidden_units=int(min(WIDEST, max(4, s.shape.hidden_units * factor))))


def _deeper(s: Setting) -> Setting:
    most = DEEPEST if s.shape.net == "mlp" else 2
    return with_values(s, layers=min(most, s.shape.layers + 1))


def _shallower(s: Setting) -> Setting:
    return with_values(s, layers=max(1, s.shape.layers // 2))


def _norm(kind: str) -> Edit:
    # The recurrent net has none, and attention has its own.
    return lambda s: with_values(s, normalisation=kind) if s.shape.net in ("mlp", "conv") else s


def _more_decay(s: Setting) -> Setting:
    return replace(s, weight_decay=max(1e-4, s.weight_decay) * 10)


def _momentum(s: Setting) -> Setting:
    return replace(s, momentum=0.9) if s.optimizer == "sgd" else s


ADAMW = _put(optimizer="adamw", learning_rate=0.003, momentum=0.0, nesterov=False)
SGD = _put(optimizer="sgd", learning_rate=0.05, momentum=0.9, nesterov=False)
_PLAIN = _put(dropout=0.0, weight_decay=0.0, label_smoothing=0.0)
_RESET = _put(
    optimizer="adamw", learning_rate=0.003, momentum=0.0, nesterov=False, scheduler="cosine",
    warmup_ratio=0.05, gradient_clipping=0.0, dropout=0.0, weight_decay=1e-4, label_smoothing=0.0,
    initialisation="default", inputs="standard",
)  # fmt: skip
_SINGLE: Mapping[str, Edit] = {
    "lr_x3": _rate(3.0),
    "lr_x10": _rate(10.0),
    "lr_d3": _rate(1 / 3),
    "lr_d10": _rate(0.1),
    "adamw": ADAMW,
    "sgd": SGD,
    "momentum": _momentum,
    "dropout_up": lambda s: replace(s, dropout=min(0.7, s.dropout + 0.2)),
    "dropout_off": _put(dropout=0.0),
    "decay_up": _more_decay,
    "decay_off": _put(weight_decay=0.0),
    "smoothing": _put(label_smoothing=0.1),
    "plain": _PLAIN,
    "clip": _put(gradient_clipping=1.0),
    "clip_off": _put(gradient_clipping=0.0),
    "warmup": _put(warmup_ratio=0.1),
    "cosine": _put(scheduler="cosine"),
    "init_he": _put(initialisation="he"),
    "init_default": _put(initialisation="default"),
    "standardise": _put(inputs="standard"),
    "batch_x4": _batch(4),
    "batch_d4": _batch(0.25),
    "width_x3": _width(3),
    "width_d2": _width(0.5),
    "deeper": _deeper,
    "shallower": _shallower,
    "layer_norm": _norm("layer"),
    "batch_norm": _norm("batch"),
    "relu": _put(activation="relu"),
    "epochs_x2": lambda s: with_values(s, epochs=2 * s.shape.epochs),
    "epochs_d2": lambda s: with_values(s, epochs=max(4, s.shape.epochs // 2)),
}


def _both(first: str, second: str) -> Change:
    return Change(f"{first}+{second}", lambda s: _SINGLE[second](_SINGLE[first](s)), single=False)


SINGLE = tuple(Change(name, edit) for name, edit in _SINGLE.items())
PAIRS = (
    *(_both("adamw", other) for other in ("standardise", "cosine", "plain", "layer_norm")),
    _both("lr_d10", "warmup"), _both("lr_d3", "epochs_x2"), _both("lr_x3", "batch_d4"),
    Change("reset", _RESET, single=False),
)  # fmt: skip
CHANGES: Mapping[str, Change] = {change.name: change for change in (*SINGLE, *PAIRS)}


def reruns_of(base: Setting, names: tuple[str, ...]) -> dict[str, Setting]:
    """The reruns of a base by the names of their changes; without those that change nothing."""
    edited = {name: CHANGES[name].edit(base) for name in names}
    edited = {name: setting for name, setting in edited.items() if _matters(base, setting)}
    # A smoothed label is a class; a value has none.
    return {n: s for n, s in edited.items() if not (n == "smoothing" and _is_regression(base))}


def _matters(base: Setting, other: Setting) -> bool:
    """Whether two settings train differently: what the net has no use for does not count."""
    if base.shape.net == "gru":
        other = with_values(other, activation=base.shape.activation)
    return other != base


def _is_regression(setting: Setting) -> bool:
    from advisor.corpus.datasets import SOURCES

    return SOURCES[setting.shape.conditions.data].regression


def with_seeds(settings: Mapping[str, Setting], seeds: tuple[int, ...]) -> list[tuple[str, Setting]]:
    """Each setting under each seed, beside its name."""
    return [(name, replace(setting, seed=seed)) for (name, setting), seed in product(settings.items(), seeds)]
