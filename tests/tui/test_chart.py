"""Charts on the screen, by keys, commands and mouse: each does what its action says."""

import pytest

from advisor.report.curves import drawn_range
from advisor.tui.actions import ACTIONS, BY_ID
from advisor.tui.screens.full_chart import FullChart
from advisor.tui.widgets.chart import Chart
from tests.tui.driving import opened, said, screen_text, type_line

SIZE = (120, 36)


def log_of(folder, name="steps.csv", epochs=40):
    rows = (
        f"{i},{i // 4},{2 - i / epochs},{2.2 - i / epochs},{0.1 if i < 20 else 0.01}" for i in range(epochs)
    )
    path = folder / name
    path.write_text("step,epoch,loss,val_loss,lr\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def steps_log(project):
    return log_of(project.folder)


async def focused(pilot):
    await opened(pilot)
    chart = pilot.app.query(Chart).first()
    chart.focus()
    await pilot.pause()
    return chart


async def test_cursor_zoom_and_pan_by_keys_move_every_chart(make_app, steps_log):
    async with make_app(steps_log).run_test(size=SIZE) as pilot:
        chart = await focused(pilot)
        other = list(pilot.app.query(Chart))[1]
        await pilot.press("left", "left")
        assert chart.view.cursor == other.view.cursor == 38.0
        assert "step 38" in screen_text(pilot.app)
        await pilot.press("right")
        assert chart.view.cursor == 39.0
        await pilot.press("plus")
        start, end = drawn_range(chart.panel.curves, chart.view)
        assert end - start == pytest.approx(39 / 2)
        assert other.view.x_range == chart.view.x_range
        await pilot.press("comma")
        assert drawn_range(chart.panel.curves, chart.view)[0] < start
        await pilot.press("full_stop", "minus")
        assert chart.view.x_range is None
        await pilot.press("plus", "0")
        assert (chart.view.x_range, chart.view.cursor) == (None, None)
        # None of these letters went to the prompt; one that a chart has no use for does.
        assert pilot.app.prompt.value == ""
        await pilot.press("w")
        assert pilot.app.prompt.value == "w"


async def test_axes_scales_and_smoothing_by_keys_and_commands(make_app, steps_log):
    async with make_app(steps_log).run_test(size=SIZE) as pilot:
        chart = await focused(pilot)
        await pilot.press("x")
        assert chart.x_kind == "epoch"
        assert "epoch" in str(chart.render()).splitlines()[0]
        await pilot.press("x")
        assert chart.x_kind == "step"
        await pilot.press("l", "l")
        assert chart.view.scale == "log"
        await pilot.press("s")
        assert chart.view.smoothing == 0.02
        await type_line(pilot, "/smooth 10")
        await type_line(pilot, "/scale symlog")
        assert chart.view.smoothing == 0.1
        assert [c.view.scale for c in pilot.app.query(Chart)] == ["symlog"] * len(pilot.app.query(Chart))
        await type_line(pilot, "/axis time")
        assert "only this x axis: step, epoch" in said(pilot.app)
        await type_line(pilot, "/zoom 10 20")
        assert chart.view.x_range == (10.0, 20.0)
        await type_line(pilot, "/at 15")
        assert "loss: 1.625 at step 15" in said(pilot.app)
        for wrong, told in (("/zoom 3", "/zoom 100 200"), ("/at x", "/at 100"), ("/at 900", "No curve")):
            await type_line(pilot, wrong)
            assert told in " ".join(said(pilot.app).split())
        await type_line(pilot, "/whole")
        assert chart.view.x_range is None


async def test_the_wheel_zooms_a_drag_pans_and_a_click_points(make_app, steps_log):
    async with make_app(steps_log).run_test(size=SIZE) as pilot:
        chart = await focused(pilot)
        await pilot.click(chart, offset=(20, 3))
        clicked = chart.view.cursor
        assert clicked is not None
        for _ in range(4):
            await pilot._post_mouse_events(
                [__import__("textual.events", fromlist=["x"]).MouseScrollUp], chart, (20, 3)
            )
        assert chart.view.x_range is not None
        start = chart.view.x_range[0]
        await pilot.mouse_down(chart, offset=(25, 3))
        await pilot.hover(chart, offset=(15, 3))
        await pilot.mouse_up(chart, offset=(15, 3))
        assert chart.view.x_range[0] > start


async def test_a_chart_fills_the_screen_and_what_is_done_there_stays(make_app, steps_log):
    async with make_app(steps_log).run_test(size=SIZE) as pilot:
        chart = await focused(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, FullChart)
        assert "1/2" in screen_text(pilot.app)
        assert "l learning rate changed" in screen_text(pilot.app)
        await pilot.press("left", "plus", "s")
        await pilot.press("tab")
        await pilot.pause()
        assert "2/2" in screen_text(pilot.app)
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(pilot.app.screen, FullChart)
        assert chart.view.cursor == 39.0
        assert chart.view.x_range is not None
        assert chart.view.smoothing == 0.02
        await type_line(pilot, "/full 2")
        await pilot.pause()
        assert "2/2" in screen_text(pilot.app)


async def test_a_chart_is_saved_and_copied(make_app, project, steps_log, monkeypatch):
    monkeypatch.setenv("SSH_CONNECTION", "1")
    async with make_app(steps_log).run_test(size=SIZE) as pilot:
        await focused(pilot)
        await pilot.press("e", "e")
        assert (project.folder / "loss.svg").read_text(encoding="utf-8").startswith("<svg")
        assert (project.folder / "loss-2.svg").exists()
        await pilot.press("y")
        copied = pilot.app.clipboard
        assert "A loss" in copied.splitlines()[0]
        assert "loss: from 2 at step 0" in copied
        await type_line(pilot, "/save chart.gif")
        assert "not as '.gif'" in said(pilot.app)
        assert pilot.app.is_running


@pytest.mark.parametrize("action", [a for a in ACTIONS if a.group == "chart"], ids=lambda a: a.id)
async def test_every_chart_action_without_a_chart_says_so_and_the_program_goes_on(make_app, action):
    async with make_app().run_test(size=(80, 24)) as pilot:
        pilot.app.act(BY_ID[action.id])
        await pilot.pause()
        assert "no run is open" in said(pilot.app)


async def test_the_x_axis_is_changed_from_a_full_screen_too(make_app, steps_log):
    async with make_app(steps_log).run_test(size=SIZE) as pilot:
        await focused(pilot)
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("x", "f4")
        await pilot.pause()
        assert "epoch" in screen_text(pilot.app).splitlines()[0]
        await pilot.press("escape")
        await pilot.pause()
        assert [chart.x_kind for chart in pilot.app.query(Chart)] == ["epoch", "epoch"]


@pytest.mark.parametrize(("rows", "rate", "heights"), [
    (36, "{i}", [8, 8, 8, 8]),
    (60, "{i}", [12, 12, 12, 12]),
    (60, "0.1", [14, 14, 14, 5]),
])  # fmt: skip
async def test_charts_share_the_height_and_a_constant_takes_little_of_it(
    make_app, project, rows, rate, heights
):
    log = project.folder / "four.csv"
    header = "step,loss,accuracy,grad_norm,lr\n"
    log.write_text(header + "".join(f"{i},{9 / (i + 1)},{i},{9 - i},{rate.format(i=i)}\n" for i in range(9)))
    async with make_app(str(log)).run_test(size=(120, rows)) as pilot:
        await opened(pilot)
        charts = list(pilot.app.evidence.query(Chart))
        assert [chart.size.height for chart in charts] == heights
        if rate != "0.1":
            return
        # The same place shows a rate that changes: all charts get as much of the height.
        changing = pilot.app.panes.panels[0]
        charts[3].show(changing, "en")
        await pilot.pause()
        assert [chart.size.height for chart in charts] == [12, 12, 12, 12]
