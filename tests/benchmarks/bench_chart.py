"""Times one drawn chart beside plotext and textual-plot, where they are installed, and beside `np.sum`.

Run by `python -m tests.benchmarks chart`, with the peers beside it where `PYTHONPATH` names a folder that
`pip install --target FOLDER --no-deps plotext==5.3.2 textual-plot textual-hires-canvas` filled. Every figure
printed is the best of repeated calls in this process, in milliseconds of CPU time; none is asserted. A curve
is drawn anew each time by all three: ours and plotext's with axes, on textual-plot's canvas the line alone.
"""

import time
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from itertools import pairwise
from types import ModuleType

import numpy as np
from measuring import table_row

from advisor.report.curves import Curve
from advisor.report.raster import draw
from advisor.report.view import View
from advisor.run import Floats

WIDTH, HEIGHT = 55, 12
SIZES = (1_000, 100_000, 1_000_000)


def noisy_decay(points: int) -> tuple[Floats, Floats]:
    """Steps and a falling, noisy loss."""
    x = np.arange(points, dtype=np.float64)
    return x, 0.1 + np.exp(-4 * x / points) + 0.02 * np.random.default_rng(0).random(points)


def milliseconds(work: Callable[[], object], at_most: float = 2.0) -> float:
    """Best CPU time of one call, over at most seven calls and about `at_most` seconds."""
    times: list[float] = []
    begun = time.perf_counter()
    while len(times) < 7 and (not times or time.perf_counter() - begun < at_most):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1_000 * min(times)


def drawn_anew(x: Floats, y: Floats, view: View) -> float:
    """Milliseconds of one chart; of a new curve each time, since a known one is not reduced again."""
    return milliseconds(lambda: draw([Curve("loss", x, y)], WIDTH, HEIGHT, view))


def installed(name: str) -> ModuleType | None:
    """A module that may be absent."""
    try:
        return import_module(name)
    except ImportError:
        return None


def with_plotext(plotext: ModuleType, x: Floats, y: Floats) -> object:
    """The same picture by plotext 5."""
    plotext.clear_figure()
    plotext.plotsize(WIDTH, HEIGHT)
    plotext.plot(x.tolist(), y.tolist(), marker="braille")
    return plotext.build()


def with_textual_plot(canvas: ModuleType, x: Floats, y: Floats) -> object:
    """The line alone, without axes, on the canvas that textual-plot draws on."""
    board = canvas.Canvas(WIDTH, HEIGHT)
    place = np.column_stack(
        [x / x[-1] * (WIDTH - 1), (1 - (y - y.min()) / np.ptp(y)) * (HEIGHT - 1)]
    ).tolist()
    segments = [(*a, *b) for a, b in pairwise(place)]
    return board.draw_hires_lines(segments, hires_mode=canvas.HiResMode.BRAILLE)


def peers(x: Floats, y: Floats) -> list[tuple[str, float]]:
    """What is installed, and the milliseconds that it takes for the same curve."""
    plotext, canvas = installed("plotext"), installed("textual_hires_canvas")
    found = []
    if plotext is not None and hasattr(plotext, "plotsize"):
        found.append((f"plotext {version('plotext')}", milliseconds(lambda: with_plotext(plotext, x, y))))
    if canvas is not None:
        name = f"canvas of textual-plot {version('textual-plot')}, without axes"
        found.append((name, milliseconds(lambda: with_textual_plot(canvas, x, y))))
    return found


def one_size(points: int) -> None:
    """Print and hand on the figures of one number of points."""
    x, y = noisy_decay(points)
    broken = y.copy()
    broken[points // 2] = np.nan
    linear = drawn_anew(x, y, View("linear"))
    log = drawn_anew(x, y, View("log"))
    symlog = drawn_anew(x, y, View("symlog"))
    smooth = drawn_anew(x, y, View("linear", smoothing=0.02))
    with_nan = drawn_anew(x, broken, View("linear"))
    floor = milliseconds(lambda: np.sum(y))
    others = peers(x, y)
    told = "; ".join(f"{name} {other:.1f} ms, {other / linear:.0f} times as long" for name, other in others)
    print(
        f"{points:>9}  {linear:8.2f}  {log:8.2f}  {symlog:8.2f}  {smooth:8.2f}  {with_nan:8.2f}  "
        f"{floor:8.3f}  {linear / floor:6.1f}  {told or 'none installed'}"
    )
    goal = "20 ms" if points == SIZES[-1] else ""
    for name, other in others or [("", 0.0)]:
        beside, ratio = (f"{name}, {other:,.1f} ms", f"{linear / other:.2g}") if name else ("", "")
        table_row(f"chart of {points:,} points", f"{linear:.2g} ms", beside, ratio, goal)


def main() -> None:
    """Print one row per number of points."""
    print(
        f"{'points':>9}  {'chart':>8}  {'log axis':>8}  {'symlog':>8}  {'smoothed':>8}  {'with NaN':>8}  "
        f"{'np.sum':>8}  {'ratio':>6}  others"
    )
    for points in SIZES:
        one_size(points)
    six = [noisy_decay(100_000) for _ in range(6)]
    share = 5 * milliseconds(lambda: [draw([Curve("loss", *one)], WIDTH, HEIGHT) for one in six]) / 1_000
    table_row("six charts of 100,000 points at 5 Hz", f"{share:.1%} of a core", goal="10 %")
    print(f"six charts of 100,000 points, drawn 5 times a second: {share:.1%} of a core")


if __name__ == "__main__":
    main()
