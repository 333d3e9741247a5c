"""Text in columns of a terminal, where Chinese characters count two."""

import textwrap
from collections.abc import Iterable
from unicodedata import east_asian_width

from advisor.text import clean


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """`text` wrapped to `width` columns; Chinese characters count two."""
    lines: list[str] = []
    for paragraph in clean(text, 20_000).splitlines() or [""]:
        if paragraph.isascii():
            columns = max(width - len(indent), 20)
            lines += textwrap.wrap(paragraph, columns, break_on_hyphens=False) or [""]
        else:
            lines += _wrap_wide(paragraph, max(width - len(indent), 20))
    return [indent + line for line in lines]


def _wrap_wide(text: str, width: int) -> list[str]:
    lines, line, used = [], "", 0
    for word in _words(text):
        size = display_width(word)
        if used + size > width and line.strip():
            lines.append(line.rstrip())
            line, used = "", 0
            word = word.lstrip()
            size = display_width(word)
        line += word
        used += size
    return [*lines, line.rstrip()] if line.strip() else lines


def _words(text: str) -> Iterable[str]:
    """Pieces that may begin a line: Latin words with the space before them, single wide characters."""
    word = ""
    for character in text:
        if east_asian_width(character) in "WF" and character not in "，。；：、）”":
            yield word
            word = character
        elif character == " ":
            yield word
            word = " "
        else:
            word += character
    yield word


def display_width(text: str) -> int:
    """Terminal columns that `text` takes."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def fitted(text: str, columns: int) -> str:
    """Text cut or filled to a number of columns; wide characters count two."""
    kept = text
    while display_width(kept) > columns:
        kept = kept[:-2] + "…"
    return kept + " " * (columns - display_width(kept))
