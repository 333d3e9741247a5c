"""A training that is under way, and what is told of it."""

import sys

import pytest

from advisor.tui import notify
from advisor.tui.widgets.chart import Chart
from tests.tui.driving import idle, opened, said, screen_text, type_line, until

SLOW = """
import sys, time
print("epoch,loss,val_loss")
for epoch in range(30):
    print(f"{epoch},{2 * 0.9 ** epoch:.4f},{2.2 * 0.9 ** epoch:.4f}", flush=True)
    if epoch > 11:
        open("far", "w").close()
        while not __import__("os").path.exists("go"):
            time.sleep(0.02)
"""


async def test_a_training_is_drawn_over_the_run_before_with_the_time_left(make_app, project, first_log):
    (project.folder / "slow.py").write_text(SLOW, encoding="utf-8")
    project.journal.set_command(str(project.project), (sys.executable, "slow.py"))
    async with make_app(first_log).run_test(size=(140, 40)) as pilot:
        app = pilot.app
        await opened(pilot)
        await type_line(pilot, "/rerun")
        await idle(pilot)
        await pilot.press("y")

        def names():
            return [curve.name for curve in app.query(Chart).first().panel.curves]

        await until(pilot, lambda: "before: val_loss" in names(), "both are drawn")
        await until(pilot, lambda: "forecast" in names(), "the forecast is drawn")
        await until(pilot, lambda: "left" in screen_text(app), "the time left is told")
        first = app.query(Chart).first().panel
        assert first.curves[0].x[-1] < first.curves[names().index("before: val_loss")].x[-1]
        assert "Forecast of val_loss at 29" in first.as_text("en")
        (project.folder / "go").touch()
        await idle(pilot)
        await until(pilot, lambda: len(app.query(Chart).first().panel.curves[0].x) == 30, "the end is drawn")
        assert "before: val_loss" in names()
        assert "forecast" not in names()
        assert "left" not in app.query_one("#status").visual.plain
        assert "Better" in said(app)


@pytest.mark.parametrize(
    ("mode", "environment", "written"),
    [
        ("auto", {"TERM": "xterm-256color"}, "\a"),
        ("auto", {"TERM": "xterm-kitty"}, "\x1b]9;a, b\a\a"),
        ("auto", {"TERM_PROGRAM": "WezTerm"}, "\x1b]9;a, b\a\a"),
        ("auto", {"VTE_VERSION": "7006"}, "\x1b]777;notify;advisor;a, b\a\a"),
        ("auto", {"VTE_VERSION": "7006", "TMUX": "/tmp/x"}, "\a"),
        ("bell", {"TERM": "xterm-kitty"}, "\a"),
        ("off", {"TERM": "xterm-kitty"}, ""),
    ],
)
def test_what_is_written_to_a_terminal_to_notify(mode, environment, written):
    assert notify.sequence("a; \x1b]52;c;x\a b".replace("\x1b]52;c;x\a ", ""), mode, environment) == written


def test_nothing_in_a_notification_ends_it_early():
    written = notify.sequence("x\a\x1b]52;c;ZXZpbA==\x07y\x9c", "auto", {"TERM": "xterm-kitty"})
    assert written.startswith("\x1b]9;")
    assert written.count("\x1b") == 1
    assert written.strip("\x1b\a").count("\a") == 0
    assert "\x9c" not in written


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ('notify = "off"', "off"),
        ("notify = false", "off"),
        ('notify = "x"', "auto"),
        ("[[", "auto"),
        (None, "auto"),
    ],
)
def test_the_settings_say_how_to_notify(tmp_path, text, mode):
    settings = tmp_path / "settings.toml"
    if text is not None:
        settings.write_text(text, encoding="utf-8")
    assert notify.mode_of(settings) == mode
