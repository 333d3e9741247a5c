"""Nothing is written or started without a yes; 'it', 'the second one' and 'why' mean what was said."""

import re
from pathlib import Path

import pytest

from advisor.chat.conversation import Conversation
from advisor.chat.reply import Apply, DiffBlock, Open, Quit, Rerun, Undo
from advisor.journal import Journal
from advisor.session import Session


def test_the_diff_comes_first_and_a_yes_applies_it(talk, project, session):
    conversation = talk("osc")
    before = project.read_text()
    asked = conversation.reply("apply 1")
    assert asked.action is None
    assert isinstance(asked.waiting, Apply)
    (diff,) = [block for block in asked.blocks if isinstance(block, DiffBlock)]
    assert "-lr: 0.45  # step size" in diff.diff
    assert "+lr: 0.1" in diff.diff
    assert diff.question
    assert project.read_text() == before

    agreed = conversation.reply("yes")
    assert agreed.action == asked.waiting
    assert project.read_text() == before
    told = conversation.perform(agreed.action)
    assert "lr 0.45 -> " in told.plain(80)
    assert project.read_text() != before
    assert "# step size" in project.read_text()
    assert session.journal.last_applied(str(session.project)) is not None


@pytest.mark.parametrize("yes", ["y", "Yes!", "ok", "do it", "好", "好的。", "可以", "嗯，改吧", "go ahead"])
def test_ways_to_say_yes(talk, project, yes):
    conversation = talk("osc")
    conversation.reply("apply 1")
    assert isinstance(conversation.reply(yes).action, Apply)


@pytest.mark.parametrize("no", ["n", "no", "No thanks", "不", "不要", "算了", "cancel", "先等等"])
def test_ways_to_say_no(talk, project, session, no):
    conversation = talk("osc")
    conversation.reply("apply 1")
    answer = conversation.reply(no)
    assert answer.action is None
    assert conversation.waiting is None
    assert conversation.reply("what is the best val loss").action is None
    assert session.journal.last_applied(str(session.project)) is None


@pytest.mark.parametrize(
    "other", ["why?", "explain momentum", "what is the best val loss", "hmm", "yes but what is momentum"]
)
def test_a_question_in_between_gives_the_pending_edit_up(talk, project, session, other):
    conversation = talk("osc")
    conversation.reply("apply 1")
    assert conversation.reply(other).action is None
    late = conversation.reply("yes")
    assert late.action is None
    assert session.journal.last_applied(str(session.project)) is None


def test_yes_without_a_question_writes_nothing(talk, project, session):
    conversation = talk("osc")
    answer = conversation.reply("yes")
    assert answer.action is None
    assert "Nothing is pending" in answer.plain(80)
    conversation.reply("what should I change")
    shown = conversation.reply("do it")
    assert shown.action is None
    assert isinstance(shown.waiting, Apply)


def test_the_second_one(talk, project):
    conversation = talk("osc")
    conversation.reply("怎么办")
    second = conversation._context.current.changes[1]
    asked = conversation.reply("第二个")
    assert asked.waiting.plan.role == second.hyperparameter
    assert conversation.language == "zh"


def test_a_bare_number_after_proposals_is_one_of_them(talk, project):
    conversation = talk("osc")
    conversation.reply("what should I change")
    assert conversation.reply("1").waiting.plan.role == "learning_rate"


def test_a_change_that_is_not_there(talk, project):
    answer = talk("osc").reply("apply 9")
    assert answer.waiting is None
    assert "There is no change 9" in answer.plain(80)


def test_all_at_once_is_one_at_a_time(talk, project):
    conversation = talk("osc")
    conversation.reply("recommend")
    asked = conversation.reply("apply all of them")
    assert "One change at a time" in asked.plain(80)
    assert asked.waiting.plan.role == "learning_rate"


def test_a_constraint_is_kept(talk, project):
    conversation = talk("osc")
    conversation.reply("don't touch the learning rate")
    listed = conversation.reply("what should I change").plain(200)
    assert "lr 0.45 ->" not in listed


@pytest.mark.parametrize(
    ("wish", "lift"),
    [
        ("don't touch the learning rate", "free lr"),
        ("别动学习率", "you may change the learning rate again"),
        ("keep the learning rate as it is", "学习率可以改了"),
    ],
)
def test_a_constraint_holds_in_later_sessions_until_it_is_lifted(session, wish, lift):
    log = str(Path(__file__).parent / "logs" / "osc")

    def later():
        again = Session(session.folder, Journal.open(session.journal.path))
        again.open([log])
        return Conversation(again)

    later().reply(wish)
    answer = later().reply("what should I change").plain(2000)
    assert "lr 0.45 ->" not in answer
    assert "Left alone, as you asked: learning rate" in answer
    later().reply(lift)
    assert "lr 0.45 ->" in later().reply("what should I change").plain(2000)


def test_a_no_to_one_proposal_is_forgotten_with_the_conversation(talk, project, session):
    talk("osc").reply("no, not the learning rate")
    assert not session.told


def test_what_failed_is_proposed_last_in_later_sessions(talk, project, session):
    conversation = talk("osc")
    first = conversation._context.open_changes()[0]
    conversation.reply("apply 1")
    conversation.perform(conversation.reply("yes").action)
    told = conversation.reply("it got worse").plain(2000)
    assert "learning rate -> 0.1" in told
    again = Conversation(Session(session.folder, Journal.open(session.journal.path)))
    again._context.session.open([str(Path(__file__).parent / "logs" / "osc")])
    changes = again._context.open_changes()
    assert (changes[-1].hyperparameter, changes[-1].after) == (first.hyperparameter, first.after)


def test_a_report_on_nothing_known_is_not_kept(talk, session):
    talk("osc").reply("it got worse")
    assert not session.told


def test_setting_a_value_shows_old_and_new_and_asks(talk, project):
    asked = talk("osc").reply("学习率减半")
    assert asked.waiting.plan.after == pytest.approx(0.225)
    assert "-lr: 0.45" in asked.plain(80)


@pytest.mark.parametrize("text", ["batch size -32", "set momentum 1.5", "set lr 0", "lr=0"])
def test_an_impossible_value_is_refused(talk, project, text):
    answer = talk("osc").reply(text)
    assert answer.waiting is None
    assert "as it is" in answer.plain(80)


def test_a_factor_of_an_unknown_value_asks_for_one_thing(talk, project):
    answer = talk("nolr").reply("halve the learning rate").plain(80)
    assert answer.count("?") == 1
    assert "do not know the current learning rate" in answer


def test_without_a_command_the_fault_is_told(talk):
    answer = talk("osc").reply("apply 1")
    assert answer.action is None
    assert "No training command is known" in answer.plain(80)


def test_rerun_names_the_command_and_asks(talk, project, session):
    conversation = talk("osc")
    asked = conversation.reply("rerun")
    assert asked.action is None
    assert isinstance(asked.waiting, Rerun)
    assert "train.py --config config.yaml" in asked.plain(1000)
    assert session.finished is None
    assert isinstance(conversation.reply("好").action, Rerun)


def test_apply_rerun_compare_is_better_and_says_by_how_much(talk, project, session):
    conversation = talk()
    conversation.perform(Rerun())
    conversation.reply("set lr 0.01")
    conversation.perform(conversation.reply("yes").action)
    output = []
    conversation.reply("rerun")
    told = conversation.perform(conversation.reply("yes").action, on_output=output.append).plain(1000)
    assert b"[epoch 30/30]" in b"".join(output)
    assert session.current.run.number("learning_rate") == 0.01
    sentence = session.compare().sentence.en
    assert told.startswith(sentence)
    assert conversation.reply("did it get better than before").plain(1000) == sentence


def test_compare_needs_two_runs(talk):
    assert "no second run" in talk().reply("compare").plain(100)


def test_two_logs_are_compared_by_path(talk, session, logs):
    before, after = str(logs / "osc" / "metrics.csv"), str(logs / "healthy" / "metrics.csv")
    answer = talk().reply(f"compare {before} {after}")
    assert answer.intent == "compare_runs"
    assert answer.plain(1000) == session.compare(before, after).sentence.en


def test_rerun_with_a_change_edits_first(talk, project, session):
    conversation = talk("osc")
    asked = conversation.reply("用学习率0.1重新训练一次")
    assert isinstance(asked.waiting, Apply)
    assert session.finished is None


def test_rerun_without_a_command_says_how_to_begin(talk):
    assert "advisor run -- COMMAND" in talk("osc").reply("rerun").plain(100)


def test_undo_asks_and_takes_one_step_back(talk, project, session):
    conversation = talk("osc")
    before = project.read_text()
    conversation.reply("apply 1")
    conversation.perform(conversation.reply("yes").action)
    asked = conversation.reply("undo")
    assert isinstance(asked.waiting, Undo)
    assert project.read_text() != before
    conversation.perform(conversation.reply("yes").action)
    assert project.read_text() == before


@pytest.mark.parametrize("text", ["undo everything", "undo all changes", "全部撤销", "把所有修改都撤回"])
def test_all_is_taken_back_where_all_is_said(talk, project, session, text):
    before = project.read_text()
    for name, value in (("lr", "0.01"), ("lr", "0.02"), ("lr", "0.03")):
        session.apply(session.plan_value(name, value))
    conversation = talk("osc")
    asked = conversation.reply(text)
    assert "3" in asked.plain(100)
    assert "0.02 -> 0.03" in asked.plain(100)
    conversation.perform(conversation.reply("yes").action)
    assert project.read_text() == before
    assert not session.has_applied()


def test_undo_with_nothing_applied_is_told(talk, project):
    conversation = talk("osc")
    answer = conversation.reply("undo")
    assert "nothing to undo" in answer.plain(80)
    assert answer.waiting is None


def test_open_reads_without_asking_and_diagnoses(talk, logs):
    conversation = talk()
    path = str(logs / "overfit" / "metrics.csv")
    answer = conversation.reply(f"open {path}")
    assert answer.action == Open((path,))
    assert "overfitting" in conversation.perform(answer.action).plain(100)


def test_a_file_that_is_not_there_is_told(talk):
    answer = talk().reply("open no/such/file.csv")
    assert answer.action is None
    assert "no/such/file.csv is not there" in answer.plain(100)


def test_what_is_named_like_a_file_that_is_not_there_is_listed(talk, session, monkeypatch):
    (session.folder / "metrics.csv").write_text("epoch,loss\n")
    monkeypatch.chdir(session.folder)
    assert "Near it: metrics.csv" in talk().reply("open metrcs.csv").plain(100)


def test_two_open_runs_are_compared_by_name(talk, session, logs):
    sources = [str(logs / name / "metrics.csv") for name in ("osc", "healthy")]
    conversation = talk()
    conversation.perform(Open(tuple(sources)))
    answer = conversation.reply("compare osc healthy")
    text = answer.plain(1000)
    assert session.compare(*sources).sentence.en in text
    assert "lr 0.45 / 0.001" in text


@pytest.mark.parametrize("text", ["compare the two runs", "compare them", "compare all runs"])
def test_runs_are_compared_by_a_sentence(talk, logs, text):
    conversation = talk()
    conversation.perform(Open(tuple(str(logs / name / "metrics.csv") for name in ("osc", "healthy"))))
    answer = conversation.reply(text).plain(1000)
    assert "no file" not in answer
    assert "osc" in answer
    assert "healthy" in answer


def test_runs_are_switched_by_name(talk, session, logs):
    conversation = talk()
    conversation.perform(Open((str(logs / "osc" / "metrics.csv"), str(logs / "slow" / "metrics.csv"))))
    first = session.current
    answer = conversation.reply("switch to the other run")
    assert session.current is not first
    assert Path(session.current.run.source).parent.name in answer.plain(200)
    assert "No open run is called 'run_9'" in conversation.reply("switch to run_9").plain(100)


def test_quit(talk):
    assert isinstance(talk().reply("quit").action, Quit)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("run an lr range test", "advisor probe FILE.py:FUNCTION --only learning-rate"),
        ("lr finder from 1e-5 to 1", "That takes in 1e-05 to 1."),
        ("can you overfit one batch", "--only one-batch"),
        ("sweep lr over 0.1, 0.03, 0.01", "3 trainings, with learning rate 0.1, 0.03, 0.01"),
        ("自动搜一下超参，最多20次", "advisor tune --rounds 20"),
    ],
)
def test_a_probe_is_named_with_its_cost_and_not_started(talk, session, text, named):
    conversation = talk("osc")
    answer = conversation.reply(text)
    assert named in answer.plain(2000)
    assert any(word in answer.plain(2000) for word in ("1000", "trainings", "训练时间"))
    assert answer.waiting is None
    assert conversation.reply("yes").action is None
    assert not session.history()[1:]


def test_the_named_checks_of_a_probe_are_there(talk):
    from advisor.probe.check import check_names

    said = " ".join(talk().reply(text).plain(2000) for text in ("lr range test", "overfit one batch"))
    named = re.findall(r"--only ([a-z-]+)", said)
    assert len(named) == 2
    assert set(named) <= set(check_names())


def test_a_no_takes_back_what_was_just_noted(talk):
    conversation = talk("osc")
    assert "0.1" in conversation.reply("set lr to 0.1").plain(80)
    staged = conversation.dialogue.staged
    assert [edit.after for edit in staged] == [0.1]
    answer = conversation.reply("nah")
    assert answer.plain(80).startswith("Taken back: ")
    assert not conversation.dialogue.staged
