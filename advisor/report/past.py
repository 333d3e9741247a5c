"""What came of earlier changes: beside new advice, and as a tree of the runs of a project."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from advisor.advice import Change
from advisor.journal import AppliedRow, RunRow
from advisor.journal.records import Past
from advisor.report.history import best_value
from advisor.text import Bilingual, Language, clean_line

_VERDICTS = {
    "better": Bilingual(en="better", zh="更好"),
    "worse": Bilingual(en="worse", zh="更差"),
    "cannot tell": Bilingual(en="cannot tell", zh="无法判断"),
}
_LANGUAGES: tuple[Language, Language] = ("en", "zh")
_PAST = Bilingual(en="tried here in run {run}: {verdict}", zh="第 {run} 次运行试过：{verdict}")

_STANDS = Bilingual(en="change {number}: {what}", zh="修改 {number}：{what}")


def with_past(changes: Sequence[Change], past: Sequence[Past]) -> tuple[Change, ...]:
    """The proposed changes, each that was tried in this project before with what came of it.

    Args:
        changes: The proposals.
        past: What was tried, the latest first; of one change the latest trial speaks.
    """
    return tuple(_told(change, past) for change in changes)


def _told(change: Change, past: Sequence[Past]) -> Change:
    same = (p for p in past if p.is_same(change.hyperparameter, change.before, change.after))
    found = next(same, None) if change.hyperparameter else None
    return change if found is None else replace(change, past=_outcome(found))


def _outcome(past: Past) -> Bilingual:
    en, zh = (
        _PAST.in_(language).format(run=past.run, verdict=verdict_text(past.verdict, past.relative, language))
        for language in _LANGUAGES
    )
    return Bilingual(en=en, zh=zh)


def standing_text(changes: Sequence[AppliedRow], language: Language) -> str:
    """The changes that stand, by the numbers that `advisor undo` takes; nothing where none does."""
    lines = [_STANDS.in_(language).format(number=c.id, what=c.applied.plan.headline) for c in changes]
    return "\n" + "\n".join(lines) + "\n" if lines else ""


def verdict_text(verdict: str, relative: float | None, language: Language) -> str:
    """`better by 8%`, `worse`, `cannot tell`."""
    word = _VERDICTS[verdict].in_(language)
    if relative is None or verdict == "cannot tell":
        return word
    return f"{word} {abs(relative):.0%}" if language == "zh" else f"{word} by {abs(relative):.0%}"


def history_tree(
    rows: Sequence[RunRow], parents: Mapping[int, tuple[int, str, float | None]], language: Language
) -> str:
    """The runs of a project, each under the one that it was compared with.

    Args:
        rows: The runs, newest first.
        parents: For each run that was compared: the other's number, the verdict, the relative difference.
        language: Of the text.
    """
    known = {row.id for row in rows}
    below: dict[int | None, list[RunRow]] = {}
    for row in reversed(rows):
        parent = parents.get(row.id, (None,))[0]
        below.setdefault(parent if parent in known else None, []).append(row)
    lines: list[str] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        lines.append(_tree_line(row, parents.get(row.id), depth, language))
        children = below.get(row.id, [])
        # A chain of changes stays in one column; only a second child of one run is indented.
        waiting += [(child, depth + (len(children) > 1)) for child in reversed(children)]
    return "\n".join(lines) + "\n"


def _tree_line(
    row: RunRow, parent: tuple[int, str, float | None] | None, depth: int, language: Language
) -> str:
    changed = "; ".join(clean_line(change, 60) for change in row.changes)
    came = "" if parent is None else f"  {verdict_text(parent[1], parent[2], language)}"
    than = "" if parent is None else (f"（比 {parent[0]}）" if language == "zh" else f" than {parent[0]}")
    return f"{'  ' * depth}{row.id}  {best_value(row)}{came}{than}{'  ' + changed if changed else ''}"
