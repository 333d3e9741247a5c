"""Every key and command, made from the action registry."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from advisor.report.wrapping import display_width, in_lines, wrap
from advisor.text import Language
from advisor.tui.actions import ACTIONS, GROUPS, Action
from advisor.tui.frame import MUTED
from advisor.tui.safe import PlainText
from advisor.tui.widgets.status import key_name
from advisor.tui.words import say

_NAME_COLUMNS = 22


HELP_KEY = Binding("f1", "app.act('help')", show=False, id="help")
"""For each screen that covers the others: keys of the program do not reach through it by themselves."""


class HelpScreen(ModalScreen[None]):
    """The keys and commands, by group, over the main screen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q", "dismiss(None)", show=False)]

    def __init__(self, language: Language, actions: Sequence[Action] = ACTIONS) -> None:
        super().__init__()
        self._actions = actions
        self._language: Language = language

    def compose(self) -> ComposeResult:
        """One scrolling page."""
        with VerticalScroll(id="help") as page:
            page.border_title = say("help title", self._language)
            page.border_subtitle = say("help close", self._language)
            yield PlainText(id="help-page")

    def on_resize(self) -> None:
        """Lay the page out for the width there is."""
        width = self.query_one("#help").scrollable_content_region.width
        self.query_one("#help-page", PlainText).show(help_content(self._language, width, self._actions))


def help_content(language: Language, width: int, actions: Sequence[Action] = ACTIONS) -> Content:
    """The page: plain words first, then every action by group, in lines of at most `width` columns."""
    lines = [Content(line) for line in wrap(say("help ask", language), width)]
    for group, title in GROUPS.items():
        lines += [Content(""), Content.styled(title.in_(language), "bold $text-accent")]
        lines += [_entry(action, language, width) for action in actions if action.group == group]
    return Content("\n").join(lines)


def _entry(action: Action, language: Language, width: int) -> Content:
    names = [action.usage(language)] if action.slash else []
    names += [key_name(key) for key in (*action.keys, *action.chart_keys)]
    name = "  ".join(names)
    explained = "\n".join(wrap(action.help.in_(language), width, " " * _NAME_COLUMNS))
    if display_width(name) > _NAME_COLUMNS - 1:
        return Content.assemble(("\n".join(in_lines(names, width)), "bold"), "\n", (explained, MUTED))
    gap = " " * (_NAME_COLUMNS - display_width(name))
    return Content.assemble((name, "bold"), gap, (explained.lstrip(), MUTED))
