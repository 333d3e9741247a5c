"""Times all signals of a run beside one `np.std` + `np.median` pass, and tsfresh if it is installed.

Run by hand: `python tests/benchmarks/bench_signals.py`. Every figure printed is the median CPU time of
repeated calls in this process, all threads; none is asserted.
"""

import resource
import statistics
import time
from collections.abc import Callable

import numpy as np
from measuring import table_row

from advisor.run import Role, Run, Series
from advisor.signals import measure

ROLES = {
    Role.TRAIN_LOSS: True,
    Role.VAL_LOSS: True,
    Role.TRAIN_METRIC: False,
    Role.VAL_METRIC: False,
    Role.LEARNING_RATE: None,
    Role.GRAD_NORM: None,
}


def make_run(points: int) -> Run:
    """Six noisy falling curves of the same length."""
    rng = np.random.default_rng(0)
    steps = np.arange(points, dtype=np.float64)
    series = []
    for role, lower in ROLES.items():
        y = np.exp(-4 * steps / points) + 0.05 * rng.normal(size=points)
        y = 1 - y if lower is False else y
        at = steps.astype(np.int64)
        series.append(Series(role.value, y, steps, at, role=role, lower_is_better=lower))
    return Run("bench", tuple(series))


def milliseconds(work: Callable[[], object], repeats: int) -> float:
    """Median CPU time of one call."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return 1_000 * statistics.median(times)


def baseline(run: Run) -> None:
    """The least that any signal has to do: two statistics of each curve."""
    for series in run:
        np.std(series.y)
        np.median(series.y)


def tsfresh_time(run: Run) -> float | None:
    """tsfresh's EfficientFCParameters on the same curves, or None where it is not installed."""
    try:
        import pandas as pd
        from tsfresh.feature_extraction import EfficientFCParameters, extract_features
    except ImportError:
        return None
    parts = [pd.DataFrame({"id": s.name, "t": s.x, "y": s.y}) for s in run]
    table = pd.concat(parts, ignore_index=True)
    settings = EfficientFCParameters()
    return milliseconds(
        lambda: extract_features(
            table,
            column_id="id",
            column_sort="t",
            default_fc_parameters=settings,
            n_jobs=0,
            disable_progressbar=True,
        ),
        repeats=1,
    )


def main() -> None:
    """Prints one line per length."""
    for points, repeats in ((1_000, 30), (1_000_000, 3)):
        run = make_run(points)
        measure(run)
        ours = milliseconds(lambda run=run: measure(run), repeats)
        least = milliseconds(lambda run=run: baseline(run), repeats)
        line = f"{points:>9,} points x {len(run.series)} curves, {len(measure(run))} signals: "
        line += f"{ours:8.1f} ms CPU, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
        line += f" = {ours / least:6.1f} x (std + median)"
        theirs = tsfresh_time(run) if points <= 1_000 else None
        if theirs is not None:
            line += f"; tsfresh {theirs:,.0f} ms = {theirs / ours:,.0f} x ours"
        elif points <= 1_000:
            line += "; tsfresh is not installed here, so that it is not compared"
        print(line, flush=True)
        floor = f"(std + median), {least:.2f} ms" if theirs is None else f"tsfresh, {theirs:,.0f} ms"
        ratio, goal = ours / (theirs or least), "20 ms" if points <= 1_000 else "500 ms"
        table_row(
            f"all signals of 6 curves of {points:,} points", f"{ours:.0f} ms", floor, f"{ratio:.3g}", goal
        )


if __name__ == "__main__":
    main()
