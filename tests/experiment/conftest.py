"""A training that is run by this process, and what it printed."""

import sys
import textwrap

import pytest

from advisor.experiment.runner import run_command


@pytest.fixture
def run(tmp_path):
    """Runs a Python program, or a command given as a list; returns how it ended and what it printed."""

    def start(program, on_output=None, **options):
        words = program if isinstance(program, list) else [sys.executable, "-c", textwrap.dedent(program)]
        finished = run_command(
            words, tmp_path, tmp_path / "captures" / "out.log", on_output, **{"pty": False, **options}
        )
        return finished, finished.output.read_bytes()

    return start
