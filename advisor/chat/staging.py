"""Changes that are agreed on but written nowhere: offers to choose from, and the stack of what was taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from advisor.report.parts import value_text
from advisor.run import Scalar
from advisor.text import clean_line
from advisor.vocabulary import hyperparameter_role


@dataclass(frozen=True, slots=True)
class Edit:
    """One hyperparameter, from a value to a value; `before` is None where it is unset or unknown."""

    name: str
    before: Scalar
    after: Scalar

    @property
    def role(self) -> str | None:
        """The hyperparameter's role; None for a name that has none."""
        return hyperparameter_role(self.name)

    @property
    def headline(self) -> str:
        """`lr 0.45 -> 0.15`."""
        name, after = clean_line(self.name, 60), value_text(self.after)
        if self.after is None:
            return f"{name} {value_text(self.before)} -> (unset)"
        return f"{name} -> {after}" if self.before is None else f"{name} {value_text(self.before)} -> {after}"

    @property
    def back(self) -> "Edit":
        """The edit that takes this one back."""
        return Edit(self.name, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Offer:
    """One proposal that a yes or its place in the list can take."""

    label: str
    edits: tuple[Edit, ...]

    @property
    def headline(self) -> str:
        """`P1: lr 0.45 -> 0.15`."""
        return f"{self.label}: " + ", ".join(edit.headline for edit in self.edits)


@dataclass(frozen=True, slots=True)
class Live:
    """A training that runs now.

    Attributes:
        run: Its name.
        own: Whether advisor started it; no other process is ever stopped.
        epoch: How far it is; None where that is unknown.
    """

    run: str
    own: bool
    epoch: int | None = None


def edits_of(changes: Mapping[str, Sequence[Scalar]]) -> tuple[Edit, ...]:
    """The edits that `{name: [before, after]}` states."""
    return tuple(Edit(name, pair[0], pair[1]) for name, pair in changes.items())
