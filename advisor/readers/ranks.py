"""Tells the processes of one distributed training apart where their lines are mixed in one log.

Launchers put the rank before each line: torchrun `[default0]:`, PyTorch `[rank0]:`, Horovod and MPI
`[1,0]<stdout>:` and `[0]<stderr>:`, SLURM's `srun -l` `0: `; programs print `rank: 1`, `[Rank 1]`. The lines
of each rank are read by themselves and never averaged: a mean of curves is a curve that nobody trained.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from advisor.patterns import regex
from advisor.readers.json_values import as_number
from advisor.readers.lines import Line
from advisor.run import EventKind, LogEvent

RANK_KEYS = ("rank", "local_rank", "process_index", "global_rank")
_PREFIXES = (
    regex(r"\[(?:rank|default) ?(?P<rank>\d+)\]:? ?", re.IGNORECASE),
    regex(r"\[(?:\d+,)?(?P<rank>\d+)\]<(?:stdout|stderr)>: ?"),
    regex(r"\(?rank[ :=]\s?(?P<rank>\d+)\)?\s?[:|,\-]?\s", re.IGNORECASE),
)
_SRUN = regex(r"\s*(?P<rank>\d+): (?=[^\d\s])")
_INLINE = regex(r"\brank[ :=]{1,2}(?P<rank>\d+)\b,?\s?", re.IGNORECASE)
_SAMPLE = 400
# Fewer lines of a rank are the greeting that each process prints once.
_LEAST_LINES = 3
_LEAST_SHARE = 0.5


@dataclass(frozen=True)
class Ranks:
    """How the lines of a log name their rank.

    Attributes:
        pattern: Finds it; `rank` is its number.
        anchored: Whether it stands at the start of a line.
    """

    pattern: re.Pattern[str]
    anchored: bool

    def split(self, lines: Iterable[Line], torn: list[LogEvent]) -> dict[int, list[Line]]:
        """The lines of each rank without its mark; lines without one go to the rank of the line before.

        A line with the marks of two ranks was written by both at once: it is left out and told in `torn`.
        """
        found: dict[int, list[Line]] = {}
        last = 0
        for line in lines:
            marks = self._marks(line.text)
            if len(set(marks)) > 1 or (self.anchored and len(marks) > 1):
                torn.append(
                    LogEvent(
                        EventKind.UNREADABLE, f"Torn line: {' '.join(line.text.split())[:200]}", line.number
                    )
                )
                continue
            text = line.text
            if marks:
                last, *_ = marks
                text = self.pattern.sub("", text, count=1)
            found.setdefault(last, []).append(line._replace(text=text))
        return found

    def _marks(self, text: str) -> list[int]:
        """The ranks that a line names; an anchored mark counts from the start of the line on."""
        if self.anchored and self.pattern.match(text.lstrip()) is None:
            return []
        return [int(match["rank"]) for match in self.pattern.finditer(text)]


def find_ranks(texts: Iterable[str]) -> Ranks | None:
    """How the lines at the start of a log name their rank; None where they name fewer than two."""
    sample = [text for text, _ in zip((t for t in texts if t.strip()), range(_SAMPLE), strict=False)]
    for pattern, anchored in (*((p, True) for p in _PREFIXES), (_SRUN, True), (_INLINE, False)):
        found = [pattern.match(text) if anchored else pattern.search(text) for text in sample]
        counts = Counter(int(match["rank"]) for match in found if match)
        marked = sum(counts.values())
        if len(counts) < 2 or min(counts.values()) < _LEAST_LINES or marked < _LEAST_SHARE * len(sample):
            continue
        if set(counts) == set(range(len(counts))):
            return Ranks(pattern, anchored)
    return None


def records_by_rank(
    records: Sequence[tuple[int, dict[str, Any]]],
) -> list[tuple[str, Sequence[tuple[int, dict[str, Any]]]]]:
    """The JSON records of each process by its name; all under an empty one where fewer than two wrote.

    A record without a rank is of the first process. A `rank` that does not count from 0, or stands in one
    record alone, is a measurement and no process.
    """
    key = next((key for key in RANK_KEYS if any(key in record for _, record in records)), None)
    told = [None if key is None else as_number(record.get(key)) for _, record in records]
    ranks = Counter(rank for rank in told if rank is not None)
    if len(ranks) < 2 or set(ranks) != set(range(len(ranks))) or min(ranks.values()) < 2:
        return [("", records)]
    parts: dict[float, list[tuple[int, dict[str, Any]]]] = {rank: [] for rank in sorted(ranks)}
    for (line, record), rank in zip(records, told, strict=True):
        bare = {name: value for name, value in record.items() if name != key}
        parts[rank or 0.0].append((line, bare))
    return [(f"rank {rank:g}", part) for rank, part in parts.items()]
