"""The table of a tuning's rounds."""

from advisor.report.tables import table
from advisor.text import Bilingual, Language, clean_line
from advisor.tune.outcome import Outcome, Row

_ROUND = Bilingual(en="round", zh="轮次")
_WORTH = Bilingual(en="worth", zh="收益")
_CHANGED = Bilingual(en="changed (why)", zh="改动（原因）")
_FAILED = Bilingual(en="failed", zh="失败")


def tuning_table(outcome: Outcome, language: Language, width: int) -> str:
    """The rounds of a tuning, for a terminal.

    Args:
        outcome: What it came to.
        language: Of the words.
        width: Columns of the terminal.
    """
    name = clean_line(outcome.metric.name)
    header = (_ROUND.in_(language), name, _WORTH.in_(language), _CHANGED.in_(language))
    return "\n".join(table(header, [_cells(row, language) for row in outcome.rows], width=width)) + "\n"


def _cells(row: Row, language: Language) -> tuple[str, ...]:
    changed = ", ".join(f"{clean_line(n)} {_short(a)} -> {_short(b)}" for n, a, b in row.changed)
    value = _FAILED.in_(language) if row.value is None else f"{row.value:.4g}"
    gain = "" if row.gain is None else f"{row.gain:+.1%}"
    why = clean_line(row.note.in_(language))
    told = f"{changed} ({why})" if changed and why else changed or why
    return f"{row.number}{' *' if row.best else ''}", value, gain, told


def _short(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else clean_line(str(value))
