"""Darknet's console: `3: 230.1, 232.4 avg, 0.001 rate, 6.1 seconds, 192 images`."""

import re
from collections.abc import Sequence
from pathlib import PurePath

from advisor.patterns import regex
from advisor.readers.base import Source
from advisor.readers.decode import decode, looks_binary
from advisor.readers.patterned import Pattern, read_patterned
from advisor.run import Run
from advisor.text import strip_escapes

_NUMBER = r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)"
# AlexeyAB's fork writes `avg loss` and the hours that are left.
_ITERATION = Pattern(
    regex(
        rf"^\s*(?P<step>\d+): (?P<loss>{_NUMBER}), (?P<loss_avg>{_NUMBER}) avg(?: loss)?, "
        rf"(?P<rate>{_NUMBER}) rate, (?P<seconds>{_NUMBER}) seconds, (?P<images>\d+) images",
        re.IGNORECASE,
    ),
    step="step",
    names={"loss": "loss", "loss_avg": "loss_avg", "rate": "learning_rate", "seconds": "time"},
)
_MAP = Pattern(
    regex(rf"mean average precision \(mAP@0\.50?\) = (?P<map>{_NUMBER})"), names={"map": "mAP@0.50"}
)


class Darknet:
    """What Darknet and its forks print while they train a detector or a classifier."""

    name = "darknet"
    title = "Darknet console: iterations with their loss, average loss and rate"
    most_sure = 0.95

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where an iteration is seen."""
        if b" rate, " not in head or looks_binary(head):
            return 0.0
        lines = strip_escapes(decode(head).text).splitlines()
        return self.most_sure if any(_ITERATION.expression.search(line) for line in lines) else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """Every training in the text."""
        return read_patterned(source, (_ITERATION, _MAP), self.name)


READER = Darknet()
