"""Foreign text, long work and inner faults: what keeps the screen harmless and alive."""

import threading
from pathlib import Path

import pytest

from advisor.tui.actions import ACTIONS, State
from advisor.tui.faults import record_fault
from advisor.tui.safe import PlainText, foreign, foreign_line, path_end
from advisor.tui.widgets.conversation import clock
from advisor.tui.words import say
from advisor.tui.work import Work, WorkEnded

MARKUP = "[red]loss[/] [/ [@click=app.quit]x[/]"


@pytest.mark.fault("X3", "X5")
def test_foreign_text_keeps_its_brackets_and_loses_its_control_characters():
    assert foreign(MARKUP).plain == MARKUP
    assert not foreign(MARKUP).spans
    assert foreign_line("a\nb\x1b[31mc").plain == "a bc"
    assert PlainText(MARKUP).visual.plain == MARKUP


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("run.csv", "run.csv"),
        ("/home/someone/projects/vision/experiments/resnet/run.csv", "…/vision/experiments/resnet/run.csv"),
        ("/" + "x" * 60, "…/" + "x" * 60),
    ],
)
def test_of_a_long_path_the_end_is_kept(path, shown):
    assert path_end(path) == shown


class Owner:
    """Takes messages, as an app does."""

    def __init__(self):
        self.messages = []
        self.got = threading.Event()

    def post_message(self, message):
        self.messages.append(message)
        self.got.set()


def ended(function):
    owner = Owner()
    Work("working", function, print).start(owner)
    assert owner.got.wait(10)
    (message,) = owner.messages
    assert isinstance(message, WorkEnded)
    return message


def test_work_reports_its_result_or_its_failure():
    done, failed = ended(lambda stop: 3), ended(lambda stop: 1 / 0)
    assert (done.result, done.error) == (3, None)
    assert failed.result is None
    assert isinstance(failed.error, ZeroDivisionError)


def test_work_ends_when_it_is_asked_to():
    owner = Owner()
    work = Work("waiting", lambda stop: stop.wait(60), print)
    work.start(owner)
    assert not work.wait(0.05)
    work.stop.set()
    assert work.wait(10)
    assert owner.messages[0].result is True


def test_a_fault_is_kept_where_only_the_user_can_read_it():
    try:
        raise ValueError("what happened")
    except ValueError as error:
        kept = Path(record_fault(error))
    assert "what happened" in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o077 == 0
    kept.unlink()


def test_every_obstacle_can_be_said_in_both_languages():
    obstacles = {action.obstacle(State()) for action in ACTIONS} - {""}
    assert len(obstacles) >= 3
    for obstacle in obstacles:
        assert say(obstacle, "en") != say(obstacle, "zh")


def test_time_is_told_in_the_unit_that_fits():
    assert [clock(s) for s in (0.4, 59.9, 60, 200, 3_900)] == ["0 s", "59 s", "1:00", "3:20", "1:05:00"]
