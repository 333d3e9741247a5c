"""The open runs as a list: how each ended, its best value, its verdict, its curve in a few characters."""

import itertools
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from advisor.advice import Assessment
from advisor.diagnosis.finding import Finding, Severity
from advisor.diagnosis.problem import Problem
from advisor.report.parts import SEVERITY_WORD
from advisor.report.wrapping import display_width, fitted
from advisor.run import EventKind, Floats, Role, Run, Series
from advisor.text import Bilingual, Language, clean_line

Order = Literal["opened", "best", "severity", "name"]
ORDERS: Final[tuple[Order, ...]] = ("opened", "best", "severity", "name")

_JUDGED = (Role.VAL_LOSS, Role.VAL_METRIC, Role.TRAIN_LOSS, Role.TRAIN_METRIC)
_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_ASCII: Final = "_.-~=+*#"
_BROKEN: Final = "x"
_CONDITION = re.compile(r"([\w.\-]+)(<=|>=|<|>|=)(.+)")
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq,
}  # fmt: skip
_ENDINGS: Final = {
    "failed": Bilingual(en="failed", zh="失败"),
    "diverged": Bilingual(en="diverged", zh="发散"),
    "stopped": Bilingual(en="stopped early", zh="提前停止"),
    "cut": Bilingual(en="cut off", zh="被截断"),
    "logged": Bilingual(en="as logged", zh="按日志"),
}
_FAILED = (EventKind.TRACEBACK, EventKind.OUT_OF_MEMORY)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One run of the list.

    Attributes:
        number: Its place among the open runs, from 1.
        name: What a user calls it, on one line and clean.
        ending: How it ended, as far as the log tells.
        metric: Name of the curve that it is judged by; empty where there is none.
        best: The best value of that curve; None where its direction is unknown or nothing is finite.
        lower_is_better: The direction of that curve.
        finding: The most important finding, or None.
        curve: The values of that curve, shape (n,).
        run: The run itself.
    """

    number: int
    name: str
    ending: Bilingual
    metric: str
    best: float | None
    lower_is_better: bool | None
    finding: Finding | None
    curve: Floats
    run: Run


def entries(assessments: Sequence[Assessment]) -> list[Entry]:
    """The open runs in the order in which they were opened, under names that tell them apart."""
    names = distinct_names([item.run for item in assessments])
    found = [next((f for f in a.findings if f.problem != Problem.HEALTHY), None) for a in assessments]
    runs = [item.run for item in assessments]
    return [_entry(*one) for one in zip(itertools.count(1), names, runs, found)]


def runs_as_entries(runs: Sequence[Run]) -> list[Entry]:
    """The same of runs that are not assessed: without a finding."""
    return [_entry(*one, None) for one in zip(itertools.count(1), distinct_names(runs), runs)]


def distinct_names(runs: Sequence[Run]) -> list[str]:
    """The shortest ends of their paths that differ, with the run's own name where a log holds several."""
    paths = [Path(run.source).parts for run in runs]
    depth = 1
    while depth < 6 and len({p[-depth:] for p in paths}) < len(set(paths)):
        depth += 1
    ends = ["/".join(parts[-depth:]) for parts in paths]
    return [
        clean_line(f"{end} {run.name}" if run.name else end, 60) for end, run in zip(ends, runs, strict=True)
    ]


def short_names(names: Sequence[str], columns: int) -> list[str]:
    """Names as they fit into so many columns; of what all begin with, as much as need be is left out."""
    if len(names) < 2 or all(display_width(name) <= columns for name in names):
        return [fitted(name, columns).rstrip() for name in names]
    alike = sum(1 for _ in itertools.takewhile(lambda signs: len(set(signs)) == 1, zip(*names, strict=False)))
    # A part of a number or of a word says nothing.
    starts = [n for n, sign in enumerate(names[0][:alike], 1) if sign in "/_-. "] or [0]
    fit = (n for n in starts if all(display_width(name[n:]) < columns for name in names))
    start = next(fit, starts[-1])
    return [fitted(f"…{name[start:]}" if start else name, columns).rstrip() for name in names]


def judged_series(run: Run) -> Series | None:
    """The curve that a run is judged by, one of a single value only where there is no other, or None."""
    found = [s for role in _JUDGED if (s := run.main(role)) is not None and len(s)]
    return next((s for s in found if len(s) > 1), found[0] if found else None)


def _entry(number: int, name: str, run: Run, found: Finding | None) -> Entry:
    series = judged_series(run)
    if series is None:
        return Entry(number, name, _ending(run, None), "", None, None, found, np.empty(0), run)
    best = None
    finite = series.y[np.isfinite(series.y)]
    if finite.size and series.lower_is_better is not None:
        best = float(finite.min() if series.lower_is_better else finite.max())
    metric, lower = clean_line(series.name, 24), series.lower_is_better
    return Entry(number, name, _ending(run, series), metric, best, lower, found, series.y, run)


def _ending(run: Run, series: Series | None) -> Bilingual:
    kinds = {event.kind for event in run.events}
    if kinds.intersection(_FAILED):
        return _ENDINGS["failed"]
    if series is not None and not np.isfinite(series.y[-1]):
        return _ENDINGS["diverged"]
    if EventKind.EARLY_STOP in kinds:
        return _ENDINGS["stopped"]
    return _ENDINGS["cut" if EventKind.TRUNCATED in kinds else "logged"]


def filtered(listed: Sequence[Entry], text: str) -> list[Entry]:
    """The entries that every word of `text` holds for.

    A word is looked for in name, verdict, code, ending and severity; `NAME<VALUE` (also `<=`, `>`, `>=`, `=`)
    compares the best value (`best`) or a hyperparameter, by the user's name for it or the field's.
    """
    return [entry for entry in listed if all(_holds(entry, word) for word in text.casefold().split())]


def _holds(entry: Entry, word: str) -> bool:
    condition = _CONDITION.fullmatch(word)
    if condition is not None:
        name, sign, wanted = condition.groups()
        return _compares(_value(entry, name), sign, wanted)
    texts = [entry.name, entry.ending.en, entry.ending.zh, entry.metric]
    if entry.finding is not None:
        found, severity = entry.finding, SEVERITY_WORD[entry.finding.severity]
        texts += [found.code, found.title.en, found.title.zh, severity.en, severity.zh]
    return any(word in text.casefold() for text in texts)


def _value(entry: Entry, name: str) -> object:
    if name == "best":
        return entry.best
    known = (h for h in entry.run.hyperparameters if name in (h.name.casefold().lstrip("-"), h.role))
    return next((h.value for h in known), None)


def _compares(value: object, sign: str, wanted: str) -> bool:
    try:
        return _COMPARE[sign](float(str(value)), float(wanted))
    except ValueError:
        return sign == "=" and value is not None and str(value).casefold() == wanted


def ordered(listed: Sequence[Entry], by: Order) -> list[Entry]:
    """The entries in an order; runs judged by different curves stand apart, those without a value last."""
    match by:
        case "best":
            return sorted(listed, key=lambda e: (e.best is None, e.metric, _cost(e)))
        case "severity":
            return sorted(listed, key=lambda e: -_severity(e))
        case "name":
            return sorted(listed, key=lambda e: e.name.casefold())
        case "opened":
            return sorted(listed, key=lambda e: e.number)


def _cost(entry: Entry) -> float:
    value = entry.best or 0.0
    return value if entry.lower_is_better else -value


def _severity(entry: Entry) -> int:
    return int(entry.finding.severity) if entry.finding is not None else int(min(Severity)) - 1


def sparkline(values: Floats, columns: int, *, ascii_only: bool = False) -> str:
    """A curve in one row: the mean of each column between the 2nd and the 98th percentile of all values.

    A column that holds a NaN or an infinity is an `x`, whatever else it holds.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        return _BROKEN * min(columns, values.size)
    levels = _ASCII if ascii_only else _BLOCKS
    low, high = np.percentile(finite, (2, 98))
    cells = []
    for part in np.array_split(values, min(columns, values.size)):
        if not np.isfinite(part).all():
            cells.append(_BROKEN)
            continue
        share = (float(part.mean()) - low) / (high - low) if high > low else 0.5
        cells.append(levels[round(min(max(share, 0.0), 1.0) * (len(levels) - 1))])
    return "".join(cells)


def verdict(entry: Entry, language: Language) -> str:
    """The most important finding by its title; empty where nothing was found."""
    return "" if entry.finding is None else clean_line(entry.finding.title.in_(language), 80)
