"""Reads tables in a console log: a header of names over rows of numbers."""

import re
from dataclasses import replace
from typing import NamedTuple

from advisor.patterns import regex
from advisor.readers import names
from advisor.readers.fields import Field, Template

_PIPES = regex("[|│┃║]")
_RULE = regex(r"[\s+|:=\-*#\u2500-\u257f]*")
_WIDE_CELL = regex(r"\S+(?: \S+)*")
_CELL = regex(r"\S+")
# Where tabs keep most cells apart, a run of spaces keeps the others.
_TABBED_CELL = regex(r"[^\t ]+(?: [^\t ]+)*")
# A line of names that a program prints over lines of values: `Epoch,Train Loss,Val Loss`.
_COMMA_HEADER = regex(r"[^\W\d][\w ./()%-]*(?:,[^\W\d_][\w ./()%-]*){2,}")
_COMMENT = regex(r"^\s*#>?(?= +[\w.+-]+ )")
_BAR = regex(r":?\s*\d+%\s?(?:\||\d+/\d+ \[|[━╸╺─]).*$")
# fastai prints how long an epoch took behind its row, under no title.
_CLOCK_BEHIND = regex(r"\s+\([0-9]+:[0-9]{2}(?::[0-9]{2})?\)$")
# A row may begin with what it sums up (`all` classes). Each sign is matched in one way only: where a number
# could have it too, a rule of dashes would be tried in as many ways as it can be cut.
_ROW = regex(
    r"\s*(?:all\s|mean\s|overall\s)?(?:no log\b|[\s|│┃║+\-*✓]|"
    r"[0-9][0-9.,:/eE%+\-]*(?:ms|[smhkKMGB])?(?=[\s|│┃║]|$)|(?:nan|inf)\b)+",
    re.IGNORECASE,
)
_VALUE = regex(
    r"([-+]?(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]*)?(?:e[-+]?[0-9]+)?|nan|inf))(?:/([0-9]+))?(?:%|ms|[smhkKMB])?:?",
    re.IGNORECASE,
)
_LONE_NUMBER = regex(r"(?<![\w@.:-])[\d.]+(?!\w)")
_FEWEST_PIPES = 3
_LETTERS = regex(r"[|│] *[^\W\d]\w+")
_LONGEST_HEADER = 400
_LONGEST_TITLE = 30
_TABLE_COUNTERS: dict[str, names.Use] = {"e": "epoch", "#": "step"}


class _Cell(NamedTuple):
    text: str
    start: int
    end: int


class _Header(NamedTuple):
    cells: tuple[_Cell, ...]
    mark: str
    template: Template
    drawn: Template


class Tables:
    """Remembers the headers that stand over the rows to come.

    A table whose rows begin with a word (Ultralytics' `all` classes) is kept beside one of numbers: the two
    take turns, and in a capture with lost ends of lines the header of one may stand over a row of the other.
    """

    def __init__(self) -> None:
        self._of_numbers: _Header | None = None
        self._of_words: _Header | None = None
        self._count = 0

    def offer_header(self, text: str) -> bool:
        """Takes a line as the header of a table if it looks like one."""
        mark, cells = _titles(_uncommented(text))
        if not any(names.counter(cell.text) or names.is_metric(cell.text) for cell in cells):
            return False
        self._count += 1
        template = _header_template(cells, self._count)
        header = _Header(tuple(cells), mark, template, replace(template, bar=True))
        if _BAR.search(text) and not template.counters:
            self._of_words = header
        else:
            self._of_numbers = header
        return True

    def row(self, text: str) -> tuple[Template, list[str | None]] | None:
        """The template of the table and the numbers of a row, None for an empty cell; None for no row."""
        if self._of_numbers is None and self._of_words is None:
            return None
        if len(text) > 4 * _LONGEST_HEADER:
            return None
        text = _uncommented(text)
        whole, bare = _without_bar(text)
        named = _is_named(bare)
        if not bare or not (named or _ROW.fullmatch(bare)):
            return None
        header = self._of_words if bare.lstrip()[:1].isalpha() else self._of_numbers
        if header is None or (named and not header.template.counters):
            return None
        kept_apart = header.mark in text if header.mark else False
        cells = _cells_between(header.mark, text) if kept_apart else _cells(bare, header=False)
        placed = _place(cells, header.cells)
        if placed is None:
            return None
        numbers = _numbers(placed)
        counted = all(numbers[field.index] for field in header.template.counters.values())
        if not any(numbers) or (named and not counted):
            return None
        return (header.drawn if bare != whole else header.template), numbers


def is_drawn_header(text: str) -> bool:
    """Whether a line is a header with a progress bar behind it, as Ultralytics draws one."""
    title = _BAR.sub("", text)
    return title != text and "  " in title.strip() and _LONE_NUMBER.search(title) is None


def _cells_between(mark: str, text: str) -> list[_Cell]:
    """The cells of a line whose columns are kept apart by tabs or commas."""
    pattern = _TABBED_CELL if mark == "\t" else regex(f"[^{mark}]+")
    return [_Cell(m.group().strip(), m.start(), m.end()) for m in pattern.finditer(text.strip())]


def _name(title: str) -> str:
    """The title of a column without the half of a bracket that groups several (`Box(P  R  mAP50)`)."""
    if "(" in title and ")" not in title:
        return title.rpartition("(")[2] or title
    return title.rstrip(")") if "(" not in title else title


def may_be_row(text: str) -> bool:
    """Whether a line, or one with other digits, can be a row under some header."""
    bare = _without_bar(_uncommented(text))[1]
    return _is_named(bare) or _ROW.fullmatch(bare) is not None


def _is_named(bare: str) -> bool:
    """Whether a row is drawn with a name in it: `| PPO_env_0 | RUNNING | 3 | 0.41 |` of Ray.

    It is a point where the table counts; without a counter it is a list of things.
    """
    return bare.startswith("|") and bare.count("|") > _FEWEST_PIPES and _LETTERS.search(bare) is not None


def may_be_header(text: str) -> bool:
    """Whether a line, or one with other digits in its numbers, can name the columns of a table."""
    return bool(_titles(_uncommented(text))[1])


def _uncommented(text: str) -> str:
    """A line without the mark of a comment before it, as output is pasted into a program."""
    return _COMMENT.sub(" ", text) if "#" in text else text


def _without_bar(text: str) -> tuple[str, str]:
    """A line without the time it took, and what is left of it without a progress bar at its end."""
    whole = text.expandtabs().rstrip()
    if whole.endswith(")"):
        whole = _CLOCK_BEHIND.sub("", whole)
    return whole, _BAR.sub("", whole).rstrip() if "%" in whole else whole


def _titles(text: str) -> tuple[str, list[_Cell]]:
    """The cells of a line that may be a header, none of another line; and the mark that keeps them apart."""
    if len(text) > _LONGEST_HEADER or _RULE.fullmatch(text):
        return "", []
    bare = text.strip()
    mark = "\t" if "\t" in bare else ("," if _COMMA_HEADER.fullmatch(bare) else "")
    title = _BAR.sub("", text)
    # Titles over which a bar is drawn are one word each and may stand close together.
    cells = _cells_between(mark, text) if mark else _cells(title, header=title == text)
    if mark == "," and names.counter(cells[0].text) is None:
        return "", []
    return mark, cells if len(cells) > 1 and all(_is_title(cell.text) for cell in cells) else []


def _cells(text: str, header: bool) -> list[_Cell]:
    if len(_PIPES.findall(text)) >= 2 or (not header and _PIPES.search(text)):
        cells: list[_Cell] = []
        start = 0
        for part in _PIPES.split(text):
            if part.strip() or cells:
                cells.append(_Cell(part.strip(), start, start + len(part)))
            start += len(part) + 1
        while cells and not cells[-1].text:
            cells.pop()
        return cells
    pattern = _WIDE_CELL if header and "  " in text.strip() else _CELL
    return [_Cell(m.group(), m.start(), m.end()) for m in pattern.finditer(text)]


def _is_title(text: str) -> bool:
    if text == "#":
        return True
    if not 0 < len(text) <= _LONGEST_TITLE or not any(c.isalpha() for c in text):
        return False
    return "=" not in text and (":" not in text or "@" in text)


def _header_template(cells: list[_Cell], number: int) -> Template:
    fields: list[Field] = []
    group = ""
    for index, cell in enumerate(cells):
        opened, bracket, _ = cell.text.partition("(")
        group = opened.strip() if bracket and ")" not in cell.text else group
        use = _TABLE_COUNTERS.get(cell.text.lower()) or names.counter(cell.text)
        if use is not None and not any(f.use == use for f in fields):
            fields.append(Field(index, cell.text, use, total=len(cells) + index))
        elif use is None and names.is_curve(cell.text):
            name = _name(cell.text)
            # `Box(P  R)  Mask(P  R)`: the second P is that of the masks.
            taken = any(f.name == name for f in fields)
            fields.append(Field(index, f"{group} {name}".strip() if taken else name, "value"))
    return Template(tuple(fields), " | ".join(cell.text for cell in cells), header=number)


def _place(cells: list[_Cell], header: tuple[_Cell, ...]) -> list[str] | None:
    """The text of the cell under each name: by order where all are there, else by where they stand."""
    if len(cells) == len(header):
        return [cell.text for cell in cells]
    if not len(header) / 2 <= len(cells) < len(header):
        return None
    placed = [""] * len(header)
    for cell in cells:
        nearest = min(range(len(header)), key=lambda i: _distance(cell, header[i]))
        if placed[nearest]:
            return None
        placed[nearest] = cell.text
    return placed


def _distance(cell: _Cell, name: _Cell) -> int:
    """How far a cell stands from its name; columns are aligned left, right or in the middle."""
    middle = abs(cell.start + cell.end - name.start - name.end)
    return min(2 * abs(cell.start - name.start), 2 * abs(cell.end - name.end), middle)


def _numbers(placed: list[str]) -> list[str | None]:
    """The number of each cell, followed by what each is out of (`0/299`)."""
    matches = [_VALUE.fullmatch(text) for text in placed]
    return [m and m.group(1) for m in matches] + [m and m.group(2) for m in matches]
