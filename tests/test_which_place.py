"""`advisor set` in a real terminal asks which of several places is meant, by one key."""

import os
import pty
import subprocess
import sys
import threading
import time

import pytest

from advisor.journal import Journal
from advisor.session import Session

TWO = "gen: {lr: 0.1}\ndis: {lr: 0.2}\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "train.py").write_text("")
    (tmp_path / "c.yaml").write_text(TWO)
    session = Session(tmp_path, Journal.open())
    session.journal.set_command(str(session.project), ("python", "train.py", "c.yaml"))
    session.journal.close()
    return tmp_path


def in_terminal(project, arguments, keys):
    """What the command prints in a terminal of its own, keys pressed as questions appear; its exit code."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "advisor", *arguments],
        cwd=project,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env=os.environ | {"TERM": "xterm"},
    )
    os.close(slave)
    # A key that is lost on a busy machine fails the test; it does not hang the suite.
    limit = threading.Timer(60, process.kill)
    limit.start()
    printed, waiting = b"", list(keys)
    try:
        while True:
            if waiting and waiting[0][0] in printed:
                time.sleep(0.5)  # a key that comes before the terminal is set to read single ones is dropped
                os.write(master, waiting.pop(0)[1])
            piece = os.read(master, 4096)
            if not piece:
                break
            printed += piece
    except OSError:  # Linux: the last process has closed the terminal
        pass
    limit.cancel()
    os.close(master)
    return printed.decode().replace("\r\n", "\n"), process.wait()


def test_one_key_names_the_place(project):
    keys = [(b"key: none)", b"2"), (b"Apply this change?", b"y\n")]
    printed, code = in_terminal(project, ["set", "lr", "0.03"], keys)
    assert "  1. gen.lr = 0.1 (c.yaml line 1)\n  2. dis.lr = 0.2 (c.yaml line 2)\n" in printed
    assert code == 0
    assert (project / "c.yaml").read_text() == "gen: {lr: 0.1}\ndis: {lr: 0.03}\n"


@pytest.mark.parametrize("key", [b"3", b"q", b"\x03", b"\n"])
def test_any_other_key_changes_nothing(project, key):
    _, code = in_terminal(project, ["set", "lr", "0.03"], [(b"key: none)", key)])
    assert code == (130 if key == b"\x03" else 0)
    assert (project / "c.yaml").read_text() == TWO


@pytest.mark.parametrize("arguments", [["set", "lr", "0.03"], ["set", "lr", "0.03", "--yes"]])
def test_without_a_terminal_the_list_is_refused(project, arguments):
    done = subprocess.run(
        [sys.executable, "-m", "advisor", *arguments],
        cwd=project,
        input="2\n",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "gen.lr = 0.1 (c.yaml line 1), dis.lr = 0.2 (c.yaml line 2)" in done.stderr
    assert (project / "c.yaml").read_text() == TWO
