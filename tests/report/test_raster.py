"""Charts as characters: nothing that happened in a run may be missing from its picture."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.report.axis import Axis, number_label, symlog_axis, time_ticks, value_axis
from advisor.report.canvas import AXIS, BEST, BROKEN, CURSOR, FOOT, GUTTER, MARK, RAW
from advisor.report.columns import columns, smoothed
from advisor.report.curves import Curve, Event, Mark
from advisor.report.raster import Picture, draw, inline_chart, legend
from advisor.report.view import View
from advisor.run import Role, Series

WIDTH, HEIGHT = 60, 14


def curve_of(y, x=None, *, role=Role.TRAIN_LOSS, lower_is_better=True, name="loss", best=False):
    values = np.asarray(y, dtype=float)
    steps = np.arange(values.size, dtype=float) if x is None else np.asarray(x, dtype=float)
    series = Series(name, values, steps, np.arange(values.size), role=role, lower_is_better=lower_is_better)
    return Curve.of(series, mark_best=best)


def plot(picture: Picture) -> list[str]:
    return [row[GUTTER:] for row in picture.rows[:-FOOT]]


def axis_row(picture: Picture) -> str:
    return picture.rows[-FOOT][GUTTER:]


def cells_of(picture: Picture, layer: int) -> set[tuple[int, int]]:
    return {(int(row), int(column)) for row, column in np.argwhere(picture.layers == layer)}


def test_a_spike_of_one_step_among_a_million_is_drawn():
    y = np.full(1_000_000, 1.0)
    calm = draw([curve_of(y)], WIDTH, HEIGHT)
    y[617_000] = 50.0
    picture = draw([curve_of(y)], WIDTH, HEIGHT)
    top = [column for row, column in cells_of(picture, 0) if row == 0]
    column = GUTTER + round(0.617 * (WIDTH - GUTTER - 1))
    assert top
    assert min(abs(c - column) for c in top) <= 1
    assert len(set(top)) <= 2
    assert all(len({row for row, c in cells_of(picture, 0) if c == spike}) == HEIGHT - FOOT for spike in top)
    assert len({row for row, _ in cells_of(calm, 0)}) == 1


def test_columns_keep_the_exact_extremes_ends_and_breaks():
    y = np.array([1.0, 5.0, 2.0, np.nan, 3.0, np.inf, -4.0, 8.0])
    kept = columns(np.arange(8.0), y, 0.0, 7.0, 2)
    assert kept.low.tolist() == [1.0, -4.0]
    assert kept.high.tolist() == [5.0, 8.0]
    assert kept.broken.tolist() == [True, True]
    assert kept.first[0] == 1.0
    assert kept.last[1] == 8.0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_not_finite_are_a_gap_with_a_mark(bad):
    y = np.linspace(1.0, 2.0, 400)
    y[150:250] = bad
    picture = draw([curve_of(y)], WIDTH, HEIGHT)
    broken = {column for _, column in cells_of(picture, BROKEN)}
    drawn = {column for _, column in cells_of(picture, 0)}
    assert broken
    assert not (broken - {min(broken), max(broken)}) & drawn
    assert axis_row(picture).count("×") == len(broken)
    whole = draw([curve_of(np.linspace(1.0, 2.0, 400))], WIDTH, HEIGHT)
    assert not cells_of(whole, BROKEN)
    assert len({column for _, column in cells_of(whole, 0)}) == WIDTH - GUTTER


def test_one_bad_value_between_sparse_points_breaks_the_line():
    joined = draw([curve_of([1.0, 1.0, 1.0])], WIDTH, HEIGHT)
    broken = draw([curve_of([1.0, np.nan, 1.0])], WIDTH, HEIGHT)
    assert len(cells_of(joined, 0)) == WIDTH - GUTTER
    assert len(cells_of(broken, 0)) == 2
    assert len(cells_of(broken, BROKEN)) == 1


def test_a_loss_over_more_than_two_decades_gets_a_log_axis_and_an_accuracy_does_not():
    wide = np.geomspace(10.0, 1e-3, 50)
    assert draw([curve_of(wide)], WIDTH, HEIGHT).log
    assert not draw([curve_of(wide)], WIDTH, HEIGHT, View(scale="linear")).log
    assert not draw([curve_of(wide + 1)], WIDTH, HEIGHT).log
    assert not draw([curve_of(wide, role=Role.VAL_METRIC)], WIDTH, HEIGHT).log
    assert not draw([curve_of(wide - 1e-3)], WIDTH, HEIGHT).log


def test_a_geometric_decay_is_a_straight_line_on_a_log_axis():
    picture = draw([curve_of(np.geomspace(1.0, 1e-6, 300))], WIDTH, HEIGHT)
    cells = sorted(cells_of(picture, 0), key=lambda cell: cell[1])
    rows = np.array([row for row, _ in cells], dtype=float)
    columns_drawn = np.array([column for _, column in cells], dtype=float)
    straight = np.polyval(np.polyfit(columns_drawn, rows, 1), columns_drawn)
    assert np.abs(straight - rows).max() < 1


def test_a_forced_log_axis_leaves_out_zero_without_calling_it_broken():
    picture = draw([curve_of([1.0, 10.0, 0.0, -3.0, 100.0])], WIDTH, HEIGHT, View(scale="log"))
    drawn = {column for _, column in cells_of(picture, 0)}
    assert picture.log
    assert not cells_of(picture, BROKEN)
    assert max(drawn) == WIDTH - 1
    assert len(drawn) < (WIDTH - GUTTER) * 0.4


def test_a_constant_curve_is_one_row_in_the_middle():
    picture = draw([curve_of([0.5] * 30)], WIDTH, HEIGHT)
    rows = {row for row, _ in cells_of(picture, 0)}
    assert len(rows) == 1
    assert abs(rows.pop() - (HEIGHT - FOOT) / 2) <= 1
    assert "0.5" in "".join(row[:GUTTER] for row in picture.rows)


@pytest.mark.parametrize(("value", "label"), [(0.9, "0.9"), (0.0123, "0.0123"), (3e-4, "3e-4"), (0.0, "0")])
def test_a_constant_curve_has_its_value_for_its_only_tick(value, label):
    rows = draw([curve_of([value] * 20)], 40, 6).rows
    assert [row[: GUTTER - 1].strip() for row in rows if row[: GUTTER - 1].strip()] == [label]


def test_an_area_is_drawn_in_dots_that_do_not_outshine_a_line():
    ends = np.tile([0.0, 1.0], 40)
    x = np.repeat(np.arange(40.0), 2)
    full, area = (draw([Curve("band", x, ends, area=area)], 60, 12) for area in (False, True))
    dots = [sum(bin(ord(c) - 0x2800).count("1") for c in "".join(plot(p)) if c > "⠀") for p in (full, area)]
    assert 0 < dots[1] <= dots[0] / 3


def test_a_single_point_is_drawn_once():
    assert len(cells_of(draw([curve_of([0.5])], WIDTH, HEIGHT), 0)) == 1


@pytest.mark.parametrize("curves", [[], [curve_of([])], [curve_of([np.nan, np.inf])]])
def test_nothing_to_draw_is_an_empty_frame(curves):
    picture = draw(curves, WIDTH, HEIGHT)
    assert len(picture.rows) == HEIGHT
    assert all(not row.strip() for row in plot(picture))


@pytest.mark.parametrize(("width", "height"), [(0, 0), (1, 1), (13, 20), (60, 3), (-1, -1), (500, 200)])
def test_any_size_gives_rows_of_that_size(width, height):
    picture = draw([curve_of([3.0, 2.0, 1.0])], width, height)
    assert len(picture.rows) == max(height, 0)
    assert {len(row) for row in picture.rows} <= {max(width, 0)}
    assert picture.layers.shape == (max(height, 0), max(width, 0))


@pytest.mark.parametrize(
    "y",
    [[1e308, -1e308, 0.0], [5e-324, 1e-300], [1e300, 1.0], [0.0, 0.0], [1e6 + i * 1e-9 for i in range(5)]],
)
def test_extreme_values_are_drawn_without_a_warning(y):
    picture = draw([curve_of(y)], WIDTH, HEIGHT)
    assert cells_of(picture, 0)


def test_extreme_steps_are_drawn_without_a_warning():
    assert cells_of(draw([curve_of([1.0, 2.0, 3.0], x=[-1.7e308, 0.0, 1.7e308])], WIDTH, HEIGHT), 0)
    assert cells_of(draw([curve_of([1.0, 2.0], x=[1.7e9, 1.7e9 + 1e-6])], WIDTH, HEIGHT), 0)


def test_the_best_point_is_marked_where_it_is():
    y = [5.0, 3.0, 1.0, 2.0, 4.0]
    picture = draw([curve_of(y, best=True)], WIDTH, HEIGHT)
    ((row, column),) = cells_of(picture, BEST)
    assert row == HEIGHT - FOOT - 1
    assert abs(column - (GUTTER + (WIDTH - GUTTER) / 2)) <= 1
    highest = draw([curve_of(y, best=True, lower_is_better=False)], WIDTH, HEIGHT)
    assert cells_of(highest, BEST) == {(0, GUTTER)}
    assert not cells_of(draw([curve_of(y, best=True, lower_is_better=None)], WIDTH, HEIGHT), BEST)


def test_a_finding_is_a_line_with_its_glyph_and_its_length_on_the_axis():
    picture = draw([curve_of(np.linspace(2, 1, 101))], WIDTH, HEIGHT, marks=[Mark(50.0, 75.0, "!")])
    axis = axis_row(picture)
    assert abs(plot(picture)[0].index("!") - (WIDTH - GUTTER) / 2) <= 1
    assert axis.count("━") == pytest.approx((WIDTH - GUTTER) / 4, abs=2)
    assert sum("┊" in row for row in plot(picture)) >= HEIGHT - FOOT - 3
    assert cells_of(picture, MARK)
    outside = draw([curve_of(np.linspace(2, 1, 101))], WIDTH, HEIGHT, marks=[Mark(500.0, 600.0, "!")])
    assert not cells_of(outside, MARK)


def test_several_curves_are_told_apart_without_colour():
    curves = [curve_of(np.linspace(2, 1, 50), name="train"), curve_of(np.linspace(2, 3, 50), name="val")]
    picture = draw(curves, WIDTH, HEIGHT)
    drawn = "".join(plot(picture))
    assert drawn.count("A") == drawn.count("B") == 1
    for layer, letter in enumerate("AB"):
        row, column = next((r, line.index(letter)) for r, line in enumerate(plot(picture)) if letter in line)
        assert picture.layers[row, column + GUTTER] == layer
    assert legend(curves, picture, "en") == ["A train", "B val", "step"]


def test_a_curve_hidden_under_another_still_shows_its_letter():
    same = np.linspace(2, 1, 50)
    drawn = "".join(plot(draw([curve_of(same), curve_of(same)], WIDTH, HEIGHT)))
    assert drawn.count("A") == drawn.count("B") == 1


def test_ascii_stays_ascii_and_shows_the_same_columns():
    y = np.sin(np.linspace(0, 6, 300))
    y[100] = np.nan
    plain, braille = (
        draw([curve_of(y, best=True)], WIDTH, HEIGHT, ascii_only=flag, marks=[Mark(10, 20)])
        for flag in (True, False)
    )
    assert "".join(plain.rows).isascii()
    assert (plain.layers == braille.layers).all()
    assert axis_row(plain).count("x") == 1


def test_unordered_and_unknown_steps_are_drawn_in_order():
    jumbled = curve_of([3.0, 1.0, 2.0, 9.0], x=[2.0, 0.0, 1.0, np.nan])
    assert jumbled.x.tolist() == [0.0, 1.0, 2.0]
    assert jumbled.y.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("low", "high", "count", "labels"),
    [
        (0, 100, 5, ["0", "20", "40", "60", "80", "100"]),
        (0, 2000, 4, ["0", "500", "1k", "1.5k", "2k"]),
        (0, 1e-3, 2, ["0", "5e-4", "1e-3"]),
        (0.2, 0.4, 2, ["0.2", "0.3", "0.4"]),
        (-1, 1, 2, ["-1", "0", "1"]),
        (0, 3e6, 3, ["0", "1M", "2M", "3M"]),
    ],
)
def test_ticks_are_round_numbers_with_short_labels(low, high, count, labels):
    assert [label for _, label in Axis(low, high).ticks(count)] == labels


def test_log_ticks_are_powers_of_ten_and_few_decades_get_more():
    assert [v for v, _ in Axis(1e-4, 1.0, log=True).ticks(5)] == pytest.approx([1e-4, 1e-3, 1e-2, 0.1, 1])
    assert [label for _, label in Axis(1.0, 50.0, log=True).ticks(5)] == ["1", "2", "5", "10", "20", "50"]
    assert [label for _, label in Axis(2.3, 270.0, log=True).ticks(2)] == ["10", "100"]
    assert len(Axis(1e-300, 1e300, log=True).ticks(5)) <= 6


@pytest.mark.parametrize(
    ("value", "label"), [(0, "0"), (1500, "1.5k"), (2e6, "2M"), (0.25, "0.25"), (3e-5, "3e-5")]
)
def test_number_labels(value, label):
    assert number_label(value, step=max(abs(value) / 10, 1e-9)) == label


def test_a_value_beyond_the_axis_stands_at_its_end():
    assert Axis(0.0, 1.0).place(np.array([-5.0, 0.5, 7.0])).tolist() == [0.0, 0.5, 1.0]
    assert value_axis(2.0, 2.0).low < 2.0 < value_axis(2.0, 2.0).high


def test_inline_chart_has_exactly_the_lines_and_columns_asked_for():
    series = Series("损失" * 40, np.linspace(2, 1, 9), np.arange(9.0), np.arange(9), role=Role.TRAIN_LOSS)
    lines = inline_chart([series], 50, 10)
    assert len(lines) == 10
    assert all(len(line) <= 50 for line in lines)
    assert "step" in lines[0] or "…" in lines[0]
    assert any(0x2800 <= ord(c) <= 0x28FF for line in lines for c in line)


def test_axis_cells_belong_to_no_curve():
    picture = draw([curve_of([1.0, 2.0])], WIDTH, HEIGHT)
    assert (picture.layers[: HEIGHT - FOOT, GUTTER - 1] == AXIS).all()


@settings(deadline=None)
@given(
    y=st.lists(st.floats(width=64), max_size=60),
    width=st.integers(14, 90),
    height=st.integers(4, 30),
    scale=st.sampled_from(["auto", "linear", "log", "symlog"]),
)
def test_whatever_the_values_the_extremes_are_drawn_and_the_rest_is_marked(y, width, height, scale):
    values = np.array(y, dtype=float)
    picture = draw([curve_of(values, best=True)], width, height, View(scale=scale))
    assert [len(row) for row in picture.rows] == [width] * height
    finite = values[np.isfinite(values)]
    assert bool(cells_of(picture, BROKEN)) == (finite.size < values.size)
    shown = finite[finite > 0] if picture.log else finite
    rows = {row for row, _ in cells_of(picture, 0) | cells_of(picture, BEST)}
    assert bool(rows) == bool(shown.size)
    if not shown.size or np.abs(shown).max() >= 1e300 or 0 < np.abs(shown).max() < 1e-200:
        return
    low, high = (
        (np.log(shown.min()), np.log(shown.max())) if picture.log else (shown.min() / 2, shown.max() / 2)
    )
    if high - low > 1e-6 * max(abs(low), abs(high)):
        assert min(rows) == 0
        assert max(rows) == height - FOOT - 1


def test_a_symmetric_log_axis_shows_both_sides_of_zero():
    y = np.concatenate([-np.geomspace(1e3, 1e-2, 100), np.geomspace(1e-2, 1e3, 100)])
    picture = draw([curve_of(y)], WIDTH, HEIGHT, View("symlog"))
    rows_of = {}
    for row, column in cells_of(picture, 0):
        rows_of.setdefault(column - GUTTER, set()).add(row)
    assert picture.symlog
    # Equal factors are equal distances: a quarter of the way up is far below a quarter of the values.
    assert min(rows_of[12]) < HEIGHT - FOOT - 2
    labels = [row[: GUTTER - 1].strip() for row in picture.rows]
    assert "0" in labels
    assert any(label.startswith("-") for label in labels)
    axis = symlog_axis(-100.0, 100.0, y)
    assert axis.place(np.array([-100.0, 0.0, 100.0])).tolist() == [0.0, 0.5, 1.0]


def test_smoothing_takes_noise_away_keeps_a_line_and_leaves_the_raw_curve_visible():
    x = np.arange(10_000.0)
    noise = np.random.default_rng(0).normal(size=x.size)
    line = smoothed(x, 3.0 - x / 5_000, 0.0, 9_999.0, 100, 0.05)
    assert np.allclose(line.low[20:80], (3.0 - x / 5_000).reshape(100, 100).mean(axis=1)[20:80], atol=0.02)
    noisy = smoothed(x, noise, 0.0, 9_999.0, 100, 0.05)
    assert np.abs(noisy.low).max() < 0.15 < np.abs(noise).max()
    picture = draw([curve_of(noise)], WIDTH, HEIGHT, View(smoothing=0.05))
    assert cells_of(picture, 0)
    assert len(cells_of(picture, RAW)) > 3 * len(cells_of(picture, 0))


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e308])
def test_smoothing_leaves_out_what_is_not_finite_and_never_overflows(bad):
    y = np.ones(50)
    y[20:23] = bad
    low = smoothed(np.arange(50.0), y, 0.0, 49.0, 100, 0.02).low
    assert low[0] == pytest.approx(1.0)
    assert np.isfinite(low[~np.isnan(low)]).all()
    assert np.isnan(smoothed(np.arange(3.0), np.full(3, np.nan), 0.0, 2.0, 10, 0.02).low).all()


def test_events_and_the_cursor_stand_where_they_belong():
    view = View(cursor=75.0)
    picture = draw([curve_of(np.linspace(2, 1, 101))], WIDTH, HEIGHT, view, events=[Event(25.0, "c")])
    columns_of_plot = WIDTH - GUTTER
    assert axis_row(picture).index("c") == pytest.approx(0.25 * columns_of_plot, abs=1)
    assert axis_row(picture).index("^") == pytest.approx(0.75 * columns_of_plot, abs=1)
    assert len({column for _, column in cells_of(picture, CURSOR)}) == 1
    assert not cells_of(draw([curve_of([1.0, 2.0])], WIDTH, HEIGHT, View(cursor=9.0)), CURSOR)


@pytest.mark.parametrize(
    ("high", "labels"),
    [
        (90.0, ["0", "30s", "60s", "90s"]),
        (7_200.0, ["0", "1h", "2h"]),
        (3 * 86_400.0, ["0", "1d", "2d", "3d"]),
    ],
)
def test_time_is_marked_in_round_lengths(high, labels):
    assert [label for _, label in time_ticks(0.0, high, 3)] == labels
