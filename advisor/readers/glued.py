"""Cuts a line that holds many of a log's lines, printed without an end between them.

Epoch 1 loss: 0.91Epoch 2 loss: 0.74Epoch 3 loss: 0.66
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from advisor.patterns import regex
from advisor.readers.lines import Line

_BEGINS = regex(r"(\[?(?:epoch|iter(?:ation)?s?|step)[\s:#=\[]{0,3})([0-9]{1,9})(?![0-9.])", re.IGNORECASE)
_FEWEST = 3
_MEASURED = regex(r"[0-9]\.[0-9]|\bnan\b|\binf\b")


def unglued(line: Line) -> Iterator[Line]:
    """The lines that are glued together in one, each with its number; any other line as it is.

    They begin with one wording (`Epoch `) and a number that goes up, and each of them measures something.
    """
    starts = _starts(line.text) if may_be_glued(line.text) else []
    if not starts:
        yield line
        return
    for start, end in pairwise([*starts, len(line.text)]):
        yield Line(line.number, line.text[start:end], line.overwritten)


def may_be_glued(text: str) -> bool:
    """Whether a line, or one with other digits, may hold several lines of the log."""
    return max(text.count(word) for word in ("poch", "POCH", "ter", "tep")) >= _FEWEST


def _starts(text: str) -> list[int]:
    found = list(_BEGINS.finditer(text))
    same = [match for match in found if match.group(1) == found[0].group(1)]
    counts = [int(match.group(2)) for match in same]
    if len(counts) < _FEWEST or counts[0] == counts[-1] or counts != sorted(counts):
        return []
    starts = [match.start() for match in same]
    parts = [text[start:end] for start, end in pairwise([*starts, len(text)])]
    if not all(_MEASURED.search(part) for part in parts):
        return []
    return [0, *starts[1:]]
