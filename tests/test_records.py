"""What the journal gives out, what it forgets, and undoing to any earlier state."""

import csv
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from advisor.chat.conversation import Conversation
from advisor.cli.commands import cli
from advisor.errors import EditError, UsageError
from advisor.experiment import apply as applying
from advisor.journal import Journal, journal_path
from advisor.journal.records import parents, past_changes, run_records, with_past
from advisor.journal.said import Said, SaidFinding, write_said
from advisor.report.history import briefly, history_table
from advisor.report.past import history_tree
from advisor.session import Session

TRAIN = """
import sys
rate = float(open("conf.yaml").read().split("lr: ")[1].split()[0])
for epoch in range(1, 13):
    print(f"epoch {epoch} loss {rate + 0.8**epoch:.4f} val_loss {rate + 0.85**epoch:.4f}")
"""


@pytest.fixture
def session(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "conf.yaml").write_text("# rate\nlr: 0.9\n")
    return Session(tmp_path, Journal.open())


@pytest.fixture
def command():
    return (sys.executable, "train.py", "--config", "conf.yaml")


def call(*arguments):
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False, standalone_mode=False)
    return done.stdout


@pytest.fixture
def trained(session, command):
    """Two trainings with one change between them, compared."""
    session.run(command)
    session.apply(session.plan_value("lr", 0.1))
    session.rerun()
    session.compare()
    return session


def test_undo_goes_back_to_any_earlier_state(session, command, tmp_path):
    session.journal.set_command(str(session.project), command)
    states, numbers = [], []
    for value in (0.5, 0.2, 0.1):
        states.append((tmp_path / "conf.yaml").read_bytes())
        session.apply(session.plan_value("lr", value))
        numbers.append(session.journal.last_applied(str(session.project)).id)
    assert session.undo(numbers[1]).count("Taken back") == 2
    assert (tmp_path / "conf.yaml").read_bytes() == states[1]
    with pytest.raises(UsageError, match=f"no change {numbers[2]} that stands"):
        session.undo(numbers[2])
    session.undo(numbers[0])
    assert (tmp_path / "conf.yaml").read_bytes() == states[0]


def test_a_death_between_the_journal_and_the_file_is_no_riddle(session, command, tmp_path, monkeypatch):
    """G8: the change is written down, the file is not: undo finds nothing to do."""
    session.journal.set_command(str(session.project), command)
    plan = session.plan_value("lr", 0.5)

    class Death(BaseException):
        pass

    def die(*_):
        raise Death

    with monkeypatch.context() as patch:
        patch.setattr(applying, "replace_file", die)
        with pytest.raises(Death):
            session.apply(plan)
    assert "lr: 0.9" in (tmp_path / "conf.yaml").read_text()
    assert "Taken back" in session.undo()
    assert "lr: 0.9" in (tmp_path / "conf.yaml").read_text()


def test_a_change_that_cannot_be_written_does_not_stand(session, command, tmp_path):
    session.journal.set_command(str(session.project), command)
    plan = session.plan_value("lr", 0.5)
    (tmp_path / "conf.yaml").write_text("lr: 7\n")
    with pytest.raises(EditError):
        session.apply(plan)
    assert session.journal.applied(str(session.project)) == []


@pytest.mark.fault("G8")
def test_an_edit_by_hand_is_shown_by_the_refusal(session, command, tmp_path):
    session.journal.set_command(str(session.project), command)
    session.apply(session.plan_value("lr", 0.5))
    (tmp_path / "conf.yaml").write_text("# rate\nlr: 0.5\nmine: 1\n")
    with pytest.raises(EditError, match=r"(?s)edited since.*\+mine: 1"):
        session.undo()


def test_what_came_of_a_change_is_known_the_next_time(trained):
    (past,) = past_changes(trained.journal, str(trained.project))
    assert (past.role, past.before, past.after, past.verdict) == ("learning_rate", 0.9, 0.1, "better")


SWINGS = [0.9**i + (-1) ** i * 0.3 for i in range(1, 40)]
LOG = "Namespace(lr={rate})\n" + "".join(
    f"epoch {i} train_loss {0.2 + swing:.4f} val_loss {0.3 + swing:.4f}\n"
    for i, swing in enumerate(SWINGS, start=1)
)


@pytest.fixture
def advised(trained, tmp_path):
    """A log of whose changes the first was tried in this project, and made it worse."""
    (tmp_path / "new.log").write_text(LOG.format(rate=0.5))
    item = trained.open(["new.log"])[0]
    change = next(c for c in item.changes if c.hyperparameter == "learning_rate" and c.after is not None)
    assert change.past is None
    (content,) = trained.journal.store.row("SELECT content FROM outcomes")
    comparison = json.loads(content) | {"verdict": "worse", "relative": 0.25}
    comparison["configuration"][0] |= {"before": change.before, "after": change.after}
    words = json.dumps(comparison)
    trained.journal.store.write(
        lambda db: db.execute("UPDATE outcomes SET verdict = 'worse', content = ?", (words,))
    )
    return trained, change


def test_what_came_of_earlier_advice_stands_beside_the_new(advised):
    session, change = advised
    assert (change.hyperparameter, change.past) == ("learning_rate", None)
    said = f"tried here in run {past_changes(session.journal, str(session.project))[0].run}: worse by 25%"
    session.open(["new.log"])
    for words in (["diagnose", "new.log"], ["diagnose", "new.log", "--format", "markdown"], ["show", "3"]):
        assert said in " ".join(call(*words).split()), words
    assert "试过：更差 25%" in "".join(call("diagnose", "new.log", "--lang", "zh").split("\n"))
    conversation = Conversation(session, "en")
    for question in ("what should I change?", "what is wrong?"):
        assert said in " ".join(conversation.reply(question).plain().split()), question


@pytest.mark.parametrize("verdict", ["worse", "cannot tell"])
def test_what_made_it_worse_here_stands_behind_all_others(advised, verdict):
    session, change = advised
    (past,) = past_changes(session.journal, str(session.project))
    changes = session.judge(session.current.run).changes
    first = [replace(change, number=1), *(c for c in changes if c.hyperparameter != "learning_rate")]
    after = with_past(first, [replace(past, verdict=verdict)])
    assert [c.number for c in after] == list(range(1, len(first) + 1))
    assert len(after) > 1
    assert after[-1 if verdict == "worse" else 0].hyperparameter == "learning_rate"
    assert [c.reason for c in after if c.hyperparameter != "learning_rate"] == [c.reason for c in first[1:]]


def test_about_the_same_value_was_refuted_as_well_and_the_latest_trial_speaks(advised):
    session, change = advised
    (past,) = past_changes(session.journal, str(session.project))
    other = replace(change, hyperparameter="batch_size", before=32, after=64)

    def last(after, *trials):
        return with_past((replace(change, after=after), other), trials)[-1].hyperparameter

    assert last(change.after * 1.2, past) == "learning_rate"
    assert last(change.after / 5, past) == "batch_size", "far shorter steps were not tried"
    assert last(change.before * 3, past) == "batch_size", "nor longer ones"
    assert last(change.after, replace(past, verdict="better"), past) == "batch_size"


def test_another_value_or_another_knob_was_not_tried(advised):
    session, change = advised
    past = past_changes(session.journal, str(session.project))
    others = (
        replace(change, after=change.after / 2),
        replace(change, before=change.before * 2),
        replace(change, hyperparameter="batch_size"),
    )
    assert [item.past for item in with_past((change, *others), past)] != [None] * 4
    assert [item.past for item in with_past(others, past)] == [None] * 3


def test_the_tree_of_a_history(trained):
    rows = trained.history()
    text = history_tree(rows, parents(trained.journal, str(trained.project)), "en")
    first, second = text.splitlines()
    assert first.startswith(f"{rows[1].id}  val_loss")
    assert first.endswith(f"  {Path(sys.executable).name} train.py --config conf.yaml")
    assert "lr 0.9 -> 0.1" in second
    assert f"against {rows[1].id}: better" in second


def test_however_long_the_path_of_the_program_is_its_script_is_seen(trained):
    (row, *_) = trained.history()
    far = replace(row, command=("/a/long/" * 20 + "bin/python", *row.command[1:]))
    assert briefly(far) == "python train.py --config conf.yaml"
    assert "python train.py" in history_table([far], "en", 80)


@pytest.mark.fault("O3")
def test_records_are_exported_and_never_overwrite(trained, tmp_path):
    records = run_records(trained.journal, str(trained.project))
    assert [r["verdict"] for r in records] == [None, "better"]
    assert [r["run"] for r in json.loads(call("export", "--format", "json"))] == [r["run"] for r in records]
    rows = list(csv.DictReader(call("export").splitlines()))
    assert rows[1]["verdict"] == "better"
    first = trained.assessed(records[0]["run"])
    assert [text.split()[0] for text in records[0]["found"]] == [f.code for f in first.findings]
    assert records[0]["proposed"]
    assert rows[0]["proposed"] == "; ".join(records[0]["proposed"])
    call("export", "-o", "out.csv")
    (tmp_path / "out.csv").write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        call("export", "-o", "out.csv")
    assert (tmp_path / "out.csv").read_text() == "mine"
    call("export", "-o", "out.csv", "--force")
    assert (tmp_path / "out.csv").read_text().startswith("run,")


def test_what_was_said_is_shown_where_it_would_be_said_otherwise_today(trained):
    (number,) = [row.id for row in trained.history()][-1:]
    assert "was remembered" not in call("show", str(number))
    other = Said((SaidFinding("OLD101", "lr_too_low", "warning", 0.5),))
    trained.journal.store.write(lambda db: write_said(db, number, other))
    assert "OLD101 lr_too_low 50%" in call("show", str(number))


@pytest.mark.fault("O1")
def test_no_exported_cell_is_a_formula(session, tmp_path):
    log = tmp_path / "=cmd.csv"
    log.write_text("epoch,loss\n" + "".join(f"{i},{0.8**i}\n" for i in range(8)))
    session.open(["=cmd.csv"])
    assert "'=cmd.csv" in call("export")


def test_what_is_forgotten_is_gone(trained):
    first = trained.history()[-1].id
    output = trained.finished.output
    assert "Forgotten: 1 run." in call("forget", str(first), "--yes")
    assert [row.id for row in trained.history()] == [first + 1]
    assert output.exists(), "the other run's output stays"
    with pytest.raises(UsageError, match=f"no run {first}"):
        call("forget", str(first), "--yes")
    call("forget", "--all", "--yes")
    assert trained.history() == []
    assert not output.exists()
    assert trained.journal.store.rows("SELECT * FROM curves") == []


def test_a_remembered_run_is_shown(trained):
    text = call("show", str(trained.history()[0].id))
    assert "train.py --config conf.yaml" in text
    assert "lr 0.9 -> 0.1" in text


def test_the_names_of_environment_variables_are_kept_and_no_value(session, command, monkeypatch):
    monkeypatch.setenv("TRAINING_TOKEN", "c0ffee-is-secret")
    session.run(command)
    row = session.history()[0]
    assert "TRAINING_TOKEN" in row.environment
    assert row.environment == tuple(sorted(row.environment))
    text = call("show", str(row.id))
    assert "TRAINING_TOKEN" in text
    assert f"{len(row.environment)} variables (names only)" in text
    assert "TRAINING_TOKEN" in call("show", str(row.id), "--lang", "zh")
    session.journal.close()
    home = Journal.open().path.parent
    journal_files = [path for path in home.iterdir() if path.name.startswith("journal")]
    assert journal_files
    assert not any(b"c0ffee-is-secret" in path.read_bytes() for path in journal_files)


def test_a_log_that_was_only_read_has_no_environment(session, tmp_path):
    lines = "".join(f"epoch {i} loss {0.9**i:.4f}\n" for i in range(1, 20))
    (tmp_path / "a.log").write_text(lines)
    session.open(["a.log"])
    assert session.history()[0].environment == ()
    assert "environment" not in call("show", str(session.history()[0].id))


def test_the_journal_lies_in_the_project_on_request(tmp_path, monkeypatch):
    assert journal_path(tmp_path) is None
    monkeypatch.setenv("ADVISOR_JOURNAL", "project")
    path = journal_path(tmp_path)
    assert path == tmp_path / ".advisor" / "journal.sqlite3"
    Journal.open(path).close()
    monkeypatch.delenv("ADVISOR_JOURNAL")
    assert journal_path(tmp_path) == path, "one that lies there is used"
    assert "journal.sqlite3" in (tmp_path / ".advisor" / ".gitignore").read_text()
    monkeypatch.setenv("ADVISOR_JOURNAL", "elsewhere")
    with pytest.raises(UsageError, match="'project' or 'user'"):
        journal_path(tmp_path)
    assert os.environ["ADVISOR_JOURNAL"] == "elsewhere"


def test_a_journal_is_named_by_an_option(trained, tmp_path, monkeypatch):
    """`--journal` says for one command what ADVISOR_JOURNAL says for all, and wins over it."""
    other = tmp_path / "elsewhere" / "runs.sqlite3"
    lines = "".join(f"epoch {i} loss {0.9**i:.4f}\n" for i in range(1, 20))
    (tmp_path / "a.log").write_text(lines)
    call("diagnose", "a.log", "--journal", str(other))
    assert other.is_file()
    assert len(trained.history()) == 2, "the user's journal heard nothing of it"
    assert "a.log" in call("--journal", str(other), "history"), "the option may stand before the command"
    assert "train.py" not in call("history", "--journal", "elsewhere/runs.sqlite3")
    monkeypatch.setenv("ADVISOR_JOURNAL", str(other))
    assert "a.log" in call("history")
    assert "train.py" in call("history", "--journal", "user")
    monkeypatch.delenv("ADVISOR_JOURNAL")
    call("diagnose", "a.log", "--journal", "project")
    assert (tmp_path / ".advisor" / "journal.sqlite3").is_file()
    with pytest.raises(UsageError, match=r"--journal is 'usr'.*'user'"):
        CliRunner().invoke(
            cli, ["history", "--journal", "usr"], catch_exceptions=False, standalone_mode=False
        )
    assert not (tmp_path / "usr").exists()


def test_every_command_with_a_journal_takes_the_option():
    for name, command in cli.commands.items():
        options = {flag for parameter in command.params for flag in parameter.opts}
        assert ("--journal" in options) == ("--lang" in options and name != "rules"), name


def test_a_journal_of_a_newer_version_still_answers(trained, tmp_path):
    trained.journal.store._db.execute("PRAGMA user_version = 999")
    trained.journal.close()
    kept = Journal.open().path.read_bytes()
    for words in (["history"], ["show", "1"], ["compare"], ["export"], ["history", "--tree"]):
        done = CliRunner().invoke(cli, words, catch_exceptions=False, standalone_mode=False)
        assert done.stderr.count("newer version of advisor") == 1, words
        assert "train.py" in done.stdout or "lr" in done.stdout, words
    before = (tmp_path / "conf.yaml").read_bytes()
    for words in (["forget", "1", "--yes"], ["set", "lr", "0.4", "--yes"], ["undo"], ["apply", "1", "--yes"]):
        with pytest.raises(UsageError, match=r"Nothing was done\..*newer version"):
            CliRunner().invoke(cli, words, catch_exceptions=False, standalone_mode=False)
    assert (tmp_path / "conf.yaml").read_bytes() == before
    assert Journal.open().path.read_bytes() == kept


def test_where_prints_every_path_and_whether_it_exists():
    said = call("where")
    assert "settings.toml" in said
    assert "journal.sqlite3" in said
    assert any("rules" in line and line.endswith("exists") for line in said.splitlines())
