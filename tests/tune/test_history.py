"""What is remembered of the rounds of a tuning, and how the command line tells it afterwards."""

import json

import pytest
from optuna.distributions import FloatDistribution

from advisor.journal import Journal
from tests.tune.programs import advisor, tune, write_program


@pytest.fixture
def tuned(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "constants", "console")
    done, out = tune(folder, "--rounds", "2", "--", *command)
    assert done.returncode == 0, done.stderr
    return folder, out


def test_the_history_tells_what_each_round_set_since_the_start(tuned):
    folder, out = tuned
    told = " ".join(advisor(folder, "history").stdout.split())
    assert "start of a tuning" in told
    for row in out["rounds"][1:]:
        assert f"round {row['round']} of a tuning" in told
    assert "LR 2e-05 -> " in told
    tree = advisor(folder, "history", "--tree").stdout
    assert "round 2 of a tuning: epochs 8 -> 16; LR 2e-05 -> " in tree
    assert "第 2 轮" in advisor(folder, "history", "--lang", "zh").stdout


def test_show_and_export_tell_it_too(tuned):
    folder, _ = tuned
    assert "round 2 of a tuning: epochs 8 -> 16; LR 2e-05 -> " in advisor(folder, "show", "3").stdout
    records = json.loads(advisor(folder, "export", "--format", "json").stdout)
    assert [record["round"] for record in records] == [0, 1, 2]
    assert records[0]["changes"] == []
    assert all(record["changes"] for record in records[1:])


def test_compare_after_a_tuning_compares_its_start_and_its_best(tuned):
    folder, out = tuned
    best = next(row["round"] for row in out["rounds"] if row["best"])
    told = advisor(folder, "compare").stdout
    assert told.strip().startswith("Better: ")
    assert "LR: 2e-05 -> " in told
    with Journal.open(folder.parent / "home" / "journal.sqlite3") as journal:
        ((before, _),) = journal.outcomes(best + 1)[:1]
    assert before == 1


def test_compare_after_a_tuning_that_gained_nothing_says_so_of_its_best_rerun(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "constants", "console")
    text = (folder / "train.py").read_text()
    (folder / "train.py").write_text(text.replace("LR * error", "0.05 * error"))
    done, out = tune(folder, "--rounds", "2", "--only", "LR", "--", *command)
    assert out["best"] == 0, done.stdout
    assert "Cannot tell: " in advisor(folder, "compare").stdout


def test_a_round_that_was_broken_off_is_repeated_under_its_number(tmp_path):
    from advisor.tune.limits import Tunable
    from advisor.tune.rounds import Context, Rounds

    found = Tunable({"lr": FloatDistribution(1e-3, 1.0, log=True)}, {"lr": 0.1}, {}, (), {}, {})
    rounds = Rounds.start(tmp_path, Context(("python", "x.py"), str(tmp_path), 5, "loss", "min"), found)
    first = rounds.ask()
    rounds.tell(first, None, 1.0)
    trials = [rounds.ask(), rounds.ask()]
    assert [rounds.number_of(t.number) for t in trials] == [1, 2]
    rounds.tell(trials[1], None, 0.5)
    rounds.interrupted(trials[0])
    again = rounds.ask()
    rounds.tell(again, None, 0.7)
    numbers = [rounds.number_of(t.number) for t in rounds.done()]
    assert numbers == [0, 1, 2]


def test_a_round_goes_by_its_command_where_its_log_is_gone_with_the_copy(tmp_path):
    folder = tmp_path / "work"
    command = write_program(folder, "flags", "csv")
    done, _ = tune(folder, "--rounds", "1", "--", *command)
    assert done.returncode == 0, done.stderr
    records = json.loads(advisor(folder, "export", "--format", "json").stdout)
    assert records[0]["source"].endswith("train.py --lr 2e-5 --epochs 8")
    assert not any(".advisor" in record["source"] for record in records)
