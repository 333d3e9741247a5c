"""A picture of the screen in every theme as text: its rows once, then the styles of every cell, in runs.

It holds what Textual's SVG is drawn from. The SVG itself is some thirty times as long and differs in every
coordinate where a word moves; these can be read in a diff.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from string import ascii_letters

from textual.app import App

Drawn = tuple[Sequence[str], Sequence[Sequence[str]]]
"""The text of each row without the blanks at its end, and the style of each of its cells."""


def drawn(app: App) -> Drawn:
    """The screen as it stands."""
    rows = app.screen._compositor.render_strips()[: app.size.height]
    texts = ["".join(segment.text for segment in row).rstrip() for row in rows]
    styles = [
        [str(segment.style or "none") for segment in row for _ in range(segment.cell_length)] for row in rows
    ]
    return texts, styles


def picture(themes: Mapping[str, Drawn]) -> str:
    """One screen in several themes.

    Rows first, and those that another theme draws otherwise, with its name; below a line of dashes what each
    theme makes of a letter, and for every stretch of alike rows the letters with the cells that each holds.
    """
    (texts, _), *_ = themes.values()
    named: dict[tuple[str, ...], str] = {}
    by_row = zip(*(styles for _, styles in themes.values()), strict=True)
    runs = [_runs(list(zip(*row, strict=True)), named) for row in by_row]
    others = [
        f"{name} {n}: {text}"
        for name, (rows, _) in themes.items()
        for n, text in enumerate(rows)
        if text != texts[n]
    ]
    styles = [
        f"{letter} " + "  |  ".join(f"{name} {style}" for name, style in zip(themes, made, strict=True))
        for made, letter in named.items()
    ]
    alike, at = [], 0
    for line, group in groupby(runs):
        count = len(list(group))
        alike.append(f"{at}-{at + count - 1} {line}" if count > 1 else f"{at} {line}")
        at += count
    return "\n".join([*texts, *others, "-" * 20, *styles, *alike]) + "\n"


def _runs(cells: Sequence[tuple[str, ...]], named: dict[tuple[str, ...], str]) -> str:
    pieces = []
    for made, group in groupby(cells):
        letter = named.setdefault(made, (ascii_letters * 3)[len(named)] + "'" * (len(named) // 52))
        pieces.append(f"{letter}{len(list(group))}")
    return " ".join(pieces)
