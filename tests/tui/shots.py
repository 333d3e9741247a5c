"""A picture of the screen as text: its rows, then the style of every cell, in runs.

It holds what Textual's SVG is drawn from. The SVG itself is some thirty times as long and differs in every
coordinate where a word moves; these can be read in a diff.
"""

from itertools import groupby
from string import ascii_letters

from textual.app import App


def picture(app: App) -> str:
    """The screen as it stands.

    Rows first, without the blanks at their ends; below a line of dashes each style under a letter, and for
    every stretch of alike rows the letters with the number of cells that each holds.
    """
    rows = app.screen._compositor.render_strips()[: app.size.height]
    texts = ["".join(segment.text for segment in row).rstrip() for row in rows]
    named: dict[str, str] = {}
    runs = [_runs(row, named) for row in rows]
    styles = [f"{letter} {style}" for style, letter in named.items()]
    alike, at = [], 0
    for line, group in groupby(runs):
        count = len(list(group))
        alike.append(f"{at}-{at + count - 1} {line}" if count > 1 else f"{at} {line}")
        at += count
    return "\n".join([*texts, "-" * 20, *styles, *alike]) + "\n"


def _runs(row, named: dict[str, str]) -> str:
    cells = [(str(segment.style or "none"), segment.cell_length) for segment in row]
    pieces = []
    for style, group in groupby(cells, key=lambda cell: cell[0]):
        letter = named.setdefault(style, (ascii_letters * 2)[len(named)] + "'" * (len(named) // 52))
        pieces.append(f"{letter}{sum(length for _, length in group)}")
    return " ".join(pieces)
