"""Pictures of every screen, compared cell by cell with those that are kept in `shots/`.

Every screen is drawn at every size, in every theme and in both languages.
`ADVISOR_SHOTS=write pytest tests/tui/test_shots.py` keeps what is drawn now.
"""

import difflib
import os
from pathlib import Path

import pytest

from advisor.diagnosis.engine import Rulebook
from advisor.diagnosis.loader import check_own_rules, glossary_names
from advisor.diagnosis.measured import Measured
from advisor.tui import commands
from advisor.tui.tail import OutputTail
from advisor.tui.widgets.chart import Chart
from advisor.tui.widgets.welcome import Choice
from tests.tui.driving import idle, opened, type_line
from tests.tui.shots import drawn, picture

KEPT = Path(__file__).with_name("shots")
THEMES = {"dark": "textual-dark", "light": "textual-light", "ansi": "ansi-dark"}
SIZES = [(80, 24), (120, 36), (200, 50)]
LANGUAGES = ["en", "zh"]


async def screens(pilot):
    """Every screen of the program by name, one after the other."""
    app = pilot.app
    yield "answer"
    await pilot.press(*"/p")
    yield "completions"
    await pilot.press("escape", "escape")
    await type_line(pilot, "/apply 1")
    await idle(pilot)
    yield "question"
    await pilot.press("n")
    await idle(pilot)
    for key, name in (("f1", "help"), ("f2", "full-chart"), ("f3", "runs"), ("ctrl+p", "palette")):
        await pilot.press(key)
        yield name
        await pilot.press("escape")
    for command in ("beside", "history"):
        await type_line(pilot, f"/{command}")
        yield command
        await pilot.press("escape")
    await type_line(pilot, "/open missing.csv")
    await idle(pilot)
    yield "fault"
    tail = OutputTail()
    output = app.view.say_output("python train.py --lr 0.1", tail)
    tail.feed("".join(f"epoch {i} loss {1 / (i + 1):.3f} 损失\n" for i in range(14)).encode())
    app.view.refresh_output(output, 83.0)
    yield "output"


async def settled(pilot, turns):
    """Nothing blinks, nothing is animated, and what was put in motion has come to rest."""
    for _ in range(turns):
        await pilot.pause()
    for input_ in pilot.app.screen.query("Input, TextArea"):
        input_.cursor_blink = False
    await pilot.pause()


async def in_every_theme(pilot):
    """What each theme makes of the screen as it stands."""
    made = {}
    for name, theme in THEMES.items():
        pilot.app.theme = theme
        await settled(pilot, 2)
        made[name] = drawn(pilot.app)
    return picture(made)


async def assert_as_kept(pilot, name, tmp_path):
    file, now = KEPT / f"{name}.txt", await in_every_theme(pilot)
    if os.environ.get("ADVISOR_SHOTS") == "write":
        file.write_text(now, encoding="utf-8")
    kept = file.read_text(encoding="utf-8")
    if kept != now:
        shown = pilot.app.save_screenshot(f"{name}.svg", str(tmp_path))
        diff = difflib.unified_diff(kept.splitlines(), now.splitlines(), "kept", "drawn", lineterm="", n=0)
        pytest.fail(f"{name} is drawn otherwise; as a picture: {shown}\n" + "\n".join(list(diff)[:60]))


@pytest.fixture
def still(project, monkeypatch):
    """A project whose pictures depend on neither the shipped rules nor the machine."""
    monkeypatch.chdir(project.folder)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    rows = "".join(f"{i},{1 / (i + 1)},{1.1 / (i + 1)}\n" for i in range(30))
    (project.folder / "second.csv").write_text("epoch,loss,val_loss\n" + rows, encoding="utf-8")
    rules, problems = check_own_rules(KEPT / "rules")
    assert not problems
    project._judge.rulebook = Rulebook(rules, Measured(), (), glossary_names())
    project.learned = False
    command = ("python", "train.py", "--lr", "3.0")
    project.journal.set_command(str(project.project), command)
    offered = [Choice("sample", f"sample-{n}", "first.csv", "what it shows") for n in range(3)]
    monkeypatch.setattr(commands, "_samples", lambda _language: offered)
    return project


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda value: f"{value[0]}x{value[1]}")
class TestInEveryTheme:
    async def test_every_screen_looks_as_it_did(self, make_app, still, size, language, tmp_path):
        still.language = language
        app = make_app("first.csv", "second.csv", session=still)
        async with app.run_test(size=size) as pilot:
            await opened(pilot)
            async for name in screens(pilot):
                await assert_as_kept(pilot, f"{name}-{size[0]}x{size[1]}-{language}", tmp_path)

    async def test_the_main_screen_looks_as_it_did(self, make_app, still, size, language, tmp_path):
        still.language = language
        app = make_app("first.csv", session=still)
        async with app.run_test(size=size) as pilot:
            await opened(pilot)
            app.query(Chart).first().focus()
            await pilot.press("right", "plus")
            await assert_as_kept(pilot, f"main-{size[0]}x{size[1]}-{language}", tmp_path)

    async def test_the_first_start_looks_as_it_did(self, make_app, still, size, language, tmp_path):
        still.language = language
        still.journal.set_command(str(still.project), ())
        async with make_app(session=still).run_test(size=size) as pilot:
            await settled(pilot, 4)
            await assert_as_kept(pilot, f"welcome-{size[0]}x{size[1]}-{language}", tmp_path)
