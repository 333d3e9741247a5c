"""A large log is read by another process: a first look is drawn at once, and esc ends the reading."""

import numpy as np
import pytest

from advisor.tui import large
from advisor.tui.widgets.chart import Chart
from tests.tui.test_app import idle, opened, said, screen_text, until

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
async def test_a_first_look_is_drawn_and_marked_until_the_whole_is_read(make_app, project, big, size):
    async with make_app(big).run_test(size=size) as pilot:
        app = pilot.app
        await until(pilot, lambda: app.panes.panels, "a first look was drawn")
        assert app.session.current is None
        assert 0 < points(app)[0] < ROWS
        await until(pilot, lambda: "a first look" in screen_text(app).lower(), "it was marked")
        assert "A first look at" in said(app)
        await pilot.press("h", "i")
        assert (app.prompt.value, app.session.current) == ("hi", None)
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


def never(request):
    import time

    time.sleep(600)
    yield request


async def test_a_large_file_that_is_no_log_is_refused_in_place(make_app, project, big):
    file = project.folder / "noise.log"
    file.write_text("nothing here\n" * 20_000)
    async with make_app(str(file)).run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "There is no training curve" in said(pilot.app), "the fault was told")
        await idle(pilot)
        assert pilot.app.session.current is None
