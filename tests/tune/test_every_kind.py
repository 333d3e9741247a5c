"""`advisor tune` from the command to the applied configuration, for every way to tell values and to log."""

import subprocess

import pytest

from advisor.readers import read_paths
from advisor.run import Role
from tests.tune.programs import tune, undo, write_program

KINDS = [
    ("flags", "console", "en"),
    ("words", "console_zh", "zh"),
    ("constants", "csv", "en"),
    ("yaml", "jsonl", "en"),
    ("json", "tensorboard", "en"),
    ("toml", "console", "zh"),
    ("ini", "csv", "en"),
]
LOG_FILE = {"csv": "history.csv", "jsonl": "log.jsonl", "tensorboard": "runs"}


@pytest.mark.parametrize(("way", "log", "language"), KINDS)
def test_a_rate_that_is_too_low_is_found_and_applied(tmp_path, way, log, language):
    folder = tmp_path / "work"
    command = write_program(folder, way, log)
    theirs = _files(folder)
    done, out = tune(folder, "--rounds", "1", "--apply", "--lang", language, "--", *command)
    assert done.returncode == 0, done.stderr
    before, after = (out["rounds"][i]["value"] for i in (0, 1))
    assert out["best"] == 1
    assert after < 0.8 * before
    assert ("最好的配置" if language == "zh" else "The best configuration") in done.stdout

    # What was applied, run as the user would run it, comes to what the tuning said.
    again = subprocess.run(out["command"], cwd=folder, capture_output=True, text=True, check=True)
    if log not in LOG_FILE:
        (folder / "console.txt").write_text(again.stdout, "utf-8")
    (run,) = read_paths([str(folder / LOG_FILE.get(log, "console.txt"))])
    assert min(run.main(Role.VAL_LOSS).y) == pytest.approx(after, rel=1e-3)

    while way not in ("flags", "words") and _files(folder) != theirs:
        undo(folder)


def _files(folder):
    return [(folder / "train.py").read_bytes(), *(p.read_bytes() for p in folder.glob("conf.*"))]
