"""Runs the README's loop for real, in a copy of the trainer, and writes the transcript into the README."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.measure.readme import README, replace_part
from tests.measure.screen import Screen

ROOT = README.parent
HEAD, TAIL = 34, 6

THROUGH_A_FLAG = (
    "advisor run -- python sample_logs/make/digits.py --lr 3",
    "advisor apply 1 --yes",
    "advisor rerun",
    "advisor compare",
    "advisor history",
    "advisor undo",
)
THROUGH_A_FILE = (
    "advisor run -- python sample_logs/make/digits.py --config digits.yaml",
    "advisor apply 1 --yes",
    "advisor rerun",
)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.measure transcript", description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help="write it into the README instead of printing it"
    )
    options = parser.parse_args(arguments)
    flag = transcript(THROUGH_A_FLAG)
    file = transcript(THROUGH_A_FILE)
    asked, compared = typed()
    body = (
        f"Through a flag:\n\n```console\n{flag}```\n\nThrough a YAML file:\n\n```console\n{file}```\n\n"
        "In the terminal program: `advisor` opens on the last run of the project; `apply 1` is typed.\n\n"
        f"```text\n{asked}\n```\n\n`r` applies the change and trains again.\n\n```text\n{compared}\n```\n"
    )
    if not options.write:
        print(body)
        return 0
    README.write_text(replace_part(README.read_text("utf-8"), "transcript", body.rstrip("\n")), "utf-8")
    return 0


@contextmanager
def demo() -> Iterator[tuple[Path, dict[str, str]]]:
    """A project with the trainer in it, and an environment in which nothing was remembered yet."""
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "project"
        shutil.copytree(ROOT / "sample_logs" / "make", project / "sample_logs" / "make")
        (project / "digits.yaml").write_text(
            "# the learning rate is far too high\nlr: 3.0\nepochs: 10\n", "utf-8"
        )
        yield (
            project,
            os.environ
            | {
                "ADVISOR_HOME": str(Path(scratch) / "home"),
                "ADVISOR_LANG": "en",
                "COLUMNS": "100",
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            },
        )


def transcript(commands: tuple[str, ...]) -> str:
    """What the commands print, run one after the other in a project of their own."""
    with demo() as (project, environment):
        return "\n".join(f"$ {command}\n{output(command, project, environment)}" for command in commands)


def typed() -> tuple[str, str]:
    """The screen of the terminal program when it asks whether to apply, and when the rerun is compared."""
    with demo() as (project, environment):
        output(THROUGH_A_FLAG[0], project, environment)
        environment.pop("COLUMNS")
        screen = Screen(["advisor"], project, environment, columns=120, rows=36)
        try:
            screen.wait_for("critical")
            screen.settle()
            screen.type("apply 1\r")
            screen.wait_for("apply and rerun")
            screen.settle()
            asked = screen.text()
            screen.type("r")
            screen.wait_for("Better", seconds=120)
            screen.settle()
            return asked, screen.text()
        finally:
            screen.close()


def output(command: str, project: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command.split(), cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    text = re.sub(r"(?m)[ \t]+$", "", done.stdout + done.stderr)
    lines = text.replace(str(project), ".").splitlines()
    if len(lines) > HEAD + TAIL + 1:
        left_out = len(lines) - HEAD - TAIL
        lines = [*lines[:HEAD], f"[... {left_out} more lines ...]", *lines[-TAIL:]]
    return "\n".join(lines) + "\n"
