"""Files of bare numbers, one a line, whose name says what they are (`loss.txt`, `val_acc.txt`)."""

from collections.abc import Sequence
from pathlib import PurePath

import numpy as np

from advisor.readers.base import Source
from advisor.readers.decode import decode, looks_binary, read_text
from advisor.readers.delimited import split_lines
from advisor.readers.names import is_metric
from advisor.readers.numbers import parse_number
from advisor.run import EventKind, LogEvent, Run, Series
from advisor.vocabulary import assign_roles

_FEWEST = 5


class NumberColumn:
    """Reads a column of numbers as one curve; x is the place in the file."""

    name = "number-column"
    title = "Bare numbers, one a line, in a file named after what they are (loss.txt)"
    most_sure = 0.6

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure enough where the lines are one number each and the name of the file speaks of training."""
        if looks_binary(head) or not is_metric(_measured(path)):
            return 0.0
        lines = [line.strip() for line in split_lines(decode(head).text)[:-1] if line.strip()]
        numbers = sum(parse_number(line) is not None for line in lines)
        return 0.6 if len(lines) >= _FEWEST and numbers >= 0.9 * len(lines) else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """The one run in the file."""
        text = read_text(source)
        values: list[float] = []
        at: list[int] = []
        bad: list[int] = []
        for number, line in enumerate(split_lines(text.text), 1):
            value = parse_number(line.strip())
            if value is not None:
                values.append(value)
                at.append(number)
            elif line.strip():
                bad.append(number)
        events = list(text.events)
        if bad:
            words = "Lines are no number and were left out."
            events.append(LogEvent(EventKind.UNREADABLE, words, bad[0], len(bad)))
        if values and not text.text.endswith(("\n", "\r")):
            words = "The last line has no line end: its number may be cut, and was left out."
            events.append(LogEvent(EventKind.TRUNCATED, words, at[-1]))
            values, at = values[:-1], at[:-1]
        if not values:
            return []
        x, lines = np.arange(len(values), dtype=np.float64), np.array(at, dtype=np.int64)
        series = Series(_measured(source.name), np.array(values), x, lines, "index")
        return [Run(source.label, assign_roles([series]), "", self.name, events=tuple(events))]


def _measured(path: PurePath) -> str:
    return path.name.partition(".")[0]


READER = NumberColumn()
