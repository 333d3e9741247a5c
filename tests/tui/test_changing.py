"""Changes in the terminal program: shown as a diff, made after a yes, trained again, stopped, taken back."""

import os

import pytest

from advisor.tui.widgets.conversation import Output
from advisor.tui.widgets.status import StatusLine
from tests.tui.driving import (
    idle,
    is_applied,
    opened,
    rate_of,
    said,
    screen_text,
    trainings,
    type_line,
    until,
)


async def test_apply_shows_the_diff_and_changes_nothing_before_the_yes(make_app, project, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        after = project.plan(1).command_after[-1]
        await type_line(pilot, "/apply 1")
        await until(pilot, lambda: pilot.app.turns.asking, "the question")
        assert "--lr 3.0" in said(pilot.app)
        assert f"--lr {after}" in said(pilot.app)
        assert not is_applied(project)
        assert pilot.app.question.display
        assert not pilot.app.prompt.display
        await pilot.press("n")
        await idle(pilot)
        assert not is_applied(project)
        assert pilot.app.prompt.has_focus
        await type_line(pilot, "apply 1")
        await until(pilot, lambda: pilot.app.turns.asking, "the question again")
        await pilot.press("y")
        await until(pilot, lambda: is_applied(project), "the change was applied")
        await idle(pilot)
        assert rate_of(project) == after
        assert f"Applied: --lr 3.0 -> {after} (command line)" in said(pilot.app)


async def test_undo_asks_and_restores(make_app, project, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await type_line(pilot, "/apply 1")
        await until(pilot, lambda: pilot.app.turns.asking, "the question")
        await pilot.press("y")
        await until(pilot, lambda: is_applied(project), "the change was applied")
        await idle(pilot)
        await type_line(pilot, "/undo")
        await until(pilot, lambda: pilot.app.turns.asking, "the question")
        await pilot.press("y")
        await until(pilot, lambda: not is_applied(project), "the change was taken back")
        await idle(pilot)
        assert rate_of(project) == "3.0"
        assert "Taken back" in said(pilot.app)


async def test_ctrl_r_twice_applies_and_trains_again(make_app, project, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: pilot.app.turns.asking, "the question")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "Better" in said(pilot.app), "the comparison")
        await idle(pilot)
        assert trainings(project) == 1
        output = str(pilot.app.query_one(Output).visual)
        assert f"train.py --lr {rate_of(project)}" in output
        assert rate_of(project) != "3.0"
        assert "29," in output
        assert "exit code 0" in output
        assert f"train.py --lr {rate_of(project)}" in screen_text(pilot.app)
        assert "critical" not in str(pilot.app.query_one(StatusLine).visual)


@pytest.mark.parametrize("way", ["escape", "/quit"])
async def test_a_training_is_stopped_and_the_process_is_gone(make_app, project, first_log, way):
    script = project.folder / "train.py"
    script.write_text(
        "import time, os\nopen('pid','w').write(str(os.getpid()))\nprint('epoch,loss,val_loss', flush=True)\n"
        "for i in range(100000):\n    print(f'{i},{1/(i+1)},{1/(i+1)}', flush=True)\n"
        "    time.sleep(0.02 if i < 4 else 5)\n",
        encoding="utf-8",
    )
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        await type_line(pilot, "/rerun")
        await until(pilot, lambda: app.turns.asking, "the question")
        await pilot.press("y")
        await until(pilot, lambda: app.query(Output) and "3,0.25" in said(app), "output on the screen")
        if way == "/quit":
            await type_line(pilot, way)
        else:
            await type_line(pilot, "/findings")
            await until(pilot, lambda: said(app).count("NaN") > 1, "a question answered while it trains")
            assert app.turns.busy
            app.prompt.value = ""
            await pilot.press(way)
            await idle(pilot)
            assert "stopped" in said(app)
    assert app.turns.training.wait(20.0)
    with pytest.raises(ProcessLookupError):
        os.kill(int((project.folder / "pid").read_text()), 0)
