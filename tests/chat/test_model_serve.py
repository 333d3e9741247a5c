"""Real servers with tiny models made on the spot: nobody tells nonsense better.

`transformers serve` runs where `pip install 'transformers[serving]' accelerate` was run (without accelerate
it answers every request with status 500), llama.cpp's server where
`pip install 'llama-cpp-python[server]' gguf` was; both by `pytest -m real_server`.
"""

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from advisor.chat.ask import ask
from advisor.chat.conversation import Conversation
from advisor.chat.model.client import Client
from tests.chat.hostile import CONTROLS, files_of

pytestmark = pytest.mark.real_server
QUESTIONS = ("what is the best val loss?", "what is wrong", "summary", "哪里有问题", "explain momentum")
PATIENCE = 240
HOST = "127.0.0.1"


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of server.

    Attributes:
        needs: The packages without which it does not run.
        wanted: What to install for them.
        maker: The module that makes a model of it.
        models: The name of each of its models, with what the maker is told for it.
        start: Given the port and the folder of the models, the command that starts it.
        ready: The path that answers once it runs.
    """

    needs: tuple[str, ...]
    wanted: str
    maker: str
    models: Mapping[str, str]
    start: Callable[[int, Path], list[str]]
    ready: str

    def tried(self, *given):
        """Parameters of a test, which is skipped where the server cannot run."""
        missing = any(importlib.util.find_spec(name) is None for name in self.needs)
        skipped = pytest.mark.skipif(missing, reason=f"needs {self.wanted}")
        return pytest.param(self, *given, marks=skipped, id="-".join((self.needs[1], *given)))


def transformers_serve(port, folder):
    start = "from transformers.cli.transformers import main; main()"
    return [sys.executable, "-c", start, "serve", "--host", HOST, "--port", str(port)]


def llama_server(port, folder):
    models = [{"model": str(folder / name), "n_ctx": 0, "n_threads": 1} for name in LLAMA.models]
    settings = folder / "settings.json"
    settings.write_text(json.dumps({"host": HOST, "port": port, "models": models}), "utf-8")
    return [sys.executable, "-m", "llama_cpp.server", "--config_file", str(settings)]


TRANSFORMERS = Kind(
    needs=("openai", "transformers", "accelerate", "fastapi", "uvicorn"),
    wanted="transformers[serving] and accelerate",
    maker="tests.chat.tiny_model",
    models={"random": "0", "taught": "150"},
    start=transformers_serve,
    ready="/health",
)
# By chance one of the two states a move when it is made to call a function; the other one is left to talk.
LLAMA = Kind(
    needs=("openai", "llama_cpp", "gguf", "fastapi", "uvicorn", "sse_starlette", "starlette_context"),
    wanted="llama-cpp-python[server] and gguf",
    maker="tests.chat.tiny_gguf",
    models={"calling": "16", "talking": "11"},
    start=llama_server,
    ready="/v1/models",
)


@pytest.fixture(scope="module")
def server(request, tmp_path_factory):
    """The address of the running server and the folder of its models."""
    kind, folder = request.param, tmp_path_factory.mktemp("models")
    offline = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(folder / "home"),
        "CUDA_VISIBLE_DEVICES": "",
    }
    for name, told in kind.models.items():
        subprocess.run([sys.executable, "-m", kind.maker, str(folder / name), told], check=True, env=offline)
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    with (folder / "server.log").open("wb") as log:
        running = subprocess.Popen(kind.start(port, folder), env=offline, stdout=log, stderr=log)
    try:
        wait_for(running, f"http://{HOST}:{port}{kind.ready}")
        yield f"http://{HOST}:{port}/v1", folder
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


@pytest.fixture
def heard(monkeypatch):
    """What the models said, before any of it is checked."""
    said, say = [], Client.say

    def kept(*given, **options):
        said.append(say(*given, **options))
        return said[-1]

    monkeypatch.setattr(Client, "say", kept)
    return said


@pytest.mark.parametrize(
    ("server", "model"),
    [TRANSFORMERS.tried("random"), LLAMA.tried("calling"), LLAMA.tried("talking")],
    indirect=["server"],
    scope="module",
)
def test_nonsense_never_crashes_stages_or_leaks(named, model, heard, session, logs, project):
    named(model)
    session.look([str(logs / "osc")])
    before = files_of(session.folder)
    talk = Conversation(session)
    told = []
    for question in QUESTIONS:
        told.append(talk.wording(question, talk.reply(question)))
        assert talk.waiting is None
        assert not talk.dialogue.staged
    assert heard
    assert all(wording.sent for wording in told)
    assert all(wording.notice or wording.text for wording in told)
    assert not CONTROLS & set("".join(wording.text + wording.notice for wording in told))
    assert "0.139" in ask(session, QUESTIONS[0])["reply"]
    assert files_of(session.folder) == before
    assert not session.history()


@pytest.mark.parametrize("server", [LLAMA.tried()], indirect=True)
def test_an_escape_that_a_model_writes_is_not_shown(named, heard, session, logs):
    named("talking")
    session.look([str(logs / "osc")])
    told = [ask(session, question)["model"] for question in QUESTIONS]
    assert CONTROLS & set("".join(heard))
    assert not CONTROLS & set("".join(model["text"] + model["notice"] for model in told))


@pytest.mark.parametrize("server", [TRANSFORMERS.tried()], indirect=True)
def test_what_a_model_says_is_shown_with_our_figure(named, session, logs):
    named("taught")
    session.look([str(logs / "osc")])
    told = ask(session, "what is the best val loss?")["model"]
    assert not told["notice"]
    assert told["text"] == "Of all that was seen the best is 0.139."


@pytest.mark.parametrize("server", [TRANSFORMERS.tried()], indirect=True)
def test_what_a_model_says_in_another_language_is_not(named, session, logs):
    named("taught")
    session.look([str(logs / "osc")])
    told = ask(session, "最好的验证损失是多少", language="zh")["model"]
    assert not told["text"]
    assert "另一种语言" in told["notice"]
