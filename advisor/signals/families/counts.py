"""How much there is to read, how much of it is finite, and what else the log says."""

from advisor.run import EventKind, Role
from advisor.signals.curve import Curve
from advisor.signals.registry import of_curve, of_run
from advisor.signals.view import View


@of_curve(
    "points",
    unit="points",
    low=0,
    points=0,
    en="Number of points of the {subject}, non-finite ones included.",
    zh="{subject}的点数, 含非有限值。",
)
def points(curve: Curve) -> float:
    """Length of the curve."""
    return curve.n


@of_curve(
    "non_finite_share",
    unit="share",
    low=0,
    high=1,
    points=0,
    en="Share of the points of the {subject} that are NaN or infinite.",
    zh="{subject}中 NaN 或无穷值所占的比例。",
)
def non_finite_share(curve: Curve) -> float:
    """Non-finite points over all points."""
    return 1 - curve.size / curve.n


@of_curve(
    "first_non_finite_position",
    unit="position",
    low=0,
    high=1,
    points=0,
    en="Where the first non-finite value of the {subject} stands, 0 (first point) to 1 (last).",
    zh="{subject}第一个非有限值的位置, 0 为第一个点, 1 为最后一个点。",
)
def first_non_finite_position(curve: Curve) -> float | None:
    """Absent where every value is finite."""
    first = _first_non_finite(curve)
    return None if first is None else first / max(1, curve.n - 1)


@of_curve(
    "first_non_finite_x",
    unit="x",
    points=0,
    raw=True,
    en="Step or epoch of the first non-finite value of the {subject}.",
    zh="{subject}第一个非有限值所在的步数或轮数。",
)
def first_non_finite_x(curve: Curve) -> float | None:
    """Absent where every value is finite."""
    first = _first_non_finite(curve)
    return None if first is None else float(curve.series.x[first])


@of_curve(
    "end_non_finite_share",
    unit="share",
    low=0,
    high=1,
    points=0,
    en="Share of the last tenth of the {subject} that is NaN or infinite: 1 where it never came back.",
    zh="{subject}最后十分之一中非有限值的比例; 1 表示再也没有恢复。",
)
def end_non_finite_share(curve: Curve) -> float:
    """Over the last tenth, one point at least."""
    return 1 - float(curve.finite[-max(1, curve.n // 10) :].mean())


@of_curve(
    "first_x",
    unit="x",
    points=0,
    raw=True,
    en="Step or epoch of the first point of the {subject}.",
    zh="{subject}第一个点的步数或轮数。",
)
def first_x(curve: Curve) -> float:
    """As logged."""
    return float(curve.series.x[0])


@of_curve(
    "last_x",
    unit="x",
    points=0,
    raw=True,
    en="Step or epoch of the last point of the {subject}.",
    zh="{subject}最后一个点的步数或轮数。",
)
def last_x(curve: Curve) -> float:
    """As logged."""
    return float(curve.series.x[-1])


@of_run(
    "run.points",
    unit="points",
    low=0,
    en="Finite points of the longest loss or metric curve.",
    zh="最长的损失或指标曲线的有限点数。",
)
def run_points(view: View) -> float:
    """0 where the log has no such curve: that is known, not missing."""
    roles = (Role.TRAIN_LOSS, Role.VAL_LOSS, Role.TRAIN_METRIC, Role.VAL_METRIC)
    curves = [view.curve(role) for role in roles]
    return max((curve.size for curve in curves if curve is not None), default=0)


def _count(kind: EventKind) -> None:
    words = kind.value.replace("_", " ")

    @of_run(
        f"events.{kind.value}",
        unit="lines",
        low=0,
        en=f"Number of lines of the log of the kind '{words}'.",
        zh=f"日志中 {kind.value} 类行的数量。",
    )
    def events(view: View) -> float:
        """0 where the log holds none: that is known, not missing."""
        return sum(event.count for event in view.run.events if event.kind == kind)


for _kind in EventKind:
    _count(_kind)


def _first_non_finite(curve: Curve) -> int | None:
    return None if curve.size == curve.n else int((~curve.finite).argmax())
