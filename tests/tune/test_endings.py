"""What a tuning refuses before it trains, and what it says of its end."""

import sys

import pytest

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
