"""Several runs beside each other: in order, with what differs, and their curves in one chart."""

from collections.abc import Sequence
from dataclasses import replace

from advisor.experiment.compare import common_metric
from advisor.experiment.configuration import configuration_differences
from advisor.experiment.ranking import rank
from advisor.report.curves import LETTERS
from advisor.report.parts import value_text
from advisor.report.raster import inline_chart
from advisor.report.tables import table
from advisor.run import Run
from advisor.text import Bilingual, Language, clean_line, short_number

_CHART_ROWS = 16
_BROKEN = Bilingual(en="non-finite, or no such curve", zh="非有限值，或没有该曲线")
_TIED = Bilingual(
    en="Runs of one rank cannot be told apart from the best of it.", zh="名次相同的运行与其中最好的无法区分。"
)


def ranking_text(names: Sequence[str], runs: Sequence[Run], language: Language) -> str:
    """Runs from the best to the worst, with how their configuration differs from the best one's.

    Args:
        names: What the user calls them.
        runs: The runs, in the same order.
        language: Of the text.
    """
    metric = common_metric(runs)
    ranked = rank(runs)
    best = runs[ranked[0].index]
    value = clean_line(metric[0], 24) if metric is not None else "-"
    header = ("rank", "run", value, "differs from the best in") if language == "en" else (
        "名次", "运行", value, "与最好的不同之处",
    )  # fmt: skip
    rows = []
    for item in ranked:
        level = _BROKEN.in_(language) if item.value is None else short_number(item.value)
        differences = _differences(best, runs[item.index]) or "-"
        rows.append((str(item.rank), clean_line(names[item.index], 40), level, differences))
    tied = len({item.rank for item in ranked}) < len(ranked)
    lines = table(header, rows)
    return "\n".join([*lines, *([_TIED.in_(language)] if tied else [])]) + "\n"


def overlay_text(runs: Sequence[Run], language: Language, width: int) -> str:
    """The curves that runs are compared by, in one chart; nothing where they have none in common."""
    metric = common_metric(runs)
    if metric is None:
        return ""
    name, role, _ = metric
    curves = []
    for run in runs[: len(LETTERS)]:
        found = run.with_role(role)
        curve = next((c for c in found if c.name == name), found[0] if found else None)
        if curve is not None and len(curve):
            curves.append(replace(curve, name=f"{clean_line(run.name or run.source, 40)}: {curve.name}"))
    return "\n" + "\n".join(inline_chart(curves, width, _CHART_ROWS, language=language)) + "\n"


def _differences(best: Run, other: Run) -> str:
    found = configuration_differences(best, other)
    words = (f"{clean_line(d.name, 30)} {value_text(d.before)} -> {value_text(d.after)}" for d in found[:4])
    return "; ".join(words) + ("; ..." if len(found) > 4 else "")
