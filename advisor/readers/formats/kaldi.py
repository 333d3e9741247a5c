"""Kaldi's nnet3 logs: the objective of a training job, a stretch of minibatches at a time."""

import re
from collections.abc import Sequence
from pathlib import PurePath

from advisor.patterns import regex
from advisor.readers.base import Source
from advisor.readers.patterned import Pattern, read_patterned
from advisor.run import Run

_NUMBER = r"[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|nan|inf)"
# An objective is a mean log-probability: negative, and higher is better.
_STRETCH = Pattern(
    regex(
        rf"Average (?:objective function|log-prob\w*) for '(?P<of>[\w.-]+)' for minibatches "
        rf"\d+-(?P<step>\d+) is (?P<value>{_NUMBER})",
        re.IGNORECASE,
    ),
    step="step",
    names={"value": "{of} train objective function (log-probability)"},
)


class Kaldi:
    """What the training jobs of Kaldi's nnet3 and chain recipes log."""

    name = "kaldi"
    title = "Kaldi nnet3 logs: the objective function of a training job"
    most_sure = 0.95

    def sniff(self, head: bytes, path: PurePath) -> float:
        """Sure where a stretch of minibatches is seen."""
        return self.most_sure if b" for minibatches " in head and b"Average " in head else 0.0

    def read(self, source: Source) -> Sequence[Run]:
        """Every training job in the text."""
        return read_patterned(source, (_STRETCH,), self.name)


READER = Kaldi()
