"""A large log is read and watched by another process; a first look is drawn at once; esc ends the reading."""

import os
import pickle
import time
from pathlib import Path

import numpy as np
import pytest

from advisor.advice import Assessment
from advisor.readers.follow import Kind
from advisor.run import Run, Series
from advisor.tui import far_watch, large
from advisor.tui.far_watch import FarWatch
from advisor.tui.large import read_apart
from advisor.tui.widgets.chart import Chart
from advisor.watch import News
from tests.tui.driving import idle, opened, said, screen_text, until

ROWS = 40_000


@pytest.fixture
def big(project, monkeypatch):
    monkeypatch.setattr(large, "_WORTH_BYTES", 1 << 16)
    rows = "".join(f"{i},{3 / (1 + i / 5e3):.5f},{3.1 / (1 + i / 5e3):.5f}\n" for i in range(ROWS))
    file = project.folder / "big.csv"
    file.write_text("step,loss,val_loss\n" + rows)
    return str(file)


def points(app):
    return [len(series) for panel in app.panes.panels for series in panel.series]


@pytest.mark.fault("X13")
@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_a_first_look_is_drawn_and_marked_until_the_whole_is_read(
    make_app, project, big, size, monkeypatch
):
    monkeypatch.setattr(large, "read_apart", late)
    async with make_app(big).run_test(size=size) as pilot:
        app = pilot.app
        await until(pilot, lambda: app.panes.panels, "a first look was drawn")
        assert app.session.current is None
        assert 0 < points(app)[0] < ROWS
        await until(pilot, lambda: "a first look" in screen_text(app).lower(), "it was marked")
        assert "A first look at" in said(app)
        await pilot.press("h", "i")
        assert (app.prompt.value, app.session.current) == ("hi", None)
        (project.folder / "go").touch()
        await opened(pilot)
        assert points(app) == [ROWS, ROWS]
        assert "a first look," not in screen_text(app)
        assert app.turns.wait_for_journal(30.0)
        kept = project.journal.load_run(project.history(1)[0].id)
        np.testing.assert_array_equal(kept.series[0].y, app.session.current.run.series[0].y)
        assert app.query(Chart)


async def test_esc_ends_the_reading_and_leaves_what_was_open(make_app, project, first_log, big, monkeypatch):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        monkeypatch.setattr(large, "_WORTH_BYTES", 1 << 30)
        await opened(pilot)
        before = app.session.current
        monkeypatch.setattr(large, "_WORTH_BYTES", 1 << 16)
        monkeypatch.setattr(large, "read_apart", never)
        app.prompt.value = big
        await pilot.press("enter")
        await until(pilot, lambda: "A first look at" in said(app), "a first look was drawn")
        await pilot.press("escape")
        await idle(pilot)
        assert "Reading was stopped." in said(app)
        assert app.session.current is before
        assert points(app) == [30, 30]
        assert "a first look," not in screen_text(app)


def late(request):
    """Reads once somebody has looked at what came before; in another process."""
    while not (request.folder / "go").exists():
        time.sleep(0.01)
    yield from read_apart(request)


def never(request):
    time.sleep(600)
    yield request


async def test_a_large_file_that_is_no_log_is_refused_in_place(make_app, project, big):
    file = project.folder / "noise.log"
    file.write_text("nothing here\n" * 20_000)
    async with make_app(str(file)).run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "There is no training curve" in said(pilot.app), "the fault was told")
        await idle(pilot)
        assert pilot.app.session.current is None


async def test_a_large_log_that_grows_is_watched_by_another_process(make_app, big):
    async with make_app(big).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        assert app.turns.wait_for_journal(30.0)
        for more in (1, 2):
            with Path(big).open("a") as log:
                log.write(f"{ROWS + more},0.01,0.02\n")
            await until(pilot, lambda n=more: points(app) == [ROWS + n, ROWS + n], "the last point was seen")
        assert isinstance(app.live._watch, FarWatch)
        loss = app.session.current.run.series[0]
        assert (loss.y[0], loss.y[-1], loss.x[-1]) == (3.0, 0.01, ROWS + 2)
        assert "live" in screen_text(app)


async def test_a_large_log_that_was_just_written_to_is_read_before_its_next_point(make_app, big):
    async with make_app(str(big)).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        before = app.session.current
        await until(pilot, lambda: app.live.caught_up, "the log is read by who watches it")
        assert isinstance(app.live._watch, FarWatch)
        await pilot.pause()
        assert app.session.current is before
        assert "live" not in app.query_one("#status").visual.plain


async def test_a_large_log_of_yesterday_is_read_again_only_when_it_changes(make_app, big):
    os.utime(big, (1e9, 1e9))
    async with make_app(str(big)).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.pause(0.5)
        assert not pilot.app.live.caught_up


async def test_who_watches_apart_is_gone_also_where_it_is_stopped_between_two_looks(
    make_app, big, monkeypatch
):
    watchers = []

    def look_once(watch):
        news = look(watch)
        watchers.append(watch._updates._process)
        watch._updates._stop.set()
        return news

    look = FarWatch.look
    monkeypatch.setattr(FarWatch, "look", look_once)
    async with make_app(big).run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: watchers and not watchers[0].is_alive(), "the watcher was ended")


def run_of(values, times=None):
    y = np.array(values, dtype=float)
    at = np.arange(len(y))
    return Run("log", (Series("loss", y, at * 2.0, at, wall_time=times),))


@pytest.mark.parametrize(
    ("before", "now", "sent"),
    [
        ([1.0, np.nan], [1.0, np.nan, 3.0], 1),
        ([1.0, 2.0], [1.0, 5.0, 3.0], 3),
        ([1.0, 2.0, 3.0], [1.0, 2.0], 2),
        ([1.0, 2.0], [1.0, 2.0], 0),
    ],
)
def test_only_new_points_are_sent_and_the_whole_is_put_together_again(before, now, sent):
    old, new = run_of(before), run_of(now)
    item = Assessment(new, {}, (), (), ())
    update = pickle.loads(pickle.dumps(far_watch._update(News(Kind.APPENDED, read=True), [item], [old])))
    assert len(update.assessments[0].run.series[0]) == sent
    (whole,) = far_watch._whole(update, [old])
    for name in ("x", "y", "at"):
        np.testing.assert_array_equal(getattr(whole.run.series[0], name), getattr(new.series[0], name))


def test_a_folder_is_large_by_its_largest_log_or_by_how_much_stands_there(tmp_path, monkeypatch):
    monkeypatch.setattr(large, "_WORTH_BYTES", 100)
    (tmp_path / "weights.pt").write_bytes(b"w" * 1_000)
    (tmp_path / "a.csv").write_text("loss\n1\n")
    folder = (str(tmp_path),)
    assert not large.is_large(folder)
    monkeypatch.setattr(large, "_WORTH_ENTRIES", 1)
    assert large.is_large(folder)
    monkeypatch.setattr(large, "_WORTH_ENTRIES", 10)
    (tmp_path / "b.log").write_text("loss 1\n" * 20)
    assert large.is_large(folder)
    assert not large.is_large((str(tmp_path / "missing.csv"),))


async def test_of_several_logs_those_that_can_be_read_are_opened_and_the_others_named(make_app, first_log):
    async with make_app(first_log, "missing.csv").run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert "There is no file 'missing.csv'" in said(pilot.app)
        assert len(pilot.app.session.assessments) == 1
