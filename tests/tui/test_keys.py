"""Keys that the user gives to actions in the settings, and logs that are pasted."""

import pytest
from textual import constants, events

from advisor.tui.actions import ACTIONS, BY_ID
from advisor.tui.keymap import remapped
from advisor.tui.screens.help import HelpScreen
from advisor.tui.screens.runs import RunsScreen
from tests.tui.driving import opened, said, screen_text, until


def with_settings(tmp_path, text):
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    actions, problems = remapped(ACTIONS, path, "en")
    return {action.id: action.keys for action in actions}, problems


def test_a_key_is_given_and_taken_from_the_action_that_had_it(tmp_path):
    keys, problems = with_settings(
        tmp_path, '[keys]\nscale = "f3"\ntheme = ["f6", "ctrl+t"]\nrun = "F7, f8"\n'
    )
    assert not problems
    assert keys["scale"] == ("f3",)
    assert keys["runs"] == ()
    assert keys["theme"] == ("f6", "ctrl+t")
    assert keys["run"] == ("f7", "f8")
    assert keys["help"] == BY_ID["help"].keys


@pytest.mark.parametrize(
    ("text", "said_of_it"),
    [
        ('[keys]\nscales = "f5"', "Did you mean scale?"),
        ('[keys]\nscale = "ctrl+s"', "takes this key"),
        ('[keys]\nscale = "ctrl+c"', "takes this key"),
        ('[keys]\nscale = "x"', "takes this key"),
        ('[keys]\nscale = "f5"\ntheme = "f5"', "scale already has this key"),
        ("keys = 3", "must be a table"),
        ("[keys\n", "line 1"),
    ],
)
def test_what_cannot_be_used_is_said_with_the_file_and_changes_nothing_else(tmp_path, text, said_of_it):
    keys, (problem,) = with_settings(tmp_path, text)
    assert said_of_it in problem
    assert "settings.toml" in problem
    assert keys["runs"] == BY_ID["runs"].keys


def test_no_settings_are_no_fault(tmp_path):
    assert remapped(ACTIONS, tmp_path / "none.toml", "en") == (ACTIONS, [])


async def test_the_keys_work_and_the_help_tells_them(make_app, first_log, tmp_path, monkeypatch):
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path))
    (tmp_path / "settings.toml").write_text('[keys]\nruns = "f5"\nscale = "f3"\nhelp = "f9"\nzzz = "f2"\n')
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        assert "there is no action 'zzz'" in " ".join(said(app).split())
        assert "f9 help" in screen_text(app)
        await pilot.press("f3")
        assert len(app.screen_stack) == 1
        assert any("linear" in toast.message for toast in app._notifications)
        await pilot.press("f5")
        assert isinstance(app.screen, RunsScreen)
        await pilot.press("escape", "f9")
        assert isinstance(app.screen, HelpScreen)
        assert "/runs [FILTER]  f5" in str(app.screen.query_one("#help-page").visual)


@pytest.mark.parametrize(
    ("text", "still"), [('motion = "reduced"', True), ('motion = "full"', False), ("", False)]
)
async def test_nothing_moves_where_the_settings_want_it(make_app, tmp_path, monkeypatch, text, still):
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path))
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(constants, "TEXTUAL_ANIMATIONS", "full")
    app = make_app()
    assert (app.animation_level == "none") == still
    assert app.prompt.cursor_blink != still


@pytest.mark.parametrize("count", [40, 5_000])
async def test_a_pasted_log_becomes_a_run(make_app, count):
    rows = "\r".join(f"{i},{2 - i / count:.4f},{2.2 - i / count:.4f}" for i in range(count))
    async with make_app().run_test(size=(120, 36)) as pilot:
        app = pilot.app
        app.prompt.focus()
        app.prompt.post_message(events.Paste("epoch,loss,val_loss\r" + rows))
        await until(pilot, lambda: app.session.current and not app.turns.busy, "the paste was read")
        assert f"{count + 1} lines were pasted" in said(app)
        assert [len(series) for series in app.session.current.run] == [count, count]
        assert app.prompt.value == ""
