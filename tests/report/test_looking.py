"""Moving about in a chart: the view stays within the curves and the cursor on a point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.report import looking
from advisor.report import view as view_module
from advisor.report.curves import Curve, drawn_range
from advisor.report.view import View

LONG = Curve("loss", np.arange(1_000.0), np.linspace(2, 1, 1_000))
SPARSE = Curve("val", np.array([0.0, 250.0, 500.0, 999.0]), np.array([3.0, np.nan, 1.0, 2.0]))
CURVES = [LONG, SPARSE]
MOVES = {
    "in": lambda view: looking.zoomed(view, CURVES, 2.0),
    "out": lambda view: looking.zoomed(view, CURVES, 0.5),
    "wheel": lambda view: looking.zoomed(view, CURVES, 1.25, 900.0),
    "left": lambda view: looking.panned(view, CURVES, -0.25),
    "right": lambda view: looking.panned(view, CURVES, 0.25),
    "earlier": lambda view: looking.stepped(view, CURVES, 50, -1),
    "later": lambda view: looking.stepped(view, CURVES, 50, 1),
    "click": lambda view: looking.pointed(view, CURVES, 0.3),
}


@given(st.lists(st.sampled_from(sorted(MOVES)), max_size=60))
def test_no_keys_lead_out_of_the_curves(moves):
    view = View()
    for move in moves:
        view = MOVES[move](view)
    start, end = drawn_range(CURVES, view)
    assert 0.0 <= start < end <= 999.0
    assert view.cursor is None or view.cursor in LONG.x


def test_zooming_keeps_the_cursor_in_place_and_out_again_is_the_whole():
    view = looking.zoomed(View(cursor=250.0), CURVES, 2.0)
    start, end = drawn_range(CURVES, view)
    assert end - start == pytest.approx(999 / 2)
    assert (250.0 - start) / (end - start) == pytest.approx(250 / 999)
    assert looking.zoomed(looking.zoomed(view, CURVES, 0.5), CURVES, 0.5).x_range is None


def test_the_cursor_reads_the_nearest_point_of_every_curve():
    points = looking.readings(View(cursor=260.0), CURVES)
    assert [(p.letter, p.x) for p in points] == [("A", 260.0), ("B", 250.0)]
    assert np.isnan(points[1].y)
    assert looking.value_at(points[0], "step", "en") == "1.74 at step 260"
    assert looking.value_at(points[0], "epoch", "zh") == "第 260 轮的 1.74"


def test_the_cursor_steps_over_gaps_and_stops_at_the_ends():
    view = looking.stepped(View(), [SPARSE], 50, -1)
    seen = [view.cursor]
    for _ in range(5):
        view = looking.stepped(view, [SPARSE], 50, -1)
        seen.append(view.cursor)
    assert seen == [999.0, 500.0, 250.0, 0.0, 0.0, 0.0]


def test_a_cursor_that_leaves_the_view_takes_it_along():
    view = View(x_range=(100.0, 200.0), cursor=199.0)
    view = looking.stepped(view, CURVES, 50, 1)
    assert view.cursor is not None
    start, end = view.x_range
    assert start < view.cursor < end
    assert end - start == pytest.approx(100.0)


def test_nothing_to_draw_moves_nothing():
    assert looking.pointed(View(), [], 0.5) == View()
    assert looking.stepped(View(), [], 50, 1) == View()
    assert looking.readings(View(cursor=1.0), []) == []


def test_scales_and_smoothings_come_round():
    scale = "auto"
    seen = []
    for _ in view_module.SCALES:
        scale = view_module.next_scale(scale)
        seen.append(scale)
    assert sorted(seen) == sorted(view_module.SCALES)
    assert scale == "auto"
    view = View()
    for _ in view_module.SMOOTHINGS:
        view = view_module.next_smoothing(view)
    assert view == View()


@pytest.mark.parametrize(
    ("x", "kind", "text"),
    [(12, "epoch", "epoch 12"), (3, "time", "3s"), (3_665, "time", "1h 1m 5s"), (90_000, "time", "1d 1h")],
)
def test_places_are_said_as_people_say_them(x, kind, text):
    assert looking.place_text(x, kind, "en") == text
