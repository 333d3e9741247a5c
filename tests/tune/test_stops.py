"""When a tuning, or a round of it, ends before its time; and what a round may become."""

import statistics
import subprocess
import sys
import threading

import numpy as np
import pytest

from advisor.tune import early
from advisor.tune.early import Watcher, hopeless
from advisor.tune.metric import Metric
from tests.tune.programs import tune, write_program


def test_it_stops_at_the_target(tmp_path):
    command = write_program(tmp_path / "work", "flags", "console")
    done, out = tune(tmp_path / "work", "--rounds", "9", "--target", "1.5", "--", *command)
    assert done.returncode == 0, done.stderr
    values = [r["value"] for r in out["rounds"]]
    assert values[-1] <= 1.5 < min(values[:-1])


def test_it_stops_where_nothing_gets_better(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "flags", "console")
    text = (folder / "train.py").read_text()
    (folder / "train.py").write_text(text.replace("LR * error", "0.05 * error"))
    done, out = tune(folder, "--rounds", "9", "--patience", "2", "--only", "lr", "--", *command)
    assert done.returncode == 0, done.stderr
    assert [r["best"] for r in out["rounds"]] == [True, False, False]


def test_a_round_is_the_mean_of_its_seeds(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "constants", "console")
    done, out = tune(folder, "--rounds", "1", "--seeds", "2", "--apply", "--", *command)
    assert done.returncode == 0, done.stderr
    each = []
    program = (folder / "train.py").read_text()
    for seed in range(2):
        (folder / "train.py").write_text(program.replace("SEED = 0", f"SEED = {seed}"))
        ran = subprocess.run(
            [sys.executable, "train.py"], cwd=folder, capture_output=True, text=True, check=True
        )
        each.append(min(float(line.split()[-1]) for line in ran.stdout.splitlines()))
    assert out["rounds"][1]["value"] == pytest.approx(statistics.mean(each), rel=1e-4)
    assert len(set(each)) == 2


def test_seeds_need_a_seed_to_set(tmp_path):
    command = write_program(tmp_path / "work", "flags", "console")
    done, _ = tune(tmp_path / "work", "--rounds", "1", "--seeds", "2", "--", *command)
    assert "--seeds needs a seed" in done.stdout + done.stderr


@pytest.mark.parametrize(("factor", "longest"), [("1", 8), ("1.5", 12)])
def test_no_round_gets_longer_than_allowed(tmp_path, factor, longest):
    command = write_program(tmp_path / "work", "flags", "console")
    done, out = tune(
        tmp_path / "work", "--rounds", "2", "--only", "epochs", "--max-epochs-factor", factor, "--", *command
    )
    assert done.returncode == 0, done.stderr
    tried = [8, *(c["after"] for r in out["rounds"] for c in r["changed"].values())]
    assert max(tried) == longest


FALLING = [1 / (epoch + 1) for epoch in range(20)]


@pytest.mark.parametrize(
    ("curve", "mode", "stopped"),
    [
        ([2.0, np.nan, np.nan], "min", True),
        ([2.0] * 7, "min", False),  # too early to tell
        ([2.0] * 8, "min", True),
        ([*([2.0] * 7), 0.3], "min", False),  # it lags, but gets there
        ([-2.0] * 8, "max", True),
    ],
)
def test_only_a_curve_that_cannot_overtake_is_hopeless(curve, mode, stopped):
    best = FALLING if mode == "min" else [-v for v in FALLING]
    assert hopeless(curve, best, planned=20, mode=mode) is stopped


def test_a_hopeless_round_is_asked_to_stop_while_it_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(early, "_SECONDS", 0.05)
    log, stop = tmp_path / "log.csv", threading.Event()
    log.write_text("epoch,loss,val_loss\n" + "".join(f"{e},1.0,1.0\n" for e in range(7)))
    watcher = Watcher(lambda: [log], FALLING, Metric("val_loss", "min"), 1.0, stop)
    watcher.start()
    assert not stop.wait(0.5)
    with log.open("a") as stream:
        stream.write("7,1.0,1.0\n8,1.0,1.0\n")
    assert stop.wait(20)
    watcher.finish()
    assert watcher.stopped
