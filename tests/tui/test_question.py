"""A question that is open: one key answers it, or a line in words; nothing answers it by mistake."""

import pytest

from advisor.tui.widgets.status import StatusLine
from tests.tui.driving import idle, is_applied, opened, said, type_line, until

SIZE = (120, 36)


async def asked(pilot):
    await opened(pilot)
    await type_line(pilot, "/apply 1")
    await until(pilot, lambda: pilot.app.turns.asking, "the question")
    await until(pilot, lambda: pilot.app.question.has_focus, "its keys")


async def type_instead(pilot, text):
    """Type a line while the keys of a question are offered."""
    pilot.app.turns.question.show_prompt()
    await type_line(pilot, text)


async def test_a_key_that_answers_nothing_begins_a_line_and_esc_returns_to_the_keys(
    make_app, project, first_log
):
    async with make_app(first_log).run_test(size=SIZE) as pilot:
        app = pilot.app
        await asked(pilot)
        # Its third letter would answer yes.
        await pilot.press("w", "h", "y")
        assert app.prompt.value == "why"
        assert app.turns.asking
        await pilot.press("escape")
        assert app.question.has_focus
        await pilot.press("escape")
        await idle(pilot)
        assert not app.turns.asking
        assert not is_applied(project)


async def test_another_question_leaves_the_one_that_is_open(make_app, project, first_log):
    async with make_app(first_log).run_test(size=SIZE) as pilot:
        app = pilot.app
        await asked(pilot)
        await type_instead(pilot, "why?")
        await idle(pilot)
        assert not app.turns.asking
        assert app.prompt.has_focus
        await type_line(pilot, "yes")
        await idle(pilot)
        assert not is_applied(project)


async def test_a_log_that_is_opened_leaves_the_question_and_a_later_yes_means_nothing(
    make_app, project, first_log
):
    other = project.folder / "other.csv"
    other.write_text("epoch,loss\n" + "".join(f"{i},{1 / (i + 1)}\n" for i in range(30)), encoding="utf-8")
    async with make_app(first_log).run_test(size=SIZE) as pilot:
        app = pilot.app
        await asked(pilot)
        await type_instead(pilot, str(other))
        await until(pilot, lambda: "other.csv" in str(app.query_one(StatusLine).visual), "the other log")
        await idle(pilot)
        assert not app.turns.asking
        await type_line(pilot, "ok")
        await idle(pilot)
        assert not is_applied(project)


@pytest.mark.parametrize(("words", "applied"), [("ok", True), ("no", False), ("好的", True)])
async def test_a_line_answers_in_words(make_app, project, first_log, words, applied):
    async with make_app(first_log).run_test(size=SIZE) as pilot:
        await asked(pilot)
        await type_instead(pilot, words)
        await until(pilot, lambda: not pilot.app.turns.asking, "the answer")
        await idle(pilot)
        assert is_applied(project) == applied


async def test_a_command_of_the_screen_leaves_the_question_open(make_app, project, first_log):
    async with make_app(first_log).run_test(size=SIZE) as pilot:
        await asked(pilot)
        await type_instead(pilot, "/describe")
        await until(pilot, lambda: "lowest" in said(pilot.app), "what the command does")
        assert pilot.app.question.has_focus
        await pilot.press("y")
        await until(pilot, lambda: is_applied(project), "the change was applied")


async def test_a_line_that_is_being_typed_when_the_question_comes_answers_nothing(
    make_app, project, first_log
):
    async with make_app(first_log).run_test(size=SIZE) as pilot:
        app = pilot.app
        await opened(pilot)
        app.turns.ask("/apply 1")
        await pilot.press("s", "a")
        await until(pilot, lambda: app.turns.asking, "the question")
        await pilot.press("y")
        assert app.prompt.value == "say"
        assert not is_applied(project)
        await pilot.press("escape", "y")
        await until(pilot, lambda: is_applied(project), "the change was applied by its key")


async def test_r_begins_a_line_where_nothing_can_be_trained_again(make_app, project, first_log):
    async with make_app(first_log).run_test(size=SIZE) as pilot:
        app = pilot.app
        await opened(pilot)
        applied = []
        app.turns.offer(lambda: applied.append(True) or "it")
        await pilot.press("r")
        assert app.prompt.value == "r"
        await pilot.press("backspace")
        await type_line(pilot, "yes")
        await until(pilot, lambda: applied, "what the screen asked itself was answered in words")
        await until(pilot, lambda: "Applied: it" in said(app), "what was done")
