"""What is offered where no log was named."""

from collections.abc import Callable, Iterator, Sequence
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
_KIND_COLUMNS = 8
_NAME_COLUMNS = 31
_SHOWN_COLUMNS = 50
"""What is shown needs so many columns beside a name to say something; with less it stands under the name."""


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
        self._choices = tuple(choices)
        self._language: Language = language
        self._chosen = chosen
        self._beside = True
        super().__init__(*self._entries(), id="choices", classes=OFFERED.removeprefix("."), markup=False)

    def on_resize(self) -> None:
        """Entries are laid out for the width there is."""
        beside = self.size.width >= _KIND_COLUMNS + _NAME_COLUMNS + _SHOWN_COLUMNS
        if beside != self._beside:
            self._beside, kept = beside, self.highlighted
            self.set_options(self._entries())
            self.highlighted = kept

    def _entries(self) -> Iterator[Option]:
        return (Option(_entry(choice, self._language, beside=self._beside)) for choice in self._choices)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the log that was chosen."""
        event.stop()
        self._chosen(self._choices[event.option_index])


def _entry(choice: Choice, language: Language, *, beside: bool) -> Content:
    kind = say(choice.kind, language)
    name = clean_line(choice.name, 120)
    between = " " * (_NAME_COLUMNS - display_width(name)) if beside else "\n" + " " * _KIND_COLUMNS
    return Content.assemble(
        (kind + " " * (_KIND_COLUMNS - display_width(kind)), MUTED),
        name,
        (between + clean_line(choice.shows) if choice.shows else "", MUTED),
    )
