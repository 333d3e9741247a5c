"""The line above everything (what is open, what is going on) and the line below it (keys)."""

from collections.abc import Iterable, Sequence
from typing import Final

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from advisor.report.wrapping import display_width, fitted, in_lines
from advisor.text import Language
from advisor.tui.actions import BY_ID, Action
from advisor.tui.frame import MUTED
from advisor.tui.safe import PlainText, foreign_line, path_end
from advisor.tui.words import say

_KEY_NAMES: Final = {
    "escape": "esc", "plus": "+", "minus": "-", "equals_sign": "=", "comma": ",", "full_stop": ".",
    "left": "←", "right": "→", "up": "↑", "down": "↓",
}  # fmt: skip


_BAR: Final = Content.styled("  │  ", MUTED)
_LEAST_NAME_COLUMNS = 12
_MOST_NAME_COLUMNS = 60
_UNKNOWN_COLUMNS = 200


class StatusLine(PlainText):
    """The program's name, the run, its findings by severity, and what is going on or what answers rest on."""

    def __init__(self) -> None:
        super().__init__(id="status")
        self._run_name = ""
        self._before: list[Content] = []
        self._after: list[Content] = []

    def tell(self, before: Iterable[Content], name: str, after: Iterable[Content]) -> None:
        """Replace what is said.

        Args:
            before: What stands before the name of the run; empty pieces are left out.
            name: Of the run, shortened where there is little room; may be empty.
            after: What stands behind it; where even a short name has no room, the last pieces go.
        """
        self._before = [Content.styled("advisor", "bold $text-accent"), *(piece for piece in before if piece)]
        self._run_name, self._after = name, [piece for piece in after if piece]
        self.on_resize()

    def on_resize(self) -> None:
        """As much as has room."""
        width, after = self.content_size.width or _UNKNOWN_COLUMNS, list(self._after)
        while after and self._room(after, width) < min(_LEAST_NAME_COLUMNS, display_width(self._run_name)):
            after.pop()
        name = [foreign_line(_shortened(self._run_name, self._room(after, width)))] if self._run_name else []
        self.show(_BAR.join([*self._before, *name, *after]))

    def _room(self, after: Sequence[Content], width: int) -> int:
        """The columns that are left for the name of the run."""
        others = [*self._before, *after, *([Content("")] if self._run_name else [])]
        return min(width - _BAR.join(others).cell_length, _MOST_NAME_COLUMNS)


class KeyLine(PlainText):
    """The keys that work from anywhere."""

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._pieces: list[Content] = []

    def tell(self, actions: Iterable[Action], language: Language) -> None:
        """Replace the keys."""
        named = [(key_name(action.keys[0]), action) for action in actions]
        named.append((say("twice", language), BY_ID["quit"]))
        self._pieces = [
            Content.assemble((key, "bold $text-accent"), " ", (action.title.in_(language), MUTED))
            for key, action in named
        ]
        self.on_resize()

    def on_resize(self) -> None:
        """As many keys as have room."""
        gap, room = Content("  "), self.content_size.width
        shown = self._pieces
        while room and len(shown) > 1 and gap.join(shown).cell_length > room:
            shown = shown[:-1]
        self.show(gap.join(shown))


class ScreenKeys(Widget):
    """The keys of a screen that covers the others; a key and what it does stay on one line.

    Args:
        id: Of the widget.
        text: What the keys do, two spaces between one and the next.
    """

    def __init__(self, id: str, text: str = "") -> None:
        super().__init__(id=id)
        self._text = text

    def tell(self, text: str) -> None:
        """Replace what is told; its lines stay lines."""
        self._text = text
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it takes."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """As many keys in a line as have room."""
        return Content.styled("\n".join(self._lines(self.content_size.width)), MUTED)

    def _lines(self, width: int) -> list[str]:
        return [line for told in self._text.splitlines() for line in in_lines(told.split("  "), width)]


def _shortened(name: str, columns: int) -> str:
    """The end of a path, or the beginning of what is none, in so many columns of the terminal."""
    ending = "…/"
    short = path_end(name, columns - len(ending)) if display_width(name) > columns else name
    return fitted(short, max(columns, 1)).rstrip()


def key_name(key: str) -> str:
    """A key as it is written for people."""
    *held, last = key.split("+")
    return "+".join([*held, _KEY_NAMES.get(last, last)])
