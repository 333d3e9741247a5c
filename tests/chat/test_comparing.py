"""What is said of several open runs."""

import pytest

from advisor.chat.comparing import difference_sentence, varied_sentence
from advisor.chat.conversation import Conversation
from advisor.chat.facts import run_name
from advisor.journal import Journal
from advisor.run import Hyperparameter, Run, Trust
from advisor.session import Session


def run(name: str, **values: float) -> Run:
    stated = [
        Hyperparameter(key, value, None, "command line", Trust.COMMAND_LINE) for key, value in values.items()
    ]
    return Run(f"{name}.csv", (), hyperparameters=tuple(stated))


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "h0 1 / 2, and in nothing else"), (4, "and in nothing else"), (6, "and in 2 more")],
)
def test_nothing_else_is_only_said_where_all_differences_are_told(count, said):
    first = run("a", **{f"h{i}": 1 for i in range(count)})
    second = run("b", **{f"h{i}": 2 for i in range(count)})
    assert said in difference_sentence(first, second, "en")
    assert ("只有" in difference_sentence(first, second, "zh")) == (count <= 4)


def test_equal_configurations_are_said_to_be_equal():
    assert "the same" in difference_sentence(run("a", lr=0.1), run("b", lr=0.1), "en")


def test_of_several_runs_every_value_is_told_in_their_order():
    runs = [run("a", lr=0.1, width=8), run("b", lr=0.01, width=8), run("c", lr=0.1, width=16)]
    assert (
        varied_sentence(runs, "en") == "In this order they differ in lr 0.1 / 0.01 / 0.1; width 8 / 8 / 16."
    )
    assert "lr 0.1 / 0.01 / 0.1；width 8 / 8 / 16" in varied_sentence(runs, "zh")
    assert "the same" in varied_sentence(runs[:1] * 3, "en")


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("compare them all", "b comes first."),
        ("which of the four is best?", "b comes first."),
        ("比较这四个", "b 排第一。"),
    ],
)
def test_several_open_runs_are_ranked_and_what_differs_is_told(tmp_path, question, best):
    for name, end in (("a", 0.4), ("b", 0.1), ("c", 0.9), ("d", 0.5)):
        rows = "".join(f"{i},{end + 1 / (i + 1)}\n" for i in range(20))
        (tmp_path / f"{name}.csv").write_text("epoch,val_loss\n" + rows, encoding="utf-8")
    session = Session(tmp_path, Journal.open(tmp_path / "journal.db"))
    session.open([str(tmp_path / f"{name}.csv") for name in "abcd"])
    answer = Conversation(session, "en").reply(question).plain()
    assert best in answer
    said = ("b: best", "a: best") if question.isascii() else ("b 最佳", "a 最佳")
    assert answer.index(said[0]) < answer.index(said[1])


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("python make/digits.py --lr 0.001", "digits.py --lr 0.001"),
        ("python digits.py --lr 3", "python digits.py --lr 3"),
        ("runs/lr0.03", "lr0.03"),
        ("runs/lr0.03.csv", "lr0.03"),
        ("runs/wide/log.csv", "wide"),
    ],
)
def test_a_run_is_called_by_its_log_or_by_its_whole_command(source, name):
    assert run_name(Run(source, ())) == name
