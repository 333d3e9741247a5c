"""The figures of the side-by-side measurement: how they are kept, and how they are printed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MEASURED = Path(__file__).with_name("beside.json")

Count = tuple[int, int]


@dataclass(frozen=True)
class Compared:
    """A tool and the diagnosis on what the tool can be asked, each figure as (how many, of how many)."""

    labelled: str
    tool: str
    found: Count
    ours_found: Count
    wrong: Count
    ours_wrong: Count
    alarmed: Count
    ours_alarmed: Count

    @property
    def better(self) -> bool:
        """Whether the diagnosis is ahead of the tool, or level with it, in all that was asked."""
        return (
            self.ours_found[0] >= self.found[0]
            and self.ours_wrong[0] <= self.wrong[0]
            and self.ours_alarmed[0] <= self.alarmed[0]
        )


def table(rows: Sequence[Compared]) -> str:
    """A Markdown table; the tool's figure first, that of the diagnosis behind it."""
    lines = [
        "| set | beside | found | advisor | wrongly named | advisor | healthy alarmed | advisor |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        pairs = [(row.found, row.ours_found), (row.wrong, row.ours_wrong), (row.alarmed, row.ours_alarmed)]
        cells = [cell for it, us in pairs for cell in _cells(it, us)]
        lines.append(f"| {row.labelled} | {row.tool} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(it: Count, us: Count) -> tuple[str, str]:
    if not it[1]:
        return "-", "-"
    return f"{it[0] / it[1]:.0%} of {it[1]}", f"{us[0] / us[1]:.0%}"


def kept() -> list[Compared]:
    """What was measured last; nothing where nothing was."""
    if not MEASURED.is_file():
        return []
    return [Compared(**row) for row in json.loads(MEASURED.read_text("utf-8"))["rows"]]
