"""Moving about in a chart: zoom, pan, a cursor, and what it points at. Pure functions of a view."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from advisor.report.curves import LETTERS, Curve, drawn_range
from advisor.report.view import AxisKind, View
from advisor.run import XKind
from advisor.text import Bilingual, Language, short_number

DEEPEST: Final = 1e-9
"""The smallest stretch that can be zoomed into, as a share of the whole."""

_PLACE: Final[dict[XKind, Bilingual]] = {
    "step": Bilingual(en="step {x}", zh="第 {x} 步"),
    "epoch": Bilingual(en="epoch {x}", zh="第 {x} 轮"),
    "index": Bilingual(en="point {x}", zh="第 {x} 个点"),
}


@dataclass(frozen=True, slots=True)
class Point:
    """What the cursor points at on one curve.

    Attributes:
        letter: Of the curve.
        name: Of the curve.
        x: Where the nearest point of the curve stands.
        y: Its value, may be NaN or infinite.
    """

    letter: str
    name: str
    x: float
    y: float


def zoomed(view: View, curves: Sequence[Curve], factor: float, around: float | None = None) -> View:
    """The view with `1 / factor` of the stretch that it shows, around a place that stays where it is.

    Args:
        view: As it is.
        curves: What is drawn.
        factor: Above 1 to zoom in, below to zoom out.
        around: An x; the cursor where None, else the middle.
    """
    start, end = drawn_range(curves, view)
    whole = drawn_range(curves, replace(view, x_range=None))
    middle = view.cursor if around is None else around
    if middle is None or not start <= middle <= end:
        middle = (start + end) / 2
    if (end - start) / factor < DEEPEST * (whole[1] - whole[0]):
        return view
    span = (middle - (middle - start) / factor, middle + (end - middle) / factor)
    return replace(view, x_range=_inside(span, whole))


def panned(view: View, curves: Sequence[Curve], share: float) -> View:
    """The view moved by a share of the stretch that it shows; it stays within what there is."""
    if view.x_range is None:
        return view
    start, end = view.x_range
    whole = drawn_range(curves, replace(view, x_range=None))
    step = share * (end - start)
    step = min(max(step, whole[0] - start), whole[1] - end)
    return replace(view, x_range=(start + step, end + step))


def pointed(view: View, curves: Sequence[Curve], place: float) -> View:
    """The view with its cursor at the point nearest to a place, 0 to 1, along what is shown."""
    start, end = drawn_range(curves, view)
    x = start + min(max(place, 0.0), 1.0) * (end - start)
    near = [_nearest(curve, x) for curve in curves if curve.x.size]
    if not near:
        return view
    return replace(view, cursor=min((float(c.x[i]) for c, i in near), key=lambda found: abs(found - x)))


def stepped(view: View, curves: Sequence[Curve], columns: int, by: int) -> View:
    """The view with its cursor moved by `by` columns of the plot, or to the next point where that is further.

    The cursor begins at the end of the curves; the view follows it.
    """
    start, end = drawn_range(curves, view)
    held = [curve for curve in curves if curve.x.size]
    if not held:
        return view
    if view.cursor is None or not start <= view.cursor <= end:
        return pointed(view, curves, 1.0 if by < 0 else 0.0)
    aim = view.cursor + by * (end - start) / max(columns - 1, 1)
    moved = replace(view, cursor=_beyond(held, view.cursor, aim))
    if moved.cursor is not None and not start <= moved.cursor <= end:
        return panned(moved, curves, (moved.cursor - (start + end) / 2) / (end - start))
    return moved


def readings(view: View, curves: Sequence[Curve]) -> list[Point]:
    """What the cursor points at: of each curve the nearest point, where it is near enough to be meant."""
    if view.cursor is None:
        return []
    found = []
    for letter, curve in zip(LETTERS, curves, strict=False):
        if curve.x.size and curve.x[0] <= view.cursor <= curve.x[-1]:
            _, index = _nearest(curve, view.cursor)
            found.append(Point(letter, curve.name, float(curve.x[index]), float(curve.y[index])))
    return found


def value_at(point: Point, kind: AxisKind, language: Language) -> str:
    """A value and its place: `0.35 at step 1200`."""
    place = place_text(point.x, kind, language)
    return f"{place}的 {short_number(point.y)}" if language == "zh" else f"{short_number(point.y)} at {place}"


def place_text(x: float, kind: AxisKind, language: Language) -> str:
    """A place on an x axis in words: `step 1200`, `第 3 轮`, `1h 5m 3s`."""
    if kind != "time":
        return _PLACE[kind].in_(language).format(x=short_number(x))
    if x < 60:
        return f"{short_number(round(x, 2))}s"
    whole = round(x)
    parts = ((whole // 86_400, "d"), (whole // 3_600 % 24, "h"), (whole // 60 % 60, "m"), (whole % 60, "s"))
    return " ".join(f"{value}{unit}" for value, unit in parts if value)


def _inside(span: tuple[float, float], whole: tuple[float, float]) -> tuple[float, float] | None:
    start, end = max(span[0], whole[0]), min(span[1], whole[1])
    return None if start <= whole[0] and end >= whole[1] else (start, end)


def _nearest(curve: Curve, x: float) -> tuple[Curve, int]:
    right = int(np.searchsorted(curve.x, x))
    near = [i for i in (right - 1, right) if 0 <= i < curve.x.size]
    return curve, min(near, key=lambda i: abs(float(curve.x[i]) - x))


def _beyond(curves: Sequence[Curve], cursor: float, aim: float) -> float:
    """The point nearest to `aim` on its side of the cursor; the cursor where there is none on that side."""
    forth = aim > cursor
    best: float | None = None
    for curve in curves:
        index = int(np.searchsorted(curve.x, cursor, "right" if forth else "left")) - (not forth)
        if not 0 <= index < curve.x.size:
            continue
        at_aim = _nearest(curve, aim)[1]
        index = max(index, at_aim) if forth else min(index, at_aim)
        x = float(curve.x[index])
        if best is None or abs(x - aim) < abs(best - aim):
            best = x
    return cursor if best is None else best
