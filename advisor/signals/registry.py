"""How a function becomes a signal: the decorators, and the register that they fill."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from advisor.run import Role
from advisor.signals.curve import Curve
from advisor.signals.view import View
from advisor.text import Bilingual

LOSSES = (Role.TRAIN_LOSS, Role.VAL_LOSS)
METRICS = (Role.TRAIN_METRIC, Role.VAL_METRIC)
CURVES = (*LOSSES, *METRICS)

_SUBJECTS = {
    Role.TRAIN_LOSS: Bilingual("training loss", "训练损失"),
    Role.VAL_LOSS: Bilingual("validation loss", "验证损失"),
    Role.TRAIN_METRIC: Bilingual("training metric", "训练指标"),
    Role.VAL_METRIC: Bilingual("validation metric", "验证指标"),
    Role.LEARNING_RATE: Bilingual("learning rate", "学习率"),
    Role.GRAD_NORM: Bilingual("gradient norm", "梯度范数"),
    Role.THROUGHPUT: Bilingual("throughput", "吞吐量"),
}


@dataclass(frozen=True, slots=True)
class SignalEntry:
    """One signal in the glossary.

    Attributes:
        name: `<subject>.<quantity>`.
        family: What it is about; the module that computes it.
        unit: What a value counts (`share`, `ratio`, `points`, `x`, `as logged` ...).
        low: Smallest possible value, -inf where there is no bound.
        high: Largest possible value, inf where there is no bound.
        meaning: One sentence.
        raw: In the units of the log: for sentences and settings, never to be compared with a constant.
    """

    name: str
    family: str
    unit: str
    low: float
    high: float
    meaning: Bilingual
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """A signal and how it is computed; None (or a non-finite number) means absent."""

    entry: SignalEntry
    compute: Callable[[View], float | None]


CurveFunction = Callable[[Curve], float | None]
ViewFunction = Callable[[View], float | None]
RoleFunction = Callable[[View, Role], float | None]

DEFINITIONS: dict[str, Definition] = {}


def _register(entry: SignalEntry, compute: ViewFunction) -> None:
    if entry.name in DEFINITIONS:
        raise ValueError(f"Two signals are called '{entry.name}'.")
    DEFINITIONS[entry.name] = Definition(entry, compute)


def of_curve(
    quantity: str,
    *,
    unit: str,
    en: str,
    zh: str,
    low: float = -inf,
    high: float = inf,
    subjects: tuple[Role, ...] = CURVES,
    points: int = 1,
    directed: bool = False,
    raw: bool = False,
) -> Callable[[CurveFunction], CurveFunction]:
    """Registers a function of one curve under `<subject>.<quantity>` for each subject.

    Args:
        quantity: The second half of the name.
        unit: What a value counts.
        en: The meaning in English; `{subject}` stands for the curve.
        zh: The meaning in Chinese.
        low: Smallest possible value.
        high: Largest possible value.
        subjects: Roles whose main curve is measured.
        points: Fewest finite points; below, the signal is absent.
        directed: Absent where it is unknown whether lower or higher is better.
        raw: In the units of the log.
    """

    def decorate(function: CurveFunction) -> CurveFunction:
        for role in subjects:
            entry = _entry_of_subject(function, role, quantity, unit, (low, high), Bilingual(en, zh), raw)
            _register(entry, _on_curve(function, role, points, directed))
        return function

    return decorate


def of_role(
    quantity: str,
    subjects: tuple[Role, ...],
    *,
    unit: str,
    en: str,
    zh: str,
    low: float = -inf,
    high: float = inf,
    raw: bool = False,
) -> Callable[[RoleFunction], RoleFunction]:
    """Registers a function of the run and a role under `<subject>.<quantity>` for each subject.

    For what needs more of the run than the curve of that role; arguments as for `of_curve`.
    """

    def decorate(function: RoleFunction) -> RoleFunction:
        for role in subjects:
            entry = _entry_of_subject(function, role, quantity, unit, (low, high), Bilingual(en, zh), raw)
            _register(entry, _on_role(function, role))
        return function

    return decorate


def _on_role(function: RoleFunction, role: Role) -> ViewFunction:
    return lambda view: function(view, role)


def _entry_of_subject(
    function: Callable[..., float | None],
    role: Role,
    quantity: str,
    unit: str,
    bounds: tuple[float, float],
    meaning: Bilingual,
    raw: bool,
) -> SignalEntry:
    subject = _SUBJECTS[role]
    said = Bilingual(meaning.en.format(subject=subject.en), meaning.zh.format(subject=subject.zh))
    return SignalEntry(f"{role.value}.{quantity}", _family(function), unit, *bounds, said, raw)


def _on_curve(function: CurveFunction, role: Role, points: int, directed: bool) -> ViewFunction:
    def compute(view: View) -> float | None:
        curve = view.curve(role)
        if curve is None or (directed and not curve.directed) or curve.size < points:
            return None
        return function(curve)

    return compute


def of_run(
    name: str, *, unit: str, en: str, zh: str, low: float = -inf, high: float = inf, raw: bool = False
) -> Callable[[ViewFunction], ViewFunction]:
    """Registers a function of the whole run under `name`; arguments as for `of_curve`."""

    def decorate(function: ViewFunction) -> ViewFunction:
        entry = SignalEntry(name, _family(function), unit, low, high, Bilingual(en, zh), raw)
        _register(entry, function)
        return function

    return decorate


def _family(function: Callable[..., float | None]) -> str:
    return function.__module__.rsplit(".", 1)[-1]
