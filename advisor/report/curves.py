"""What a chart is made of: curves, marks, events, and how it is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from advisor.report.axis import LARGEST
from advisor.report.view import AxisKind, View
from advisor.run import Floats, Role, Series
from advisor.text import clean_line

LETTERS: Final = "ABCDEFGH"
"""One letter for each curve, so that curves are told apart without colour; also the most that are drawn."""

_LOG_ROLES = frozenset({Role.TRAIN_LOSS, Role.VAL_LOSS, Role.LEARNING_RATE, Role.GRAD_NORM})


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Curve:
    """One curve, ready to be drawn.

    Attributes:
        name: As shown in the legend, on one line and clean.
        x: Shape (n,), finite and not decreasing.
        y: Shape (n,), may hold NaN and infinities.
        x_kind: What `x` counts.
        log_if_wide: Whether a log axis suits it where its values span decades.
        best: Index of the point to mark as the best, or None.
        area: Whether it goes from one end of an area to the other all the time, and is drawn as one.
    """

    name: str
    x: Floats
    y: Floats
    x_kind: AxisKind = "step"
    log_if_wide: bool = True
    best: int | None = None
    area: bool = False

    @classmethod
    def of(
        cls,
        series: Series,
        *,
        mark_best: bool = False,
        x: Floats | None = None,
        x_kind: AxisKind | None = None,
        name: str = "",
    ) -> "Curve":
        """A curve of a run; points without a finite x are left out, the others are put in the order of x.

        Args:
            series: The curve as logged.
            mark_best: Whether to mark its best point.
            x: Where its points stand on another axis, shape (n,); its own x where None.
            x_kind: What that axis counts.
            name: What to call it; its own name where empty.
        """
        x, y = series.x if x is None else x, series.y
        if not bool(np.all(x[1:] >= x[:-1])) or not bool(np.isfinite(x).all()):
            known = np.flatnonzero(np.isfinite(x))
            order = known[np.argsort(x[known], kind="stable")]
            x, y = x[order], y[order]
        shown = clean_line(name or series.name, 60)
        curve = cls(shown, x, y, x_kind or series.x_kind, series.role in _LOG_ROLES)
        finite = np.isfinite(y)
        if not mark_best or series.lower_is_better is None or not finite.any():
            return curve
        kept = np.where(finite, y, np.inf if series.lower_is_better else -np.inf)
        return replace(curve, best=int(kept.argmin() if series.lower_is_better else kept.argmax()))


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of x to point at, with the glyph to write at its start."""

    start: float
    end: float
    glyph: str = "!"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at one x, with the letter that stands for it on the x axis."""

    x: float
    glyph: str


def x_extent(curves: Sequence[Curve]) -> tuple[float, float]:
    """First and last x of all points."""
    held = [curve for curve in curves if curve.x.size]
    if not held:
        return 0.0, 1.0
    start, end = min(float(curve.x[0]) for curve in held), max(float(curve.x[-1]) for curve in held)
    return max(start, -LARGEST), min(end, LARGEST)


def drawn_range(curves: Sequence[Curve], view: View) -> tuple[float, float]:
    """First and last x that a chart shows, never equal."""
    start, end = view.x_range or x_extent(curves)
    return (start - 0.5, end + 0.5) if start == end else (start, end)
