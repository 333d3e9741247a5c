"""What came of earlier changes: those that stand, and the runs of a project as a tree."""

from collections.abc import Mapping, Sequence

from advisor.journal import AppliedRow, RunRow
from advisor.report.history import best_value, briefly, changed_text
from advisor.report.parts import verdict_text
from advisor.report.wrapping import display_width, fitted
from advisor.text import Bilingual, Language
from advisor.translation import with_place

_AGAINST = Bilingual(en="against {run}: {verdict}", zh="比 {run}：{verdict}")
_STANDS = Bilingual(en="change {number}: {what}", zh="修改 {number}：{what}")


def standing_text(changes: Sequence[AppliedRow], language: Language) -> str:
    """The changes that stand, by the numbers that `advisor undo` takes; nothing where none does."""
    lines = [
        _STANDS.in_(language).format(number=c.id, what=with_place(c.applied.plan.headline, language))
        for c in changes
    ]
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
    ordered: list[tuple[RunRow, int]] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        ordered.append((row, depth))
        children = below.get(row.id, [])
        # A chain of changes stays in one column; only a second child of one run is indented.
        waiting += [(child, depth + (len(children) > 1)) for child in reversed(children)]
    cells = [
        ("  " * depth + str(row.id), best_value(row), _story(row, parents.get(row.id), language))
        for row, depth in ordered
    ]
    numbers, bests = (max((display_width(cell[n]) for cell in cells), default=0) for n in (0, 1))
    lines = [f"{fitted(number, numbers)}  {fitted(best, bests)}  {told}" for number, best, told in cells]
    return [(row, line) for (row, _), line in zip(ordered, lines, strict=True)]


def _story(row: RunRow, parent: tuple[int, str, float | None] | None, language: Language) -> str:
    """What was changed before a run, what came of it, and what ran."""
    changed = changed_text(row, language)
    came = ""
    if parent is not None:
        came = _AGAINST.in_(language).format(run=parent[0], verdict=verdict_text(*parent[1:], language))
    return "  ".join(part for part in (changed, came, briefly(row)) if part)
