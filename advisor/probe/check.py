"""What a check is, what it gives, and where the checks are found."""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import TYPE_CHECKING, ClassVar

from advisor.errors import UsageError
from advisor.text import Bilingual, Language, clean_line

if TYPE_CHECKING:
    from advisor.probe.bench import Bench


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve that a check measured.

    Attributes:
        name: What it shows (`loss by learning rate`).
        x: Where, in `x_name`.
        y: How much.
        x_name: What `x` counts; `step` is drawn as any curve of a log is.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    x_name: str = "step"

    @classmethod
    def numbered(cls, name: str, values: Iterable[float], x_name: str = "step") -> "Curve":
        """A curve whose x counts from 1."""
        y = tuple(map(float, values))
        return cls(name, tuple(map(float, range(1, len(y) + 1))), y, x_name)


@dataclass(slots=True)
class Result:
    """What a check measured.

    Attributes:
        figures: Numbers by the names of their signals, without `probe.` in front. What could not be measured
            is left out.
        curves: Curves.
        notes: What the user should know of how it was measured.
    """

    figures: dict[str, float] = field(default_factory=dict)
    curves: list[Curve] = field(default_factory=list)
    notes: list[Bilingual] = field(default_factory=list)


class Check(ABC):
    """One question to a training, answered in a few steps.

    Attributes:
        name: For `--only`: that of its file, with dashes.
        title: What it looks at.
        order: Cheap and fundamental ones first.
        says: What it measured, one phrase each, with `{figure:format}` fields; a phrase is told where its
            figures are known.
        sources: Where the method comes from.
    """

    name: ClassVar[str]
    title: ClassVar[Bilingual]
    order: ClassVar[int]
    says: ClassVar[tuple[Bilingual, ...]]
    sources: ClassVar[tuple[str, ...]]

    def words(self, figures: Mapping[str, float]) -> Bilingual:
        """What was measured, as one phrase."""
        return Bilingual(
            en=", ".join(_told(self.says, figures, "en")), zh="，".join(_told(self.says, figures, "zh"))
        )

    @abstractmethod
    def cost(self, budget: int) -> int:
        """Training steps (or passes of that cost) it takes where `budget` are left; 0 where it needs none."""

    @abstractmethod
    def run(self, bench: "Bench", budget: int) -> Result:
        """Measure. The training is put back as it was afterwards, whatever happens here.

        Args:
            bench: The training.
            budget: Steps it may take: its cost, or all that is left where no other check comes after it.
        """


def _told(phrases: Sequence[Bilingual], figures: Mapping[str, float], language: Language) -> Iterator[str]:
    for phrase in phrases:
        text = phrase.in_(language)
        if all(name in figures for _, name, _, _ in Formatter().parse(text) if name):
            yield text.format(**figures)


def all_checks() -> list[Check]:
    """Every check, cheapest first: each module of `advisor.probe.checks` holds one."""
    from advisor.probe import checks

    for module in pkgutil.iter_modules(checks.__path__):
        importlib.import_module(f"{checks.__name__}.{module.name}")
    found = [kind() for kind in Check.__subclasses__() if kind.__module__.startswith(checks.__name__)]
    return sorted(found, key=lambda check: check.order)


def check_names() -> list[str]:
    """The name of every check, from its file: none of them is imported, and torch neither."""
    from advisor.probe import checks

    return [module.name.replace("_", "-") for module in pkgutil.iter_modules(checks.__path__)]


def require_checks(names: Sequence[str]) -> None:
    """See that there is a check of each name.

    Raises:
        UsageError: there is none.
    """
    for name in names:
        if name not in (known := check_names()):
            raise UsageError(f"There is no check '{clean_line(name)}'.", f"There are {', '.join(known)}.")


def chosen_checks(names: Sequence[str]) -> list[Check]:
    """The checks of those names in their order, or all where none is named.

    Raises:
        UsageError: there is no such check.
    """
    require_checks(names)
    return [check for check in all_checks() if not names or check.name in names]
