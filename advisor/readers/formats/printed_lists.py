"""Lists of values printed or assigned whole: `train_loss = [0.9, 0.7]`, `{'loss': [...]}`."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import NamedTuple

import numpy as np

from advisor.patterns import regex
from advisor.readers.base import Source, nth_run
from advisor.readers.decode import decode, looks_binary, read_text
from advisor.readers.delimited import is_absent
from advisor.readers.names import is_metric
from advisor.readers.numbers import parse_number
from advisor.run import EventKind, LogEvent, Run, Series
from advisor.text import strip_escapes
from advisor.vocabulary import assign_roles

# `[` or `array([`; a list that the end of the text cuts off is read as far as it goes.
_LIST = regex(
    r"(?P<quote>['\"]?)(?<![A-Za-z_])(?P<name>[A-Za-z_][\w./ -]{0,60}?)(?P=quote)"
    r"[ \t]*[:=][ \t]*(?:[\w.]{0,20}\()?\[(?P<items>[^\[\]]*)(?P<end>\]|\Z)"
)
# How one begins, without its name: far quicker to look for.
_BEGINNING = regex(r"[:=][ \t]*(?:[\w.]{0,20}\()?\[")
# What frameworks wrap a value in: `tensor(0.5)`, `np.float64(0.5)`.
_WRAPPED = regex(r"[\w.]{1,20}\(([^()]*)\)")
_FEWEST = 3
# A number with a name outside of any list; a log of such lines has its curves there.
_NAMED_NUMBER = regex(r"[A-Za-z_)\]]\d?['\"]?(?:\s*[:=]\s*|\s+)[-+]?\d+\.\d")


class _List(NamedTuple):
    """One list: its name, its numbers, its first line, how many items are no number, whether it is cut."""

    name: str
    values: list[float]
    line: int
    lost: int
    cut: bool

    def series(self) -> Series:
        n = len(self.values)
        x, at = np.arange(n, dtype=np.float64), np.full(n, self.line, dtype=np.int64)
        return Series(self.name, np.array(self.values, dtype=np.float64), x, at, "index")

    def events(self) -> Iterator[LogEvent]:
        if self.lost:
            words = f"'{self.name}' has items that are no number."
            yield LogEvent(EventKind.UNREADABLE, words, self.line, self.lost)
        if self.cut:
            yield LogEvent(EventKind.TRUNCATED, f"The list of '{self.name}' has no end.", self.line)


class PrintedLists:
    """Reads each list of numbers under a name that speaks of training as a curve; x is the index.

    A name that comes again begins a new run, since one training prints each of its histories once.
    """

    name = "printed-lists"
    title = "Lists of values printed or assigned whole (`train_loss = [...]`, a dict of histories)"
    most_sure = 0.35

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Over plain console text where named lists are all there is."""
        if looks_binary(head) or b"[" not in head:
            return 0.0
        text = strip_escapes(decode(head).text)
        if not _BEGINNING.search(text) or next(_lists(text), None) is None:
            return 0.0
        outside = _LIST.sub(" ", text)
        # The end of the head may stand within a list; what is outside is then no log either.
        named = sum(1 for _ in zip(_NAMED_NUMBER.finditer(outside), range(_FEWEST), strict=False))
        return 0.35 if named < _FEWEST else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """Every run in the text."""
        text = read_text(source)
        drafts: list[list[_List]] = [[]]
        for found in _lists(strip_escapes(text.text)):
            if any(found.name == other.name for other in drafts[-1]):
                drafts.append([])
            drafts[-1].append(found)
        return [
            Run(
                source.label,
                assign_roles([found.series() for found in draft]),
                nth_run(number, len(drafts)),
                self.name,
                events=(*text.events, *(event for found in draft for event in found.events())),
            )
            for number, draft in enumerate(drafts, start=1)
            if draft
        ]


def _lists(text: str) -> Iterator[_List]:
    """Each list of numbers whose name speaks of training."""
    line, counted = 1, 0
    for match in _LIST.finditer(text):
        if not is_metric(match["name"]):
            continue
        words = _WRAPPED.sub(r"\1", match["items"]).replace(",", " ").split()
        cut = not match["end"]
        # The last word of what is cut may be half a number.
        told = [word for word in (words[:-1] if cut else words) if not is_absent(word)]
        numbers = [number for word in told if (number := parse_number(word)) is not None]
        if len(numbers) < _FEWEST or 2 * len(numbers) < len(told):
            continue
        line += text.count("\n", counted, match.start())
        counted = match.start()
        yield _List(match["name"].strip(), numbers, line, len(told) - len(numbers), cut)


READER = PrintedLists()
