"""What is offered where no log was named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from advisor.report.wrapping import display_width
from advisor.text import Language, clean_line
from advisor.tui.frame import MUTED
from advisor.tui.words import say

OFFERED: Final = ".offered"
"""The class of what goes once a log is open: it would stand in the way of the answers."""
_NAME_COLUMNS = 31


@dataclass(frozen=True, slots=True)
class Choice:
    """What one can begin with.

    Attributes:
        kind: `sample` or `recent`, a log each; or `tour`.
        name: As shown.
        path: What is opened; empty for the tour.
        shows: What is in it, in a few words; may be empty.
    """

    kind: str
    name: str
    path: str
    shows: str = ""


def welcome_text(language: Language) -> tuple[list[str], str]:
    """What the program is and does, and how a log is opened."""
    gap = "" if language == "zh" else " "
    what = say("welcome", language) + gap + say("offline", language)
    return [what, say("welcome train", language)], say("welcome how", language)


class Choices(OptionList):
    """Logs to begin with.

    Args:
        choices: What is offered.
        language: Of the words.
        chosen: Given the one that is chosen.
    """

    def __init__(
        self, choices: Sequence[Choice], language: Language, chosen: Callable[[Choice], object]
    ) -> None:
        super().__init__(
            *(Option(_entry(choice, language)) for choice in choices),
            id="choices",
            classes=OFFERED.removeprefix("."),
            markup=False,
        )
        self._choices = tuple(choices)
        self._chosen = chosen

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the log that was chosen."""
        event.stop()
        self._chosen(self._choices[event.option_index])


def _entry(choice: Choice, language: Language) -> Content:
    kind = say(choice.kind, language)
    name = clean_line(choice.name, 120)
    return Content.assemble(
        (kind + " " * (8 - display_width(kind)), MUTED),
        name.ljust(_NAME_COLUMNS) if choice.shows else name,
        (clean_line(choice.shows), MUTED),
    )
