"""Hands and eyes of the tests: keys are pressed, the screen is read, and work is waited for."""

import time

from advisor.tui.widgets.conversation import Answer

PATIENCE = 120.0


async def until(pilot, holds, what):
    """Let the program work until something holds; a thread or a process may be at work."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"never happened: {what}\n{said(pilot.app)}"
        await pilot.pause(0.02)
    await pilot.pause()


async def opened(pilot):
    app = pilot.app
    await until(
        pilot, lambda: app.session.current and not app.turns.busy and app.query(Answer), "the log was opened"
    )


async def type_line(pilot, text):
    pilot.app.prompt.value = text
    pilot.app.prompt.focus()
    await pilot.pause()
    await pilot.press("enter")
    await pilot.pause()


async def idle(pilot):
    await until(pilot, lambda: not pilot.app.turns.busy, "the work ended")


def said(app):
    return "\n".join(str(turn.visual) for turn in app.view.query("UserTurn, Answer, Output"))


def rate_of(session):
    """The learning rate that the next training would have."""
    return session.command[-1]


def is_applied(session):
    """Whether a change stands that could be taken back."""
    return session.journal.last_applied(str(session.project)) is not None


def trainings(session):
    """How many trainings the journal remembers."""
    return sum(row.command is not None for row in session.history(100))


def screen_text(app):
    """What a terminal shows, row by row."""
    height = app.size.height
    return "\n".join(
        "".join(segment.text for segment in strip)
        for strip in app.screen._compositor.render_strips()[:height]
    )
