"""YAML that is nested without end neither ends the process nor unfolds."""

import subprocess
import sys
from pathlib import Path

import pytest

from advisor.nesting import MOST, line_nested_too_deep

SAMPLE = next((Path(__file__).parents[1] / "sample_logs").glob("*/metrics.csv"))
DEEP = {"brackets": "[" * 200_000, "indents": "".join(f"{' ' * i}a:\n" for i in range(300))}


def run(folder, *arguments):
    command = [sys.executable, "-m", "advisor", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_the_line_is_told(text):
    line = line_nested_too_deep(text)
    assert line == (1 if "[" in text else MOST + 1)
    assert line_nested_too_deep("a: {b: [1, {c: 2}]}\n" * 1) is None
    assert line_nested_too_deep("[1, [2]]", most=1) == 1
    assert line_nested_too_deep("a: [1, 2") is None


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_a_configuration_beside_a_log_is_passed_over(tmp_path, text):
    (tmp_path / "metrics.csv").write_bytes(SAMPLE.read_bytes())
    (tmp_path / "hparams.yaml").write_text(text)
    done = run(tmp_path, "read", "metrics.csv")
    assert done.returncode == 0, done.stderr
    assert "val_loss" in done.stdout


def test_a_rule_of_the_users_own_is_refused_with_its_line(tmp_path):
    (tmp_path / "own.yaml").write_text("title: a\nwhen:\n  " + DEEP["brackets"])
    done = run(tmp_path, "rules", "check", "own.yaml")
    assert done.returncode == 1
    assert "own.yaml:3: is nested deeper than any rule needs." in done.stdout + done.stderr
