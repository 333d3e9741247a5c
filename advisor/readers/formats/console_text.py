"""Plain console text: any program that prints named numbers, learnt from the log itself."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePath

from advisor.patterns import regex
from advisor.readers.assembly import assemble, with_events
from advisor.readers.base import HEAD_BYTES, Source
from advisor.readers.decode import decode, looks_binary
from advisor.readers.formats.keras_console import KerasConsole, KerasSpeaksError, without_keras
from advisor.readers.lines import lines_of, read_lines
from advisor.readers.ranks import Ranks, find_ranks
from advisor.readers.records import Watched, scan, scan_alike
from advisor.run import EventKind, LogEvent, Run
from advisor.text import strip_escapes

# A number is looked for first and its name before it: a long word without a number then costs one look.
_NUMBER = regex(r"(?<!\d)\d+\.\d+|(?<!\d)\d+e-?\d+|nan\b|inf\b|\bepoch\b\W{0,3}\d", re.IGNORECASE)
_NAME_BEFORE = regex(r"[^\W\d][\w./@ -]{0,30}['\"]?\s*[:=：|]?\s*[\[(]?[-+]?\Z")
_LOOKED_BACK = 80
_ENDS_NO_NAME = frozenset(",;)]}{<>\n")  # before most numbers of a table stands its delimiter
_ENOUGH = 3


def _named_numbers(text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        if text[match.start() - 1 : match.start()] in _ENDS_NO_NAME and match.group()[0] not in "eE":
            continue
        before = text[max(0, match.start() - _LOOKED_BACK) : match.start()]
        if match.group()[0] in "eE" or _NAME_BEFORE.search(before):
            yield match.group()


class ConsoleText:
    """Any log of lines with named numbers, and tables; the reader of last resort for text."""

    name = "console-text"
    title = "Plain console text: lines and tables of named numbers, learnt from the log itself"
    most_sure = 0.3

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Modest where numbers stand beside names, low for other text, 0 for bytes that are no text."""
        if not head.strip() or looks_binary(head):
            return 0.0
        text = strip_escapes(decode(head).text)
        found = sum(1 for _, _ in zip(_named_numbers(text), range(_ENOUGH), strict=False))
        return 0.3 if found == _ENOUGH else 0.1

    def read(self, source: Source) -> Sequence[Run]:
        """Every run in the text; by the Keras reader where Keras speaks only after the first bytes."""
        try:
            return self._read(source, without_keras if len(source.head) == HEAD_BYTES else iter)
        except KerasSpeaksError:
            return KerasConsole().read(source) or self._read(source, iter)

    def _read(self, source: Source, watched: Watched) -> list[Run]:
        ranks = find_ranks(line.text for line in lines_of(decode(source.head).text))
        if ranks is not None:
            return self._read_ranks(source, ranks, watched)
        lines = read_lines(source)
        found = scan_alike(lines, watched)
        return with_events(assemble(found, source.label, self.name), lines.events)

    def _read_ranks(self, source: Source, ranks: Ranks, watched: Watched) -> list[Run]:
        """The runs of each process by themselves."""
        lines = read_lines(source)
        events: list[LogEvent] = []
        parts = ranks.split(watched(lines), events)
        runs: list[Run] = []
        for rank, part in sorted(parts.items()):
            for run in assemble(scan(part), source.label, self.name):
                name = f"rank {rank}" + (f", {run.name}" if run.name else "")
                runs.append(replace(run, name=name))
        words = f"The lines of {len(parts)} processes are mixed here; each was read by itself, none averaged."
        return with_events(runs, [LogEvent(EventKind.NOTE, words, count=len(parts)), *events, *lines.events])


READER = ConsoleText()
