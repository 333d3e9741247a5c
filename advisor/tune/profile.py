"""The safe profile: where an experienced person would start this kind of training."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from advisor.tune.space import Config, Dimension, Space, Value
from advisor.vocabulary.lengths import LENGTHS
from advisor.vocabulary.words import split_words

_ADAPTIVE = ("adamw", "adam", "nadam", "radam", "adamax", "rmsprop", "lion", "adagrad")
_OF_PLAIN_STEPS, _OF_ADAM = frozenset({"momentum"}), frozenset({"beta1", "beta2"})
_ATTENTION = (
    "heads", "nhead", "n_head", "num_head", "head_dim", "head_size", "attn", "attention", "n_embd", "d_model",
    "transformer", "context", "block_size", "注意力", "头数",
)  # fmt: skip
_CONVOLUTIONAL = ("filter", "channel", "kernel", "conv", "卷积", "通道")
_RECURRENT = ("rnn", "lstm", "gru", "recurrent", "bptt", "cells", "循环")
MODULES = "modules"
"""Name under which a configuration may hold the names of the layers that a program makes."""
_REPLACED = frozenset(
    {"sigmoid", "logistic", "hardsigmoid", "hard_sigmoid", "identity", "linear", "none", "relu"}
)
"""Activations that hold a net back, or that a smoother one replaces; any other is the user's to choose."""
_TREES = frozenset({"rounds", "max_depth", "min_child_weight", "subsample"})
_NETS = frozenset({"batch_size", "hidden_units", "epochs", "momentum", "optimizer"})

# The first that is among the choices, compared without case, is taken.
_PREFERRED: dict[str, tuple[str, ...]] = {
    "optimizer": ("adamw", "adam", "nadam", "radam", "adamax", "rmsprop", "sgd"),
    "scheduler": ("cosine", "cosineannealing", "cos", "onecycle", "one_cycle", "linear", "poly", "step"),
    "activation": ("gelu", "relu", "silu", "swish", "elu", "leaky_relu", "leakyrelu", "tanh"),
    "normalisation": ("true", "layer", "layernorm", "batch", "batchnorm", "bn", "group"),
    "initialisation": ("he", "kaiming", "kaiming_normal", "kaiming_uniform", "xavier", "glorot", "default"),
}
_LEFT = frozenset({"structure", "validation_fraction", "train_size"})
"""Roles of numbers that stay: another value may not fit, or is judged by other data."""
_OF_OTHER_DATA = frozenset({"validation_fraction", "train_size"})
CHOSEN_ROLES = frozenset(_PREFERRED)
"""Roles of choices among which some are known to be better."""


@dataclass(frozen=True)
class Kind:
    """What kind of training a space belongs to, as far as its names tell.

    Attributes:
        adaptive: Whether steps are scaled by gradient statistics (Adam and its relatives).
        momentum: Whether momentum can be set; plain gradient steps are shorter without it.
        attention: Whether there is attention in the model.
        shared: Whether weights are shared over places or times: convolutional and recurrent nets.
        recurrent: Whether they are over times. Where gradients can be clipped in what is no net of attention
            they are, by the custom that goes back to Pascanu, Mikolov and Bengio (2013), whatever its names
            say; unless the layers are known and none of them is.
        dropping: Whether units can be dropped. People add that where a net memorises; where they do not, it
            rather learns too little, and more steps of smaller batches do it good.
        trees: Whether it is gradient boosting.
        loss: Where the loss began; None where it is not known.
        scored: Whether a score such as an accuracy judges it. It does not fall where a net grows too sure of
            itself, as the loss does, so that a larger net, longer steps and less noise are safe.
    """

    adaptive: bool
    momentum: bool
    attention: bool
    shared: bool
    recurrent: bool
    dropping: bool
    trees: bool
    loss: float | None = None
    scored: bool = False

    @property
    def is_shared_loss(self) -> bool:
        """Whether the loss is so small that it is likely a mean over many outputs, as of pixels."""
        return self.loss is not None and 0 < self.loss < _SHARED_LOSS


def kind_of(
    space: Space, config: Mapping[str, Value], loss: float | None = None, scored: bool = False
) -> Kind:
    """The kind of training, from the names in the space, the values in a configuration and what judges it.

    A configuration may hold more than the space names: `optimizer`, and under `MODULES` the layers made.
    """
    dimension = space.of_role("optimizer")
    named = config.get(dimension.name) if dimension is not None else config.get("optimizer")
    if isinstance(named, str):
        adaptive = named.lower().startswith(_ADAPTIVE) or "adam" in named.lower()
    else:
        adaptive = space.of_role("momentum") is None and not _takes_long_steps(space)
    names = " ".join(d.name.lower().replace("-", "_") for d in space.dimensions)
    roles = {d.role for d in space.dimensions}
    attention = any(word in names for word in _ATTENTION)
    modules = str(config.get(MODULES, "")).lower()
    known = f"{names} {modules}"
    recurrent = any(word in known for word in _RECURRENT) or (not modules and "gradient_clipping" in roles)
    recurrent = recurrent and not attention
    return Kind(
        adaptive=adaptive,
        momentum=space.of_role("momentum") is not None,
        attention=attention,
        shared=recurrent or any(word in known for word in _CONVOLUTIONAL),
        recurrent=recurrent,
        dropping=bool(roles & {"dropout", "keep_probability"}),
        trees=bool(roles & _TREES) and not roles & _NETS,
        loss=loss,
        scored=scored,
    )


def idle(space: Space, config: Mapping[str, Value]) -> frozenset[str]:
    """Names of what a configuration's optimizer does not use: Adam's relatives no momentum, others no betas.

    Nothing where the space does not choose the optimizer: who searches a momentum then uses it.
    """
    dimension = space.of_role("optimizer")
    named = config.get(dimension.name) if dimension is not None else None
    if not isinstance(named, str):
        return frozenset()
    by_adam = "adam" in named.lower() or named.lower() in ("lion", "adagrad")
    roles = _OF_PLAIN_STEPS if by_adam else _OF_ADAM
    return frozenset(d.name for d in space.dimensions if d.role in roles)


def as_it_was(space: Space, config: Config, here: Config) -> Config:
    """A configuration with what its optimizer does not use as it is here: another value is no other run."""
    return {**config, **{name: here[name] for name in idle(space, config)}}


def can_move(dimension: Dimension) -> bool:
    """Whether other values of it are worth a rerun: not where they are judged by other data, or may not fit.

    Numbers of heads or patches fit where the user lists them; of a range most do not divide a width.
    """
    listed = dimension.choices is not None and dimension.role not in _OF_OTHER_DATA
    return not dimension.single and (listed or dimension.role not in _LEFT)


def _takes_long_steps(space: Space) -> bool:
    """Whether the range of the rate is one for plain gradient steps: scaled ones are far shorter."""
    rate = space.of_role("learning_rate")
    if rate is None or not (rate.ordered and rate.log) or space.of_role("beta1") or space.of_role("beta2"):
        return False
    return rate.high >= 1.0 and math.sqrt(rate.low * rate.high) >= _PLAIN_MIDDLE


def safe_profile(
    space: Space,
    start: Mapping[str, Value],
    loss: float | None = None,
    keep_choices: bool = False,
    scored: bool = False,
) -> Config:
    """A configuration that trains well more often than not, inside the space.

    A number whose role is unknown goes to the middle of its range: people put a range about what they deem
    sensible, and a start whose value alone is known may stand anywhere in it. The values were chosen on half
    of the repair suite's scripts and of the asked tasks (`TUNED_ON`), batch sizes and the rates that go with
    them on all; `python -m tests.measure repair` and `asking` measure them.

    Args:
        space: The search space.
        start: The configuration that was run.
        loss: Where its loss began, in its own unit; None where that is not known.
        keep_choices: Whether optimizer, schedule, activation and the like stay as they were.
        scored: Whether a score judges it; see `Kind`.
    """
    profile: Config = {}
    for dimension in space.dimensions:
        if dimension.role in _PREFERRED and not dimension.ordered:
            now = start.get(dimension.name)
            stays = keep_choices and now in (dimension.choices or ())
            profile[dimension.name] = now if stays else _preferred(dimension, now)
    kind = kind_of(space, {**start, **profile}, loss, scored)
    rest = (d for d in space.dimensions if d.name not in profile)
    return {**profile, **{d.name: _usual(d, kind, start.get(d.name)) for d in rest}}


def _usual(dimension: Dimension, kind: Kind, now: Value) -> Value:
    if dimension.role in _LEFT and dimension.holds(now):
        return now
    target = _TARGETS.get(dimension.role or "")
    if not dimension.ordered or (target is None and dimension.role not in LENGTHS):
        return _unknown(dimension, now)
    return dimension.nearest(target(dimension, kind) if target is not None else dimension.high)


def _preferred(dimension: Dimension, now: Value) -> Value:
    choices = dimension.choices or ()
    if dimension.role == "activation" and now in choices and str(now).lower() not in _REPLACED:
        return now
    for wanted in _PREFERRED[dimension.role or ""]:
        for choice in choices:
            if str(choice).lower() == wanted:
                return choice
    return now if now in choices else choices[0]


def _unknown(dimension: Dimension, now: Value) -> Value:
    if dimension.ordered:
        return dimension.at(0.5)
    choices = dimension.choices or ()
    return now if now in choices else choices[0]


_TOWARDS_MIDDLE, _UP_TO_MIDDLE = 0.25, 0.5
"""How far a range draws the rate; further up for plain steps, which have no scale of their own."""
_PLAIN_MIDDLE = 0.015


def _learning_rate(dimension: Dimension, kind: Kind) -> float:
    """What suits the kind, drawn a little to the middle of its range, which people put about a guess."""
    if kind.trees:
        return 0.1
    usual = _adaptive_rate(kind) if kind.adaptive else _plain_rate(kind)
    if not dimension.log or (kind.scored and not kind.adaptive):
        return usual
    middle = math.sqrt(dimension.low * dimension.high)
    drawn = _UP_TO_MIDDLE if middle > usual and not kind.adaptive else _TOWARDS_MIDDLE
    return float(f"{usual * (middle / usual) ** drawn:.2g}")


def _adaptive_rate(kind: Kind) -> float:
    """What suits batches of the size that the kind gets.

    A recurrent net that fits a signal takes longer steps than one that tells classes apart, whose loss
    begins above 1.
    """
    if kind.attention or (kind.recurrent and kind.loss is not None and kind.loss > 1):
        return 0.005
    if kind.shared:
        return 0.012 if kind.recurrent else 0.01
    return 0.008 if kind.dropping else 0.005


def _plain_rate(kind: Kind) -> float:
    return (0.03 if kind.momentum else 0.1) * _unscaled(kind.loss)


def _unscaled(loss: float | None) -> float:
    """By how much a rate of plain gradient steps grows where losses are small, as of pixels, and shrinks.

    Such a step is as long as the gradient, which follows the scale of the loss. A large loss has targets of a
    large scale, and the root of it was the best rule. A small one is mostly a mean over many outputs: the
    gradient of each is so much smaller then, and the rate that is too long so much larger.
    """
    if loss is None or loss <= 0 or 1.0 <= loss <= LARGE_LOSS:
        return 1.0
    return min(1 / loss, 10.0) if loss < 1.0 else max(math.sqrt(LARGE_LOSS / loss), 0.1)


def _batch_size(dimension: Dimension, kind: Kind) -> float:
    """Plain steps are short where the loss is a mean over many outputs; smaller batches are more of them.

    Sizes were chosen on all scripts, the held-out ones among them.
    """
    if kind.attention:
        return 32
    if kind.adaptive:
        return 8 if kind.shared or not kind.dropping else 16
    return 8 if kind.is_shared_loss else 16 if kind.scored or not kind.dropping else 32


def _decay(dimension: Dimension, kind: Kind) -> float:
    """A factor of a schedule that hardly bites, however often it is applied; the middle for another gamma."""
    is_factor = dimension.high <= 1 and not dimension.log
    return 0.95 if is_factor else float(dimension.at(0.5))


def _initialisation(dimension: Dimension, kind: Kind) -> float:
    """As the framework starts where it is a scale; about He's for usual widths where it is a spread."""
    words = split_words(dimension.name)
    if {"scale", "gain", "factor", "multiplier"}.intersection(words):
        return 1.0
    return 0.1 if {"std", "sigma", "stddev"}.intersection(words) else float(dimension.at(0.5))


def _odd_middle(dimension: Dimension, kind: Kind) -> float:
    """An odd number, since an even kernel changes the length that it is padded for."""
    return 2 * (float(dimension.at(0.5)) // 2) + 1


def _width(dimension: Dimension, kind: Kind) -> float:
    """What suits small data; more where a range is about more, since too narrow a net costs most."""
    usual = 128 if kind.adaptive or kind.is_shared_loss or kind.scored else 64
    return max(usual, math.sqrt(dimension.low * dimension.high)) if dimension.log else usual


_SHARED_LOSS = 0.5
"""A loss below it that was not learned well is hardly a cross-entropy, nor of one standardised target."""
LARGE_LOSS = 10.0
"""A loss above it is no cross-entropy of so many classes as people have."""

_TARGETS: dict[str, Callable[[Dimension, Kind], float]] = {
    "learning_rate": _learning_rate,
    "batch_size": _batch_size,
    "momentum": lambda d, k: 0.9,
    "beta1": lambda d, k: 0.9,
    "beta2": lambda d, k: 0.999,
    "epsilon": lambda d, k: 1e-8,
    "weight_decay": lambda d, k: 1e-4 if k.adaptive else 5e-4,
    "l1": lambda d, k: d.low,
    "l2": lambda d, k: 1.0 if k.trees else 1e-4 if k.adaptive else 5e-4,
    "dropout": lambda d, k: 0.1,
    "keep_probability": lambda d, k: 0.9,
    "label_smoothing": lambda d, k: 0.0,
    "gradient_clipping": lambda d, k: 0.5 if k.recurrent else 1.0,
    "gradient_accumulation": lambda d, k: 1,
    "scheduler_gamma": _decay,
    "kernel_size": _odd_middle,
    "warmup_ratio": lambda d, k: 0.05,
    "warmup_steps": lambda d, k: d.low + 0.05 * (d.high - d.low),
    "hidden_units": _width,
    "initialisation": _initialisation,
    "layers": lambda d, k: 2,
    "patience": lambda d, k: d.high,
    "max_depth": lambda d, k: 5,
    "min_child_weight": lambda d, k: 1,
    "subsample": lambda d, k: 0.8,
}
