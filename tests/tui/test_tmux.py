"""The program in tmux: started, asked, a change applied, trained again, resized, left; its window closed."""

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from tests.measure.tmux import Tmux

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def window(project):
    opened = []

    def start(*arguments, folder=None):
        environment = {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "advisor", *arguments]
        opened.append(Tmux(command, folder or project.folder, environment, 120, 36))
        return opened[-1]

    yield start
    for item in opened:
        item.kill()


def test_it_is_started_asked_applied_trained_again_resized_and_left(window, project):
    tmux = window("./first.csv")
    tmux.wait_for("critical")
    tmux.ask("why?")
    tmux.wait_for("› why?")
    tmux.ask("apply 1")
    tmux.wait_for("+ ")
    tmux.press("r")
    shown = tmux.wait_for("Better:")
    assert "ended" in shown or "val_loss" in shown
    tmux.resize(70, 20)
    tmux.wait_for("╯\n ask, /")
    assert all(len(line) <= 70 for line in tmux.shown().splitlines())
    tmux.resize(160, 45)
    tmux.wait_for("evidence")
    tmux.ask("/quit")
    left = tmux.wait_for("left with 0")
    assert "advisor ./first.csv" in left
    assert float(project.command[-1]) < 3.0


def test_the_first_training_is_started_from_the_screen(window, project):
    (project.folder / "new" / ".advisor").mkdir(parents=True)
    tmux = window(folder=project.folder / "new")
    tmux.wait_for("train python train.py")
    tmux.ask(f"train {sys.executable} ../train.py --lr 3")
    tmux.wait_for(" y ")
    tmux.press("y")
    tmux.wait_for("critical")
    tmux.ask("apply 1")
    tmux.wait_for("+ ")
    tmux.press("r")
    tmux.wait_for("Better:")
    tmux.ask("/quit")
    assert "advisor resume" in tmux.wait_for("left with 0")


def test_closing_the_window_ends_the_training_and_loses_no_run(window, project):
    (project.folder / "train.py").write_text(
        "import os, time\nopen('pid', 'w').write(str(os.getpid()))\nprint('epoch,loss', flush=True)\n"
        "for i in range(10**6):\n    print(f'{i},1.0', flush=True)\n    time.sleep(0.05)\n",
        encoding="utf-8",
    )
    tmux = window("./first.csv")
    tmux.wait_for("critical")
    tmux.ask("/rerun")
    tmux.wait_for(" y ")
    tmux.press("y")
    tmux.wait_for("5,1.0")
    training, shell = int((project.folder / "pid").read_text()), tmux.process()
    tmux.kill()
    end = time.monotonic() + 60
    while alive(training) or alive(shell):
        assert time.monotonic() < end, "something is left running"
        time.sleep(0.05)
    assert [row for row in project.history() if row.source.endswith("first.csv")]


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
