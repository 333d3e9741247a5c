"""Where the curve that is judged is going: the forecast of its chart, drawn as two further curves."""

from dataclasses import replace

import numpy as np

from advisor.report.curves import Curve
from advisor.report.panels import Panel, judged
from advisor.run import Floats, Run, Series
from advisor.signals.robust import median
from advisor.text import Bilingual, Language, clean_line, short_number

_LOW, _MIDDLE, _HIGH = 1, 3, 5
"""Of the quantiles of a forecast: those of its 80 % interval, and the median."""
_COLUMNS = 512
"""More than a wide chart has columns of dots, so that the interval has no gaps that swim."""
_TIMES_SEEN = 2
"""How far ahead a run that was left is drawn, in lengths of what it has logged: that is to stay in view."""
_LONGEST = 20
_NAMES = (
    Bilingual(en="forecast", zh="预测"),
    Bilingual(en="80% range", zh="80% 区间"),
)


def with_forecast(panel: Panel, language: Language, *, live: bool = False, end: float | None = None) -> Panel:
    """The chart with the forecast of its judged curve up to where the run is to end.

    A run that has come to within a point of its planned end (steps may be counted from 0), or whose plan is
    unknown, has none while nothing is written.

    Args:
        panel: With its runs.
        language: Of the names of what is added.
        live: Whether the run still goes on; one without a plan is then drawn half as long again.
        end: Where it is to end on the x axis of that curve; the run's own plan where None.
    """
    series = judged(panel)
    if series is None or not panel.runs or series.lower_is_better is None or len(series) < 2:
        return panel
    step = median(np.diff(series.x))
    more = _remaining(series, panel.runs[0], end, live=live)
    if not step > 0 or more is None or (more <= step and not live):
        return panel
    n = len(series)
    length = min(n + max(1, round(more / step)), _LONGEST * n)
    from advisor.learned.forecast import fan

    places, values = fan(series.y, length, lower_is_better=series.lower_is_better)
    if not len(places):
        return panel
    x = np.concatenate([[series.x[-1]], series.x[-1] + (places - n) * step])
    y = np.vstack([np.full((1, values.shape[1]), series.y[-1]), values])
    seen = float(series.x[-1] - series.x[0])
    drawn_to = float(x[-1]) if live else min(float(x[-1]), float(x[0]) + _TIMES_SEEN * seen)
    return replace(
        panel,
        curves=(*panel.curves, *_fan(x, y, drawn_to, series, language)),
        ahead=_sentence(series, x[-1], values[-1]),
    )


def _remaining(series: Series, run: Run, end: float | None, *, live: bool) -> float | None:
    """How much of the x axis is still to come; None where the run is over or nobody can say."""
    last = float(series.x[-1])
    end = planned_end(run, series) if end is None else end
    if end is not None and end > last:
        return end - last
    return (last - float(series.x[0])) / 2 if live and end is None else None


def planned_end(run: Run, series: Series) -> float | None:
    """Where the plan of a run ends on the x axis of one of its curves; None where no plan is known."""
    planned = run.number("epochs" if series.x_kind == "epoch" else "max_steps")
    if planned is None or not len(series):
        return None
    # Epochs that are counted from 0 end one before their number.
    return planned - 1 if series.x_kind == "epoch" and series.x[0] == 0 else planned


def _fan(x: Floats, y: Floats, end: float, series: Series, language: Language) -> tuple[Curve, Curve]:
    """The median, and the 80 % interval as one curve that goes from its low to its high end everywhere."""
    dense = np.linspace(x[0], end, _COLUMNS)
    low, middle, high = (np.interp(dense, x, y[:, quantile]) for quantile in (_LOW, _MIDDLE, _HIGH))
    names, kind = [name.in_(language) for name in _NAMES], series.x_kind
    ends = np.column_stack([low, high]).ravel()
    return Curve(names[0], dense, middle, kind), Curve(names[1], np.repeat(dense, 2), ends, kind, area=True)


def _sentence(series: Series, end: float, values: Floats) -> Bilingual:
    name, x = clean_line(series.name, 60), short_number(float(end))
    low, middle, high = (short_number(float(values[n])) for n in (_LOW, _MIDDLE, _HIGH))
    return Bilingual(
        en=f"Forecast of {name} at {x}: {middle} (80%: {low} to {high}).",
        zh=f"预测 {name} 到 {x} 时为 {middle}（80%：{low} 到 {high}）。",
    )
