"""Tables for a terminal: curves read, rules, history; and the curves as CSV."""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

from advisor.diagnosis import Rulebook
from advisor.diagnosis.finding import Severity
from advisor.report.as_text import event_lines, run_headline
from advisor.report.parts import SEVERITY_WORD, value_text
from advisor.report.wrapping import display_width, fitted, wrap
from advisor.run import Role, Run, Series
from advisor.text import Bilingual, Language, clean_line, short_number

_CURVE_HEADER = ("series", "role", "better", "n", "first", "last", "min", "at", "max", "at", "x")
_DIRECTIONS = {True: "lower", False: "higher", None: "-"}
_REASONS = Bilingual(en="why these roles", zh="角色的依据")
_HYPERPARAMETERS = Bilingual(en="hyperparameters", zh="超参数")
_EVENTS = Bilingual(en="in the log", zh="日志中")
_MORE = Bilingual(
    en="... and {n:,} more curves; --format csv or json has them all",
    zh="……另有 {n:,} 条曲线；--format csv 或 json 可得全部",
)
_MOST_CURVES = 60


def table(
    header: Sequence[str], rows: Iterable[Sequence[str]], indent: str = "", width: int | None = None
) -> list[str]:
    """Rows in aligned columns under a header; wide characters count two columns.

    Args:
        header: Of each column.
        rows: Their cells.
        indent: Before every line.
        width: Columns of the terminal in which the last column is broken into lines; None breaks nothing.
    """
    cells = [list(header), *(list(row) for row in rows)]
    widths = [max(display_width(row[i]) for row in cells) for i in range(len(header))]
    beside = display_width(indent) + sum(widths[:-1]) + 2 * len(widths[:-1])
    lines = []
    for *firsts, last in cells:
        padded = [fitted(cell, room) for cell, room in zip(firsts, widths, strict=False)]
        pieces = [last] if width is None else wrap(last, width - beside)
        lines.append((indent + "  ".join([*padded, pieces[0]])).rstrip())
        lines += [" " * beside + piece for piece in pieces[1:]]
    return lines


def runs_table(runs: Sequence[Run], language: Language) -> str:
    """What was read, for `advisor read`."""
    return "\n\n".join("\n".join(_run_lines(run, language)) for run in runs) + "\n"


def _run_lines(run: Run, language: Language) -> list[str]:
    shown = _worth_showing(run)
    lines = [run_headline(run), *table(_CURVE_HEADER, _curve_rows(shown), "  ")]
    if len(shown) < len(run.series):
        lines.append("  " + _MORE.in_(language).format(n=len(run.series) - len(shown)))
    reasons = [(clean_line(s.name, 48), s.because) for s in run if s.because and _has_say(s)]
    if reasons:
        lines += [f"  {_REASONS.in_(language)}:", *(f"    {name}: {because}" for name, because in reasons)]
    if run.hyperparameters:
        lines.append(f"  {_HYPERPARAMETERS.in_(language)}:")
        rows = [
            (clean_line(h.name, 60), value_text(h.value), h.role or "-", clean_line(h.source, 80))
            for h in run.hyperparameters
        ]
        lines += table(("name", "value", "role", "from"), rows, "    ")
    events = event_lines(run.events, language)
    if events:
        lines += [f"  {_EVENTS.in_(language)}:", *(f"    {event}" for event in events)]
    return lines


def _has_say(series: Series) -> bool:
    """Whether a curve can count in a diagnosis: it has a role or a direction."""
    return series.role != Role.OTHER or series.lower_is_better is not None


def _worth_showing(run: Run) -> list[Series]:
    """The curves of a run in their order; of very many those that can count, then the first of the others."""
    first_to_count = sorted(run.series, key=lambda series: not _has_say(series))
    chosen = {id(series) for series in first_to_count[:_MOST_CURVES]}
    return [series for series in run.series if id(series) in chosen]


def _curve_rows(curves: Iterable[Series]) -> Iterable[Sequence[str]]:
    for series in curves:
        s = series.summary()
        yield (
            clean_line(series.name, 48),
            series.role.value,
            _DIRECTIONS[series.lower_is_better],
            str(s.n),
            short_number(s.first),
            short_number(s.last),
            short_number(s.min),
            "-" if s.argmin is None else short_number(float(series.x[s.argmin])),
            short_number(s.max),
            "-" if s.argmax is None else short_number(float(series.x[s.argmax])),
            f"{series.x_kind} {short_number(s.x_first)}..{short_number(s.x_last)}",
        )


def runs_csv(runs: Sequence[Run], stream: TextIO) -> None:
    """All points, one per line: source, run, series, role, x, y."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("source", "run", "series", "role", "x", "y"))
    for run in runs:
        for series in run.series:
            start = [spreadsheet_safe(text) for text in (run.source, run.name, series.name)]
            for x, y in zip(series.x.tolist(), series.y.tolist(), strict=True):
                writer.writerow((*start, series.role.value, x, y))


def spreadsheet_safe(text: str) -> str:
    """Foreign text that no spreadsheet takes for a formula (CWE-1236)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def rules_table(rulebook: Rulebook, language: Language) -> str:
    """Every rule in one line: code, problem, severity, how often it was right, title."""
    rows = []
    for rule in sorted(rulebook.rules, key=lambda rule: rule.code):
        probability = rulebook.measured.probability(rule.code)
        right = "-" if probability is None else f"{probability:.0%}"
        # English names them as --fail-on takes them.
        chinese = SEVERITY_WORD[Severity[rule.severity.upper()]].zh
        severity = chinese if language == "zh" else rule.severity
        rows.append((rule.code, rule.problem, severity, right, clean_line(rule.title.in_(language))))
    header = (
        ("code", "problem", "severity", "right", "what it finds")
        if language == "en"
        else ("代码", "问题", "级别", "准确率", "发现的问题")
    )
    return "\n".join(table(header, rows)) + "\n"
