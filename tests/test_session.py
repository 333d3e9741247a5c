"""A session on one project: real trainings, real edits, a real journal, and what a later session knows."""

import os
import sys
import threading

import pytest

from advisor.errors import EditError, UnreadableError, UsageError
from advisor.journal import Journal
from advisor.journal.folder import project_of
from advisor.session import Session

# Gradient descent on a quadratic of curvature 10: it diverges above a rate of 0.2.
TRAINER = """\
import json, sys
settings = json.load(open(sys.argv[sys.argv.index("--config") + 1])) if "--config" in sys.argv else {}
for word in sys.argv[1:]:
    name, _, value = word.partition("=")
    if value:
        settings[name] = value
rate, weight = float(settings["lr"]), 3.0
rows = []
for epoch in range(1, 25):
    weight -= rate * 10 * weight
    rows.append((epoch, 5 * weight**2 + 0.1, 5 * weight**2 + 0.2))
if settings.get("log") == "csv":
    with open("metrics.csv", "w") as file:
        file.write("epoch,loss,val_loss\\n" + "".join(f"{e},{a},{b}\\n" for e, a, b in rows))
else:
    for epoch, loss, val_loss in rows:
        print(f"epoch {epoch} loss {loss:.6g} val_loss {val_loss:.6g}", flush=True)
"""


@pytest.fixture
def session(tmp_path):
    folder = tmp_path / "work"
    (folder / ".advisor").mkdir(parents=True)
    (folder / "train.py").write_text(TRAINER, encoding="utf-8")
    (folder / "config.json").write_text('{"lr": 0.25,\n "seed": 1}\n', encoding="utf-8")
    return Session(folder, Journal.open())


def again(session):
    """Another session on the same project, as the next command starts one."""
    return Session(session.folder, Journal.open())


def train(session, *arguments, **options):
    return session.run([sys.executable, "train.py", *arguments], **options)


def test_run_shows_the_output_and_assesses_it(session):
    shown = []
    assessment = train(session, "lr=0.25", on_output=shown.append)
    output = b"".join(shown).decode()
    assert output.startswith("epoch 1 loss ")
    assert session.finished.output.read_text(encoding="utf-8") == output
    loss = next(series for series in assessment.run.series if series.name == "loss")
    printed = [float(line.split()[3]) for line in output.splitlines()]
    assert loss.y.tolist() == printed
    assert assessment.run.source.endswith("train.py lr=0.25")
    assert assessment.run.hyperparameter("learning_rate").value == 0.25
    assert assessment.findings[0].severity.name == "CRITICAL"
    assert assessment.changes[0].hyperparameter == "learning_rate"
    assert session.current is assessment


@pytest.mark.parametrize("arguments", [["lr=0.25"], ["--config", "config.json"]], ids=["word", "json"])
def test_the_whole_loop_over_several_sessions(session, arguments):
    train(session, *arguments)
    config = session.folder / "config.json"
    original = config.read_bytes()

    second = again(session)
    plan = second.plan(1)
    assert config.read_bytes() == original
    assert second.command == (sys.executable, "train.py", *arguments)
    second.apply(plan)
    assert (config.read_bytes() == original) is (arguments == ["lr=0.25"])

    log = session.folder / "another.csv"
    log.write_text("epoch,loss\n" + "".join(f"{i},{0.9**i}\n" for i in range(9)), encoding="utf-8")
    again(session).open([str(log)])
    third = again(session)
    assessment = third.rerun()
    rate = assessment.run.hyperparameter("learning_rate").value
    assert rate == plan.after < 0.25
    comparison = third.compare()
    assert comparison.verdict == "better"
    assert comparison.after < comparison.before
    assert [(d.before, d.after) for d in comparison.configuration] == [(0.25, rate)]

    newest, read_between, oldest = again(session).history()
    assert newest.changes == (plan.headline,)
    assert read_between.changes == oldest.changes == ()
    assert again(session).compare(str(oldest.id), str(newest.id)).sentence == comparison.sentence
    assert again(session).compare(str(newest.id), str(oldest.id)).verdict == "worse"

    fourth = again(session)
    assert plan.headline in fourth.undo()
    assert config.read_bytes() == original
    assert fourth.command == (sys.executable, "train.py", *arguments)
    with pytest.raises(UsageError, match="Nothing has been applied"):
        again(session).undo()
    assert again(session).history()[0].changes == (plan.headline,), "it was in place when that run was made"


def test_two_changes_are_taken_back_one_after_the_other(session):
    train(session, "lr=0.25", "seed=1")
    for name, value in (("lr", "0.1"), ("seed", "2")):
        again(session).apply(again(session).plan_value(name, value))
    assert again(session).command[2:] == ("lr=0.1", "seed=2")
    again(session).undo()
    assert again(session).command[2:] == ("lr=0.1", "seed=1")
    again(session).undo()
    assert again(session).command[2:] == ("lr=0.25", "seed=1")


def test_a_later_session_says_the_same_of_the_remembered_run(session):
    first = train(session, "lr=0.25")
    second = again(session)
    assert second.current is None
    remembered = second.remembered()
    assert remembered.findings == first.findings
    assert remembered.changes == first.changes
    assert second.current is remembered is second.remembered()


def test_nothing_is_remembered_in_another_project(session, tmp_path):
    train(session, "lr=0.25")
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / ".advisor").mkdir(parents=True)
    other = Session(elsewhere, Journal.open())
    assert other.remembered() is None
    assert other.history() == []
    for request in (other.rerun, other.undo, other.compare, lambda: other.plan(1)):
        with pytest.raises(UsageError):
            request()


def test_a_change_that_is_not_there_is_refused(session):
    assessment = train(session, "lr=0.25")
    for number in (0, -1, len(assessment.changes) + 1):
        with pytest.raises(UsageError, match=f"There is no change {number}"):
            session.plan(number)
    with pytest.raises(EditError, match="dropout"):
        session.plan_value("dropout", 0.1)


def test_curves_in_a_file_are_found_where_nothing_is_printed(session):
    assessment = train(session, "lr=0.05", "log=csv")
    assert assessment.run.source == str(session.folder / "metrics.csv")
    assert len(assessment.run.series[0]) == 24
    assert assessment.run.hyperparameter("learning_rate").value == 0.05
    assert again(session).command == (sys.executable, "train.py", "lr=0.05", "log=csv")


def test_a_training_that_breaks_off_is_assessed_by_what_it_logged(session):
    script = session.folder / "train.py"
    script.write_text(
        TRAINER.replace("flush=True)", "flush=True)\n        assert epoch < 12, 'no more data'")
    )
    assessment = train(session, "lr=0.05")
    assert len(assessment.run.series[0]) == 12
    assert session.finished.failed
    assert session.finished.exit_code == 1
    script.write_text(TRAINER, encoding="utf-8")
    assert len(session.rerun().run.series[0]) == 24
    assert [row.exit_code for row in session.history()] == [0, 1]


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        ("import a_module_that_is_not_there", 1, "No module named 'a_module_that_is_not_there'."),
        ("raise SystemExit(7)", 7, "printed nothing."),
        ("pass", 3, "printed nothing."),
        ("print('done')", 3, "It last said: done. "),
        ("print('│ no such flag │')\nprint('╰────╯')", 3, "It last said: no such flag. "),
        ("input('ok? ')", 1, "EOFError"),
    ],
)
def test_without_a_curve_it_says_how_the_command_ended_and_keeps_its_exit_code(session, script, code, words):
    (session.folder / "train.py").write_text(script, encoding="utf-8")
    with pytest.raises(UnreadableError) as caught:
        train(session)
    assert words in str(caught.value)
    assert caught.value.exit_code == code
    assert session.history() == []
    assert session.command is not None, "it can be run again once the script is mended"


def test_a_program_that_is_not_there_leaves_the_known_command(session):
    train(session, "lr=0.05")
    with pytest.raises(UsageError, match="not found"):
        session.run(["a-program-that-is-not-there"])
    assert session.command == (sys.executable, "train.py", "lr=0.05")


def test_a_stopped_training_is_assessed_and_marked(session):
    (session.folder / "train.py").write_text(
        "import time\nfor i in range(1000):\n    print(f'epoch {i} loss {1 / (i + 1)}', flush=True)\n"
        "    time.sleep(0.01)\n",
        encoding="utf-8",
    )
    stop = threading.Event()

    def look(data):
        if b"epoch 20 loss 0.0" in data:
            stop.set()

    assessment = train(session, on_output=look, stop=stop)
    assert session.finished.interrupted
    assert 20 <= len(assessment.run.series[0]) < 1000


def test_words_with_spaces_and_quotes_reach_the_program_as_they_are(session):
    (session.folder / "a b.py").write_text(
        "import sys\nfor i in range(9): print(f'epoch {i} loss {1 / (i + 1)}')\n"
        "open('got', 'w').write('\\0'.join(sys.argv[1:]))\n",
        encoding="utf-8",
    )
    words = ["--note", 'it\'s a "test" $HOME *', "", "--lr", "0.1"]
    session.run([sys.executable, "a b.py", *words])
    again(session).apply(again(session).plan_value("lr", 0.2))
    again(session).rerun()
    assert (session.folder / "got").read_text().split("\0") == [*words[:-1], "0.2"]


def test_a_file_that_was_edited_since_is_not_overwritten_by_undo(session):
    train(session, "--config", "config.json")
    session.apply(session.plan(1))
    config = session.folder / "config.json"
    config.write_text('{"lr": 7}\n', encoding="utf-8")
    with pytest.raises(EditError, match=r"config\.json"):
        session.undo()
    assert config.read_text(encoding="utf-8") == '{"lr": 7}\n'


def test_runs_are_compared_by_path_and_nonsense_is_refused(session):
    for rate in ("0.15", "0.01"):
        train(session, f"lr={rate}", "log=csv")
        (session.folder / "metrics.csv").rename(session.folder / f"{rate}.csv")
    quick, slow = (str(session.folder / f"{rate}.csv") for rate in ("0.15", "0.01"))
    assert session.compare(slow, quick).verdict == "better"
    assert session.compare(quick, quick).verdict == "cannot tell"
    with pytest.raises(UnreadableError, match="nonsense"):
        session.compare("nonsense", quick)
    with pytest.raises(UsageError, match="no run 987654"):
        session.compare("987654", quick)


def test_a_project_is_the_nearest_folder_with_a_mark(tmp_path):
    inner = tmp_path / "project" / "src" / "deep"
    inner.mkdir(parents=True)
    (tmp_path / "project" / "pyproject.toml").touch()
    assert project_of(inner) == tmp_path / "project"
    assert Session(inner, Journal.open()).project == tmp_path / "project"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_home_that_cannot_be_written_is_said_and_the_answer_still_comes(session, tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    monkeypatch.setenv("ADVISOR_HOME", str(home))
    locked = Session(session.folder, Journal.open())
    assert locked.warning
    log = session.folder / "log.csv"
    log.write_text("epoch,loss\n" + "".join(f"{i},{0.9**i}\n" for i in range(20)), encoding="utf-8")
    assert locked.open([str(log)])[0].findings
