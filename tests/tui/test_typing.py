"""What is typed and chosen: commands, the palette, the line itself, its history, pastes."""

import pytest

from advisor.tui.widgets.conversation import UserTurn
from tests.tui.driving import idle, opened, said, screen_text, type_line, until


async def test_the_palette_offers_only_what_is_possible(make_app, first_log):
    async with make_app().run_test(size=(120, 36)) as pilot:
        titles = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert "help" in titles
        assert "list every finding" not in titles
        pilot.app.prompt.value = first_log
        await pilot.press("enter")
        await opened(pilot)
        titles = {command.title for command in pilot.app.get_system_commands(pilot.app.screen)}
        assert "list every finding" in titles
        await pilot.press("ctrl+p")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2, "the palette opened")


async def test_the_palette_asks_in_the_language_of_the_screen(make_app, project):
    project.language = "zh"
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "搜索命令" in screen_text(pilot.app), "the palette asked")
        await pilot.press("ctrl+p")
        assert len(pilot.app.screen_stack) <= 2


async def test_tab_reaches_the_choices_and_typing_anywhere_reaches_the_prompt(make_app, project):
    async with make_app().run_test(size=(80, 24)) as pilot:
        await pilot.pause(0.1)
        assert pilot.app.prompt.has_focus
        await pilot.press("tab")
        assert pilot.app.query_one("#choices").has_focus
        await pilot.press("w", "h", "y")
        assert pilot.app.prompt.has_focus
        assert pilot.app.prompt.value == "why"
        pilot.app.prompt.value = ""
        opened_paths = []
        project.open = lambda paths, on_error=None: opened_paths.extend(paths) or []
        await pilot.press("tab", "enter")
        await idle(pilot)
        assert [path for path in opened_paths if "sample_logs" in path]


async def test_page_keys_scroll_the_conversation_from_the_prompt(make_app, first_log):
    async with make_app(first_log).run_test(size=(60, 20)) as pilot:
        await opened(pilot)
        assert pilot.app.prompt.has_focus
        before = pilot.app.view.scroll_y
        await pilot.press("pagedown")
        await until(pilot, lambda: pilot.app.view.scroll_y > before, "it scrolled forth")
        await pilot.press("pageup")
        await until(pilot, lambda: pilot.app.view.scroll_y == before, "it scrolled back")


async def test_slash_offers_commands_and_a_misspelt_one_is_named(make_app, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("slash", "e", "x")
        await pilot.pause()
        assert pilot.app.completions.display
        assert "/explain TERM" in screen_text(pilot.app)
        await pilot.press("tab")
        assert pilot.app.prompt.value == "/explain "
        await pilot.pause()
        assert not pilot.app.completions.display
        await type_line(pilot, "/explian x")
        assert "Did you mean /explain?" in " ".join(said(pilot.app).split())


async def test_enter_takes_what_is_typed_where_the_list_is_behind(make_app, first_log):
    async with make_app(first_log).run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("slash")
        await pilot.pause()
        prompt = pilot.app.prompt
        with prompt.prevent(prompt.Changed):
            prompt.value = "/where"
        await prompt.action_submit()
        await idle(pilot)
        assert prompt.value == ""
        assert "/where" in said(pilot.app)


async def test_history_comes_back_with_the_arrows(make_app):
    async with make_app().run_test(size=(80, 24)) as pilot:
        for line in ("first", "second"):
            await type_line(pilot, line)
            await idle(pilot)
        await pilot.press("d", "up")
        assert pilot.app.prompt.value == "second"
        await pilot.press("up", "up")
        assert pilot.app.prompt.value == "first"
        await pilot.press("down", "down")
        assert pilot.app.prompt.value == "d"


@pytest.mark.fault("X10")
async def test_a_paste_is_cleaned_bounded_and_never_sent(make_app):
    from textual import events

    async with make_app().run_test(size=(80, 24)) as pilot:
        pilot.app.prompt.focus()
        pilot.app.prompt.post_message(events.Paste("/quit\n\x1b[201~" + "y" * 100_000 + "\n"))
        await pilot.pause()
        assert pilot.app.is_running
        assert "\x1b" not in pilot.app.prompt.value
        assert len(pilot.app.prompt.value) <= 2_000
        assert not pilot.app.view.query(UserTurn)


async def test_ctrl_j_begins_a_new_line_and_the_arrows_go_through_them_before_the_history(make_app):
    async with make_app().run_test(size=(80, 24)) as pilot:
        prompt = pilot.app.prompt
        await type_line(pilot, "first")
        await idle(pilot)
        await pilot.press(*"lr", "ctrl+j", *"batch")
        await pilot.pause()
        assert (prompt.value, prompt.size.height) == ("lr\nbatch", 2)
        await pilot.press("up")
        assert (prompt.value, prompt.cursor_location[0]) == ("lr\nbatch", 0)
        await pilot.press("up")
        assert prompt.value == "first"
        await pilot.press("down", "enter")
        await idle(pilot)
        assert "lr\nbatch" in said(pilot.app)
        assert (prompt.value, prompt.size.height) == ("", 1)
