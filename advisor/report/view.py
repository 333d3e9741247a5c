"""How a chart is looked at; loaded with the screen, before anything that draws."""

from dataclasses import dataclass, replace
from typing import Final, Literal

Scale = Literal["auto", "linear", "log", "symlog"]

AxisKind = Literal["step", "epoch", "index", "time"]
"""What an x axis counts; `time` is seconds since the run began."""

SCALES: Final[tuple[Scale, ...]] = ("auto", "linear", "log", "symlog")
SMOOTHINGS: Final = (0.0, 0.02, 0.05, 0.1)


@dataclass(frozen=True, slots=True)
class View:
    """How a chart is looked at.

    Attributes:
        scale: Of the values; "auto" takes log for losses and the like that span more than two decades.
        x_range: The stretch of x to draw; all of it where None.
        smoothing: Bandwidth of the smoothing as a share of the stretch drawn; 0 for none. The raw curve stays
            visible behind the smoothed one.
        cursor: The x that is pointed at, or None.
    """

    scale: Scale = "auto"
    x_range: tuple[float, float] | None = None
    smoothing: float = 0.0
    cursor: float | None = None


PLAIN_VIEW: Final = View()
"""The whole chart as logged."""


def next_scale(scale: Scale) -> Scale:
    """The value axis after this one."""
    return SCALES[(SCALES.index(scale) + 1) % len(SCALES)]


def next_smoothing(view: View) -> View:
    """The next bandwidth of the smoothing, none after the widest."""
    wider = [amount for amount in SMOOTHINGS if amount > view.smoothing]
    return replace(view, smoothing=wider[0] if wider else 0.0)
