"""Keeps what a log says of all its trainings together (`Mean val_acc over folds`) apart from the last one."""

from collections.abc import Sequence
from dataclasses import replace

from advisor.patterns import regex
from advisor.run import Role, Run, Series
from advisor.vocabulary.words import split_words

_OF_SEVERAL = frozenset({"mean", "average", "avg", "overall", "cv", "cross", "crossval", "folds", "std"})
_IN_CHINESE = regex(r"平均|总体|交叉验证")
_BECAUSE = "one value behind several trainings: a summary of them"


def with_summaries_apart(runs: Sequence[Run]) -> list[Run]:
    """The runs of one log; what stands once behind several and sums up by its name has no role."""
    if len(runs) <= 1 or not any(len(series) > 1 for series in runs[-1]):
        return list(runs)
    last = runs[-1]
    end = max(int(series.at[-1]) for series in last if len(series) > 1)
    told = tuple(
        replace(series, role=Role.OTHER, because=_BECAUSE) if _sums_up(series, end) else series
        for series in last.series
    )
    return [*runs[:-1], replace(last, series=told)]


def _sums_up(series: Series, end: int) -> bool:
    if len(series) != 1 or int(series.at[0]) <= end:
        return False
    by_word = not _OF_SEVERAL.isdisjoint(split_words(series.name))
    return by_word or _IN_CHINESE.search(series.name) is not None
