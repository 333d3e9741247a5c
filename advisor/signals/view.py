"""One run as the signals see it: the main curve of each role, and pairs of curves side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from advisor.run import Floats, Role, Run
from advisor.signals import robust
from advisor.signals.curve import Curve
from advisor.vocabulary.side import is_layer_gradient, side_quantity

T = TypeVar("T")
_WHOLE = 0.9  # how sure a curve must be to be the whole loss, not one part of it


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two curves read at the same moments of the log, lower is better, divided by one power of two.

    Attributes:
        a: Levels of the first curve, shape (k,).
        b: Levels of the second curve, shape (k,).
    """

    a: Floats
    b: Floats


class View:
    """The main curves of a run and their pairs, each made once."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._curves: dict[Role, Curve | None] = {}
        self._pairs: dict[tuple[Role, Role], Pair | None] = {}
        self._kept: dict[Callable[[View], Any], Any] = {}
        self._finest: Curve | None = None
        self._side: dict[str, list[Curve]] | None = None

    def once(self, function: "Callable[[View], T]") -> T:
        """What `function` makes of this run, computed the first time only."""
        if function not in self._kept:
            self._kept[function] = function(self)
        kept: T = self._kept[function]
        return kept

    def curve(self, role: Role) -> Curve | None:
        """The main curve of a role, or None where the log has none or it holds no point."""
        if role not in self._curves:
            series = self.run.main(role)
            self._curves[role] = Curve(series) if series is not None and len(series) else None
        return self._curves[role]

    def directed(self, role: Role) -> Curve | None:
        """The main curve of a role if it has a finite point and its better direction is known."""
        curve = self.curve(role)
        return curve if curve is not None and curve.directed and curve.size else None

    def finest_loss(self) -> Curve | None:
        """The training loss with the most points: batch by batch, where that is logged too."""
        main = self.curve(Role.TRAIN_LOSS)
        if main is not None and self._finest is None:
            whole = [s for s in self.run.with_role(Role.TRAIN_LOSS) if s.certainty >= _WHOLE]
            longest = max(whole, key=len, default=main.series)
            self._finest = main if len(longest) <= main.n else Curve(longest)
        return self._finest

    def side(self, kind: str) -> list[Curve]:
        """The curves of one side quantity (`loss_scale`, `kl`, ..., `layer_gradient`)."""
        if self._side is None:
            self._side = {}
            for series in self.run.series:
                found = "layer_gradient" if is_layer_gradient(series.name) else side_quantity(series.name)
                if found is not None and np.isfinite(series.y).any():
                    self._side.setdefault(found, []).append(Curve(series))
        return self._side.get(kind, [])

    def pair(self, a: Role, b: Role, points: int = 1) -> Pair | None:
        """Two directed curves at the moments of the second, at most 512; None with fewer than `points`."""
        if (a, b) not in self._pairs:
            first, second = self.directed(a), self.directed(b)
            self._pairs[a, b] = _align(first, second) if first and second else None
        pair = self._pairs[a, b]
        return pair if pair is not None and pair.a.size >= points else None


def _align(first: Curve, second: Curve) -> Pair:
    """Reads `first` at the moments of `second`, by their positions in the log, never by index.

    Where `first` has clearly more points (per step against per epoch), each moment gets the median of the
    points since the moment before; else the point that stands nearest in the log.
    """
    edges = robust.bin_edges(second.size)
    moments = second.at[edges[1:] - 1]
    if first.size > 1.5 * moments.size:
        bounds = np.concatenate(([0], np.searchsorted(first.at, moments, side="right")))
        a = robust.segment_medians(first.values, bounds)
    else:
        after = np.clip(np.searchsorted(first.at, moments), 0, first.at.size - 1)
        before = np.maximum(after - 1, 0)
        nearer = np.abs(first.at[before] - moments) <= np.abs(first.at[after] - moments)
        a = first.values[np.where((first.at[after] != moments) & nearer, before, after)]
    known = np.isfinite(a)
    largest = max(first.exponent, second.exponent)
    return Pair(
        np.ldexp(a[known], first.exponent - largest),
        np.ldexp(second.binned[known], second.exponent - largest),
    )
