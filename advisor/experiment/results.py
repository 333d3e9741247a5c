"""What a training says of itself once, at its end: for programs that log no curve."""

import math
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from advisor.patterns import regex
from advisor.readers.decode import decode, looks_binary
from advisor.readers.fields import number, split_numbers, template
from advisor.readers.lines import lines_of
from advisor.run import Role, Run, Series
from advisor.vocabulary import assign_roles

_ENDING_BYTES = 32_768
_LONGEST_LINE = 300
_MEASURES = frozenset({Role.VAL_LOSS, Role.VAL_METRIC, Role.TRAIN_LOSS, Role.TRAIN_METRIC})
# `final test RMSE`, `mean accuracy`: the number is of the whole training, its name what is behind such words.
_SUMMARY = regex(r"(?:(?:the|an?|final|best|overall|average|avg|mean|total)[\s_]+)+", re.IGNORECASE)


def read_results(path: Path) -> list[Run]:
    """The losses and metrics at the end of a text, each as a curve of one point; of a name the last.

    Args:
        path: What a training printed, or a file that it wrote.

    Returns:
        One run, or none where the text states no loss and no metric. A run whose loss is not finite has it.
    """
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _ENDING_BYTES))
        data = stream.read()
    if looks_binary(data):
        return []
    stated = dict(pair for line in lines_of(decode(data).text) for pair in _stated(line.text))
    one = np.ones(1)
    found = [
        Series(name, np.array([value]), one, one.astype(np.int64), "epoch") for name, value in stated.items()
    ]
    measures = tuple(series for series in assign_roles(found) if series.role in _MEASURES)
    return [Run(str(path), measures, reader="results")] if measures else []


def _stated(line: str) -> Iterator[tuple[str, float]]:
    """(name, value) of what a line measures; a number out of another is their share."""
    if len(line) > _LONGEST_LINE:
        return
    texts, numbers = split_numbers(line)
    for field in template(texts).values:
        value = number(numbers[field.index]) * field.scale
        total = math.nan if field.total is None else number(numbers[field.total])
        name = field.name.strip(" :：=")
        summary = _SUMMARY.match(name)
        name = name[summary.end() :] if summary and summary.end() < len(name) else name
        if name:
            yield name, value / total if total > 0 else value
