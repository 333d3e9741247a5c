"""A training started by a shell script: its values are found, and the shell passes on what is changed."""

import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.errors import EditError
from advisor.experiment.apply import apply, undo
from advisor.experiment.places import search
from advisor.experiment.plan import plan_value
from advisor.tune.mirror import set_values

PROGRAM = """
import argparse, json, os
parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=3)
parser.add_argument("--opt", choices=["sgd", "adam"], default="adam")
given = vars(parser.parse_args())
print(json.dumps({**given, "wd": float(os.environ.get("WD", 1e-4))}))
"""
SCRIPTS = {
    "plain": ("# how é\nset -e\npython train.py --lr 0.5 \\\n\t--epochs 5  # --lr 3\necho", ["bash", "x.sh"]),
    "one word": ("python train.py --lr=0.5 --epochs='5'; echo 'a b' > \"$0.log\"", ["sh", "-e", "x.sh"]),
    "variables": ("LR=0.5 N='5'\npython train.py --lr $LR --epochs \"${N}\"\n", ["bash", "x.sh"]),
    "defaults": ("exec python train.py --lr \"${LR:-0.5}\" --epochs ${N-5} 2>&1\n", ["sh", "x.sh"]),
    "from outside": ("python train.py --lr $1 --epochs \"$2\"\n", ["bash", "x.sh", "0.5", "5"]),
    "passed on": (
        "if true; then python train.py \"$@\"; fi\n", ["bash", "x.sh", "--lr=0.5", "--epochs", "5"]
    ),
    "environment": (
        "exec python train.py --lr \"${LR:-0.1}\" --epochs 5\n", ["env", "LR=0.5", "bash", "x.sh"]
    ),
    "set again": (
        "LR=${LR:-0.5}\nexport WD=0.01\npython train.py --lr $LR --epochs 5 | cat\n", ["sh", "x.sh"]
    ),
    "several": ("python prepare.py --lr 9\n(python train.py --lr 0.5 --epochs 5) &\nwait\n", ["sh", "x.sh"]),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train.py").write_text(PROGRAM)
    (tmp_path / "prepare.py").write_text("")
    return tmp_path


def write(folder, text):
    path = folder / "x.sh"
    path.write_bytes(text.replace("python ", f"{sys.executable} -S ").encode())
    path.chmod(0o755)
    return path


def ran(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return next(json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_found_is_what_the_program_is_given(folder, name):
    text, command = SCRIPTS[name]
    write(folder, text)
    given = ran(command, folder)
    found = {p.name.lstrip("-").lower(): p.value for p in search(command, folder).places}
    assert {n: found.get(n, v) for n, v in given.items()} == given
    assert {found["lr"], found["epochs"]} == {0.5, 5}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_change_reaches_the_program_and_undo_gives_every_byte_back(folder, name):
    text, command = SCRIPTS[name]
    path = write(folder, text)
    old, before = path.read_bytes(), ran(command, folder)
    for setting, value in (("lr", 0.001), ("opt", "sgd"), ("wd", 0.02)):
        plan = plan_value(setting, value, command, folder)
        applied = apply(plan, folder / "backups")
        assert ran(plan.command_after, folder) == {**before, setting: value}
        undo(applied)
        assert path.read_bytes() == old


def test_a_tuning_sets_several_at_once(folder):
    write(folder, "LR=0.5\npython train.py --lr $LR --epochs 5\n")
    words = set_values({"--lr": 0.02, "--epochs": 9, "--opt": "sgd"}, ["bash", "x.sh"], folder)
    assert ran(words, folder) == {"lr": 0.02, "epochs": 9, "opt": "sgd", "wd": 1e-4}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("for lr in 1 2; do python train.py --lr $lr; done", "is put together by the shell"),
        ("python train.py --lr=$(cat lr.txt)", "is put together by the shell"),
        ("LR=1\nif a; then LR=2; fi\npython train.py --lr=$LR", "is put together by the shell"),
        ("cat <<E\npython train.py --lr 1\nE", "holds a here-document"),
        ("cd elsewhere\npython train.py --lr 1", "is not set in the command"),
        ("python train.py --lr 1\npython train.py --lr 2", "is not set in the command"),
    ],
)
def test_what_the_shell_makes_is_left_alone(folder, text, why):
    write(folder, text)
    with pytest.raises(EditError) as refused:
        plan_value("lr", 0.5, ["bash", "x.sh"], folder)
    assert why in refused.value.what


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(text=st.text(st.sampled_from("ab \t\n\\\"'$`#;&|()<>{}=-1@/é*\r"), max_size=40))
def test_any_text_is_read_or_refused_and_no_byte_besides_the_value_changes(folder, text):
    path = write(folder, f"{text}\npython train.py --lr 0.5\n{text}")
    old = path.read_bytes()
    try:
        plan = plan_value("lr", 0.25, ["bash", "x.sh"], folder)
    except EditError:
        return
    assert [edit.after for edit in plan.edits] == [old.replace(b"--lr 0.5", b"--lr 0.25")]
