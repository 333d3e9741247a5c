"""Assessments as text for a terminal and as Markdown; both say the same in the same order."""

import shutil
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from advisor.diagnosis.finding import Severity
from advisor.report.parts import (
    LABELS,
    SEVERITY_GLYPH,
    SEVERITY_WORD,
    FindingParts,
    doubt_note,
    finding_parts,
    unchecked_reasons,
)
from advisor.report.wrapping import display_width, wrap
from advisor.run import EventKind, LogEvent, Role, Run, Series
from advisor.text import Bilingual, Language, clean_line, short_number

if TYPE_CHECKING:
    from advisor.advice.assessment import Assessment

_COLOUR = {Severity.INFO: "32", Severity.WARNING: "33", Severity.CRITICAL: "31"}
_NOTABLE = frozenset(EventKind) - {EventKind.CHECKPOINT}
_DAMAGE = frozenset({EventKind.UNREADABLE, EventKind.TRUNCATED})
_EVENT_LIMIT = 6
_UNJUDGED = 4
_MOST_NEEDS = 6

_RUN_WORDS = {
    "points": Bilingual(en="{n} points", zh="{n} 个点"),
    "best": Bilingual(en="best {value} at {x}", zh="最佳 {value}，位于 {x}"),
    "nothing": Bilingual(en="no rule found anything to report", zh="没有规则发现可报告的问题"),
    "unchecked": Bilingual(en="could not check", zh="无法检查"),
    "events": Bilingual(en="in the log", zh="日志中"),
    "more": Bilingual(en="and {n} more", zh="另有 {n} 条"),
    "damaged": Bilingual(
        en="This rests on a damaged log: {n} of its records or places could not be read (see below).",
        zh="以下结论所依据的日志有损坏：其中 {n} 处无法读取（见下文）。",
    ),
    "line": Bilingual(en="line {n}", zh="第 {n} 行"),
}


def report_text(
    assessments: "Sequence[Assessment]", language: Language, *, colour: bool = False, width: int | None = None
) -> str:
    """The report of `advisor diagnose` for a terminal.

    Args:
        assessments: One per run.
        language: Of the texts.
        colour: Whether ANSI colours may be used; nothing is said by colour alone.
        width: Columns; the terminal's own where None, at most 100.
    """
    columns = min(width or shutil.get_terminal_size((100, 24)).columns, 100)
    blocks = [_assessment_text(item, language, colour, columns) for item in assessments]
    return "\n\n".join(blocks) + "\n"


def report_markdown(assessments: "Sequence[Assessment]", language: Language) -> str:
    """The report of `advisor diagnose --format markdown`."""
    return "\n\n".join(_assessment_markdown(item, language) for item in assessments) + "\n"


def run_headline(run: Run) -> str:
    """Where a run comes from, in one line: source, name, reader, number of curves."""
    name = f" [{clean_line(run.name, 80)}]" if run.name else ""
    return f"{clean_line(run.source, 160)}{name} ({run.reader})"


def series_line(series: Series, language: Language) -> str:
    """One curve in one line: name, first and last value, the best and where it stands."""
    s = series.summary()
    words = f"{clean_line(series.name, 60)}: {short_number(s.first)} -> {short_number(s.last)}"
    best_index = s.argmin if series.lower_is_better else s.argmax
    if series.lower_is_better is not None and best_index is not None:
        value = short_number(float(series.y[best_index]))
        place = f"{series.x_kind} {short_number(float(series.x[best_index]))}"
        words += ", " + _RUN_WORDS["best"].in_(language).format(value=value, x=place)
    return f"{words} ({_RUN_WORDS['points'].in_(language).format(n=s.n)})"


def key_series(run: Run) -> list[Series]:
    """The curves that a summary shows: each role's main one, or the first where none has a role."""
    roles = (Role.TRAIN_LOSS, Role.VAL_LOSS, Role.TRAIN_METRIC, Role.VAL_METRIC, Role.LEARNING_RATE)
    main = [series for role in roles if (series := run.main(role)) is not None]
    return main or list(run.series[:_UNJUDGED])


def event_lines(events: Iterable[LogEvent], language: Language) -> list[str]:
    """The events worth showing, one line each, damage first, the rest counted."""
    notable = sorted((e for e in events if e.kind in _NOTABLE), key=lambda event: event.kind not in _DAMAGE)
    lines = []
    for event in notable[:_EVENT_LIMIT]:
        place = "" if event.line is None else _RUN_WORDS["line"].in_(language).format(n=event.line) + ": "
        times = f" (× {event.count})" if event.count > 1 else ""
        lines.append(f"{place}{clean_line(event.text, 160)}{times}")
    if len(notable) > _EVENT_LIMIT:
        lines.append(_RUN_WORDS["more"].in_(language).format(n=len(notable) - _EVENT_LIMIT))
    return lines


def damage_line(run: Run, language: Language) -> list[str]:
    """That what is said of a run rests on a part of its log, and how much is missing; else nothing."""
    missing = sum(event.count for event in run.damage)
    return [_RUN_WORDS["damaged"].in_(language).format(n=missing)] if missing else []


def _assessment_text(item: "Assessment", language: Language, colour: bool, width: int) -> str:
    lines = [_bold(run_headline(item.run), colour)]
    lines += [f"  {series_line(series, language)}" for series in key_series(item.run)]
    for said in damage_line(item.run, language):
        lines += wrap(said, width, "  ")
    for finding in item.findings:
        lines.append("")
        lines += finding_text(finding_parts(finding, item.changes, language), language, colour, width)
    if not item.findings:
        lines += ["", "  " + _RUN_WORDS["nothing"].in_(language)]
    if said := doubt_note(item.changes, language):
        lines += ["", *wrap(said, width, "  ")]
    for title, entries in _closing_lists(item, language):
        lines += ["", f"  {title}:"]
        for entry in entries:
            lines += wrap(entry, width, "    ")
    return "\n".join(lines)


def finding_text(parts: FindingParts, language: Language, colour: bool, width: int) -> list[str]:
    """One finding in its five parts, as lines of at most `width` columns."""
    head = f"{SEVERITY_GLYPH[parts.severity]} {SEVERITY_WORD[parts.severity].in_(language)}"
    lines = [f"{_paint(head, parts.severity, colour)}  {_bold(parts.verdict, colour)}  {parts.code}"]
    for label, texts in _labelled(parts):
        name = LABELS[label].in_(language)
        margin = " " * max(2, 10 - display_width(name))
        for index, text in enumerate(texts):
            body = wrap(text, width, " " * 14)
            lead = f"    {name}{margin}" if index == 0 else " " * 14
            lines += [lead + body[0].lstrip(), *body[1:]]
    return lines


def _labelled(parts: FindingParts) -> list[tuple[str, list[str]]]:
    sections = [
        ("evidence", list(parts.evidence)),
        ("why", [parts.why]),
        ("change", [f"{number}. {text}" for number, text in parts.changes]),
        ("check", [parts.check]),
    ]
    return [(label, texts) for label, texts in sections if any(texts)]


def _closing_lists(item: "Assessment", language: Language) -> list[tuple[str, list[str]]]:
    lists = [
        (_RUN_WORDS["events"].in_(language), event_lines(item.run.events, language)),
        (_RUN_WORDS["unchecked"].in_(language), unchecked_reasons(item.unchecked, language, _MOST_NEEDS)),
    ]
    return [(title, entries) for title, entries in lists if entries]


def _assessment_markdown(item: "Assessment", language: Language) -> str:
    lines = [f"## {escape_markdown(run_headline(item.run))}", ""]
    lines += [f"- {escape_markdown(series_line(series, language))}" for series in key_series(item.run)]
    lines += [f"- {said}" for said in damage_line(item.run, language)]
    for finding in item.findings:
        parts = finding_parts(finding, item.changes, language)
        word = SEVERITY_WORD[parts.severity].in_(language)
        lines += ["", f"### {word}: {escape_markdown(parts.verdict)} `{parts.code}`", ""]
        for label, texts in _labelled(parts):
            name = LABELS[label].in_(language)
            lines += [f"- **{name}**: {escape_markdown(text)}" for text in texts]
    if not item.findings:
        lines += ["", _RUN_WORDS["nothing"].in_(language)]
    if said := doubt_note(item.changes, language):
        lines += ["", said]
    for title, entries in _closing_lists(item, language):
        lines += ["", f"**{title}**", "", *(f"- {escape_markdown(entry)}" for entry in entries)]
    return "\n".join(lines)


def escape_markdown(text: str) -> str:
    """`text` shown literally by a Markdown reader."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|!" else c for c in clean_line(text, 2_000))


def _bold(text: str, colour: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if colour else text


def _paint(text: str, severity: Severity, colour: bool) -> str:
    return f"\x1b[{_COLOUR[severity]};1m{text}\x1b[0m" if colour else text
