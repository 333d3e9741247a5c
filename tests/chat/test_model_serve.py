"""A real server, `transformers serve`, with a tiny model made on the spot: nobody tells nonsense better.

Runs where `pip install 'transformers[serving]' accelerate` was run (without accelerate the server answers
every request with status 500), for example by `pytest -m real_server`.
"""

import importlib.util
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from advisor.chat.ask import ask
from advisor.chat.conversation import Conversation
from tests.chat.hostile import CONTROLS, files_of

NEEDED = ("openai", "transformers", "accelerate", "fastapi", "uvicorn")
pytestmark = [
    pytest.mark.real_server,
    pytest.mark.skipif(
        any(importlib.util.find_spec(name) is None for name in NEEDED),
        reason="needs transformers[serving] and accelerate",
    ),
]
QUESTIONS = ("what is the best val loss?", "what is wrong", "summary", "哪里有问题", "explain momentum")
PATIENCE = 240


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of the running server and the folder of its models, `random` and `taught`."""
    folder = tmp_path_factory.mktemp("models")
    offline = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(folder / "home"),
        "CUDA_VISIBLE_DEVICES": "",
    }
    for name, steps in (("random", "0"), ("taught", "150")):
        made = [sys.executable, "-m", "tests.chat.tiny_model", str(folder / name), steps]
        subprocess.run(made, check=True, env=offline)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    start = "from transformers.cli.transformers import main; main()"
    command = [sys.executable, "-c", start, "serve", "--host", "127.0.0.1", "--port", port]
    with (folder / "server.log").open("wb") as log:
        running = subprocess.Popen(command, env=offline, stdout=log, stderr=log)
    try:
        wait_for(running, f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}/v1", folder
    finally:
        running.terminate()
        running.wait(PATIENCE)


def wait_for(running, address):
    end = time.monotonic() + PATIENCE
    while True:
        assert running.poll() is None, "the server did not start"
        assert time.monotonic() < end, "the server was not ready in time"
        try:
            urllib.request.urlopen(address, timeout=2)
            return
        except OSError:
            time.sleep(0.5)


@pytest.fixture
def named(server, monkeypatch):
    """Names one of its models as the user would."""

    def name(model):
        from advisor.kept import settings_file

        monkeypatch.setenv("ADVISOR_LLM", server[0])
        monkeypatch.setenv("ADVISOR_LLM_MODEL", str(server[1] / model))
        settings_file().parent.mkdir(parents=True, exist_ok=True)
        settings_file().write_text(f"[llm]\nseconds = {PATIENCE}\n", "utf-8")

    return name


def test_nonsense_never_crashes_stages_or_leaks(named, session, logs, project):
    named("random")
    session.look([str(logs / "osc")])
    before = files_of(session.folder)
    talk = Conversation(session)
    told = []
    for question in QUESTIONS:
        told.append(talk.wording(question, talk.reply(question)))
        assert talk.waiting is None
        assert not talk.dialogue.staged
    assert all(wording.sent for wording in told)
    assert all(wording.notice or wording.text for wording in told)
    assert not CONTROLS & set("".join(wording.text + wording.notice for wording in told))
    assert "0.139" in ask(session, QUESTIONS[0])["reply"]
    assert files_of(session.folder) == before
    assert not session.history()


def test_what_a_model_says_is_shown_with_our_figure(named, session, logs):
    named("taught")
    session.look([str(logs / "osc")])
    told = ask(session, "what is the best val loss?")["model"]
    assert not told["notice"]
    assert told["text"] == "Of all that was seen the best is 0.139."


def test_what_a_model_says_in_another_language_is_not(named, session, logs):
    named("taught")
    session.look([str(logs / "osc")])
    told = ask(session, "最好的验证损失是多少", language="zh")["model"]
    assert not told["text"]
    assert "另一种语言" in told["notice"]
