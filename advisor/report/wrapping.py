"""Text in columns of a terminal, where Chinese characters count two."""

import textwrap
from collections.abc import Iterable
from unicodedata import east_asian_width

from advisor.patterns import regex
from advisor.text import clean

_CLOSING = "，。；：、！？）”’》」』】…"
_PART = regex(r"[^_./=:-]*[_./=:-]?")


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """`text` wrapped to `width` columns; Chinese characters count two.

    A word that is longer than a line, a path or the name of a signal, is broken behind one of its signs.
    """
    lines: list[str] = []
    columns = max(width - len(indent), 20)
    for paragraph in clean(text, 20_000).splitlines() or [""]:
        if paragraph.isascii() and all(len(word) <= columns for word in paragraph.split()):
            lines += textwrap.wrap(paragraph, columns, break_on_hyphens=False) or [""]
        else:
            lines += _wrap_wide(paragraph, columns)
    return [indent + line for line in lines]


def _wrap_wide(text: str, width: int) -> list[str]:
    lines, line, used = [], "", 0
    for word in _words(text, width):
        size = display_width(word)
        if used + size > width and line.strip():
            lines.append(line.rstrip())
            line, used = "", 0
            word = word.lstrip()
            size = display_width(word)
        line += word
        used += size
    return [*lines, line.rstrip()] if line.strip() else lines


def _words(text: str, width: int) -> Iterable[str]:
    """Pieces that may begin a line: Latin words with the space before them, single wide characters."""
    word = ""
    for character in text:
        if east_asian_width(character) in "WF" and character not in _CLOSING:
            yield from _pieces(word, width)
            word = character
        elif character == " ":
            yield from _pieces(word, width)
            word = " "
        else:
            word += character
    yield from _pieces(word, width)


def _pieces(word: str, width: int) -> Iterable[str]:
    """A word, or the parts of one that is longer than a line."""
    if display_width(word) <= width:
        yield word
        return
    for part in _PART.findall(word):
        yield from (part[n : n + width] for n in range(0, len(part), width))


def in_lines(parts: Iterable[str], width: int, gap: str = "  ") -> list[str]:
    """Parts beside each other, as many in a line of `width` columns as have room; none is broken."""
    lines: list[str] = []
    for part in parts:
        if lines and display_width(lines[-1] + gap + part) <= width:
            lines[-1] += gap + part
        else:
            lines.append(part)
    return lines


def display_width(text: str) -> int:
    """Terminal columns that `text` takes."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def fitted(text: str, columns: int) -> str:
    """Text cut or filled to a number of columns; wide characters count two."""
    kept = text
    while display_width(kept) > columns:
        kept = kept[:-2] + "…"
    return kept + " " * (columns - display_width(kept))
