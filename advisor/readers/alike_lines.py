"""Takes the lines of a log in windows: as columns where they are alike, one by one where they are not.

The lines of one length are compared with one of them, byte by byte, all at once. What the scan already
understands of that one holds for each line that differs in the digits of its numbers alone: these become
rows. Every other line is given to the scan in its turn. Where that is more than a few, the window ends there
and what is left is tried again, since the scan has learnt from them.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

import numpy as np

from advisor.readers.fields import Template, number_spans
from advisor.readers.layouts import Layout, Matched
from advisor.readers.lines import Line, Lines
from advisor.run import Floats, Integers
from advisor.text import blank_escapes

# Larger windows leave the processor's caches; smaller ones cost more for each line.
WINDOW_BYTES = 1 << 20
# So many lines that are not alike are read before the rest of a window is tried again.
LEARNT_AT_ONCE = 200
_LONGEST_LINE = 4_000
# A layout of fewer lines costs as much to compare as to read.
_FEW_LINES = 4
_POOR_MATCHES = 3
_MOST_LAYOUTS = 20_000
_ODD, _SILENT = -1, 0
_OTHER_DIGITS = str.maketrans("0123456789", "3456789012")
_ZEROS = bytes.maketrans(b"123456789", b"000000000")


class Rows(NamedTuple):
    """Records of one template, in the order of the log.

    Attributes:
        template: What the lines say.
        lines: Their 1-based numbers, shape (n,).
        values: For each of the template's fields its numbers, shape (n,).
        totals: For each of the fields what it is out of, shape (n,), or None.
    """

    template: Template
    lines: Integers
    values: tuple[Floats, ...]
    totals: tuple[Floats | None, ...]


class Meaning(NamedTuple):
    """What is known of a line and of all that differ from it in the digits of their numbers.

    Attributes:
        template: One without fields for lines that say nothing.
        texts: The stretches of the line around its numbers.
        words: The numbers as they are written.
    """

    template: Template
    texts: tuple[str, ...]
    words: tuple[str, ...]


class Scan(Protocol):
    """What looks at the lines that are not alike."""

    @property
    def neutral(self) -> bool:
        """Whether the next line is read for itself, whatever the ones before it were."""

    def meaning(self, text: str) -> Meaning | None:
        """What is known of a line; None where it has to be looked at."""


class AlikeLines:
    """Iterates over the lines of a log that have to be looked at one by one.

    Args:
        lines: The log.
        scan: What they are given to; it has dealt with one line when it asks for the next.

    Attributes:
        rows: What the other lines say, by window; filled while the lines are iterated.
        last_line: Number of the last of the other lines so far.
    """

    def __init__(self, lines: Lines, scan: Scan) -> None:
        self.rows: deque[list[Rows]] = deque()
        self.last_line = 0
        self._lines = lines
        self._scan = scan
        self._layouts: dict[bytes, tuple[Layout, Template]] = {}

    def __iter__(self) -> Iterator[Line]:
        number = 0
        whole = True
        for data in filter(None, self._lines.encoded()):
            at_once = LEARNT_AT_ONCE
            start = 0
            while start < len(data):
                window = _Window(data, start, number + 1)
                # The first line is the rest of one that began in the block before.
                window.classify(self._layout_of, 0 if whole else 1)
                whole = True
                found = window.odd
                few = found.size <= max(at_once, window.count // 16)
                yield from self._given_out(window, found.tolist(), None if few else at_once)
                at_once = LEARNT_AT_ONCE if few else 2 * at_once
                start = window.end
                number += window.count
                if rows := window.rows():
                    self.rows.append(rows)
                self.last_line = window.last_alike or self.last_line
            if not data.endswith(b"\n"):
                whole = False
                number -= 1

    def _given_out(self, window: "_Window", odd: list[int], most: int | None) -> Iterator[Line]:
        """The odd lines of a window, and those after one that leaves the scan in the middle of something."""
        following = given = 0
        waiting = iter(odd)
        while following < window.count:
            if self._scan.neutral:
                place = next((place for place in waiting if place >= following), None)
                if place is None:
                    return
            else:
                place = following
                window.kinds[place] = _ODD
            if given == most:
                window.cut(place)
                return
            yield from self._lines.states(window.first + place, window.text(place))
            given += 1
            following = place + 1

    def _layout_of(self, line: bytes) -> tuple[Layout, Template] | None:
        """The layout of a line of which everything is known, and what it says."""
        shape = line.translate(_ZEROS)
        known = self._layouts.get(shape)
        if known is not None and known[0].fits(line):
            return known
        text = line.decode()
        meaning = self._meaning(text)
        if meaning is None:
            return None
        spans = number_spans(blank_escapes(text)) if meaning.words else []
        if not self._holds_for_other_digits(text, spans, meaning):
            return None
        at = [(len(text[:start].encode()), len(text[:end].encode())) for start, end in spans]
        found = Layout(line, at, len(spans) - len(meaning.words)), meaning.template
        if len(self._layouts) < _MOST_LAYOUTS:
            self._layouts[shape] = found
        return found

    def _holds_for_other_digits(self, text: str, spans: list[tuple[int, int]], meaning: Meaning) -> bool:
        """Whether the numbers of a line are where they seem to be, whatever their digits."""
        # A prefix (a clock) may have numbers that the meaning is without.
        own = spans[len(spans) - len(meaning.words) :]
        if tuple(text[start:end] for start, end in own) != meaning.words:
            return False
        changed = list(text)
        for start, end in spans:
            changed[start:end] = text[start:end].translate(_OTHER_DIGITS)
        other = "".join(changed)
        words = tuple(other[start:end] for start, end in own)
        return self._meaning(other) == Meaning(meaning.template, meaning.texts, words)

    def _meaning(self, text: str) -> Meaning | None:
        shown = [*self._lines.states(0, text)]
        return self._scan.meaning(shown[0].text) if len(shown) == 1 else None


class _Window:
    """Some lines of a block.

    Args:
        data: The block, UTF-8.
        start: Where in it the window begins.
        first: Number of the first line.

    Attributes:
        count: How many lines there are.
        end: Where in the block the last one ends.
        kinds: What each line is: odd, silent, or a row of a template (its index + 1).
    """

    def __init__(self, data: bytes, start: int, first: int) -> None:
        self._data = data
        self._start = start
        self.first = first
        self.end = _window_end(data, start)
        size = self.end - start
        ends = np.flatnonzero(np.frombuffer(data, dtype=np.uint8, count=size, offset=start) == ord("\n"))
        if not data.endswith(b"\n", start, self.end):
            ends = np.append(ends, size)
        self._starts = np.concatenate(([0], ends[:-1] + 1))
        self._lengths = ends - self._starts
        self.count = ends.size
        self.kinds = np.full(self.count, _ODD, dtype=np.int16)
        self._templates: dict[int, tuple[int, _Table]] = {}

    @property
    def odd(self) -> Integers:
        """The places of the lines that are not alike."""
        return np.flatnonzero(self.kinds[: self.count] == _ODD)

    @property
    def last_alike(self) -> int:
        """Number of the last line that is alike to others; 0 where none is."""
        alike = np.flatnonzero(self.kinds[: self.count] != _ODD)
        return self.first + int(alike[-1]) if alike.size else 0

    def text(self, place: int) -> str:
        """A line without its end."""
        start = self._start + int(self._starts[place])
        return self._data[start : start + int(self._lengths[place])].decode()

    def cut(self, place: int) -> None:
        """Ends the window before a line."""
        self.count = place
        self.end = self._start + int(self._starts[place])

    def classify(self, layout_of: "Callable[[bytes], tuple[Layout, Template] | None]", since: int) -> None:
        """Finds what is alike among the lines from one place on."""
        lengths = np.minimum(self._lengths[since:], _LONGEST_LINE + 1).astype(np.uint16)
        for width, places in _by_length(lengths):
            if width == 0:
                self.kinds[places + since] = _SILENT
            elif width <= _LONGEST_LINE:
                self._compare(places + since, width, layout_of)

    def _compare(
        self,
        places: Integers,
        width: int,
        layout_of: "Callable[[bytes], tuple[Layout, Template] | None]",
    ) -> None:
        """Sorts lines of one length by layouts, as long as that is worth while."""
        size = len(self._data) - self._start - width + 1
        every = np.ndarray(size, f"V{width}", self._data, offset=self._start, strides=(1,))
        texts = every[self._starts[places]]
        poor = 0
        while places.size >= _FEW_LINES and poor < _POOR_MATCHES:
            line = texts[0].tobytes()
            found = layout_of(line)
            layout = found[0] if found is not None else Layout(line, [(0, width)])
            matched, fits = layout.match(texts)
            if found is not None:
                self._take(places if fits is None else places[fits], *found, matched)
            if fits is None:
                return
            poor = poor + 1 if matched.texts.size < _FEW_LINES else 0
            places, texts = places[~fits], texts[~fits]

    def _take(self, places: Integers, layout: Layout, template: Template, matched: Matched) -> None:
        if not template.fields:
            self.kinds[places] = _SILENT
            return
        if id(template) not in self._templates:
            self._templates[id(template)] = len(self._templates) + 1, _Table(template, len(self.kinds))
        kind, table = self._templates[id(template)]
        self.kinds[places] = kind
        faulty = table.put(places, layout, matched)
        if faulty is not None:
            self.kinds[places[faulty]] = _ODD

    def rows(self) -> list[Rows]:
        """What the lines that are alike say."""
        found = []
        for kind, table in self._templates.values():
            places = np.flatnonzero(self.kinds[: self.count] == kind)
            if places.size:
                found.append(table.rows(places, self.first))
        return found


class _Table:
    """The numbers of the lines of one template, with a cell for every line of the window."""

    def __init__(self, template: Template, count: int) -> None:
        self._template = template
        self._values = [np.empty(count) for _ in template.fields]
        self._totals = [None if field.total is None else np.empty(count) for field in template.fields]

    def put(self, places: Integers, layout: Layout, matched: Matched) -> "np.ndarray | None":
        """The numbers of some lines; which of these lines have to be looked at."""
        faulty = np.zeros(places.size, dtype=bool)
        for field, values, totals in zip(self._template.fields, self._values, self._totals, strict=True):
            column = layout.column(matched, field.index)
            if field.scale != 1.0:
                column = column * field.scale
            if totals is not None and field.total is not None:
                total = layout.column(matched, field.total)
                totals[places] = total
                if field.use == "value":
                    faulty |= total == 0
                    column = column / np.where(total == 0, 1.0, total)
            if field.use != "value":
                faulty |= ~np.isfinite(column)
            values[places] = column
        return faulty if faulty.any() else None

    def rows(self, places: Integers, first: int) -> Rows:
        return Rows(
            self._template,
            first + places,
            tuple(values[places] for values in self._values),
            tuple(None if totals is None else totals[places] for totals in self._totals),
        )


def _by_length(lengths: "np.ndarray") -> Iterator[tuple[int, Integers]]:
    """Each length that occurs, with the places where it does; the shortest first."""
    counts = np.bincount(lengths)
    known = np.flatnonzero(counts)
    order = np.argsort(lengths, kind="stable")
    yield from zip(known.tolist(), np.split(order, np.cumsum(counts[known])[:-1]), strict=True)


def _window_end(data: bytes, start: int) -> int:
    """Where a line ends, about so far from the start."""
    if len(data) - start <= WINDOW_BYTES:
        return len(data)
    end = data.rfind(b"\n", start, start + WINDOW_BYTES) + 1
    return end or data.find(b"\n", start + WINDOW_BYTES) + 1 or len(data)
