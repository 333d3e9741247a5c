"""Probes, tunings and reports asked for in words: what they cost is shown, and only a yes does it."""

import sys

import pytest

from advisor.chat.acting import probe_targets
from advisor.chat.reply import Launch, Open, Rerun, Save
from advisor.errors import UsageError
from tests.chat.hostile import files_of

PROBE = """\
from advisor.probe import Probe

def training(lr=0.1):
    return Probe(None, None, [])

def other():
    return 1
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tune it for 10 runs", ("tune", "--rounds", "10")),
        ("try a few learning rates", ("tune", "--rounds", "5", "--only", "lr")),
        ("sweep lr", ("tune", "--rounds", "5", "--only", "lr")),
        (
            "sweep lr over 0.1, 0.03, 0.01",
            ("tune", "--rounds", "3", "--only", "lr", "--bounds", "lr=0.01..0.1"),
        ),
        ("tune only the learning rate for 2 rounds", ("tune", "--rounds", "2", "--only", "lr")),
        (
            "tune it for 3 rounds but keep the batch size",
            ("tune", "--rounds", "3", "--keep", "batch_size=32"),
        ),
        ("自动调参3轮，不要动批大小", ("tune", "--rounds", "3", "--keep", "batch_size=32")),
        ("帮我自动调10轮", ("tune", "--rounds", "10")),
        ("试几个学习率", ("tune", "--rounds", "5", "--only", "lr")),
        ("扫一下学习率", ("tune", "--rounds", "5", "--only", "lr")),
    ],
)
def test_a_tuning_is_started_by_a_yes_and_shows_its_cost_first(talk, project, text, words):
    conversation = talk("osc")
    asked = conversation.reply(text)
    assert asked.action is None
    assert asked.waiting == Launch(words)
    shown = asked.plain()
    assert str(int(words[2]) + 1) in shown
    assert " ".join(("advisor", *words, "--")) in " ".join(shown.split())
    assert conversation.reply("yes").action == Launch(words)
    assert conversation.waiting is None


@pytest.mark.parametrize("text", ["tune it for 10 runs", "probe it", "export", "探一下", "导出报告"])
def test_a_no_and_another_question_start_nothing(talk, project, session, text):
    (session.folder / "make.py").write_text(PROBE)
    before = files_of(session.folder)
    for answer in ("no", "what is the best val loss?", "不"):
        conversation = talk("osc")
        assert conversation.reply(text).waiting is not None
        assert conversation.reply(answer).action is None
        assert conversation.reply("yes").action is None
    assert files_of(session.folder) == before


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("probe it", ()),
        ("探一下", ()),
        ("run an lr range test", ("--only", "learning-rate")),
        ("能不能在一个batch上过拟合试试", ("--only", "one-batch")),
    ],
)
def test_a_probe_is_offered_where_one_function_returns_one(talk, session, text, only):
    conversation = talk("osc")
    assert conversation.reply(text).waiting is None  # nothing to probe is known
    (session.folder / "make.py").write_text(PROBE)
    assert conversation.reply(text).waiting == Launch(("probe", "make.py:training", *only))
    (session.folder / "more.py").write_text(PROBE)
    assert conversation.reply(text).waiting is None  # which of the two is not guessed
    assert probe_targets(session.folder) == ["make.py:training", "more.py:training"]


@pytest.mark.parametrize(("language", "said"), [("en", "say 'probe it'"), ("zh", "请说“探一下”")])
def test_a_cause_that_the_log_cannot_settle_is_offered_to_a_probe(talk, session, language, said):
    (session.folder / "still.csv").write_text(
        "epoch,train_loss,val_loss,val_accuracy\n"
        + "".join(
            f"{i},{1.38 + i % 2 / 100},{1.40 + i % 3 / 100},{0.25 + i % 2 / 100}\n" for i in range(1, 11)
        )
    )
    conversation = talk(language=language)
    conversation.perform(Open((str(session.folder / "still.csv"),)))
    assert session.current.findings[0].problem.value == "vanishing_gradients"
    assert said not in conversation.reply("why").plain()
    (session.folder / "make.py").write_text(PROBE)
    assert said in conversation.reply("why").plain()


def test_files_that_are_no_python_are_no_targets(tmp_path):
    (tmp_path / "broken.py").write_text("advisor.probe ((((")
    (tmp_path / "binary.py").write_bytes(b"advisor.probe\xff\xfe\x00")
    assert probe_targets(tmp_path) == []


def test_a_tuning_that_was_said_yes_to_runs_through_the_command(talk, session, project):
    conversation, heard = talk("osc"), bytearray()
    conversation.reply("tune it for 1 runs")
    before = files_of(session.folder)
    done = conversation.perform(conversation.reply("yes").action, on_output=heard.extend)
    assert b"as it stands" in heard
    assert b"round 1" in heard
    assert "None of your files was changed" in done.plain()
    after = files_of(session.folder)
    assert {path: after[path] for path in before} == before


def test_a_report_is_written_by_a_yes_and_never_over_a_file(talk, session):
    conversation = talk("osc")
    asked = conversation.reply("export the results as csv")
    assert asked.waiting == Save("", "csv")
    assert "advisor-report.csv" in asked.plain()
    assert list(session.folder.glob("*.csv")) == []
    conversation.perform(conversation.reply("yes").action)
    written = session.folder / "advisor-report.csv"
    assert written.read_text().count("\n") > 30
    assert "is there already" in conversation.reply("export the results as csv").plain()
    written.write_text("mine")
    assert "is there already" in conversation.perform(Save("", "csv")).plain()
    assert written.read_text() == "mine"


@pytest.mark.parametrize("name", ["../out.md", "/tmp/out.md", "a/../../out.md"])
def test_no_report_goes_outside_the_folder(talk, session, name):
    conversation = talk("osc")
    assert conversation.reply(f"export the report to {name}").waiting is None
    assert "outside" in conversation.perform(Save(name, "markdown")).plain()


def test_without_a_command_nothing_can_be_tuned(talk):
    conversation = talk("osc")
    told = conversation.reply("tune it for 10 runs")
    assert told.waiting is None
    assert "I have started nothing" in told.plain()
    assert "No training command is known" in conversation.perform(Launch(("tune", "--rounds", "1"))).plain()


def test_secrets_of_the_command_are_not_shown(talk, session):
    session.journal.set_command(
        str(session.project), (sys.executable, "train.py", "--api-key", "sk-abcdefghij0123456789")
    )
    assert "sk-abc" not in talk("osc").reply("tune it for 3 runs").plain()


def test_of_many_runs_the_best_three_and_the_worst_are_told_by_names_that_differ(session, logs, tmp_path):
    from advisor.chat.conversation import Conversation

    for number in range(8):
        log = tmp_path / f"trial{number}" / "epochs.csv"
        log.parent.mkdir()
        rows = [f"{i},{(number + 2) / i},{(number + 2.5) / i}" for i in range(1, 12)]
        log.write_text("\n".join(["epoch,train_loss,val_loss", *rows]) + "\n")
    session.look([str(tmp_path / f"trial{number}") for number in range(8)])
    conversation = Conversation(session)
    lead, order, *_ = conversation.reply("which run is worst?").blocks
    assert lead.text == "trial7/epochs.csv comes last."
    told = order.text
    assert [f"trial{n}/" in told for n in range(8)] == [True, True, True, False, False, False, False, True]
    assert "4 more lie between" in told
    assert "trial0/epochs.csv 排第一" in conversation.reply("哪个最好").plain()
    compared = conversation.reply("/compare 1 2").plain()
    assert "0.25 -> 0.35" in compared
    assert "trial0/epochs.csv 最佳" in compared
    assert "0.35 -> 0.25" in conversation.reply("compare 2 1").plain()


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ("Set one: advisor set lr VALUE.", "Set one: set lr VALUE."),
        ("Start with 'advisor run -- COMMAND'.", "Start with 'train COMMAND'."),
        ("some-command | advisor diagnose -", "some-command | advisor diagnose -"),
    ],
)
def test_a_fault_names_the_commands_as_they_are_typed_here(talk, session, monkeypatch, hint, said):
    def fails(**_):
        raise UsageError("No.", hint)

    conversation = talk("osc")
    monkeypatch.setattr(session, "rerun", fails)
    assert conversation.perform(Rerun()).plain().strip() == f"No. {said}"
