"""What a user allows the tuning to change, and how far: `--keep`, `--only`, `--bounds`, and the like."""

import ast
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import EditError, UsageError
from advisor.experiment.choices import choices_in
from advisor.experiment.names import role_of, same_name
from advisor.experiment.place import Place
from advisor.experiment.places import Search, search
from advisor.experiment.plan import plan_value
from advisor.experiment.program_modules import modules_of
from advisor.experiment.program_optimizer import optimizer_of
from advisor.experiment.scalars import parse_scalar, plain_text
from advisor.experiment.script import Script
from advisor.run import Hyperparameter, Scalar
from advisor.text import clean_line
from advisor.tune.profile import MODULES
from advisor.vocabulary.lengths import LENGTHS

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

_WORD_ROLES = ("optimizer", "scheduler", "activation")
_PLAIN = ("sgd", "momentum", "nesterov")
_POWERS = tuple(2**k for k in range(13))


@dataclass(frozen=True)
class Limits:
    """What the user allows.

    Attributes:
        keep: Values that stay as given, by name.
        only: Names that may change; empty for all.
        bounds: Lowest and highest value, by name.
        epochs_factor: How many times as long a training may become.
        remembered: Roles that the user wanted left alone in an earlier conversation; a name in `only` or
            `bounds` goes before it.
    """

    keep: dict[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)
    epochs_factor: float = 2.0
    remembered: frozenset[str] = frozenset()

    def leaves_alone(self, place: Place) -> bool:
        """Whether a setting stays since the user said so earlier, and nothing else now."""
        named = any(_means(asked, place.name) for asked in (*self.only, *self.bounds, *self.keep))
        return place.role in self.remembered and not named

    def allows(self, name: str) -> bool:
        """Whether a setting may change."""
        chosen = not self.only or any(_means(asked, name) for asked in self.only)
        return chosen and not any(_means(asked, name) for asked in self.keep)

    def bounds_of(self, name: str) -> tuple[float, float] | None:
        """The bounds that the user states for a setting, or None."""
        return next((b for asked, b in self.bounds.items() if _means(asked, name)), None)


@dataclass(frozen=True)
class Tunable:
    """What can be tuned of a command.

    Attributes:
        space: A distribution for each setting, by the name that it is edited by.
        start: The values that stand there now.
        kept: Values that the user wants kept and that do not stand yet, by the name of the setting.
        left_out: Why settings are left as they are, one sentence each.
        roles: What settings are for, where their names do not say it.
        stated: What else is known of the training: the settings that stay, and the optimizer and layers that
            the program makes.
    """

    space: "dict[str, BaseDistribution]"
    start: dict[str, Scalar]
    kept: dict[str, Scalar]
    left_out: tuple[str, ...]
    roles: dict[str, str]
    stated: dict[str, Scalar]


def parse_limits(keep: Sequence[str], only: str, bounds: Sequence[str], epochs_factor: float) -> Limits:
    """The limits as they are typed.

    Raises:
        UsageError: one cannot be understood; says which and how it is written.
    """
    kept = dict(_pair(item, "--keep hidden=64") for item in keep)
    ranges: dict[str, tuple[float, float]] = {}
    for item in bounds:
        name, text = _pair(item, "--bounds lr=1e-5..1")
        low, dots, high = text.partition("..")
        try:
            ranges[name] = (float(low), float(high))
        except ValueError:
            dots = ""
        if not dots or not ranges[name][0] < ranges[name][1]:
            raise UsageError(f"'{clean_line(item)}' gives no range.", "Write it like --bounds lr=1e-5..1.")
    if epochs_factor < 1:
        raise UsageError(f"--max-epochs-factor is {epochs_factor:g}.", "It must be 1 or more.")
    names = tuple(part.strip() for part in only.split(",") if part.strip())
    return Limits(kept, names, ranges, epochs_factor)


def tunable(command: Sequence[str], folder: Path, limits: Limits) -> Tunable:
    """Every setting of a command that may be tuned, with its range and its current value.

    Args:
        command: The training command.
        folder: Where it runs.
        limits: What the user allows.

    Raises:
        UsageError: a limit names no setting, or nothing is left to tune.
    """
    found = search(command, folder)
    _check_names([*limits.keep, *limits.only, *limits.bounds], found)
    space, start, left_out = _searched(found, command, folder, limits)
    if not space:
        asked = ("What --only names is nothing that a tuning changes.",) if limits.only else ()
        raise UsageError(
            "Nothing of this command can be tuned.",
            "'advisor hyperparameters -- COMMAND' lists what is found.",
            [UsageError(line) for line in (*(left_out or asked), *found.problems)],
        )
    kept = _kept(found.places, limits.keep, command, folder)
    roles = {
        p.name: p.role for p in found.places if p.name in space and p.role not in (None, role_of(p.name))
    }
    stated = {**_stated(found, space), **kept}
    now = {place.name: place.value for place in found.places}
    set_ = {name: value for name, value in kept.items() if now[name] != value}
    return Tunable(space, start, set_, tuple(left_out), roles, stated)


def _searched(
    found: Search, command: Sequence[str], folder: Path, limits: Limits
) -> "tuple[dict[str, BaseDistribution], dict[str, Scalar], list[str]]":
    """The range of each setting that is searched, its value now, and what stays as it is and why."""
    space: dict[str, BaseDistribution] = {}
    start: dict[str, Scalar] = {}
    left_out: list[str] = []
    plain = _is_plain(optimizer_of(found.script))
    for place in found.places:
        if place.name in space or not limits.allows(place.name):
            continue
        distribution = _range(place, limits, _choices(place, found.script), plain)
        if distribution is None:
            continue
        reason = _refusal(place, distribution, limits, command, folder)
        if reason:
            left_out.append(f"{clean_line(place.name)} stays {clean_line(place.text)}: {reason}")
            continue
        space[place.name], start[place.name] = distribution, place.value
    return space, start, left_out


def _is_plain(made: Hyperparameter | None) -> bool:
    """Whether a program makes an optimizer whose steps are as long as the gradient."""
    return made is not None and str(made.value).lower().startswith(_PLAIN)


def _stated(found: Search, space: "dict[str, BaseDistribution]") -> dict[str, Scalar]:
    """What is known of a training beside what is searched."""
    stated = {p.role: p.value for p in found.places if p.role in _WORD_ROLES and p.name not in space}
    searched = any(p.role == "optimizer" and p.name in space for p in found.places)
    made = optimizer_of(found.script)
    if made is not None and not searched:
        stated["optimizer"] = made.value
    if modules := modules_of(found.script):
        stated[MODULES] = modules
    return {role: value for role, value in stated.items() if role is not None}


def _pair(item: str, example: str) -> tuple[str, str]:
    name, equals, value = item.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise UsageError(f"'{clean_line(item)}' is no NAME=VALUE.", f"Write it like {example}.")
    return name.strip(), value.strip()


def _means(asked: str, name: str) -> bool:
    """Whether a name that the user typed means a setting: its name, its last part, or its role."""
    role = role_of(asked)
    last = name.lstrip("-").rpartition(".")[2]
    return same_name(asked, name) or same_name(asked, last) or (role is not None and role == role_of(name))


def _check_names(asked: Sequence[str], found: Search) -> None:
    for name in asked:
        if not any(_means(name, place.name) for place in found.places):
            known = ", ".join(clean_line(place.name) for place in found.places)
            has = f"It has: {known}." if known else "".join(found.problems[:1])
            raise UsageError(f"The command has no setting '{clean_line(name)}'.", has)


def _kept(
    places: Sequence[Place], keep: Mapping[str, str], command: Sequence[str], folder: Path
) -> dict[str, Scalar]:
    """The values that the user wants kept, by the names of the settings.

    Raises:
        UsageError, EditError: a setting cannot be set to its value.
    """
    kept = {p.name: parse_scalar(text) for name, text in keep.items() for p in places if _means(name, p.name)}
    for place in places:
        if place.name in kept and place.value != kept[place.name]:
            plan_value(place.name, plain_text(kept[place.name]), command, folder)
    return kept


def _choices(place: Place, script: Script) -> tuple[str, ...]:
    """What a setting may be, where its declaration says so or the program that reads it."""
    option = script.option(place.name)
    if option is not None and option.choices:
        return option.choices
    if place.role not in _WORD_ROLES or not isinstance(place.value, str):
        return ()
    trees = [ast.parse(source.text) for source in script.sources]
    return choices_in(trees, place.role, place.name, place.value)


def _range(
    place: Place, limits: Limits, choices: tuple[str, ...], plain: bool = False
) -> "BaseDistribution | None":
    """Where a setting may go from its value; None for one that tuning has no business with."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    value, role = place.value, place.role
    if role in _WORD_ROLES and value in choices and len(choices) > 1:
        return CategoricalDistribution(choices)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    asked = limits.bounds_of(place.name)
    if role in ("batch_size", "hidden_units") and asked is None and isinstance(value, int) and value > 0:
        least, most = (8, 256) if role == "batch_size" else (max(4, value // 4), max(128, value * 2))
        return CategoricalDistribution(sorted({value, *(p for p in _POWERS if least <= p <= most)}))
    usual = _usual(role, value, limits.epochs_factor, plain)
    if usual is None and asked is None:
        return None
    low, high = asked or (usual or (0.0, 0.0, False))[:2]
    log = usual is not None and usual[2] and low > 0
    if log and value < low:
        # Nothing, or off: no range in factors reaches it.
        return CategoricalDistribution((value, *_decades(low, high))) if value == 0 else None
    whole = isinstance(value, int) and role not in ("learning_rate", "dropout", "weight_decay", "momentum")
    if whole:
        return IntDistribution(math.ceil(low), math.floor(high), log=log and low >= 1)
    return FloatDistribution(low, high, log=log)


def _decades(low: float, high: float) -> tuple[float, ...]:
    """Values from the lowest on, each ten times the one before."""
    return tuple(float(f"{low * 10**k:.6g}") for k in range(math.floor(math.log10(high / low) + 1e-9) + 1))


def _usual(role: str | None, value: float, factor: float, plain: bool) -> "tuple[float, float, bool] | None":
    """Lowest and highest value that is sensible for a role, and whether it is walked in factors.

    Rates of plain gradient steps reach higher: a loss that is a mean over many outputs has small gradients.
    """
    if role in LENGTHS:
        return max(1, round(value / 4)), max(1, math.floor(value * factor)), False
    if role == "layers":
        return 1, max(4, value), False
    if role == "warmup_steps":
        return 0, max(1, value), False
    if role == "weight_decay":
        return (min(1e-6, value) if value > 0 else 1e-6), max(0.1, value), True
    ranges: dict[str | None, tuple[float, float, bool]] = {
        "learning_rate": (1e-4, 10.0, True) if plain else (1e-5, 1.0, True),
        "dropout": (0.0, 0.7, False),
        "momentum": (0.0, 0.98, False),
        "label_smoothing": (0.0, 0.2, False),
        "gradient_clipping": (0.1, 10.0, True),
        "warmup_ratio": (0.0, 0.3, False),
        "l2": (1e-6, 0.1, True),
    }
    found = ranges.get(role)
    if found is None:
        return None
    low, high, log = found
    return (min(low, value) if value > 0 or not log else low), max(high, value), log


def _refusal(
    place: Place, distribution: "BaseDistribution", limits: Limits, command: Sequence[str], folder: Path
) -> str:
    """Why a setting is left alone, or cannot be edited in a copy of the folder; empty where it is tuned."""
    if limits.leaves_alone(place):
        return "you wanted it left alone; `free NAME` in 'advisor chat' lifts that."
    other = next(v for v in _probes(distribution) if v != place.value)
    try:
        plan = plan_value(place.name, plain_text(other), command, folder)
    except (EditError, UsageError) as error:
        return error.what
    for edit in plan.edits:
        if Path(edit.label).is_absolute() or not edit.path.resolve().is_relative_to(folder.resolve()):
            return f"{clean_line(edit.label)} lies outside the folder that the command runs in."
    return ""


def _probes(distribution: "BaseDistribution") -> tuple[Scalar, ...]:
    choices = getattr(distribution, "choices", None)
    if choices is not None:
        return tuple(choices)
    return distribution.low, distribution.high  # type: ignore[attr-defined]
