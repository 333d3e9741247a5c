"""What came of what was tried: the rounds of a tuning, and whether it goes on."""

import pytest

from advisor.chat.reply import Launch, Reply, TableBlock
from advisor.experiment.runner import Finished
from advisor.tune.limits import Tunable
from advisor.tune.outcome import outcome_of
from advisor.tune.remembered import remember_best
from advisor.tune.rounds import FOLDER, Context, Rounds
from tests.experiment.test_compare import curve, run

COMMAND = ("python", "train.py")


def tuned(session, asked, values):
    """A tuning of so many rounds, of which as many have ended as there are values."""
    folder = session.folder
    from optuna.distributions import FloatDistribution

    found = Tunable({"lr": FloatDistribution(1e-4, 9.0, log=True)}, {"lr": 3.0}, {}, (), {}, {})
    journal = str(session.journal.path)
    rounds = Rounds.start(
        folder / FOLDER, Context(COMMAND, str(folder), asked, "val_loss", "min", journal=journal), found
    )
    for number, value in enumerate(values):
        trial = rounds.ask()
        rounds.tell(trial, None, value)
        mirror = folder / FOLDER / f"round-{number}-0" / "copy"
        finished = Finished(0, None, False, 1.0, 0, folder / "log", float(number), mirror, COMMAND)
        log = run(curve([value * 2, value * 1.2, value * 1.01, value, value]), lr=trial.params["lr"])
        session.journal.add_run(str(session.project), log, command=COMMAND, finished=finished)
    remember_best(rounds.context, outcome_of(rounds))


@pytest.mark.parametrize(
    "text",
    [
        "what did each change bring?",
        "how did the tuning go?",
        "which round helped most?",
        "哪个改动最有用？",
        "调优的结果怎么样？",
    ],
)
def test_each_round_is_told_with_what_it_set_and_the_best_against_the_start(talk, session, text):
    (session.folder / "train.py").write_text("lr = 3.0\n")
    tuned(session, 2, [9.0, 1.0, 2.0])
    answer = talk().reply(text)
    (table,) = (
        block
        for block in answer.blocks
        if isinstance(block, TableBlock) and block.header[1] in ("best", "最佳")
    )
    assert [row[0] for row in table.rows] == ["0", "1 *", "2"]
    assert all(row[2].startswith("lr 3 -> ") for row in table.rows[1:])
    assert "9" in answer.plain()
    assert ("Better: " in answer.plain()) != ("更好：" in answer.plain())


def test_where_nothing_was_tried_it_says_so(talk, project):
    assert "nothing was tuned here" in talk("osc").reply("what did each change bring?").plain()


@pytest.mark.parametrize("text", ["resume", "resume the tuning", "keep tuning", "继续调优", "接着调参吧"])
def test_a_tuning_that_has_rounds_left_goes_on_after_a_yes(talk, project, session, text):
    tuned(session, 3, [9.0, 1.0])
    conversation = talk("osc")
    asked = conversation.reply(text)
    assert asked.waiting == Launch(("tune", "--resume"))
    assert "1" in asked.plain()
    assert "3" in asked.plain()
    assert conversation.reply("yes").action == Launch(("tune", "--resume"))


def test_one_that_is_done_and_one_that_never_was_do_not_go_on(talk, project, session):
    assert talk("osc").reply("resume the tuning").waiting is None
    tuned(session, 1, [9.0, 1.0])
    answer = talk("osc").reply("resume the tuning")
    assert answer.waiting is None
    assert "done (1 of 1)" in answer.plain()


def test_a_table_is_no_wider_than_asked_for():
    table = TableBlock(("round", "set"), (("1 *", ", ".join(f"setting_{n} 1 -> 2" for n in range(30))),))
    lines = Reply((table,), None, "en").plain(80).splitlines()
    assert max(map(len, lines)) <= 80
    assert "setting_29 1 -> 2" in " ".join(" ".join(lines).split())
