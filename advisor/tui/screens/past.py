"""The remembered runs of the project as a tree: what was changed before each, and what came of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from advisor.text import Language
from advisor.tui.safe import foreign
from advisor.tui.screens.help import HELP_KEY
from advisor.tui.widgets.status import ScreenKeys
from advisor.tui.words import say

if TYPE_CHECKING:
    from advisor.journal import RunRow

_LONGEST_LINE = 240


class PastScreen(ModalScreen[int | None]):
    """One line for each run; choosing one gives its number back.

    Args:
        lines: The runs in the order of the tree, with their lines.
        language: Of the screen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [HELP_KEY, Binding("escape,q", "dismiss(None)", show=False)]

    def __init__(self, lines: "Sequence[tuple[RunRow, str]]", language: Language) -> None:
        super().__init__()
        self._rows = [row for row, _ in lines]
        self._language: Language = language
        options = [Option(foreign(line, _LONGEST_LINE)) for _, line in lines]
        self._list = OptionList(*options, id="past-list", markup=False)

    def compose(self) -> ComposeResult:
        """The tree and the keys."""
        yield self._list
        yield ScreenKeys("past-keys", say("past keys", self._language))

    def on_mount(self) -> None:
        """The newest run is highlighted."""
        self._list.border_title = say("past title", self._language)
        self._list.focus()
        newest = max(range(len(self._rows)), key=lambda n: self._rows[n].id, default=None)
        self._list.highlighted = newest

    @on(OptionList.OptionSelected, "#past-list")
    def _on_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._rows[event.option_index].id)
