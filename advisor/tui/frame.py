"""What everything on the screen is laid out for; on its own, as the first picture stands before an answer."""

from dataclasses import dataclass

from advisor.text import Language

MUTED = "dim"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the blocks are laid out for.

    Attributes:
        width: Columns.
        narrow: Whether the side pane is hidden.
        language: Of legends and labels.
        ascii_only: Whether charts must do without braille.
    """

    width: int
    narrow: bool
    language: Language
    ascii_only: bool = False
