"""What is on the screen when the program is left comes back by `advisor resume`, its look at every start."""

import stat

import pytest

from advisor import tui
from advisor.errors import UsageError
from advisor.tui import left
from advisor.tui.widgets.chart import Chart
from tests.tui.driving import idle, opened, type_line


@pytest.fixture
def two_logs(project, first_log):
    second = project.folder / "second.csv"
    rows = "".join(f"{i},{1 / (i + 1)},{1.1 / (i + 1)}\n" for i in range(30))
    second.write_text("epoch,loss,val_loss\n" + rows, encoding="utf-8")
    return first_log, str(second)


async def test_runs_baseline_axes_and_lines_come_back(make_app, project, two_logs):
    async with make_app(*two_logs).run_test(size=(140, 40)) as pilot:
        await opened(pilot)
        for line in ("/run 1", "/baseline 2", "/smooth 5", "/scale log"):
            await type_line(pilot, line)
            await idle(pilot)
        pilot.app.theme = "nord"
        assert left.keep_left(pilot.app)
        was = project.current.run.source
    found = left.read_left(project)
    assert set(found.paths) == set(two_logs)
    app = make_app(*found.paths, left=found)
    async with app.run_test(size=(140, 40)) as pilot:
        await opened(pilot)
        assert project.current.run.source == was
        assert app.runs.baseline.source == two_logs[1]
        view = app.query(Chart).first().view
        assert (view.scale, view.smoothing, app.theme) == ("log", 0.05, "nord")
        await pilot.press("up")
        assert app.prompt.value == "/scale log"


async def test_the_look_comes_back_with_another_log_but_not_the_runs(make_app, project, two_logs):
    async with make_app(two_logs[0]).run_test(size=(140, 40)) as pilot:
        await opened(pilot)
        await type_line(pilot, "/scale linear")
        left.keep_left(pilot.app)
    app = make_app(two_logs[1])
    async with app.run_test(size=(140, 40)) as pilot:
        await opened(pilot)
        assert app.query(Chart).first().view.scale == "linear"
        assert [item.run.source for item in project.assessments] == [two_logs[1]]


def test_a_file_that_is_broken_is_nothing_and_nothing_cannot_be_resumed(project):
    file = left._file(project)
    file.parent.mkdir(parents=True)
    for text in ("", "{", '{"paths": 3}', '{"scale": "none"}'):
        file.write_text(text, encoding="utf-8")
        assert left.read_left(project) is None
    file.write_text('{"paths": ["/gone/away.csv"]}', encoding="utf-8")
    with pytest.raises(UsageError, match="Nothing was left open"):
        tui.resume(project)


async def test_what_is_kept_is_for_the_user_alone_and_holds_no_secret(make_app, project, first_log):
    async with make_app(first_log).run_test() as pilot:
        await opened(pilot)
        await type_line(pilot, "/explain api_key=sk-abcdefghijklmnopqrstuvwxyz0123456789")
        await idle(pilot)
        left.keep_left(pilot.app)
    file = left._file(project)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "sk-abcdefghijklmnop" not in file.read_text(encoding="utf-8")


async def test_what_was_said_comes_back_when_it_is_taken_up_again(make_app, project, first_log):
    app = make_app(first_log)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await type_line(pilot, "/explain momentum")
        await idle(pilot)
        app.leave()
    assert left.keep_left(app)
    app = make_app(first_log, left=left.read_left(project))
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        asked = next(n for n, (mine, text) in enumerate(app.view.last_turns()) if mine)
        turns = app.view.last_turns()
        assert turns[asked] == (True, "/explain momentum")
        assert "momentum" in turns[asked + 1][1]
        assert len(turns) > asked + 2, "the run is diagnosed anew below it"
    # Another log begins a conversation of its own.
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert not any(mine for mine, _ in pilot.app.view.last_turns())
