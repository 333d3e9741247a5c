"""Several runs beside each other: in order, with what differs, and their curves in one chart."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from advisor.experiment.compare import common_metric
from advisor.experiment.configuration import configuration_differences
from advisor.experiment.ranking import rank
from advisor.report.curves import LETTERS
from advisor.report.parts import value_text
from advisor.report.raster import inline_chart
from advisor.report.tables import table
from advisor.run import Role, Run, Scalar, Series
from advisor.text import Bilingual, Language, clean_line, short_number

_CHART_ROWS = 16
_DELTA_ROLES = (
    Role.VAL_LOSS, Role.VAL_METRIC, Role.TRAIN_LOSS, Role.TRAIN_METRIC, Role.GRAD_NORM, Role.LEARNING_RATE,
)  # fmt: skip
_SAME_SETTINGS = Bilingual(en="The configurations are the same.", zh="两次的配置相同。")
_NO_COMMON = Bilingual(en="No curve is logged by both.", zh="没有两者都记录的曲线。")
_BROKEN = Bilingual(en="non-finite, or no such curve", zh="非有限值，或没有该曲线")
_TIED = Bilingual(
    en="Runs of one rank cannot be told apart from the best of it.", zh="名次相同的运行与其中最好的无法区分。"
)


def ranking_text(
    names: Sequence[str], runs: Sequence[Run], language: Language, width: int | None = None
) -> str:
    """Runs from the best to the worst, with how their configuration differs from the best one's.

    Args:
        names: What the user calls them.
        runs: The runs, in the same order.
        language: Of the text.
        width: Columns that there are; None breaks no line.
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
    lines = table(header, rows, width=width)
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


def settings_difference_text(before: Run, after: Run, language: Language) -> str:
    """The hyperparameters that differ between two runs, one a row."""
    found = configuration_differences(before, after)
    if not found:
        return _SAME_SETTINGS.in_(language) + "\n"
    header = ("setting", "first", "second") if language == "en" else ("设置", "第一个", "第二个")
    rows = [(clean_line(d.name, 40), _stated(d.before, language), _stated(d.after, language)) for d in found]
    return "\n".join(table(header, rows)) + "\n"


def _stated(value: Scalar, language: Language) -> str:
    if value is None:
        return "未说明" if language == "zh" else "not stated"
    return value_text(value)


def deltas_text(before: Run, after: Run, language: Language) -> str:
    """The best (or, where no direction is known, the last) value of each curve that both runs log."""
    rows = []
    for role in _DELTA_ROLES:
        old, new = before.main(role), after.main(role)
        if old is None or new is None or old.lower_is_better != new.lower_is_better:
            continue
        first, second = _telling(old), _telling(new)
        if first is None or second is None:
            continue
        apart = second - first
        share = f"{apart / abs(first):+.1%}" if first else "-"
        word = _telling_word(new, language)
        rows.append(
            (f"{clean_line(new.name, 30)} ({word})", short_number(first), short_number(second),
             f"{'+' if apart > 0 else ''}{short_number(apart)}", share)
        )  # fmt: skip
    if not rows:
        return _NO_COMMON.in_(language) + "\n"
    header = ("curve", "first", "second", "difference", "") if language == "en" else (
        "曲线", "第一个", "第二个", "差", "",
    )  # fmt: skip
    return "\n".join(table(header, rows)) + "\n"


def _telling(series: Series) -> float | None:
    """The best finite value of a curve, the last one where no direction is known."""
    finite = series.y[np.isfinite(series.y)]
    if not finite.size:
        return None
    if series.lower_is_better is None:
        return float(finite[-1])
    return float(finite.min() if series.lower_is_better else finite.max())


def _telling_word(series: Series, language: Language) -> str:
    if series.lower_is_better is None:
        return "最后" if language == "zh" else "last"
    return "最佳" if language == "zh" else "best"
