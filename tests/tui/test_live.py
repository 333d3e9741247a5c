"""The terminal program follows a log that another process writes."""

import os
import subprocess
import sys
import threading
import time

import pytest

from advisor.tui.widgets.chart import Chart
from advisor.tui.widgets.conversation import Answer
from advisor.tui.widgets.findings import Findings
from tests.tui.driving import PATIENCE, opened, said, until

OLD = 10_000.0

WRITER = """
import sys, time
path, last, mode = sys.argv[1:]
with open(path, mode) as stream:
    if mode == "w":
        stream.write("epoch,loss,val_loss\\n")
        stream.flush()
    first = 0 if mode == "w" else 12
    for epoch in range(first, int(last)):
        loss = 2 * 0.8**epoch + 0.1 if epoch < 20 else float("nan")
        text = f"{epoch},{loss:.5f},{loss + 0.1:.5f}\\n"
        stream.write(text[:6])
        stream.flush()
        time.sleep(0.01)
        stream.write(text[6:])
        stream.flush()
        time.sleep(0.02)
"""


def write(path, last, mode="a", wait=True):
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(last), mode])
    if wait:
        assert writer.wait(timeout=PATIENCE) == 0
    return writer


@pytest.fixture
def log(project):
    path = project.folder / "growing.csv"
    write(path, 12, "w")
    old = time.time() - OLD
    os.utime(path, (old, old))
    return path


def status(app):
    return str(app.query_one("#status").visual)


def points(app):
    return len(app.session.current.run.series[0])


async def test_a_growing_log_is_followed_to_its_last_point(make_app, log):
    app = make_app(str(log))
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert points(app) == 12
        assert "live" not in status(app)
        charts = list(app.query(Chart))
        write(log, 20, wait=False)
        await until(pilot, lambda: points(app) == 20, "the last point")
        assert "live" in status(app)
        assert list(app.query(Chart)) == charts
        drawn = {len(series) for panel in app.panes.panels for series in panel.series}
        assert drawn == {20}
        assert all(chart.panel in app.panes.panels for chart in charts)


async def test_a_new_critical_finding_is_told_once(make_app, log, monkeypatch):
    app = make_app(str(log))
    rung = []
    monkeypatch.setattr(app, "alert", rung.append)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        answers = len(app.query(Answer))
        write(log, 30, wait=False)
        await until(pilot, lambda: points(app) == 30, "the last point")
        assert said(app).count("became NaN") == 1
        assert [text for text in rung if "critical" in text] == rung
        assert len(rung) == 1
        assert "new: ! critical" in said(app)
        assert len(app.query(Answer)) == answers + 1
        assert "critical" in status(app)
        first = app.query_one(Findings).get_option_at_index(0)
        assert "NaN" in str(first.prompt)


async def test_nothing_moves_where_nothing_is_written(make_app, log):
    app = make_app(str(log))
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        before = app.session.current
        os.utime(log)
        await pilot.pause(0.5)
        assert app.session.current is before
        assert "live" not in status(app)


async def test_a_log_that_begins_anew_shows_what_it_is_now(make_app, log):
    app = make_app(str(log))
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        write(log, 5, "w", wait=False)
        await until(pilot, lambda: points(app) == 5, "the new beginning")


async def test_another_log_is_followed_instead(make_app, log, first_log):
    app = make_app(str(log))
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        followed = app.live
        app.prompt.value = first_log
        await pilot.press("enter")
        await until(pilot, lambda: app.session.current.run.source == first_log, "the other log")
        await until(pilot, lambda: not app.turns.busy, "the answer")
        assert app.live is not followed
        write(log, 20)
        await pilot.pause(0.5)
        assert app.session.current.run.source == first_log
        assert "live" not in status(app)


async def test_what_was_followed_is_remembered_at_the_end(make_app, log, project):
    app = make_app(str(log))
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        write(log, 20, wait=False)
        await until(pilot, lambda: points(app) == 20, "the last point")
        app.leave()
    newest = project.history(1)[0]
    assert len(project.journal.load_run(newest.id).series[0]) == 20


async def test_no_thread_follows_a_log_after_the_program(make_app, log):
    def following():
        return [thread for thread in threading.enumerate() if str(log) in thread.name]

    async with make_app(str(log)).run_test(size=(120, 36)) as pilot:
        await until(pilot, following, "the log is followed")
    end = time.monotonic() + PATIENCE
    while following():
        assert time.monotonic() < end, "the log is followed still"
        time.sleep(0.02)
