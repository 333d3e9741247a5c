"""The x axes of a chart, what happened on them, other runs behind its curves, and the chart as a file."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from advisor.advice import assess
from advisor.diagnosis import load_rulebook
from advisor.errors import UsageError
from advisor.report import drawing
from advisor.report.axes import axis_kinds, positions
from advisor.report.curves import Mark
from advisor.report.happenings import happenings
from advisor.report.panels import panel_of, panels, panels_beside, with_other_runs
from advisor.report.view import View
from advisor.run import EventKind, LogEvent, Role, Run, Series

N = 100


def series(name, y, role=Role.OTHER, **options):
    x = np.arange(len(y), dtype=float) * 10
    return Series(name, np.asarray(y, dtype=float), x, np.arange(len(y)) * 2, role=role, **options)


def a_run(source="a.log", rate=None, events=(), **options):
    loss = series("loss", np.linspace(2, 1, N), Role.TRAIN_LOSS, lower_is_better=True, **options)
    epoch = Series("epoch", np.repeat(np.arange(10.0), 10), np.arange(N) * 10.0, np.arange(N) * 2)
    rates = np.full(N, 0.1) if rate is None else rate
    return Run(source, (loss, epoch, series("lr", rates, Role.LEARNING_RATE)), events=events)


def test_epochs_come_from_the_counter_beside_the_curve_and_time_from_the_clock():
    run = a_run()
    loss = run.series[0]
    assert axis_kinds(run, [loss]) == ("step", "epoch")
    epochs = positions(run, loss, "epoch")
    assert epochs[0] == 0.0
    assert epochs[-1] == 9.0
    assert positions(run, loss, "time") is None
    clocked = a_run(wall_time=1.7e9 + np.arange(N) * 60.0)
    assert axis_kinds(clocked, [clocked.series[0]]) == ("step", "epoch", "time")
    assert positions(clocked, clocked.series[0], "time")[-1] == 60.0 * (N - 1)


def test_a_panel_moves_to_another_axis_with_its_marks_and_back():
    run = a_run()
    panel = panel_of(run.series[:1], run=run)
    marked = panel.__class__(panel.title, panel.series, panel.curves, (Mark(500.0, 990.0),), (), panel.runs)
    moved = marked.on("epoch")
    assert moved.curves[0].x_kind == "epoch"
    assert moved.curves[0].x[-1] == 9.0
    assert (moved.marks[0].start, moved.marks[0].end) == (5.0, 9.0)
    assert marked.on("time") is marked
    assert marked.on(None) is marked


def test_rate_steps_and_events_of_the_log_are_told_and_a_schedule_is_not():
    stepped = np.where(np.arange(N) < 50, 0.1, 0.01)
    log = (LogEvent(EventKind.CHECKPOINT, "saved", line=60), LogEvent(EventKind.WARNING, "w", line=3))
    run = a_run(rate=stepped, events=log)
    loss = run.series[0]
    assert [(e.x, e.glyph) for e in happenings(run, loss, loss.x)] == [(300.0, "c"), (500.0, "l")]
    assert panels(assess(run, load_rulebook()))[0].events
    decaying = a_run(rate=0.1 * 0.5 ** np.arange(N))
    assert happenings(decaying, loss, loss.x) == []


def test_other_runs_are_drawn_behind_and_named():
    run, other, without = a_run(), a_run("b.log"), Run("c.log", (series("acc", [1.0, 2.0]),))
    panel = with_other_runs(panel_of(run.series[:1], run=run), [("b", other), ("c", without)])
    assert [curve.name for curve in panel.curves] == ["loss", "b"]
    assert "b: from" in panel.as_text("en")
    both = panel_of([run.series[0], replace(run.series[0], name="other")], run=run)
    assert [curve.name for curve in with_other_runs(both, [("b", other)]).curves][2:] == ["b: loss"]
    many = with_other_runs(panel, [(str(n), other) for n in range(20)])
    assert len(many.curves) == 8


def test_beside_each_other_every_curve_has_a_chart_and_the_judged_one_is_first():
    run = a_run()
    validation = series("val", np.linspace(3, 1, N), Role.VAL_LOSS, lower_is_better=True)
    both = replace(run, series=(*run.series, validation))
    drawn = panels_beside(assess(both, load_rulebook()), "a", [("b", replace(both, source="b.log"))])
    assert [[curve.name for curve in panel.curves] for panel in drawn][:2] == [
        ["val: a", "b"],
        ["loss: a", "b"],
    ]
    assert panels_beside(assess(both, load_rulebook()), "a", [("c", Run("c.log", ()))]) == ()


HOSTILE = '<script>&"loss]]>'


@pytest.mark.fault("O2")
def test_a_saved_svg_is_well_formed_and_shows_every_curve_mark_and_break(tmp_path):
    y = np.linspace(2, 1, N)
    y[40] = np.nan
    item = series(HOSTILE, y, Role.TRAIN_LOSS, lower_is_better=True)
    panel = panel_of([item, series("b", y + 1)])
    panel = panel.__class__(panel.title, panel.series, panel.curves, (Mark(100.0, 300.0, "!"),))
    path = tmp_path / "loss.svg"
    drawing.save(panel, View(smoothing=0.05), path, "en")
    tree = ElementTree.parse(path)
    texts = [node.text for node in tree.iter() if node.tag.endswith("text")]
    assert f"A {HOSTILE}" in texts
    assert texts.count("×") == 2
    assert "!" in texts
    # One outline on each side of the gap for both raw curves, and one for both smoothed ones.
    curves = [n for n in tree.iter() if n.get("stroke-width") == "1.4"]
    assert len(curves) == 6
    # Nothing stands outside the picture, and a falling curve falls: its y grows.
    assert all(
        0 <= float(v) <= drawing.WIDTH for n in curves for v in re.findall(r"([\d.]+),", n.get("points"))
    )
    ys = [float(v) for v in re.findall(r",([\d.]+)", curves[1].get("points"))]
    assert ys[0] < ys[len(ys) // 2 - 1]


def test_a_saved_png_is_a_picture_and_other_endings_are_refused(tmp_path):
    image = pytest.importorskip("PIL.Image")
    run = a_run()
    panel = panel_of(run.series[:1], run=run)
    drawing.save(panel, View(), tmp_path / "loss.png", "en")
    with image.open(tmp_path / "loss.png") as picture:
        assert picture.size == (drawing.WIDTH, drawing.HEIGHT)
        assert len(picture.getcolors(1 << 20)) > 10
    with pytest.raises(UsageError, match=r"not as '\.gif'"):
        drawing.save(panel, View(), tmp_path / "loss.gif", "en")
    with pytest.raises(UsageError, match="cannot be written"):
        drawing.save(panel, View(), tmp_path / "nowhere" / "loss.svg", "en")
