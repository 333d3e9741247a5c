"""The first training of a project, started from the screen: live chart, diagnosis, change, rerun, verdict."""

import sys

import pytest

from advisor.tui.widgets.chart import Chart
from tests.tui.driving import idle, said, type_line, until
from tests.tui.support import TRAINER, open_session

WAITS = (
    TRAINER
    + """
    if epoch == 20:
        open("far", "w").close()
        while not __import__("os").path.exists("go"):
            __import__("time").sleep(0.02)
"""
)


@pytest.fixture
def new_project(tmp_path):
    """A session in a folder where nothing was ever opened or trained."""
    folder = tmp_path / "new"
    (folder / ".advisor").mkdir(parents=True)
    (folder / "train.py").write_text(WAITS, encoding="utf-8")
    return open_session(folder)


async def test_it_is_drawn_while_it_runs_then_diagnosed_changed_and_compared(make_app, new_project):
    async with make_app(session=new_project).run_test(size=(140, 40)) as pilot:
        app = pilot.app
        await idle(pilot)
        await type_line(pilot, f"train {sys.executable} train.py --lr 3")
        await idle(pilot)
        assert app.turns.asking
        assert not (new_project.folder / "far").exists()
        await pilot.press("y")
        await until(pilot, lambda: (new_project.folder / "far").exists(), "it runs")

        def drawn():
            charts = app.query(Chart)
            return len(charts.first().panel.curves[0].x) if charts else 0

        await until(pilot, lambda: drawn() > 5, "its curve is drawn while it runs")
        assert app.turns.busy is not None
        assert [curve.name for curve in app.query(Chart).first().panel.curves if "before" in curve.name] == []
        (new_project.folder / "go").touch()
        await idle(pilot)
        await until(pilot, lambda: drawn() == 30, "the whole is drawn")
        assert "critical" in said(app)
        assert new_project.command == (sys.executable, "train.py", "--lr", "3")
        await type_line(pilot, "apply 1")
        await idle(pilot)
        assert "- " in said(app)
        await pilot.press("r")
        await until(pilot, lambda: "Better" in said(app), "the verdict on the rerun")
        assert float(new_project.command[-1]) < 3.0


@pytest.mark.parametrize("lead", ["/train ", "/run ", ""])
async def test_every_way_to_name_the_command_asks_first(make_app, new_project, lead):
    async with make_app(session=new_project).run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await type_line(pilot, f"{lead}{sys.executable} train.py --lr 3")
        await idle(pilot)
        assert pilot.app.turns.asking
        await pilot.press("n")
        await idle(pilot)
        assert new_project.command is None
        assert not (new_project.folder / "far").exists()


async def test_a_program_that_is_not_there_is_told_in_place(make_app, new_project):
    async with make_app(session=new_project).run_test(size=(100, 30)) as pilot:
        await idle(pilot)
        await type_line(pilot, "/train no-such-trainer --lr 3")
        await idle(pilot)
        await pilot.press("y")
        await until(
            pilot, lambda: "'no-such-trainer' was not found" in said(pilot.app), "why it did not start"
        )
        await type_line(pilot, "what is momentum?")
        await until(pilot, lambda: "momentum" in said(pilot.app).split("not found")[1], "the program goes on")
