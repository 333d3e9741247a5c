"""What a language model adds on the screen: below the answer, given up with Esc or the next question."""

import pytest

from tests.chat.model_server import Server, dripping
from tests.chat.test_model import fact_of
from tests.tui.driving import idle, opened, said, type_line, until

pytest.importorskip("openai")


@pytest.fixture
def server(monkeypatch):
    running = Server(lambda body: {"do": "say", "text": "ready"})
    monkeypatch.setenv("ADVISOR_LLM", running.url)
    yield running
    running.close()


async def test_it_stands_below_the_answer_and_the_status_line_names_its_host(make_app, first_log, server):
    def answer(body):
        if "-----" not in str(body):
            return {"do": "say", "text": "ready"}
        return {"do": "say", "text": f"At the start val_loss was {{{fact_of(body, '2.')}}}."}

    server.answer = answer
    async with make_app(first_log).run_test(size=(160, 36)) as pilot:
        await opened(pilot)
        await type_line(pilot, "what was the val loss at epoch 0?")
        await until(
            pilot, lambda: "At the start val_loss was 2.244." in " ".join(said(pilot.app).split()), "it spoke"
        )
        assert "language model 127.0.0.1:" in pilot.app.query_one("#status").content.plain


async def test_escape_ends_the_waiting_and_the_answer_stands(make_app, first_log, server):
    server.answer = lambda body: dripping
    async with make_app(first_log).run_test(size=(160, 36)) as pilot:
        app = pilot.app
        await opened(pilot)
        await type_line(pilot, "what was the val loss at epoch 0?")
        await until(
            pilot, lambda: app.turns.busy and "asking the language model" in app.turns.busy.title, "it asks"
        )
        await pilot.press("escape")
        await idle(pilot)
        assert "of no use" not in said(app)
        assert "figures filled in" not in said(app)
        assert "val_loss" in said(app)
