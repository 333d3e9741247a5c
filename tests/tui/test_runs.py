"""The list of runs, the baseline, runs beside each other, the history; driven by keys."""

from dataclasses import replace

import numpy as np
import pytest

from advisor.report.listing import entries, verdict
from advisor.run import Role
from advisor.tui.screens.beside import BesideScreen
from advisor.tui.screens.full_chart import FullChart
from advisor.tui.screens.help import HelpScreen
from advisor.tui.screens.past import PastScreen
from advisor.tui.screens.runs import RunsScreen
from advisor.tui.widgets.chart import Chart
from advisor.tui.widgets.evidence import Evidence
from tests.tui.driving import idle, opened, said, screen_text, type_line, until


@pytest.fixture
def two_logs(project, first_log):
    second = project.folder / "second.csv"
    rows = "".join(f"{i},{1 / (i + 1)},{1.1 / (i + 1)}\n" for i in range(30))
    second.write_text("epoch,loss,val_loss\n" + rows, encoding="utf-8")
    return first_log, str(second)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_list_shows_filters_sorts_and_opens(make_app, project, two_logs, size):
    async with make_app(*two_logs).run_test(size=size) as pilot:
        app = pilot.app
        await opened(pilot)
        # Where there are few columns, the table leaves some out: a run and its verdict stay on one line.
        assert any("second.csv" in line and "The run" in line for line in said(app).splitlines())
        await pilot.press("f3")
        assert isinstance(app.screen, RunsScreen)
        shown = screen_text(app)
        for wanted in ("first.csv", "second.csv", "val_loss", "2 of 2", "as opened", "esc back"):
            assert wanted in shown, shown
        await pilot.press("s")
        assert "best value first" in screen_text(app)
        await pilot.press("slash", *"second")
        assert "1 of 2" in screen_text(app)
        assert "first.csv" not in screen_text(app)
        await pilot.press("enter", "enter")
        await idle(pilot)
        assert project.current is project.assessments[1]
        await pilot.press("f3", "escape")
        assert len(app.screen_stack) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_a_verdict_is_never_cut_off_where_a_row_may_have_a_second_line(
    make_app, project, two_logs, size, language
):
    project.language = language
    async with make_app(*two_logs).run_test(size=size) as pilot:
        await opened(pilot)
        await pilot.press("f3")
        shown = screen_text(pilot.app)
        for assessment in project.assessments:
            assert verdict(entries([assessment])[0], language) in shown, shown


HOSTILE = "[red]evil\x1b[31m\u202egnp[@click=app.quit].csv"


@pytest.mark.fault("X1", "X3", "X5")
async def test_two_hundred_runs_are_filtered_sorted_and_opened(make_app, project, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        one, names = project.current, [HOSTILE, *(f"run_{n:03}.csv" for n in range(199))]
        project.assessments = [
            replace(one, run=replace(one.run, source=name, series=tuple(scaled(one.run, n + 1))))
            for n, name in enumerate(names)
        ]
        await pilot.press("f3")
        screen = app.screen
        assert "200 of 200" in screen_text(app)
        await pilot.press("end")
        assert "run_198.csv" in screen_text(app)
        await pilot.press("s", "home")
        rows = [str(option.prompt) for option in screen.query_one("#runs-list").options]
        assert "[red]evil" in rows[0]
        assert [row.split()[0] for row in rows] == [str(n + 1) for n in range(200)]
        assert all(sign not in screen_text(app) for sign in ("\x1b", "\u202e"))
        await pilot.press("slash", *"run_17 best>300", "enter")
        shown = [str(option.prompt) for option in screen.query_one("#runs-list").options]
        assert [row.split()[1] for row in shown] == [
            f"run_17{n}.csv" for n in range(10) if best(one.run) * (n + 172) > 300
        ]
        await pilot.press("enter")
        await idle(pilot)
        assert project.current.run.source == shown[0].split()[1]


def scaled(run, factor):
    return (replace(series, y=series.y * factor) for series in run.series)


def best(run):
    curve = run.main(Role.VAL_LOSS)
    return float(np.nanmin(curve.y))


async def test_a_baseline_is_drawn_into_every_chart_and_taken_out_again(make_app, two_logs):
    async with make_app(*two_logs).run_test(size=(140, 40)) as pilot:
        app = pilot.app
        await opened(pilot)

        def curves():
            return [c.name for chart in app.query_one(Evidence).query(Chart) for c in chart.panel.curves]

        other = "second.csv" if app.runs.is_current(app.session.assessments[0].run) else "first.csv"
        number = 2 if other == "second.csv" else 1
        await type_line(pilot, f"/baseline {number}")
        assert any(f"baseline {other}" in name for name in curves())
        assert "baseline" in screen_text(app)
        await pilot.press("f3")
        rows = [row for row in screen_text(app).splitlines() if other in row]
        assert any("B " in row.partition(other)[0] for row in rows)
        await pilot.press("escape")
        await type_line(pilot, "/baseline off")
        assert not any("baseline" in name for name in curves())


async def test_runs_stand_beside_each_other_with_only_what_differs(make_app, two_logs):
    async with make_app(*two_logs).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        await pilot.press("f3", "home", "space", "down", "space", "c")
        await pilot.pause()
        assert isinstance(app.screen, BesideScreen)
        names = [[curve.name for curve in chart.panel.curves] for chart in app.screen.query(Chart)]
        assert names == [["val_loss: first.csv", "second.csv"], ["loss: first.csv", "second.csv"]]
        text = str(app.screen.query_one("#beside-text").visual)
        assert "First: first.csv. Second: second.csv." in text
        assert "val_loss (best)" in text
        assert "configurations are the same" in text
        await pilot.press("f")
        await pilot.pause()
        assert isinstance(app.screen, FullChart)
        await pilot.press("escape", "escape", "escape")
        assert len(app.screen_stack) == 1
        await type_line(pilot, "/beside 1 1")
        assert "Two runs are needed" in said(app)


async def test_the_history_shows_what_was_changed_and_opens_a_run(make_app, project, first_log):
    project.run(project.command)
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        await type_line(pilot, "/history")
        assert isinstance(app.screen, PastScreen)
        assert "val_loss" in screen_text(app)
        await pilot.press("home", "enter")
        await until(pilot, lambda: len(app.screen_stack) == 1 and not app.turns.busy, "the run was opened")
        assert len(project.assessments) == 2
        assert project.current is project.assessments[0]


async def test_every_screen_has_the_help_behind_the_same_key_and_goes_back_to_where_it_was(
    make_app, two_logs
):
    async with make_app(*two_logs).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        for opens in ("f2", "f3", "/beside 1 2", "/history"):
            if opens.startswith("/"):
                await type_line(pilot, opens)
            else:
                await pilot.press(opens)
            shown = app.screen
            assert len(app.screen_stack) == 2, opens
            await pilot.press("f1")
            assert isinstance(app.screen, HelpScreen), opens
            await pilot.press("escape")
            assert app.screen is shown, opens
            await pilot.press("escape")
            assert len(app.screen_stack) == 1, opens
