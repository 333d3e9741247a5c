"""Every action of the registry is done in the running program, by its key or command."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from textual.command import CommandPalette

from advisor.tui.actions import ACTIONS, BY_ID, GROUPS
from advisor.tui.screens.beside import BesideScreen
from advisor.tui.screens.full_chart import FullChart
from advisor.tui.screens.help import HelpScreen
from advisor.tui.screens.past import PastScreen
from advisor.tui.screens.runs import RunsScreen
from advisor.tui.widgets.chart import Chart
from tests.tui.driving import idle, opened, said, type_line


@dataclass
class Case:
    """What is typed, and what must hold then.

    Attributes:
        does: A command where it begins with a slash, else keys; `chart:` before keys for a chart.
        holds: Of the program, after that.
        text: What the answer to it says.
    """

    does: str
    holds: Callable | None = None
    text: str = ""


def chart(app):
    return app.screen.query(Chart).first()


def told(app):
    return " ".join(toast.message for toast in app._notifications)


def on_screen(kind):
    return lambda app: isinstance(app.screen, kind)


CASES = {
    "open": Case("/open second.csv", lambda app: len(app.session.assessments) == 1, "val_loss"),
    "runs": Case("f3", on_screen(RunsScreen)),
    "run": Case("/run 1", lambda app: app.session.current is app.session.assessments[0]),
    "baseline": Case("/baseline 2", lambda app: app.runs.is_baseline(app.session.assessments[1].run)),
    "beside": Case("/beside 1 2", on_screen(BesideScreen)),
    "history": Case("/history", on_screen(PastScreen)),
    "diagnose": Case("/diagnose", text="critical"),
    "findings": Case("/findings", text="evidence"),
    "why": Case("/why", text="loss"),
    "changes": Case("/changes", text="learning rate"),
    "explain": Case("/explain momentum", text="momentum"),
    "summary": Case("/summary", text="val_loss"),
    "plot": Case("/plot val_loss", text="val_loss"),
    "compare": Case("/compare first.csv second.csv", text="val_loss"),
    "apply": Case("/apply 1", lambda app: app.turns.asking, "lr"),
    "set": Case("/set lr 0.5", lambda app: app.turns.asking, "0.5"),
    "go": Case("ctrl+r", lambda app: app.turns.asking),
    "train": Case("/train python train.py --lr 1", lambda app: app.turns.asking, "train.py --lr 1"),
    "rerun": Case("/rerun", lambda app: app.turns.asking),
    "probe": Case("/probe --budget 5", text="Say what to probe"),
    "tune": Case("/tune none", text="Say how many rounds"),
    "undo": Case("/undo", text="nothing to undo"),
    "stop": Case("x escape", lambda app: app.prompt.value == ""),
    "describe": Case("/describe", text="from"),
    "back": Case("pageup"),
    "forth": Case("pagedown", lambda app: app.view.is_vertical_scroll_end),
    "theme": Case("/theme", on_screen(CommandPalette)),
    "language": Case("/language zh", lambda app: app.language == "zh"),
    "scale": Case("f4", lambda app: chart(app).view.scale == "linear"),
    "axis": Case("/axis", text="epoch"),
    "smooth": Case("chart:s", lambda app: chart(app).view.smoothing > 0),
    "zoom": Case("/zoom 5 10", lambda app: chart(app).view.x_range == (5.0, 10.0)),
    "zoom-in": Case("chart:plus", lambda app: width(app) < 5.0),
    "zoom-out": Case("chart:minus minus", lambda app: width(app) > 5.0),
    "pan-left": Case("chart:comma", lambda app: chart(app).view.x_range is not None),
    "pan-right": Case("chart:full_stop", lambda app: chart(app).view.x_range is not None),
    "at": Case("/at 7", lambda app: chart(app).view.cursor == 7.0, "val_loss"),
    "cursor-left": Case("chart:left", lambda app: chart(app).view.cursor < 7.0),
    "cursor-right": Case("chart:right right", lambda app: chart(app).view.cursor > 6.0),
    "whole": Case("/whole", lambda app: chart(app).view.x_range is None),
    "full": Case("f2", on_screen(FullChart)),
    "copy-chart": Case("chart:y", lambda app: "val_loss" in app.clipboard),
    "save": Case("/save out.svg", lambda app: (app.session.folder / "out.svg").is_file(), "Saved"),
    "copy": Case("/copy", lambda app: app.clipboard != "" and told(app) != ""),
    "help": Case("f1", on_screen(HelpScreen)),
    "commands": Case("ctrl+p", on_screen(CommandPalette)),
    "tour": Case("/tour", lambda app: app.session.current.run.source.endswith(".log"), "4. f2"),
    "welcome": Case("/welcome", lambda app: app.query("#choices"), "the path of a log"),
    "quit": Case("/quit", lambda app: app._exit),
}


def width(app):
    start, end = chart(app).view.x_range or (0.0, 29.0)
    return end - start


async def do(pilot, does):
    if does.startswith("/"):
        await type_line(pilot, does)
    elif does.startswith("chart:"):
        chart(pilot.app).focus()
        await pilot.pause()
        await pilot.press(*does.removeprefix("chart:").split())
    else:
        await pilot.press(*does.split())
    await idle(pilot)


def test_every_action_has_a_case():
    assert [action.id for action in ACTIONS if action.id not in CASES] == []
    assert [name for name in CASES if name not in BY_ID] == []


@pytest.mark.parametrize("group", GROUPS)
async def test_the_actions_of_a_group_do_what_they_say(make_app, project, first_log, group, monkeypatch):
    monkeypatch.chdir(project.folder)
    rows = "".join(f"{i},{1 / (i + 1)},{1.1 / (i + 1)}\n" for i in range(30))
    (project.folder / "second.csv").write_text("epoch,loss,val_loss\n" + rows, encoding="utf-8")
    async with make_app(first_log, str(project.folder / "second.csv")).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        await type_line(pilot, "/run 1")
        await idle(pilot)
        # What opens something else comes last, so that the others find the two runs.
        for name in sorted(
            names(group), key=lambda name: (name in ("open", "tour", "quit"), list(CASES).index(name))
        ):
            before = said(app)
            await do(pilot, CASES[name].does)
            answer = " ".join(said(app)[len(before) :].split())
            assert "not possible" not in answer, (name, answer)
            assert CASES[name].text in answer, (name, answer)
            holds = CASES[name].holds
            assert holds is None or holds(app), (name, answer)
            if app.turns.asking:
                await pilot.press("n")
            while len(app.screen_stack) > 1:
                await pilot.press("escape")
            await idle(pilot)


def names(group):
    return [action.id for action in ACTIONS if action.group == group]
