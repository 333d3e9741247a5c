"""A search space read as a person reads it: which dimension is the learning rate, which the batch size."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from advisor.vocabulary import hyperparameter_role
from advisor.vocabulary.company import roles_in_company
from advisor.vocabulary.lengths import LENGTHS
from advisor.vocabulary.parts import is_about_something_else, whole_before_part
from advisor.vocabulary.words import Words, split_words

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Value = Any
"""A value of a dimension: a number, a string, a truth value, None; whatever the distribution holds."""
Config = dict[str, Value]

_LOG_ROLES = frozenset(
    {"learning_rate", "min_learning_rate", "batch_size", "hidden_units", "epochs", "max_steps", "rounds",
     "gradient_clipping", "gradient_accumulation", "weight_decay", "l1", "l2", "epsilon"}
)  # fmt: skip
# What such a word means where it names a dimension that is searched; elsewhere it may mean other things
# (`channels` of an image, `decay` of a schedule), so that the common vocabulary leaves it alone.
_SEARCHED = {
    "learning_rate": ("eta0", "lr", "学习速率"),
    "hidden_units": (
        "filters", "filter", "channels", "neurons", "latent", "bottleneck", "hid", "h", "fc", "ff", "ffn",
        "mlp", "hidden1", "hidden2", "h1", "h2", "code", "emb", "embedding", "lstm", "gru", "rnn", "units",
        "hidden", "width", "dmodel", "embd", "capacity", "cells",
        "通道", "通道数", "隐藏层大小", "隐层大小", "隐藏层", "隐藏单元", "嵌入维度",
    ),
    "weight_decay": ("decay", "wd", "regularization", "regularisation"),
    "batch_size": ("minibatch", "mb", "batchsize", "batch", "bs", "bsz", "批量"),
    "gradient_clipping": ("clip", "clipping", "gradclip", "clipnorm"),
    "max_steps": ("iters", "updates"),
    "dropout": ("dropout", "drop"),
    "keep_probability": ("keep",),
    "momentum": ("mu",),
    "layers": ("layers", "blocks", "stack"),
}  # fmt: skip
_MEANS = {word: role for role, words in _SEARCHED.items() for word in words}
_TELLING = {
    "optimizer": frozenset(
        {"sgd", "momentum", "nesterov", "adam", "adamw", "nadam", "radam", "adamax", "rmsprop", "adagrad",
         "adadelta", "lion", "lbfgs"}
    ),
    "activation": frozenset(
        {"relu", "tanh", "sigmoid", "logistic", "gelu", "elu", "selu", "silu", "swish", "mish", "leakyrelu",
         "hardswish", "softplus", "celu"}
    ),
    "scheduler": frozenset(
        {"constant", "cosine", "step", "exponential", "onecycle", "plateau", "polynomial"}
    ),
}  # fmt: skip
"""Choices that say what they choose among, whatever the name, without case and underscores."""
_BESIDE = frozenset({"none", "linear"})
"""Choices that are of several kinds."""
_OTHER_WORDS = frozenset(
    {"layer", "kernel", "heads", "head", "type", "ratio", "std", "noise", "rank", "range", "image", "img",
     "input", "in", "color", "colour", "mul", "mult", "multiplier"}
)  # fmt: skip
_BEHIND = frozenset({"size", "dim", "dims", "rate", "prob", "count", "n", "num", "norm", "value"})
"""What may stand behind the word that means something: `clip_norm`, `latent_size`, but not `clip_range`."""
_COUNTED = frozenset({"hidden_units", "layers", "batch_size", "max_steps"})
"""Roles of whole numbers."""
_SMALLEST_AVERAGE = 0.2
"""Decays of running averages reach above it; the `beta1` of a noise schedule does not."""
_ONE_OF = frozenset({"l1", "l2", "scheduler_gamma", "epsilon"})
"""Roles of which a training has one."""
_LARGEST_DECAY = 0.5
"""A `decay` above it is what is left of something after a step, not what weights lose."""
_OF_A_SCHEDULE = frozenset(
    {"power", "factor", "steps", "step", "gamma", "warmup", "min", "final", "end", "linear", "exponential",
     "exp", "polynomial", "cosine", "ema", "lr", "rate", "epochs", "epoch", "start"}
)  # fmt: skip
"""Beside `lr` or `decay` they name what a schedule does with the rate."""
_STRUCTURE = frozenset({"heads", "nhead", "patch", "stride", "groups", "dilation"})
"""What has to divide something else, or to fit it; a value that ran is the only one known to."""
AVERAGES = frozenset({"momentum", "beta1", "beta2"})
"""Roles of a running average's decay: what it lacks to 1 is what matters."""
EXACTLY = 6
"""Digits of a value that is more than a proposal: a logarithm of one."""
_ON_GRID = 12
"""Digits of a value of a grid, whose distribution refuses what is off it by more than rounding."""
_DEEPEST = 8
"""Highest number of hidden layers that people search."""
_WIDE = 8.0
"""Ratio of bounds from which a dimension of such a role is walked in factors, not in steps."""


@dataclass(frozen=True)
class Dimension:
    """One dimension of a search space.

    Attributes:
        name: As the user wrote it.
        role: The field's name for it (`learning_rate`); None where it is unknown.
        distribution: An Optuna distribution: float, integer or categorical.
    """

    name: str
    role: str | None
    distribution: "BaseDistribution"

    @cached_property
    def choices(self) -> tuple[Value, ...] | None:
        """The choices of a categorical dimension, smallest first where all are numbers; None for a range."""
        choices = getattr(self.distribution, "choices", None)
        if choices is None:
            return None
        return tuple(sorted(choices)) if all(_is_number(c) for c in choices) else tuple(choices)

    @cached_property
    def ordered(self) -> bool:
        """Whether its values are numbers."""
        return self.choices is None or (len(self.choices) > 1 and all(_is_number(c) for c in self.choices))

    @cached_property
    def single(self) -> bool:
        """Whether it holds one value only."""
        return bool(self.distribution.single())

    @property
    def low(self) -> float:
        """Its smallest number."""
        return float(self.choices[0] if self.choices is not None else self.distribution.low)  # type: ignore[attr-defined]

    @property
    def high(self) -> float:
        """Its largest number."""
        return float(self.choices[-1] if self.choices is not None else self.distribution.high)  # type: ignore[attr-defined]

    @cached_property
    def log(self) -> bool:
        """Whether it is walked in factors."""
        if not self.ordered or self.low <= 0:
            return False
        wide = self.high / self.low >= _WIDE
        return bool(getattr(self.distribution, "log", False)) or (wide and self.role in _LOG_ROLES)

    @cached_property
    def whole(self) -> bool:
        """Whether its numbers are integers."""
        if self.choices is not None:
            return all(isinstance(c, int) for c in self.choices)
        return isinstance(self.distribution.low, int)  # type: ignore[attr-defined]

    def holds(self, value: Value) -> bool:
        """Whether `value` is one of its values."""
        if self.choices is not None:
            return value in self.choices
        return _is_number(value) and self.low <= value <= self.high

    def nearest(self, number: float, digits: int | None = None) -> Value:
        """The value of this dimension that is nearest to `number`, on its own scale.

        Args:
            number: Any number.
            digits: How many to write of a value that is no integer; None for as many as matter.
        """
        if self.choices is not None:
            return min(self.choices, key=lambda c: abs(self._scaled(float(c)) - self._scaled(number)))
        number = min(max(number, self.low), self.high)
        step = getattr(self.distribution, "step", None)
        if step and not (self.whole and step == 1 and self.log):
            number = self.low + round((number - self.low) / step) * step
            number = min(number, self.low + math.floor((self.high - self.low) / step + 1e-9) * step)
            digits = _ON_GRID
        if self.whole:
            return int(min(max(round(number), self.low), self.high))
        return min(max(self._written(number, digits), self.low), self.high)

    def _written(self, number: float, digits: int | None) -> float:
        """A number as a person would write it: two digits matter, three where it is not known what it is.

        Of an average's decay those of what it lacks to 1 matter.
        """
        digits = digits or (2 if self.role else 3)
        if self.role in AVERAGES and number < 1.0:
            return round(1.0 - float(f"{1.0 - number:.{digits}g}"), 12)
        return float(f"{number:.{digits}g}")

    def unit(self, value: Value) -> float:
        """Where `value` stands between the lowest (0) and the highest (1) on its scale; 0.5 without order."""
        if not self.ordered or not _is_number(value) or self.high == self.low:
            return 0.5
        low, high = self._scaled(self.low), self._scaled(self.high)
        return (self._scaled(float(value)) - low) / (high - low)

    def at(self, unit: float) -> Value:
        """The value at a share of the way from the lowest to the highest on its scale."""
        low, high = self._scaled(self.low), self._scaled(self.high)
        scaled = low + min(max(unit, 0.0), 1.0) * (high - low)
        return self.nearest(math.exp(scaled) if self.log else scaled)

    def stepped(self, value: Value, towards: float) -> Value:
        """The nearest value to `towards` that is no longer `value`, as far as the dimension has one there."""
        found = self.nearest(towards)
        if found != value:
            return found
        if self.choices is not None:
            index = self.choices.index(value) + (1 if towards > value else -1)
            return self.choices[min(max(index, 0), len(self.choices) - 1)]
        if self.whole:
            return self.nearest(value + (1 if towards > value else -1))
        return found

    def _scaled(self, number: float) -> float:
        return math.log(max(number, self.low)) if self.log else number


@dataclass(frozen=True)
class Space:
    """All dimensions, in the order in which they were given."""

    dimensions: tuple[Dimension, ...]

    @classmethod
    def of(
        cls, distributions: "Mapping[str, BaseDistribution]", meant: Mapping[str, str] | None = None
    ) -> "Space":
        """The space of a dictionary of Optuna distributions.

        Args:
            distributions: By name.
            meant: By name, the words to read instead of it.
        """
        meant = meant or {}
        roles = {n: searched_role(meant.get(n, n), d) for n, d in distributions.items()}
        told = roles_in_company([(meant.get(n, n), role) for n, role in roles.items()])
        roles = dict(zip(roles, told, strict=True))
        found = tuple(Dimension(n, roles[n], d) for n, d in distributions.items())
        return cls(tuple(replace(d, role="layers") if _is_depth(d, found) else d for d in found))

    @property
    def lengths(self) -> tuple[Dimension, ...]:
        """The dimensions that say how long a training is."""
        return tuple(d for d in self.dimensions if d.role in LENGTHS and d.ordered)

    def of_role(self, role: str) -> Dimension | None:
        """The first dimension of a role, or None."""
        return next((d for d in self.dimensions if d.role == role), None)

    def __getitem__(self, name: str) -> Dimension:
        return next(d for d in self.dimensions if d.name == name)

    def key(self, config: Mapping[str, Value]) -> tuple[str, ...]:
        """What two configurations that mean the same have in common, to three digits."""
        return tuple(f"{v:.3g}" if _is_number(v := config.get(d.name)) else repr(v) for d in self.dimensions)

    def mended(self, config: Mapping[str, Value], otherwise: Mapping[str, Value]) -> Config:
        """`config` with every dimension present and inside its bounds."""
        mended = {}
        for d in self.dimensions:
            value = config.get(d.name, otherwise.get(d.name))
            if not d.holds(value):
                number = _is_number(value) and d.ordered and math.isfinite(value)
                value = d.nearest(float(value)) if number else otherwise[d.name]
            mended[d.name] = value
        return mended


def searched_role(name: str, distribution: "BaseDistribution") -> str | None:
    """The role of a dimension of a search space: by the vocabulary, else by a word that can mean little else.

    A range that reaches below zero is none of the quantities that a role has values for (it may be the
    logarithm of one), so that it has no role.
    """
    dimension = Dimension(name, None, distribution)
    if dimension.ordered and dimension.low < 0:
        return None
    words = split_words(name)
    role = hyperparameter_role(name) or _role_without_count(words)
    if role in AVERAGES and dimension.ordered and dimension.high < _SMALLEST_AVERAGE:
        return None
    if role is None and dimension.ordered and (shape := _role_of_shape(words)):
        return shape
    if role is None and dimension.ordered:
        role = _by_a_word(words, dimension)
    return role or _role_of_choices(dimension.choices or ())


def _by_a_word(words: Words, dimension: Dimension) -> str | None:
    if _OTHER_WORDS.intersection(words):
        return None
    meant = _word_with_a_meaning(words)
    role = _MEANS.get(meant or "")
    if meant in ("lr", "decay") and _OF_A_SCHEDULE.intersection({*words} - {meant}):
        return None
    if role is None or is_about_something_else(role, words):
        return None
    if (meant == "decay" and dimension.high > _LARGEST_DECAY) or (role in _COUNTED and _is_share(dimension)):
        return None
    if meant == "clip" and "size" in words:
        return None
    return role


def _word_with_a_meaning(words: Words) -> str | None:
    """The last word, or the one before parts of a net, numbers and what may stand behind it."""
    bare = words
    if "dropout" in words:
        return "keep" if "keep" in words else "dropout"
    while bare and bare[-1] not in _MEANS and (bare[-1] in _BEHIND or bare[-1].isdigit()):
        bare = bare[:-1]
    ends = [bare, *(rest for rest, _ in whole_before_part(bare))]
    return next((end[-1] for end in ends if end and end[-1] in _MEANS), None)


def _is_share(dimension: Dimension) -> bool:
    """Whether its values are between whole numbers, as those of a factor are."""
    return not dimension.whole and dimension.low < 1


def _is_depth(dimension: Dimension, beside: Sequence[Dimension]) -> bool:
    """Whether a number of hidden ones (`n_hidden`) is one of layers: a few, beside a width of its own."""
    if (
        dimension.role != "hidden_units"
        or not dimension.ordered
        or "hidden" not in split_words(dimension.name)
    ):
        return False
    widths = (d for d in beside if d is not dimension and d.role == "hidden_units" and d.ordered)
    return dimension.high <= _DEEPEST and any(d.high > _DEEPEST for d in widths)


def _role_of_choices(choices: Sequence[Value]) -> str | None:
    """What choices are about that are all of one kind, such as optimizers."""
    plain = {str(choice).lower().replace("_", "") for choice in choices}
    return next((r for r, known in _TELLING.items() if plain & known and plain <= known | _BESIDE), None)


def _role_of_shape(words: Sequence[str]) -> str | None:
    """`structure` or `kernel_size` where a name is about the shape of a net, but not its width or depth."""
    if "lr" in words:
        return None
    if _STRUCTURE.intersection(words) or ("head" in words and {"n", "num"}.intersection(words)):
        return "structure"
    return "kernel_size" if "kernel" in words and not {"n", "num"}.intersection(words) else None


def _role_without_count(words: Sequence[str]) -> str | None:
    """The role of a name without the numbers that tell one layer's setting from another's, or a leading `n`.

    Penalties and factors that are numbered are those of several things.
    """
    role = hyperparameter_role(_uncounted(words))
    is_numbered = any(word[-1:].isdigit() and word not in ("l1", "l2") for word in words)
    return None if is_numbered and role in _ONE_OF else role


def _uncounted(words: Sequence[str]) -> str:
    counted = words[1:] if words[:1] in (("n",), ("num",), ("nb",)) else words
    bare = ((word, word.rstrip("0123456789")) for word in counted)
    return "_".join(rest for word, rest in bare if len(rest) > (word != rest))


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
