"""Ends a round that cannot come to anything, while it runs."""

import math
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from advisor.errors import AdvisorError
from advisor.readers import read_paths
from advisor.tune.metric import Metric

_SECONDS = 2.0
_FROM = 0.4
_BEHIND = 0.15


def hopeless(curve: Sequence[float], best: Sequence[float], planned: float, mode: str) -> bool:
    """Whether a curve that is still being written is too far behind the best run to overtake it.

    It is, where at `_FROM` of its planned length it has not come to what the best run had at `_BEHIND` of
    its own; one that merely lags is let go on. A curve that went non-finite twice in a row is hopeless at any
    point.

    Args:
        curve: What has been logged of the judged curve.
        best: The judged curve of the best run, to its end.
        planned: How many points the curve will have.
        mode: Whether small ("min") or large ("max") is good.
    """
    y, reference = np.asarray(curve, dtype=float), np.asarray(best, dtype=float)
    if y.size >= 2 and not np.isfinite(y[-2:]).any():
        return True
    if reference.size < 8 or y.size < max(4, _FROM * planned):
        return False
    sign = 1.0 if mode == "min" else -1.0
    early = reference[: max(1, math.ceil(_BEHIND * reference.size))]
    return bool(np.nanmin(sign * y) > np.nanmin(sign * early))


class Watcher(threading.Thread):
    """Looks at the logs of a running round from time to time, and asks it to stop where it is hopeless.

    Args:
        logs: Gives the files that may hold the curves now.
        best: The judged curve of the best run so far.
        metric: What is judged.
        stretch: How many times as long as the best run this one is planned to be.
        stop: Set where the round is hopeless.
    """

    def __init__(
        self,
        logs: Callable[[], Sequence[Path]],
        best: Sequence[float],
        metric: Metric,
        stretch: float,
        stop: threading.Event,
    ) -> None:
        super().__init__(daemon=True, name="early-stop")
        self._logs, self._metric, self._stop_round = logs, metric, stop
        self._best = list(best)
        self._planned = len(self._best) * stretch
        self._over = threading.Event()
        self.stopped = False

    def run(self) -> None:
        """Look until the round is over or hopeless."""
        while not self._over.wait(_SECONDS):
            curve = self._curve()
            if curve and hopeless(curve, self._best, self._planned, self._metric.mode):
                self.stopped = True
                self._stop_round.set()
                return

    def finish(self) -> None:
        """Say that the round is over."""
        self._over.set()
        self.join()

    def _curve(self) -> list[float]:
        for path in self._logs():
            try:
                runs = read_paths([str(path)])
            except (AdvisorError, OSError):
                continue
            for run in runs:
                series = self._metric.curve(run)
                if series is not None:
                    return [float(v) for v in series.y]
        return []
