"""A probe as text for a terminal: what was measured, check by check, then the findings as for a log."""

from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.advice.assessment import Assessment
from advisor.report.as_json import assessment_data, encoded, finite
from advisor.report.as_text import report_text
from advisor.report.wrapping import display_width, wrap
from advisor.text import Bilingual, Language, clean_line, short_number

if TYPE_CHECKING:
    from advisor.probe.outcome import Outcome
    from advisor.probe.told import Told

_WORDS = {
    "steps": Bilingual(en="{done} of {of} steps", zh="{of} 步中的 {done} 步"),
    "skipped": Bilingual(en="not measured: {text}", zh="未测量：{text}"),
    "failed": Bilingual(en="failed: {text}", zh="失败：{text}"),
    "out_of_memory": Bilingual(en="out of memory: {text}", zh="内存不足：{text}"),
    "stopped": Bilingual(en="stopped {text}", zh="已停止：{text}"),
}

_AGAIN = Bilingual(en="in the same way", zh="原因同上")
_STOP = Bilingual(en=". ", zh="。")

NOTHING_YET = Bilingual(en="Stopped before anything was measured.", zh="在测得任何结果之前就停止了。")
"""What is said of a probe that was stopped too early for a report."""


def probe_text(
    outcome: "Outcome", assessment: Assessment, language: Language, *, colour: bool = False
) -> str:
    """The report of `advisor probe`.

    Args:
        outcome: What was measured.
        assessment: What the rules make of it.
        language: Of the texts.
        colour: Whether ANSI colours may be used.
    """
    measured = "\n".join(measured_lines(outcome, language))
    # What failed is among what was measured already.
    told = replace(assessment, run=replace(assessment.run, events=()))
    return measured + "\n\n" + report_text([told], language, colour=colour)


def measured_lines(outcome: "Outcome", language: Language) -> list[str]:
    """What was measured, check by check, without what the rules make of it."""
    return [_head(outcome, language), *_lines(outcome, language)]


def probe_json(outcome: "Outcome", assessment: Assessment, language: Language) -> str:
    """The report of `advisor probe --json`: figures, curves and findings; non-finite values as words."""
    curves = {
        name: {"x_name": x_name, "x": [finite(v) for v in x], "y": [finite(v) for v in y]}
        for told in outcome.told
        for name, x, y, x_name in told.curves
    }
    unfinished = [
        {"check": told.check, "why": told.kind, "text": clean_line(told.text, 400)}
        for told in outcome.unfinished
    ]
    return encoded(
        {
            "target": outcome.target,
            "settings": outcome.settings,
            "steps": outcome.done,
            "budget": outcome.of,
            "figures": outcome.figures,
            "curves": curves,
            "unfinished": unfinished,
            "findings": assessment_data(assessment, language)["findings"],
        }
    )


def _head(outcome: "Outcome", language: Language) -> str:
    settings = ", ".join(f"{clean_line(n)} {_value(v)}" for n, v in outcome.settings.items())
    steps = _WORDS["steps"].in_(language).format(done=outcome.done, of=outcome.of)
    return "\n".join(wrap(f"{clean_line(outcome.target)} ({steps}): {settings}".rstrip(": "), 100))


def _value(value: object) -> str:
    return short_number(value) if isinstance(value, float) else clean_line(str(value))


def _measured(told: "Told", language: Language) -> str:
    """Its figures, then its notes, which are sentences."""
    parts = (told.words.in_(language), " ".join(note.in_(language) for note in told.notes))
    return _STOP.in_(language).join(part for part in parts if part)


def _why(told: "Told", language: Language) -> str:
    return told.words.in_(language) or clean_line(told.text, 300)


def _lines(outcome: "Outcome", language: Language) -> list[str]:
    titles = {told.check: told.title.in_(language) for told in outcome.told}
    width = max(map(display_width, titles.values()), default=0)
    lines = []
    before = ""
    for told in outcome.told:
        if told.kind == "measured":
            text = _measured(told, language)
        elif told.kind in _WORDS:
            why = _why(told, language)
            again = told.kind == "failed" and why == before
            text = _WORDS[told.kind].in_(language).format(text=_AGAIN.in_(language) if again else why)
            before = why
        else:
            continue
        if not text.strip():
            continue
        title = titles[told.check]
        pad = " " * (width - display_width(title))
        first, *more = wrap(text, 100, " " * (width + 4)) or [""]
        lines += [f"  {title}{pad}  {first.strip()}", *more]
    return lines
