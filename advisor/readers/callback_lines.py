"""What the callbacks of a training print of their own between the bars: `val_f1: 0.83 - val_recall: 0.84`."""

import re
from collections.abc import Collection, Sequence

import numpy as np

from advisor.patterns import regex
from advisor.readers.names import METRIC
from advisor.run import Series

Printed = dict[str, list[tuple[int, float]]]
"""By name the lines of an epoch that print it, and their values."""

_LONGEST = 400
_NAME = r"[^\W\d][\w@./-]*(?: [\w@./-]+){0,3}"
# `val_f1: 0.83 - val_recall: 0.84`, `valid: f1: 0.9, best f1: 0.91`.
_HEAD = regex(
    r"\s*(?:[-—–*]+\s*)?(?:(train(?:ing)?|val(?:id(?:ation)?)?|dev|test)\s*[:,]?\s+)?(?=[^\W\d])",
    re.IGNORECASE,
)
_PAIR = regex(
    rf"({_NAME})\s*[:=]\s*([-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+|nan|inf))%?(?:\s*(?:,|;|\||[-—–]+\s)\s*|\s+|$)",
    re.IGNORECASE,
)


def named_numbers(text: str) -> list[tuple[str, float]]:
    """What a line of named numbers and nothing else says; nothing where no measurement is among them."""
    head = _HEAD.match(text) if (":" in text or "=" in text) and len(text) <= _LONGEST else None
    if head is None:
        return []
    at, pairs = head.end(), []
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None:
            return []
        pairs.append((pair[1], float(pair[2])))
        at = pair.end()
    if not any(METRIC.search(name) for name, _ in pairs):
        return []
    return [(f"{head[1]} {name}" if head[1] else name, value) for name, value in pairs]


def printed_curves(epochs: Sequence[tuple[int, Printed]], drawn: Collection[str]) -> list[Series]:
    """The curves that callbacks print: what comes once an epoch, in more than one, and in no bar.

    Args:
        epochs: The number of each epoch, and what was printed in it.
        drawn: Names of the curves that the bars draw.
    """
    names = dict.fromkeys(name for _, printed in epochs for name in printed if name not in drawn)
    once = [name for name in names if all(len(printed.get(name, ())) <= 1 for _, printed in epochs)]
    told = {
        name: [(number, *printed[name][0]) for number, printed in epochs if name in printed] for name in once
    }
    return [
        Series(
            name=name,
            y=np.array([value for _, _, value in points], dtype=np.float64),
            x=np.array([number for number, _, _ in points], dtype=np.float64),
            at=np.array([line for _, line, _ in points], dtype=np.int64),
            x_kind="epoch",
        )
        for name, points in told.items()
        if len(points) > 1
    ]
