"""What came of earlier changes: those that stand, and the runs of a project as a tree."""

from collections.abc import Mapping, Sequence

from advisor.journal import AppliedRow, RunRow
from advisor.report.history import best_value
from advisor.report.parts import verdict_text
from advisor.text import Bilingual, Language, clean_line

_STANDS = Bilingual(en="change {number}: {what}", zh="修改 {number}：{what}")


def standing_text(changes: Sequence[AppliedRow], language: Language) -> str:
    """The changes that stand, by the numbers that `advisor undo` takes; nothing where none does."""
    lines = [_STANDS.in_(language).format(number=c.id, what=c.applied.plan.headline) for c in changes]
    return "\n" + "\n".join(lines) + "\n" if lines else ""


def history_tree(
    rows: Sequence[RunRow], parents: Mapping[int, tuple[int, str, float | None]], language: Language
) -> str:
    """The runs of a project, each under the one that it was compared with.

    Args:
        rows: The runs, newest first.
        parents: For each run that was compared: the other's number, the verdict, the relative difference.
        language: Of the text.
    """
    return "\n".join(line for _, line in history_lines(rows, parents, language)) + "\n"


def history_lines(
    rows: Sequence[RunRow], parents: Mapping[int, tuple[int, str, float | None]], language: Language
) -> list[tuple[RunRow, str]]:
    """The lines of `history_tree`, each with the run it is about."""
    known = {row.id for row in rows}
    below: dict[int | None, list[RunRow]] = {}
    for row in reversed(rows):
        parent = parents.get(row.id, (None,))[0]
        below.setdefault(parent if parent in known else None, []).append(row)
    lines: list[tuple[RunRow, str]] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        lines.append((row, _tree_line(row, parents.get(row.id), depth, language)))
        children = below.get(row.id, [])
        # A chain of changes stays in one column; only a second child of one run is indented.
        waiting += [(child, depth + (len(children) > 1)) for child in reversed(children)]
    return lines


def _tree_line(
    row: RunRow, parent: tuple[int, str, float | None] | None, depth: int, language: Language
) -> str:
    changed = "; ".join(clean_line(change, 60) for change in row.changes)
    came = "" if parent is None else f"  {verdict_text(parent[1], parent[2], language)}"
    than = "" if parent is None else (f"（比 {parent[0]}）" if language == "zh" else f" than {parent[0]}")
    return f"{'  ' * depth}{row.id}  {best_value(row)}{came}{than}{'  ' + changed if changed else ''}"
