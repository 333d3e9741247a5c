"""Runs the README's loop for real, in a copy of the trainer, and writes the transcript into the README."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.measure.readme import README, replace_part

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
    body = f"Through a flag:\n\n```console\n{flag}```\n\nThrough a YAML file:\n\n```console\n{file}```\n"
    if not options.write:
        print(body)
        return 0
    README.write_text(replace_part(README.read_text("utf-8"), "transcript", body.rstrip("\n")), "utf-8")
    return 0


def transcript(commands: tuple[str, ...]) -> str:
    """What the commands print, run one after the other in a project of their own."""
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "project"
        shutil.copytree(ROOT / "sample_logs" / "make", project / "sample_logs" / "make")
        (project / "digits.yaml").write_text(
            "# the learning rate is far too high\nlr: 3.0\nepochs: 10\n", "utf-8"
        )
        environment = os.environ | {
            "ADVISOR_HOME": str(Path(scratch) / "home"),
            "ADVISOR_LANG": "en",
            "COLUMNS": "100",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        return "\n".join(f"$ {command}\n{output(command, project, environment)}" for command in commands)


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
