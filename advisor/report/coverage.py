"""What the rules cover, as text for a terminal."""

from collections.abc import Mapping, Sequence

from advisor.diagnosis.coverage import Coverage
from advisor.report.tables import table
from advisor.report.wrapping import wrap
from advisor.text import Bilingual, Language

_PROBLEMS = Bilingual(en="problem", zh="问题")
_CHANGES = Bilingual(en="changes", zh="修改的超参数")
_RULES = Bilingual(en="rules", zh="规则")
_UNUSED = Bilingual(en="Signals that no rule uses ({}): ", zh="没有规则使用的信号（{} 个）：")
_USED = Bilingual(en="{} of {} signals are used by a rule.", zh="{} 个信号被规则使用，共 {} 个。")
_FIRED = Bilingual(en="found in", zh="命中次数")
_NEVER = Bilingual(en="Rules that found nothing there: ", zh="没有命中的规则：")


def coverage_text(coverage: Coverage, fired: Mapping[str, int] | None, language: Language, width: int) -> str:
    """Three parts: problems with their rules, changes with theirs, and the signals; then what fired.

    Args:
        coverage: What the rules use.
        fired: How many runs each rule found something in; None where no logs were given.
        language: Of the headers.
        width: Columns.
    """
    rules = _RULES.in_(language)
    lines = table((_PROBLEMS.in_(language), rules), _rows(coverage.problems))
    lines += ["", *table((_CHANGES.in_(language), rules), _rows(coverage.changes)), ""]
    total = len(coverage.used) + len(coverage.unused)
    lines.append(_USED.in_(language).format(len(coverage.used), total))
    lines += wrap(_UNUSED.in_(language).format(len(coverage.unused)) + ", ".join(coverage.unused), width)
    if fired is not None:
        spoke = [(code, str(count)) for code, count in fired.items() if count]
        silent = [code for code, count in fired.items() if not count]
        lines += ["", *table((rules, _FIRED.in_(language)), spoke)]
        lines += wrap(_NEVER.in_(language) + ", ".join(silent), width) if silent else []
    return "\n".join(lines) + "\n"


def _rows(found: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(name, ", ".join(codes) or "-") for name, codes in found.items()]
