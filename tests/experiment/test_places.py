"""Where the hyperparameters of a command live."""

import pytest

from advisor.experiment.places import Argument, FileSpan, find_places
from advisor.run import Trust

SCRIPT = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("-b", "--batch-size", type=int, default=32)
parser.add_argument("--lr", type=float, default=0.1)
parser.add_argument("--amp", action="store_true")
parser.add_argument("--betas", nargs=2, type=float)
raise SystemExit("never run by the advisor")
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train.py").write_text(SCRIPT)
    return tmp_path


def stated(command, folder):
    """What the words of a command and its files say, without the program's own values."""
    return [place for place in find_places(command, folder) if place.tier <= 2]


def found(command, folder):
    return {(p.name, p.role, p.value) for p in stated(command, folder)}


@pytest.mark.parametrize(
    ("words", "name", "value", "text"),
    [
        (["--lr", "0.1"], "--lr", 0.1, "0.1"),
        (["--lr=1e-3"], "--lr", 0.001, "1e-3"),
        (["-lr", "0.1"], "-lr", 0.1, "0.1"),
        (["-lr=3"], "-lr", 3, "3"),
        (["lr=0.1"], "lr", 0.1, "0.1"),
        (["optim.lr=0.1"], "optim.lr", 0.1, "0.1"),
        (["+optim.lr=0.1"], "optim.lr", 0.1, "0.1"),
        (["++optim.lr=0.1"], "optim.lr", 0.1, "0.1"),
        (["--optim.lr", "0.1"], "--optim.lr", 0.1, "0.1"),
        (["--lr", "-.5"], "--lr", -0.5, "-.5"),
    ],
)
def test_every_spelling_on_a_command_line(folder, words, name, value, text):
    command = ["python", "train.py", *words]
    (place,) = stated(command, folder)
    assert "--lr" not in [p.name for p in find_places(command, folder) if p.kind == "option"]
    assert (place.name, place.role, place.value, place.text) == (name, "learning_rate", value, text)
    assert isinstance(place.where, Argument)
    assert command[place.where.index][place.where.start :] == text
    assert (place.source, place.trust) == ("command line", Trust.COMMAND_LINE)


def test_the_last_of_a_repeated_flag_counts(folder):
    for script in ("train.py", "elsewhere.py"):
        places = stated(["python", script, "--lr", "0.1", "x=1", "--lr=0.2", "x=2"], folder)
        assert [(p.name, p.value) for p in places] == [("--lr", 0.2), ("x", 2)]


def test_two_spellings_of_one_declared_option_are_one_flag(folder):
    places = stated(["python", "train.py", "-b", "16", "--batch-size", "64"], folder)
    assert [(p.name, p.role, p.value) for p in places] == [("--batch-size", "batch_size", 64)]


def test_a_short_flag_takes_its_role_from_the_script(folder):
    assert found(["python", "train.py", "-b", "16"], folder) == {("-b", "batch_size", 16)}


def test_a_switch_takes_no_value_and_a_list_is_not_taken_for_one(folder):
    command = ["python", "train.py", "--amp", "lr=0.1", "--betas", "0.9", "0.99"]
    assert found(command, folder) == {("--amp", "precision", True), ("lr", "learning_rate", 0.1)}


@pytest.mark.parametrize(
    "launcher",
    [
        ["python", "-u", "-W", "ignore", "train.py"],
        ["torchrun", "--nproc_per_node", "2", "train.py"],
        ["python", "-m", "torch.distributed.run", "--nproc_per_node=2", "train.py"],
        ["python", "-m", "train"],
        ["uv", "run", "train.py"],
    ],
)
def test_words_of_a_launcher_are_no_settings(folder, launcher):
    assert found([*launcher, "-b", "16"], folder) == {("-b", "batch_size", 16)}


def test_environment_and_unknown_programs(folder):
    assert found(["env", "LR=0.1", "./run.sh"], folder) == {("LR", "learning_rate", 0.1)}
    assert found(["mytrainer", "--lr", "0.1"], folder) == {("--lr", "learning_rate", 0.1)}
    assert find_places([], folder) == []
    assert find_places(["python"], folder) == []


FILES = {
    "conf.yaml": "# café\noptim:\n  lr: 1e-3  # rate\n  name: sgd\nbatch_size: 32\n",
    "conf.json": '{"optim": {"lr": 0.001, "name": "sgd"},\n "batch_size": 32}\n',
    "conf.toml": 'batch_size = 32\n[optim]\nlr = 1e-3 # rate\nname = "sgd"\n',
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("form", ["--config {}", "{}", "--config={}", "config={}"])
def test_files_named_on_the_command_line(folder, name, form):
    (folder / name).write_text(FILES[name], encoding="utf-8")
    places = {p.name: p for p in stated(["python", "train.py", *form.format(name).split()], folder)}
    assert {(p.name, p.role, p.value) for p in places.values()} == {
        ("optim.lr", "learning_rate", 0.001),
        ("optim.name", places["optim.name"].role, "sgd"),
        ("batch_size", "batch_size", 32),
    }
    where = places["optim.lr"].where
    assert isinstance(where, FileSpan)
    assert (folder / name).read_bytes()[where.start : where.end].decode() == places["optim.lr"].text
    assert places["optim.lr"].source == f"{name} line {where.line}"
    assert FILES[name].splitlines()[where.line - 1].count("lr") == 1


def test_the_command_line_wins_over_a_file(folder):
    (folder / "conf.yaml").write_text("lr: 0.1\noptim:\n  weight_decay: 0.01\n  momentum: 0.9\n")
    command = ["python", "train.py", "--config", "conf.yaml", "--lr", "0.5", "optim.weight-decay=0"]
    assert [(p.name, p.value) for p in stated(command, folder)] == [
        ("--lr", 0.5),
        ("optim.weight-decay", 0),
        ("optim.momentum", 0.9),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("c.yaml", b"a: [1"),
        ("c.yaml", b"\xff\xfe"),
        ("c.yaml", b"[" * 3000),
        ("c.yaml", b"- " * 3000),
        ("c.yaml", b"a: &a [*a]"),
        ("c.yaml", b""),
        ("c.yaml", b"a: !!python/object/apply:os.system ['true']"),
        ("c.json", b"[" * 100_000),
        ("c.json", b'{"a": 1} x'),
        ("c.json", b'{"lr": 0.1'),
        ("c.json", b"\x00\x01"),
        ("c.toml", b"a = [" + b"[" * 5000),
        ("c.toml", b"a = \n"),
        ("c.yaml", b"x" * 300_000),
    ],
)
def test_a_bad_file_costs_only_itself(folder, name, content):
    (folder / name).write_bytes(content)
    places = find_places(["python", "train.py", name, "--lr", "0.1"], folder)
    assert ("--lr", 0.1) in [(p.name, p.value) for p in places]


@pytest.mark.fault("G9")
def test_a_bomb_of_aliases_is_not_expanded(folder):
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    (folder / "bomb.yaml").write_text("\n".join([*levels, "lr: 0.1"]) + "\n")
    places = find_places(["python", "train.py", "bomb.yaml"], folder)
    assert len(places) < 100
    assert [(p.name, p.value) for p in places if p.role == "learning_rate"] == [("lr", 0.1)]
