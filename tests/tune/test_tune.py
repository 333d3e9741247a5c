"""The loop on real processes: a small program that behaves like a training, told its values in some ways."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TRAINING = """
import math, sys, time
LR = 0.9  # far too high
EPOCHS = 6
{reading}
for epoch in range(EPOCHS):
    time.sleep({pause})
    off = math.log10(LR / 0.02) ** 2
    loss = 0.2 + off + 2 * math.exp(-(epoch + 1) / 2) if LR < 0.5 else 2.3 + epoch
    print(f"epoch {{epoch + 1}}/{{EPOCHS}} train_loss {{loss:.4f}} val_loss {{loss + 0.05:.4f}}", flush=True)
open("weights.bin", "w").write("x")
"""
FLAGS = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.9)
parser.add_argument("--epochs", type=int, default=6)
args = parser.parse_args()
LR, EPOCHS = args.lr, args.epochs
"""
YAML = """
text = dict(line.split("#")[0].split(": ") for line in open("train.yaml") if ": " in line)
LR, EPOCHS = float(text["lr"]), int(text["epochs"])
"""


def program(folder, reading="", pause=0.0):
    folder.mkdir(exist_ok=True)
    (folder / "train.py").write_text(TRAINING.format(reading=reading, pause=pause))
    return folder


def environment(tmp_path):
    return {**os.environ, "ADVISOR_HOME": str(tmp_path / "home"), "ADVISOR_LANG": "en"}


def tune(tmp_path, folder, *words):
    return subprocess.run(
        [sys.executable, "-m", "advisor", "tune", *words],
        cwd=folder, env=environment(tmp_path), capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


def snapshot(folder):
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and ".advisor" not in p.parts
    }


def test_a_program_that_nobody_can_start_is_not_tried_with_other_values(tmp_path):
    folder = program(tmp_path / "work", FLAGS)
    done = tune(tmp_path, folder, "--rounds", "3", "--", "no-such-program", "--lr", "0.9")
    assert done.returncode == 2
    assert "'no-such-program' was not found" in done.stderr
    assert "round 1" not in done.stdout


def test_flags_are_tuned_and_nothing_of_the_users_changes(tmp_path):
    folder = program(tmp_path / "work", FLAGS)
    before = snapshot(folder)
    done = tune(
        tmp_path, folder, "--rounds", "3", "--json", str(tmp_path / "out.json"), "--",
        sys.executable, "train.py", "--lr", "0.9",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert snapshot(folder) == before
    out = json.loads((tmp_path / "out.json").read_text())
    assert out["metric"] == "val_loss"
    assert len(out["rounds"]) == 4
    best = out["rounds"][out["best"]]
    assert best["value"] < 1.5 < out["rounds"][0]["value"]
    assert f"--lr {out['values']['--lr']}" in " ".join(out["command"])
    assert "To repeat it: " in done.stdout
    again = subprocess.run(out["command"], cwd=tmp_path / "work", capture_output=True, text=True, check=True)
    losses = [float(line.rsplit(" ", 1)[1]) for line in again.stdout.splitlines()]
    assert min(losses) == pytest.approx(best["value"])


def test_constants_are_tuned_in_a_copy_and_applied_when_wished(tmp_path):
    folder = program(tmp_path / "work")
    before = (folder / "train.py").read_text()
    done = tune(tmp_path, folder, "--rounds", "1", "--apply", "--", sys.executable, "train.py")
    assert done.returncode == 0, done.stderr
    after = (folder / "train.py").read_text()
    changed = [(a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    (rate,) = (b for a, b in changed if a == "LR = 0.9  # far too high")
    assert 0 < float(rate.removeprefix("LR = ").removesuffix("  # far too high")) < 0.1
    assert all(b.startswith(("LR = ", "EPOCHS = ")) for _, b in changed)
    assert not (folder / "weights.bin").exists()


def test_a_config_file_is_edited_in_the_copy_alone(tmp_path):
    folder = program(tmp_path / "work", YAML)
    (folder / "train.yaml").write_text("lr: 0.9 # mine\nepochs: 6\n")
    before = snapshot(folder)
    done = tune(
        tmp_path, folder, "--rounds", "1", "--only", "lr", "--", sys.executable, "train.py", "train.yaml"
    )
    assert done.returncode == 0, done.stderr
    assert snapshot(folder) == before
    assert re.search(r"^\+lr: 0\.00\d+ # mine$", done.stdout, re.MULTILINE)
    assert "+epochs" not in done.stdout


def test_limits_hold(tmp_path):
    folder = program(tmp_path / "work", FLAGS)
    done = tune(
        tmp_path, folder, "--rounds", "2", "--keep", "epochs=4", "--bounds", "lr=0.05..0.9", "--json",
        str(tmp_path / "out.json"), "--", sys.executable, "train.py", "--lr", "0.9",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    out = json.loads((tmp_path / "out.json").read_text())
    assert out["values"]["--epochs"] == 4
    tried = [c["after"] for r in out["rounds"] for n, c in r["changed"].items() if n == "--lr"]
    assert tried
    assert all(0.05 <= lr <= 0.9 for lr in tried)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--keep", "hidden", "--", sys.executable, "train.py"], "no NAME=VALUE"),
        (["--bounds", "lr=5", "--", sys.executable, "train.py"], "gives no range"),
        (["--only", "depth", "--", sys.executable, "train.py"], "no setting 'depth'"),
        (["--resume"], "No tuning was started"),
        ([], "Either a command"),
    ],
)
def test_wrong_use_is_told(tmp_path, words, told):
    done = tune(tmp_path, program(tmp_path / "work", FLAGS), *words)
    assert done.returncode == 2
    assert told in done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_tuning_that_is_ended_goes_on_without_a_lost_round(tmp_path, how):
    folder = program(tmp_path / "work", FLAGS, pause=0.3)
    words = [sys.executable, "-m", "advisor", "tune", "--rounds", "2", "--", sys.executable, "train.py"]
    first = subprocess.Popen(words, cwd=folder, env=environment(tmp_path), stdout=subprocess.PIPE, text=True)
    for line in first.stdout:
        if line.startswith("round 1:"):
            break
    time.sleep(0.3)
    first.send_signal(how)
    rest = first.communicate(timeout=240)[0]
    if how == signal.SIGINT:
        assert first.returncode == 130
        assert "goes on" in rest
    done = tune(tmp_path, folder, "--resume", "--json", str(tmp_path / "out.json"))
    assert done.returncode == 0, done.stderr
    out = json.loads((tmp_path / "out.json").read_text())
    assert [r["round"] for r in out["rounds"]] == [0, 1, 2]
    assert all(r["value"] is not None for r in out["rounds"])
    assert "as it stands:" not in done.stdout, "the first round is not trained twice"


def test_workers_share_one_journal(tmp_path):
    folder = program(tmp_path / "work", FLAGS, pause=0.05)
    done = tune(
        tmp_path, folder, "--rounds", "4", "--workers", "2", "--json", str(tmp_path / "out.json"), "--",
        sys.executable, "train.py",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rounds = json.loads((tmp_path / "out.json").read_text())["rounds"]
    assert [r["round"] for r in rounds] == [0, 1, 2, 3, 4]
    assert not list((Path(folder) / ".advisor" / "tune").glob("round-*"))
