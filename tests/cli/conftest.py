"""The program as a user starts it, in a folder of its own."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def advisor(tmp_path):
    """Runs `advisor` in a folder of its own."""

    def call(*arguments, stdin=b"", folder=tmp_path, timeout=120, **environment):
        return subprocess.run(
            [sys.executable, "-m", "advisor", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=folder,
            env=os.environ | {"COLUMNS": "100"} | environment,
            timeout=timeout,
            check=False,
        )

    return call


@pytest.fixture
def sample(repository):
    return lambda name: repository / "sample_logs" / name
