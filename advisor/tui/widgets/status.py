"""The line above everything (what is open, what is going on) and the line below it (keys)."""

from collections.abc import Iterable
from typing import Final

from textual.content import Content

from advisor.text import Language
from advisor.tui.actions import BY_ID, Action
from advisor.tui.frame import MUTED
from advisor.tui.safe import PlainText
from advisor.tui.words import say

_KEY_NAMES: Final = {
    "escape": "esc", "plus": "+", "minus": "-", "equals_sign": "=", "comma": ",", "full_stop": ".",
    "left": "←", "right": "→", "up": "↑", "down": "↓",
}  # fmt: skip


class StatusLine(PlainText):
    """The program's name, the run, its findings by severity, and what is going on or what answers rest on."""

    def __init__(self) -> None:
        super().__init__(id="status")

    def tell(self, pieces: Iterable[Content]) -> None:
        """Replace what is said, piece by piece; what does not fit falls off at the end."""
        bar = Content.styled("  │  ", MUTED)
        self.show(
            bar.join([Content.styled("advisor", "bold $text-accent"), *(piece for piece in pieces if piece)])
        )


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


def key_name(key: str) -> str:
    """A key as it is written for people."""
    *held, last = key.split("+")
    return "+".join([*held, _KEY_NAMES.get(last, last)])
