"""What a tuning refuses before it trains, and what it says of its end."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from optuna.distributions import FloatDistribution

from advisor.run import Role, Run, Series
from advisor.tune.jobs import Trained
from advisor.tune.limits import Tunable
from advisor.tune.loop import Tuning
from advisor.tune.outcome import outcome_of
from advisor.tune.rounds import Context, Rounds
from tests.tune.programs import advisor, tune, write_program

FAILING = "import sys\nlr = 0.1\nfor e in range(1, 6):\n    print(f'epoch {e} val_loss {1 / e}')\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--seeds", "2"], "--seeds needs a seed"),
        (["--keep", "lr=high"], "'high' is none"),
        (["--json", "no/such/folder/out.json"], "--json names no folder"),
    ],
)
def test_what_cannot_come_true_is_refused_before_anything_trains(tmp_path, words, told):
    folder = tmp_path / "work"
    command = write_program(folder, "flags", "console")
    done = advisor(folder, "tune", *words, "--", *command)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stdout == ""
    assert not (folder / ".advisor").exists()


def test_a_command_without_a_program_is_told_apart_from_one_without_a_setting(tmp_path):
    (tmp_path / "work").mkdir()
    done = advisor(tmp_path / "work", "tune", "--only", "lr", "--", sys.executable, "no_file.py")
    assert "no setting 'lr'" in done.stderr
    assert "It has: ." not in done.stderr


def test_what_only_names_may_be_nothing_that_is_tuned(tmp_path):
    command = write_program(tmp_path / "work", "constants", "console")
    done = advisor(tmp_path / "work", "tune", "--only", "seed", "--", *command)
    assert done.returncode == 2
    assert "--only names is nothing that a tuning changes" in done.stderr


def test_what_belongs_to_the_start_is_not_passed_over_on_the_way(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "flags", "console")
    assert tune(folder, "--rounds", "1", "--", *command)[0].returncode == 0
    done = advisor(folder, "tune", "--resume", "--metric", "train_loss")
    assert done.returncode == 2
    assert "--metric belongs to the start" in done.stderr


def test_a_target_may_be_named_on_the_way_and_its_reaching_is_told(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "flags", "console")
    assert tune(folder, "--rounds", "1", "--", *command)[0].returncode == 0
    done, out = tune(folder, "--resume", "--rounds", "9", "--target", "1e9")
    assert "It ends early: the target is reached." in done.stdout
    assert len(out["rounds"]) == 2


def test_a_training_that_always_fails_alike_is_not_tried_to_the_last_round(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "train.py").write_text(FAILING + "print('no disk left')\nsys.exit(3)\n")
    done, _ = tune(folder, "--rounds", "9", "--", sys.executable, "train.py")
    assert done.returncode == 3
    assert "exit code 3. It last said: no disk left." in done.stdout
    assert "It ends early: whatever the values, the training fails alike." in done.stdout
    assert "round 3" not in done.stdout


def test_a_start_that_ends_by_a_fault_of_its_values_is_tuned_away(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    text = FAILING.replace("lr = 0.1", "lr = 90.0") + "sys.exit('loss is nan') if lr > 20 else None\n"
    (folder / "train.py").write_text(text)
    done, out = tune(folder, "--rounds", "1", "--", sys.executable, "train.py")
    assert done.returncode == 0, done.stderr
    assert [row["value"] is None for row in out["rounds"]] == [True, False]
    assert "lr" in out["rounds"][1]["changed"]
    assert "round 1: a safe profile for this kind of training: lr 90 -> " in done.stdout


def test_rounds_that_the_metric_cannot_tell_apart_are_told(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    text = "lr = 0.1\nfor e in range(1, 6):\n    print(f'epoch {e} train_loss {lr / e} val_acc {1.0}')\n"
    (folder / "train.py").write_text(text)
    done, _ = tune(folder, "--rounds", "2", "--", sys.executable, "train.py")
    assert "Every round came to the same val_acc; --metric judges by another: train_loss." in done.stdout


def test_a_long_bundle_is_named_in_full(tmp_path):
    folder = tmp_path / "work"
    folder.mkdir()
    long = "a_rather_long_prefix_of_a_group_of_settings_as_some_frameworks_have_them"
    values = {"learning_rate": "8.0", "weight_decay": "0.05", "dropout": "0.6", "hidden_size": "8"}
    lines = [f"{long}_{name} = {value}\n" for name, value in values.items()]
    rate = f"{long}_learning_rate"
    loop = f"for e in range(1, 6):\n    print(f'epoch {{e}} val_loss {{1 / e + {rate}}}')\n"
    (folder / "train.py").write_text("".join(lines) + loop)
    done, out = tune(folder, "--rounds", "1", "--", sys.executable, "train.py")
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("round 1: a safe profile"))
    assert len(line) > 250
    assert all(name in line for name in out["rounds"][1]["changed"])


def test_a_start_outside_the_bounds_is_no_warning_of_a_library(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "flags", "console")
    done, _ = tune(folder, "--rounds", "1", "--bounds", "lr=0.01..0.5", "--", *command)
    assert done.returncode == 0
    assert done.stderr == ""


def test_one_undo_takes_back_all_that_a_tuning_applied(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "yaml", "console")
    before = (folder / "conf.yaml").read_bytes()
    done, out = tune(folder, "--rounds", "1", "--apply", "--", *command)
    assert len(out["values"]) > 1
    assert (folder / "conf.yaml").read_bytes() != before
    (words,) = re.findall(r"'advisor (undo \d+)' takes all of it back", done.stdout)
    assert advisor(folder, *words.split()).returncode == 0
    assert (folder / "conf.yaml").read_bytes() == before


def test_what_goes_on_is_named_and_nothing_is_said_of_rounds_that_there_were_not(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "flags", "console")
    text = (folder / "train.py").read_text()
    slow = "import time\n" + text.replace(
        "    for x, y in train:", "    time.sleep(0.2)\n    for x, y in train:"
    )
    (folder / "train.py").write_text(slow)
    words = [sys.executable, "-m", "advisor", "tune", "--rounds", "1", "--", *command]
    environment = {**os.environ, "ADVISOR_HOME": str(tmp_path / "home"), "ADVISOR_LANG": "en"}
    first = subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    for line in first.stdout:
        if line.startswith("round 1:"):
            first.send_signal(signal.SIGINT)
            break
    rest = first.communicate(timeout=120)[0]
    assert "Nothing was better" not in rest
    assert rest.rstrip().endswith("'advisor tune --resume' goes on.")
    done, _ = tune(folder, "--resume")
    assert done.stdout.startswith("Goes on, 0 of 1 rounds done: ")


class EndsTogether:
    """The better of two rounds ends a moment before the other."""

    def run(self, job, on_output, stop):
        number = int(Path(job.mirror).parent.name.split("-")[1])
        time.sleep(0.1 * number)
        y = np.array([5.0, 4.0, {0: 3.0, 1: 1.0, 2: 2.0}[number]])
        curve = Series("val_loss", y, np.arange(3.0), np.arange(3), "epoch", Role.VAL_LOSS, True)
        return Trained(Run("log", (curve,)), job.command, early=False)


def test_of_two_rounds_that_end_at_once_the_second_is_held_against_the_first(tmp_path, monkeypatch):
    found = Tunable({"lr": FloatDistribution(1e-3, 1.0, log=True)}, {"lr": 0.1}, {}, (), {}, {})
    rounds = Rounds.start(tmp_path, Context(("python", "x.py"), str(tmp_path), 2), found)
    tell = rounds.tell

    def slowly(*arguments, **facts):
        time.sleep(0.3)
        tell(*arguments, **facts)

    monkeypatch.setattr(rounds, "tell", slowly)
    said = []
    Tuning(rounds, lambda number, text: said.append((number, text.en)), engine=EndsTogether()).run(workers=2)
    assert (1, "val_loss 1 (best so far)") in said
    assert (2, "val_loss 2 (best is 1)") in said


def test_what_is_kept_as_it_stands_is_no_change_to_apply(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "yaml", "console")
    done, out = tune(folder, "--rounds", "1", "--keep", "epochs=8", "--apply", "--", *command)
    assert done.returncode == 0, done.stderr
    assert list(out["values"]) == ["optim.lr"]
    assert f"lr: {out['values']['optim.lr']}" in (folder / "conf.yaml").read_text()


def test_why_a_setting_stays_is_told_in_chinese(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "yaml", "console")
    text = "base: &b {epochs: 8}\nrun:\n  <<: *b\n  <<: {batch_size: 4}\nepochs: 8\noptim: {lr: 2.0e-5}\n"
    (folder / "conf.yaml").write_text(text.replace("  <<: *b\n", ""))
    done, _ = tune(folder, "--rounds", "1", "--lang", "zh", "--", *command)
    assert "保持 4：conf.yaml 第 3 行：" in done.stderr
    assert "stays" not in done.stderr


def test_a_round_is_told_against_what_was_best_when_it_began(tmp_path):
    (tmp_path / "x.py").write_text("lr = 0.1\n")
    found = Tunable({"lr": FloatDistribution(1e-3, 1.0, log=True)}, {"lr": 0.1}, {}, (), {}, {})
    rounds = Rounds.start(tmp_path, Context(("python", "x.py"), str(tmp_path), 2), found)
    Tuning(rounds, lambda number, text: None, engine=EndsTogether()).run(workers=2)
    _, first, second = outcome_of(rounds).rows
    for row in (first, second):
        ((name, before, _),) = row.changed
        assert (name, before) == ("lr", 0.1)
    assert (first.gain, second.gain) == (pytest.approx(2 / 3), pytest.approx(1 / 3))
