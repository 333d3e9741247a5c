"""The terminal program, driven by keys: what is on the screen after each step."""

import asyncio

import pytest
from textual.widgets import OptionList

from advisor.errors import UnreadableError
from advisor.tui.launch import summary
from advisor.tui.screens.help import HelpScreen
from advisor.tui.widgets.chart import Chart
from advisor.tui.widgets.conversation import Answer, UserTurn
from advisor.tui.widgets.evidence import Evidence
from advisor.tui.widgets.findings import Findings
from advisor.tui.widgets.status import StatusLine
from tests.tui.driving import PATIENCE, idle, opened, said, screen_text, type_line, until

SIZES = [(60, 20), (80, 24), (120, 36), (200, 50)]


@pytest.mark.parametrize("size", SIZES)
async def test_opens_on_an_answer(make_app, first_log, size):
    async with make_app(first_log).run_test(size=size) as pilot:
        await opened(pilot)
        text = said(pilot.app)
        labels = ["critical", "NaN", "evidence", "why", "change", "check"]
        assert [label for label in labels if label not in text] == [], text
        shown = screen_text(pilot.app)
        assert "critical" in shown
        assert "first.csv" in shown
        assert not pilot.app.view.query(UserTurn)


async def test_without_a_path_it_opens_on_the_last_run_of_the_project(make_app, project):
    project.run(project.command)
    again = type(project)(project.folder, project.journal)
    async with make_app(session=again).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert "NaN" in said(pilot.app)
        assert "train.py --lr 3.0" in screen_text(pilot.app)
        assert pilot.app.query_one(Findings).option_count
        assert [c for c in pilot.app.query(Chart) if c.size.area]
        assert not pilot.app.query("#choices")
        await type_line(pilot, "/apply 1")
        await until(pilot, lambda: pilot.app.turns.asking, "the question")
        assert "train.py --lr 0.3" in said(pilot.app)


async def test_a_command_that_never_gave_a_curve_opens_on_the_welcome(make_app, project):
    (project.folder / "first.csv").unlink()
    (project.folder / "train.py").write_text("print('no curve')", encoding="utf-8")
    with pytest.raises(UnreadableError):
        project.run(project.command)
    async with make_app().run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: pilot.app.query("#choices"), "logs were offered")


async def test_a_run_that_is_switched_to_in_words_reaches_every_pane(make_app, project, first_log):
    second = project.folder / "second.csv"
    second.write_text(
        "epoch,loss,val_loss\n" + "".join(f"{i},{1 / (i + 1)},{1 / (i + 1)}\n" for i in range(30))
    )
    async with make_app(first_log, str(second)).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        for words, name, critical in (
            ("switch to run 1", "first.csv", True),
            ("go to the other run", "second.csv", False),
            ("切换到第一个运行", "first.csv", True),
        ):
            await type_line(pilot, words)
            await idle(pilot)
            status = str(pilot.app.query_one(StatusLine).visual)
            assert name in status
            assert ("!" in status) is critical
            listed = [str(option.prompt) for option in pilot.app.query_one(Findings).options]
            assert any(entry.startswith("!") for entry in listed) is critical
        await type_line(pilot, "switch to run 7")
        await idle(pilot)
        assert "first.csv" in str(pilot.app.query_one(StatusLine).visual)


@pytest.mark.fault("X9")
@pytest.mark.parametrize("size", SIZES)
async def test_layout_follows_the_width(make_app, first_log, size):
    async with make_app(first_log).run_test(size=size) as pilot:
        await opened(pilot)
        app = pilot.app
        wide, medium = size[0] >= 100, size[0] >= 70
        assert app.query_one(Evidence).display == wide
        assert app.query_one(Findings).display == medium
        assert app.query_one("#findings-line").display == (not medium)
        inline = any("⠀" <= c <= "⣿" for c in said(app))
        assert inline == (not wide)
        assert bool([c for c in app.query(Chart) if c.size.area]) == wide


async def test_charts_move_into_the_conversation_when_the_terminal_shrinks(make_app, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert not any("⠀" <= c <= "⣿" for c in said(pilot.app))
        for size in ((80, 24), (20, 5), (1, 1), (300, 100), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert any("⠀" <= c <= "⣿" for c in said(pilot.app))
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert not any("⠀" <= c <= "⣿" for c in said(pilot.app))


async def test_what_was_said_last_stays_in_view_when_the_terminal_changes(make_app, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        view = pilot.app.view
        for n in range(12):
            view.say_user(f"question {n}")
        await pilot.pause()
        for size in ((60, 12), (200, 50), (40, 10), (120, 36)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert view.children[-1].region.overlaps(view.region)
        view.scroll_page_up(animate=False)
        await pilot.pause()
        place = view.scroll_y
        await pilot.resize_terminal(120, 34)
        await pilot.pause()
        assert view.scroll_y <= place + 2


async def test_the_first_frame_does_not_wait_for_the_log(make_app, project, first_log):
    released = asyncio.Event()
    loop = asyncio.get_running_loop()
    really_open = project.open

    def slow_open(paths, on_error=None):
        asyncio.run_coroutine_threadsafe(released.wait(), loop).result(PATIENCE)
        return really_open(paths, on_error)

    project.open = slow_open
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: pilot.app.turns.busy, "reading began")
        pilot.app.panes.refresh_status()
        await pilot.pause()
        assert "reading first.csv" in screen_text(pilot.app)
        await pilot.press("h", "i")
        assert pilot.app.prompt.value == "hi"
        released.set()
        await opened(pilot)


async def test_a_finding_is_told_when_it_is_chosen_by_keyboard(make_app, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        before = len(pilot.app.query(Answer))
        pilot.app.query_one(Findings).focus()
        await pilot.press("home", "enter")
        await pilot.pause()
        assert len(pilot.app.query(Answer)) == before + 1
        assert "evidence" in pilot.app.view.last_answer().plain


async def test_help_lists_keys_and_closes(make_app):
    async with make_app().run_test(size=(120, 50)) as pilot:
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HelpScreen)
        assert "/open PATH" in screen_text(pilot.app)
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, HelpScreen)


async def test_without_a_log_it_offers_some_and_a_typed_path_is_opened(make_app, first_log):
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.1)
        assert "path" in said(pilot.app)
        assert pilot.app.query_one("#choices", OptionList).option_count
        await type_line(pilot, first_log)
        await opened(pilot)
        assert "NaN" in said(pilot.app)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_welcome_leaves_no_pane_empty_and_cuts_no_key(make_app, project, first_log, size, language):
    project.language = language
    async with make_app().run_test(size=size) as pilot:
        await until(pilot, lambda: pilot.app.query("#choices"), "logs were offered")
        app = pilot.app
        assert not app.query_one(Findings).display
        assert not app.query_one(Evidence).display
        assert "…" not in screen_text(app).splitlines()[-1]
        assert "。 " not in said(app)
        assert "train python train.py" in " ".join(said(app).split())
        assert app.query_one("#choices").size.height >= min(20, size[1] * 2 // 5)
        await type_line(pilot, first_log)
        await opened(pilot)
        assert app.query_one(Evidence).display == (size[0] >= 100)
        assert app.query_one(Findings).display == (size[0] >= 70)


def test_what_is_left_in_the_scrollback_opens_the_run_again(project, first_log):
    assert summary(project, []) == []
    project.open([first_log])
    assert summary(project, [])[-1].endswith(f"advisor {first_log}")
    project.run(project.command)
    assert summary(project, [])[-1].endswith(": advisor")
    assert summary(project, ["a b"])[-1].endswith("advisor 'a b'")


async def test_a_missing_file_and_an_inner_fault_are_told_and_the_program_goes_on(
    make_app, project, first_log, tmp_path, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with make_app("nowhere.csv").run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "nowhere.csv" in said(pilot.app), "the fault was told")
        project.open = lambda paths, on_error=None: 1 / 0
        await type_line(pilot, first_log)
        await until(pilot, lambda: "ZeroDivisionError" in said(pilot.app), "the inner fault was told")
        (kept,) = tmp_path.glob("advisor-fault-*")
        assert "1 / 0" in kept.read_text(encoding="utf-8")
        await idle(pilot)
        await type_line(pilot, "/help")
        assert isinstance(pilot.app.screen, HelpScreen)


async def test_chinese_reaches_every_part_of_the_screen(make_app, project, first_log):
    project.language = "zh"
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        shown = screen_text(pilot.app)
        for word in ("发现", "对话", "证据", "严重", "影响", "提问", "帮助", "依据"):
            assert word in shown
        await type_line(pilot, "/language")
        await until(pilot, lambda: project.language == "en", "the language changed")
        await idle(pilot)
        await pilot.pause()
        assert "findings" in screen_text(pilot.app)


async def test_scale_and_words_of_the_charts(make_app, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        chart = pilot.app.query(Chart).first()
        assert "log" in str(chart.render())
        await type_line(pilot, "/scale")
        assert "log" not in str(chart.render()).splitlines()[0]
        await type_line(pilot, "/describe")
        assert "not finite" in said(pilot.app)


async def test_ctrl_c_twice_quits_and_once_does_not(make_app, monkeypatch):
    # A busy machine may be longer between two keys than a person is.
    monkeypatch.setattr("advisor.tui.app._QUIT_SECONDS", PATIENCE)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.is_running
        await pilot.press("ctrl+c")
        await pilot.pause()
    assert app.return_code == 0


async def test_several_runs_are_listed_and_one_is_chosen(make_app, project, first_log):
    second = project.folder / "second.csv"
    second.write_text(
        "epoch,loss,val_loss\n" + "".join(f"{i},{1 / (i + 1)},{1 / (i + 1)}\n" for i in range(30))
    )
    async with make_app(first_log, str(second)).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert "2 runs are open" in said(pilot.app)
        await type_line(pilot, "/run 2")
        await idle(pilot)
        assert project.current is project.assessments[1]
        assert "second.csv" in screen_text(pilot.app)
        assert pilot.app.runs.is_current(project.assessments[1].run)
        await type_line(pilot, "/run 9")
        assert "There is no run 9" in said(pilot.app)


HOSTILE = "[red]a[/]b[/ [@click=app.quit]x[/] [link=http://x]y \x1b]0;owned\x07\x1b[2J\x9b31m\u202eevil"


@pytest.mark.fault("X3", "X4")
async def test_foreign_text_is_literal_everywhere(make_app, project, first_log, tmp_path):
    log = tmp_path / "[red][b[@click=app.quit]x.csv"
    log.write_text(
        (project.folder / "first.csv").read_text().replace("loss", "loss[/x][red]"), encoding="utf-8"
    )
    async with make_app(str(log)).run_test(size=(160, 40)) as pilot:
        await opened(pilot)
        for line in (HOSTILE, f"/explain {HOSTILE}", f"/open {HOSTILE}", f"/{HOSTILE}"):
            await type_line(pilot, line)
            await idle(pilot)
        shown = screen_text(pilot.app)
        assert pilot.app.is_running
        assert "[@click=app.quit]x[/]" in said(pilot.app)
        assert "[red]" in shown
        for unsafe in "\x1b\x9b\u202e\x07":
            assert unsafe not in shown
        await pilot.click("#conversation", offset=(30, 5))
        assert pilot.app.is_running


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_severity_is_said_in_every_theme_by_glyph_and_word(make_app, first_log, theme):
    app = make_app(first_log)
    async with app.run_test(size=(120, 36)) as pilot:
        app.theme = theme
        await opened(pilot)
        assert "! critical" in screen_text(app)


@pytest.mark.fault("X8")
async def test_no_color_leaves_only_shades_of_grey(make_app, first_log, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        assert pilot.app.no_color
        colours = {
            segment.style.color.triplet
            for strip in pilot.app.screen._compositor.render_strips()
            for segment in pilot.app._filters[0].apply(list(strip), pilot.app.background_colors[1])
            if segment.style and segment.style.color and segment.style.color.triplet
        }
        assert colours
        assert all(max(c) - min(c) <= 1 for c in colours)


async def test_a_long_conversation_lays_out_its_end_alone_and_brings_the_rest_back(make_app, first_log):
    async with make_app(first_log).run_test(size=(100, 30)) as pilot:
        app = pilot.app
        await opened(pilot)
        for n in range(150):
            app.view.say_user(f"question {n}.")
            app.tell("no charts")
        await pilot.pause()
        turns = [str(turn.visual) for turn in app.view.query(UserTurn)]
        assert "› question 149." in turns
        assert "› question 0." not in turns
        assert len(app.view.children) < 150
        for _ in range(400):
            before = app.view.scroll_y
            await pilot.press("pageup")
            await pilot.pause()
            if app.view.scroll_y == before == 0:
                break
        turns = [str(turn.visual) for turn in app.view.query(UserTurn)]
        assert turns == [f"› question {n}." for n in range(150)]
        assert "critical" in said(app)


async def test_the_first_answer_in_another_language_has_its_labels_too(make_app, first_log):
    async with make_app(first_log).run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        await type_line(pilot, "有什么问题？")
        await idle(pilot)
        answer = str(list(pilot.app.view.query(Answer))[-1].visual)
        assert "严重" in answer
        assert not {"critical", "evidence", "check"} & set(answer.split())


async def test_several_logs_are_listed_above_the_answer_within_the_width(make_app, project, first_log):
    names = [project.folder / f"a-very-long-name-that-begins-alike-{rate}-and-ends.csv" for rate in "xy"]
    for name in names:
        name.write_bytes((project.folder / "first.csv").read_bytes())
    async with make_app(*map(str, names)).run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        answer, width = pilot.app.view.query(Answer).first(), pilot.app.view.frame.width
        lines = str(answer.visual).splitlines()
        assert lines[0].split()[:1] == ["run"]
        assert all(len(line) <= width for line in lines[:3])
        assert answer.region.y >= pilot.app.view.region.y, "it is read from its beginning"
