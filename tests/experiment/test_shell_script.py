"""A training started by a shell script: its values are found, and the shell passes on what is changed."""

import json
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.errors import EditError, UsageError
from advisor.experiment.apply import apply, undo
from advisor.experiment.places import search
from advisor.experiment.plan import plan_value
from advisor.tune.limits import Limits, tunable
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


INLINE = {
    "plain": ["bash", "-c", "python train.py --lr 0.5 --epochs '5' 2>&1 | cat"],
    "variable": ["sh", "-ec", "LR=0.5; exec python train.py --lr $LR --epochs=5"],
    "from behind": ["bash", "-c", 'python train.py --lr $1 "$2" 5', "_", "0.5", "--epochs"],
    "environment": ["env", "LR=0.5", "sh", "-c", 'python train.py --epochs "5" --lr ${LR:-0.1}'],
}


@pytest.mark.parametrize("name", INLINE)
def test_a_script_in_the_command_itself_is_searched_and_edited(folder, name):
    command = [word.replace("python ", f"{sys.executable} -S ") for word in INLINE[name]]
    before = ran(command, folder)
    found = {p.name.lstrip("-").lower(): p.value for p in search(command, folder).places}
    assert [found["lr"], found["epochs"]] == [before["lr"], before["epochs"]] == [0.5, 5]
    wished = {"--lr": 0.02, "--epochs": 9, "--opt": "sgd"}
    if name == "environment":
        wished["LR"] = wished.pop("--lr")
    words = set_values(wished, command, folder)
    assert ran(words, folder) == {"lr": 0.02, "epochs": 9, "opt": "sgd", "wd": 1e-4}
    for word in ("--opt", "sgd"):
        words = [w.replace(f" {word}", "") for w in words]
    if name != "from behind":
        assert [_as_it_was(w) for w in words] == command


def _as_it_was(word: str) -> str:
    """The word with the wished values replaced by those before; the path of the interpreter is no value."""
    head, python, rest = word.partition(sys.executable)
    return "".join(
        part.replace("0.02", "0.5").replace("9", "5") if part is not python else part
        for part in (head, python, rest)
    )


def test_a_value_that_a_shell_would_take_apart_is_not_written_into_its_script(folder):
    command = ["bash", "-c", f"{sys.executable} train.py --opt adam"]
    with pytest.raises(EditError, match="would mean something else to the shell"):
        plan_value("--opt", "$(touch x)", command, folder)


@pytest.mark.parametrize(
    "command",
    [["make", "train"], ["bash", "-c", "cd away; python train.py --lr 1"]],
    ids=["make", "elsewhere"],
)
def test_a_command_that_starts_no_program_that_can_be_told_says_so(folder, command):
    found = search(command, folder)
    assert found.places == ()
    assert "give the command that starts it" in found.problems[-1]
    with pytest.raises(UsageError, match="No single Python program of yours was found behind"):
        tunable(command, folder, Limits())


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
