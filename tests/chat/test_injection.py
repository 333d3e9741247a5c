"""Hostile names, settings and log lines through `ask`, `chat --plain` and the terminal program."""

import io
import json
import os
import subprocess
import sys

import pytest

from advisor.chat.ask import ask
from advisor.chat.plain import converse
from advisor.journal import Journal
from advisor.session import Session
from tests.chat.hostile import CONFIG, CONTROLS, HOSTILE, PLACES, files_of, hostile_log
from tests.tui.test_terminal import Terminal

QUESTIONS = (
    "what is wrong",
    "what should I change?",
    "list runs",
    "what is the batch size",
    "summary",
    "plot the loss",
    "why?",
    "apply 1",
)
EDIT = "-lr: 0.45"

every_kind = pytest.mark.parametrize("kind", HOSTILE)
every_place = pytest.mark.parametrize("place", PLACES)


@pytest.fixture
def folder(tmp_path):
    """A folder with a configuration that a change could be written into, its command known."""
    folder = tmp_path / "project"
    (folder / ".advisor").mkdir(parents=True)
    (folder / "config.yaml").write_text(CONFIG)
    (folder / "train.py").write_text('print(open("config.yaml").read())\n')
    with Journal.open() as journal:
        journal.set_command(str(folder), (sys.executable, "train.py", "--config", "config.yaml"))
    return folder


@every_kind
@every_place
def test_ask_obeys_nothing_and_shows_it_harmlessly(folder, logs, place, kind):
    log = hostile_log(folder, logs, place, HOSTILE[kind])
    before = files_of(folder)
    session = Session(folder, Journal.open())
    session.look([str(log)])
    for question in QUESTIONS:
        said = ask(session, question)
        texts = json.dumps(said, ensure_ascii=False)
        assert not CONTROLS & set(said["reply"]), question
        assert not any(code in texts for code in ("\\u001b", "\\u0007", "\u202e", "\u2066", "\x9b")), question
        assert "lr -> 50" not in said["reply"]
        assert "Written" not in said["reply"]
    assert EDIT in said["reply"]  # an edit was on the table, and a yes in the log did not take it
    assert files_of(folder) == before
    assert not session.history()


@every_kind
@every_place
def test_line_mode_obeys_nothing_and_shows_it_harmlessly(folder, logs, monkeypatch, capsys, place, kind):
    log = hostile_log(folder, logs, place, HOSTILE[kind])
    before = files_of(folder)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(QUESTIONS).encode())))
    assert converse(Session(folder, Journal.open()), [str(log)]) == 0
    said = capsys.readouterr()
    assert not CONTROLS & set(said.out + said.err)
    assert EDIT in said.out
    assert "Written" not in said.out
    assert files_of(folder) == before


def everywhere(folder, logs):
    """A log with every kind of hostile text in each place: a run by place."""
    text = " ".join(HOSTILE.values())
    return [hostile_log(folder / place, logs, place, text) for place in PLACES]


def test_line_mode_as_a_process(folder, logs, tmp_path):
    opened = [str(log.parent.parent) for log in everywhere(folder, logs)]
    before = files_of(folder)
    done = subprocess.run(
        [sys.executable, "-m", "advisor", "chat", "--plain", *opened],
        input="\n".join([*QUESTIONS, "compare the runs"]) + "\n",
        capture_output=True,
        text=True,
        cwd=folder,
        check=True,
    )
    assert not CONTROLS & set(done.stdout + done.stderr)
    assert EDIT in done.stdout
    assert files_of(folder) == before


@every_place
def test_the_terminal_program_obeys_nothing_and_shows_it_harmlessly(folder, logs, place):
    log = hostile_log(folder, logs, place, " ".join(HOSTILE.values()))
    before = files_of(folder)
    program = Terminal(str(folder), str(log), ADVISOR_HOME=os.environ["ADVISOR_HOME"])
    try:
        program.wait_for("learning rate")
        program.type(b"list runs\rwhat is the batch size\rapply 1\r")  # typed ahead
        program.wait_for(EDIT)
        program.type(b"n")
        program.wait_for("Nothing was changed")
        program.type(b"/quit\r")
        assert program.wait_for_end() == 0
    finally:
        program.close()
    assert program.screen.title != "owned"
    for sequence in (
        b"\x1b]0;owned",
        b"\x1b]52;c;ZXZpbA",
        b"\xc2\x9b2J",
        "\u202e".encode(),
        "\u2066".encode(),
    ):
        assert sequence not in program.raw
    assert files_of(folder) == before
