"""Five first tasks of a new user, done in tmux with the program as it is installed, and written down as text.

A run that failed is explained, a change is applied and trained again, four runs are compared, a live run is
watched, a question is asked in Chinese. `python -m tests.measure walk` prints what the screen showed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.measure.tmux import Tmux

ROOT = Path(__file__).resolve().parents[2]
SIZE = (120, 36)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.measure walk", description=__doc__)
    parser.add_argument("tasks", nargs="*", choices=[[], *TASKS], help="some of the tasks [default: all]")
    chosen = parser.parse_args(arguments).tasks or list(TASKS)
    for name in chosen:
        with tempfile.TemporaryDirectory() as folder:
            print(f"== {name}\n", flush=True)
            TASKS[name](Path(folder))
    return 0


class Walk:
    """One program, and what is done with it, printed step by step."""

    def __init__(self, folder: Path, *arguments: str, language: str = "en") -> None:
        environment = {
            "ADVISOR_HOME": str(folder / "home"),
            "ADVISOR_LANG": language,
            "PYTHONPATH": str(ROOT),
        }
        print("$ advisor " + " ".join(arguments) + "\n")
        command = [sys.executable, "-m", "advisor", *arguments]
        self.tmux = Tmux(command, folder, environment, *SIZE)

    def see(self, text: str, seconds: float = 180.0) -> None:
        """Wait until a text is shown, then print the screen."""
        self.tmux.wait_for(text, seconds)
        time.sleep(1.0)
        print(self.tmux.shown().rstrip() + "\n", flush=True)

    def ask(self, line: str, text: str) -> None:
        """Type a line, and see the answer."""
        print(f"[types] {line}\n")
        self.tmux.ask(line)
        self.see(text)

    def press(self, key: str, text: str) -> None:
        """Press a key, and see what it does."""
        print(f"[presses] {key}\n")
        self.tmux.press(key)
        self.see(text)

    def leave(self) -> None:
        """Quit, and see what is left in the terminal."""
        self.tmux.ask("/quit")
        self.see("left with 0")
        self.tmux.kill()


def sample(name: str) -> str:
    return str(ROOT / "sample_logs" / name)


def why(folder: Path) -> None:
    """Find out why a run failed."""
    walk = Walk(folder, sample("pytorch-oscillating"))
    walk.see("answers from")
    walk.ask("why?", "› why?")
    walk.ask("what should I change?", "› what should")
    walk.leave()


def rerun(folder: Path) -> None:
    """Apply a change and train again."""
    command = [sys.executable, str(ROOT / "sample_logs" / "make" / "digits.py"), "--lr", "3"]
    environment = os.environ | {"ADVISOR_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)}
    first = [sys.executable, "-m", "advisor", "run", "--", *command]
    subprocess.run(first, cwd=folder, env=environment, capture_output=True, check=False)
    walk = Walk(folder)
    walk.see("answers from")
    walk.ask("apply 1", " y ")
    walk.press("r", "Better")
    walk.leave()


def compare(folder: Path) -> None:
    """Compare four runs."""
    for n, rate in enumerate((3.0, 0.3, 0.1, 0.01)):
        rows = "".join(f"{i},{2 * (1 - min(rate, 0.5)) ** (i / 3) + rate / 10:.4f}\n" for i in range(20))
        (folder / f"run-{n}.csv").write_text("epoch,val_loss\n" + rows, encoding="utf-8")
    walk = Walk(folder, *(f"./run-{n}.csv" for n in range(4)))
    walk.see("answers from")
    walk.ask("which run is best?", "› which run")
    walk.press("F3", "as opened")
    walk.press("s", "best value")
    walk.press("Escape", "answers from")
    walk.ask("/beside 1 2 3 4", "esc back")
    walk.press("Escape", "answers from")
    walk.leave()


def watch(folder: Path) -> None:
    """Watch a live run."""
    log = folder / "live.csv"

    def train() -> None:
        with log.open("a", encoding="utf-8") as stream:
            for i in range(5, 60):
                value = 2 * 0.9**i + 0.1 if i < 40 else float("nan")
                stream.write(f"{i},{value:.4f}\n")
                stream.flush()
                time.sleep(0.5)

    log.write_text("epoch,val_loss\n" + "".join(f"{i},{2 * 0.9**i + 0.1:.4f}\n" for i in range(5)), "utf-8")
    threading.Thread(target=train, daemon=True).start()
    walk = Walk(folder, str(log))
    walk.see("live")
    walk.see("critical")
    walk.leave()


def chinese(folder: Path) -> None:
    """Ask in Chinese, all sample logs open."""
    walk = Walk(folder, str(ROOT / "sample_logs"), language="zh")
    walk.see("依据")
    walk.ask("哪个运行最差？", "› 哪个")
    walk.ask("为什么？", "› 为什么")
    walk.leave()


TASKS = {"why": why, "rerun": rerun, "compare": compare, "watch": watch, "chinese": chinese}
