"""Every key and command, made from the action registry."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from advisor.report.as_text import display_width
from advisor.text import Language
from advisor.tui.actions import ACTIONS, GROUPS, Action
from advisor.tui.blocks import MUTED
from advisor.tui.safe import PlainText
from advisor.tui.widgets.status import key_name
from advisor.tui.words import say

_NAME_COLUMNS = 22


class HelpScreen(ModalScreen[None]):
    """The keys and commands, by group, over the main screen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q", "dismiss(None)", show=False)]

    def __init__(self, language: Language) -> None:
        super().__init__()
        self._language: Language = language

    def compose(self) -> ComposeResult:
        """One scrolling page."""
        with VerticalScroll(id="help") as page:
            page.border_title = say("help title", self._language)
            page.border_subtitle = say("help close", self._language)
            yield PlainText(help_content(self._language))


def help_content(language: Language) -> Content:
    """The page: plain words first, then every action by group."""
    lines = [Content(say("help ask", language))]
    for group, title in GROUPS.items():
        lines += [Content(""), Content.styled(title.in_(language), "bold $text-accent")]
        lines += [_line(action, language) for action in ACTIONS if action.group == group]
    return Content("\n").join(lines)


def _line(action: Action, language: Language) -> Content:
    names = [action.usage(language)] if action.slash else []
    names += [key_name(key) for key in action.keys]
    name = "  ".join(names)
    gap = " " * max(2, _NAME_COLUMNS - display_width(name))
    return Content.assemble((name, "bold"), gap, (action.help.in_(language), MUTED))
