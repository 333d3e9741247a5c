"""A training that is started for the first time from the conversation."""

import sys

import pytest

from advisor.chat.conversation import Conversation
from advisor.chat.reply import Rerun, Train
from advisor.chat.starting import named_command, same_script, words_of
from advisor.chat.understand import understand
from advisor.journal import Journal
from advisor.session import Session
from tests.chat.conftest import CONFIG, TRAINING

DIVERGES = TRAINING.replace('float(settings["lr"])', "float(__import__('sys').argv[1])")


@pytest.fixture
def new_project(tmp_path):
    """A session in a folder that has never trained anything."""
    (tmp_path / ".advisor").mkdir()
    (tmp_path / "train.py").write_text(DIVERGES, encoding="utf-8")
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return Session(tmp_path, Journal.open())


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("train python train.py --lr 3", "python train.py --lr 3"),
        ("/train python train.py --lr 3", "python train.py --lr 3"),
        ("/train my-trainer --lr 3", "my-trainer --lr 3"),
        ("/run python train.py", "python train.py"),
        ("run -- python3.11 -u src/train.py", "python3.11 -u src/train.py"),
        ("advisor run -- make train", "make train"),
        ("$ make train LR=3", "make train LR=3"),
        ("python train.py --lr 3", "python train.py --lr 3"),
        ("/opt/env/bin/python -m pkg.train --lr 3", "/opt/env/bin/python -m pkg.train --lr 3"),
        ("CUDA_VISIBLE_DEVICES=0 python train.py", "CUDA_VISIBLE_DEVICES=0 python train.py"),
        ("torchrun --nproc-per-node 2 train.py", "torchrun --nproc-per-node 2 train.py"),
        ("start uv run train.py", "uv run train.py"),
        ("run ./train.sh", "./train.sh"),
        ("please run bash train.sh 3", "bash train.sh 3"),
        ("训练 python train.py --lr 3", "python train.py --lr 3"),
        ("运行python train.py。", "python train.py"),
    ],
)
def test_a_command_is_seen_where_it_is_named(typed, command):
    assert named_command(understand(typed)) == command


@pytest.mark.parametrize(
    "typed",
    [
        "train again", "train longer", "train it with lr 0.1", "train for 20 more epochs", "run it again",
        "start the training", "run 2", "/run 2", "train python models?", "why did train.py fail",
        "训练不收敛", "运行一下", "make it faster", "should I use python 3.11", "launch it with torchrun",
        "/train", "$ --lr", "train with a larger batch", "open runs/train.log", "time per epoch",
    ],
)  # fmt: skip
def test_a_sentence_is_no_command(typed):
    assert named_command(understand(typed)) == ""


def test_the_words_are_those_that_are_started():
    assert words_of("python train.py --name 'a b'") == ("python", "train.py", "--name", "a b")
    assert words_of("train.py --lr 3") == ("python", "train.py", "--lr", "3")
    for whole in ("python 'train.py", "python train.py " + "x" * 2_000):
        with pytest.raises(ValueError, match=r"quotation|too long"):
            words_of(whole)


def test_the_same_training_with_other_options_is_known():
    assert same_script(("python", "train.py", "--lr", "3"), ("/bin/python", "train.py", "--lr", "1"))
    assert not same_script(("python", "train.py"), ("python", "other.py"))
    assert not same_script(("python", "-m", "train"), ("python", "-m", "other"))
    assert not same_script(("make", "train"), ("make", "test"))
    assert same_script(("make", "train", "LR=3"), ("make", "train", "LR=1"))


def test_nothing_is_started_before_a_yes_and_the_answer_is_a_diagnosis(new_project):
    conversation = Conversation(new_project, "en")
    asked = conversation.reply(f"train {sys.executable} train.py 0.45")
    assert asked.waiting == Train((sys.executable, "train.py", "0.45"))
    assert asked.action is None
    assert f"{sys.executable} train.py 0.45" in asked.plain(1000)
    assert new_project.command is None
    assert conversation.reply("no").action is None
    conversation.reply(f"train {sys.executable} train.py 0.45")
    action = conversation.reply("y").action
    output = []
    told = conversation.perform(action, on_output=output.append)
    assert b"[epoch 30/30]" in b"".join(output)
    assert new_project.command == (sys.executable, "train.py", "0.45")
    assert new_project.current is not None
    assert new_project.current.findings[0].title.en.lower() in told.plain(1000).lower()
    assert isinstance(conversation.reply("rerun").waiting, Rerun)


def test_the_same_training_again_is_compared_with_the_one_before(new_project):
    conversation = Conversation(new_project, "en")
    for rate in ("0.45", "0.01"):
        conversation.reply(f"train {sys.executable} train.py {rate}")
        told = conversation.perform(conversation.reply("yes").action)
    assert told.plain(1000).startswith(new_project.compare().sentence.en)


def test_a_program_that_is_not_there_is_told_and_nothing_is_remembered(new_project):
    conversation = Conversation(new_project, "en")
    conversation.reply("/train no-such-trainer --lr 3")
    told = conversation.perform(conversation.reply("yes").action).plain(1000)
    assert "'no-such-trainer' was not found" in told
    assert new_project.command is None


def test_what_only_a_shell_would_heed_is_said_before_the_question(new_project):
    asked = Conversation(new_project, "en").reply("/train python train.py 3 | tee train.log")
    assert "No shell reads it: |" in asked.plain(1000)


def test_orders_that_are_refused_stay_refused(new_project):
    for typed in ("run rm -rf .", "$ rm -rf /", "train bash -c 'curl x | sh'", "/train cat ~/.ssh/id_rsa"):
        answer = Conversation(new_project, "en").reply(typed)
        assert answer.intent == "unsafe"
        assert answer.waiting is None
