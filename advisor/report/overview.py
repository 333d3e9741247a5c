"""Many runs, one to a line: what nobody would read as so many reports."""

from collections import Counter
from collections.abc import Sequence

from advisor.advice import Assessment
from advisor.diagnosis.finding import Severity
from advisor.report.listing import Entry, Order, entries, filtered, ordered, runs_as_entries, verdict
from advisor.report.parts import SEVERITY_GLYPH, SEVERITY_WORD, probability_note
from advisor.report.tables import table
from advisor.run import Run
from advisor.text import Bilingual, Language, short_number

_HEADER = Bilingual(en="#|run|curve|best|end", zh="#|运行|曲线|最佳|结束方式")
_FINDING = Bilingual(en="most important finding", zh="最重要的发现")
_RUNS = Bilingual(en="{n:,} runs", zh="共 {n:,} 次运行")
_ONE_RUN = Bilingual(en="1 run", zh="共 1 次运行")
_NOTHING = Bilingual(en="nothing found", zh="未发现问题")
_COUNTS = Bilingual(en="{n:,} {what}", zh="{what} {n:,}")
_NONE_LEFT = Bilingual(
    en="None of the {n:,} runs is one of '{text}'.", zh="{n:,} 次运行中没有符合“{text}”的。"
)
_WHOLE = Bilingual(
    en="The whole report of one: 'advisor diagnose PATH'; of all of them: '--full'.",
    zh="查看某一次的完整报告：'advisor diagnose 路径'；查看全部：'--full'。",
)


def overview_text(assessments: Sequence[Assessment], language: Language) -> str:
    """What `advisor diagnose` says of many runs: each with its most important finding, the worst last.

    The last lines of a long table are those that a terminal still shows.
    """
    listed = ordered(entries(assessments), "severity")[::-1]
    found = Counter(None if e.finding is None else e.finding.severity for e in listed)
    counts = [
        _COUNTS.in_(language).format(n=found[severity], what=SEVERITY_WORD[severity].in_(language))
        for severity in sorted(Severity, reverse=True)
        if found[severity]
    ]
    if found[None]:
        counts.append(f"{_NOTHING.in_(language)} {found[None]:,}")
    head = _how_many(listed, language)
    lines = [*_rows(listed, language, judged=True), "", f"{head}: {', '.join(counts)}", _WHOLE.in_(language)]
    return "\n".join(lines) + "\n"


def listing_text(runs: Sequence[Run], language: Language, by: Order = "opened", text: str = "") -> str:
    """What `advisor list` says: how each run ended, and its best value.

    Args:
        runs: In the order in which they were read.
        language: Of the texts.
        by: The order of the lines.
        text: Only runs that every word of it holds for (see `filtered`).
    """
    listed = filtered(ordered(runs_as_entries(runs), by), text)
    if not listed:
        return _NONE_LEFT.in_(language).format(n=len(runs), text=text) + "\n"
    lines = _rows(listed, language, judged=False)
    return "\n".join([*lines, "", _how_many(listed, language)]) + "\n"


def _how_many(listed: Sequence[Entry], language: Language) -> str:
    return (_ONE_RUN if len(listed) == 1 else _RUNS).in_(language).format(n=len(listed))


def _rows(listed: Sequence[Entry], language: Language, *, judged: bool) -> list[str]:
    header = _HEADER.in_(language).split("|") + [_FINDING.in_(language)] * judged
    return table(header, [_row(entry, language) + [_finding(entry, language)] * judged for entry in listed])


def _row(entry: Entry, language: Language) -> list[str]:
    best = "-" if entry.best is None else short_number(entry.best)
    return [str(entry.number), entry.name, entry.metric or "-", best, entry.ending.in_(language)]


def _finding(entry: Entry, language: Language) -> str:
    if entry.finding is None:
        return _NOTHING.in_(language)
    found = entry.finding
    sure = probability_note(found.probability, language)
    return f"{SEVERITY_GLYPH[found.severity]} {verdict(entry, language)}{sure}  {found.code}"
