"""Where the figures of an answer come from: each number that a run, its configuration or a finding states."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.seen import seen
from advisor.patterns import regex
from advisor.run import Series
from advisor.text import Language, clean_line, short_number

NUMBER = regex(r"(?<![A-Za-z0-9_.])-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?(?![A-Za-z0-9_])%?", re.I)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact that an answer quotes.

    Attributes:
        id: What it is filed under: a rule's code, or the run's part that states it.
        text: The fact in words.
        value: The figure; None for a sentence.
    """

    id: str
    text: str
    value: float | None


def evidence(reply: str, runs: Sequence[Assessment], language: Language) -> list[Evidence]:
    """The facts of the open runs that `reply` quotes, findings first."""
    found = [item for run in runs for item in _findings(run, reply, language)]
    quoted = {number for number, _ in quoted_numbers(reply)}
    stated = [item for run in runs for item in (*_settings(run), *_points(run, language))]
    found += [i for i in stated if i.value is not None and _is_named(i, reply) and _near(i.value, quoted)]
    return list(dict.fromkeys(found))[:12]


def quoted_numbers(text: str) -> list[tuple[float, str]]:
    """Every number in `text`, with how it is written; a percentage as its share."""
    numbers = []
    for match in NUMBER.finditer(text):
        written = match[0].rstrip("%").replace(",", "")
        value = float(written) / (100 if match[0].endswith("%") else 1)
        if math.isfinite(value):
            numbers.append((value, match[0]))
    return numbers


def _is_named(item: Evidence, reply: str) -> bool:
    """Whether the reply gives the figure and says whose it is; a bare 0 may be anybody's."""
    name = item.text.replace(":", " ").split()[0]
    return name in reply and short_number(item.value or 0) in reply


def _near(value: float, quoted: set[float]) -> bool:
    return any(math.isclose(value, number, rel_tol=5e-3) for number in quoted)


def _findings(item: Assessment, reply: str, language: Language) -> Iterator[Evidence]:
    for finding in item.findings:
        parts = [part.sentence.in_(language) for part in finding.evidence]
        for place, part in enumerate((*parts, *seen(item, finding, language)), start=1):
            sentence = clean_line(part, 500)
            if sentence and " ".join(sentence.split()) in " ".join(reply.split()):
                yield Evidence(f"{finding.code}.{place}", sentence, None)


def _settings(item: Assessment) -> Iterator[Evidence]:
    for setting in item.run.hyperparameters:
        known = facts.known(item.run, setting.role) if setting.role else None
        if known is not None and known.number is not None and known.name == clean_line(setting.name, 60):
            yield Evidence(
                f"config.{known.name}", f"{known.name} {known.value}, {known.source}", known.number
            )


def _points(item: Assessment, language: Language) -> Iterator[Evidence]:
    """Of each curve the points that answers quote: the first, the best, the last."""
    for series in item.run.series:
        if not len(series):
            continue
        for index in sorted({0, len(series) - 1, *_best(series)}):
            value = float(series.y[index])
            if math.isfinite(value):
                name, where = facts.name(series), facts.at(series, index, language)
                yield Evidence(f"series.{name}[{index}]", f"{name}: {where}", value)


def _best(series: Series) -> tuple[int, ...]:
    best = facts.best_index(series)
    return () if best is None else (best,)
