"""Questions about many open runs at once, checked against the logs' own columns."""

import csv

import pytest

from advisor.chat.conversation import Conversation

NAMES = ("osc", "slow", "overfit", "diverge", "healthy", "noval", "stuck", "tinyval")


@pytest.fixture
def many(session, logs):
    session.open([str(logs / name) for name in NAMES])
    return Conversation(session)


def said(conversation, text):
    reply = conversation.reply(text)
    return " ".join(reply.plain(200).split())


def best(logs, name, column, pick=min):
    with (logs / name / "metrics.csv").open() as file:
        values = [row.get(column) for row in csv.DictReader(file)]
    finite = [float(value) for value in values if value not in (None, "", "nan", "inf")]
    return pick(finite) if finite else None


def in_order(answer, names):
    places = [answer.find(f"{name}/") for name in names]
    assert -1 not in places, (answer, names)
    assert places == sorted(places), (answer, names)


@pytest.mark.parametrize("text", ["how many runs are loaded", "一共有几个训练"])
def test_open_runs_are_counted(many, text):
    reply = many.reply(text)
    assert str(len(NAMES)) in reply.plain(200).split("\n")[0]


def test_runs_are_ranked_by_their_own_columns(many, logs):
    scores = {name: best(logs, name, "val_loss") for name in NAMES if best(logs, name, "val_loss")}
    order = sorted(scores, key=scores.__getitem__)
    top = said(many, "top 3 by val_loss")
    in_order(top, order[:3])
    assert f"{order[3]}/" not in top
    in_order(said(many, "worst 2 by val loss"), order[::-1][:2])
    assert said(many, "which run has the lowest val loss").startswith(f"{order[0]}/")
    accuracy = {name: best(logs, name, "val_acc", max) for name in scores if best(logs, name, "val_acc", max)}
    assert f"{max(accuracy, key=accuracy.__getitem__)}/" in said(many, "rank them by val_acc")[:60]


def test_runs_are_picked_by_what_was_found(many, session):
    overfit = {
        i.run.source for i in session.assessments if any(f.problem.value == "overfitting" for f in i.findings)
    }
    assert overfit
    answer = said(many, "which runs overfit")
    assert all(f"{source.split('/')[-2]}/" in answer for source in overfit)
    assert "healthy/" not in answer
    assert "diverge/" in said(many, "which ones diverged or hit nan")
    assert "healthy/" in said(many, "which runs are healthy")


def test_runs_are_picked_by_settings_and_scores(many, logs):
    low = said(many, "runs with lr < 0.002")
    assert "slow/" in low
    assert "overfit/" in low
    assert "osc/" not in low
    assert "osc/" in said(many, "runs with a learning rate above 0.3")
    good = said(many, "runs where val accuracy > 0.9")
    for name in NAMES:
        reached = best(logs, name, "val_acc", max)
        assert (f"{name}/" in good) == (reached is not None and reached > 0.9)
    assert "noval/" in said(many, "which runs have no validation loss")


def test_what_was_picked_goes_on(many):
    said(many, "runs with lr < 0.002")
    answer = said(many, "sort those by val_loss")
    assert "slow/" in answer
    assert "osc/" not in answer


def test_nothing_that_fits_is_an_answer(many):
    assert said(many, "runs with batch size above 100000").startswith("Not one of 8 runs")


def test_means_are_those_of_the_best_values(many, logs):
    values = [value for name in NAMES if (value := best(logs, name, "val_loss")) is not None]
    mean = float(f"{sum(values) / len(values):.4g}")
    told = said(many, "average best val loss across all runs").split(" is ")[1].split(";")[0]
    assert float(told) == pytest.approx(mean)


def test_groups_and_tables_hold_the_settings(many):
    grouped = said(many, "group the runs by learning rate")
    assert "0.45" in grouped
    assert "0.0005" in grouped
    table = said(many, "show me a table: run, lr, best val loss")
    assert "learning rate" in table
    assert "0.45" in table


def test_runs_are_stepped_through_and_closed(many, session):
    many.reply("open the best one")
    first = session.current
    many.reply("next run")
    assert session.current is not first
    many.reply("go back to the previous one")
    assert session.current is first
    assert "no longer" in said(many, "close the slow ones")
    assert all("slow" not in item.run.source for item in session.assessments)


def test_two_runs_are_called_by_a_part_of_their_names(session, tmp_path, logs):
    for name in ("A2_rope_seed1", "A3_alibi_seed1"):
        source = logs / ("osc" if "rope" in name else "healthy") / "metrics.csv"
        (tmp_path / f"{name}.csv").write_bytes(source.read_bytes())
    session.open([str(tmp_path / "A2_rope_seed1.csv"), str(tmp_path / "A3_alibi_seed1.csv")])
    assert "not logged" in said(Conversation(session), "compare A2_rope and A3_alibi")
    talk = Conversation(session)
    reply = talk.reply("is rope better than alibi?")
    assert reply.intent == "compare_runs"
    assert "A2_rope" in reply.plain(200)
    assert "A3_alibi" in reply.plain(200)
    assert "best val_loss 0.139" in said(talk, "what about A2_rope") or "0.139" in said(
        talk, "what about A2_rope"
    )


def test_one_open_run_is_no_list(talk):
    assert "1 run" in talk("osc").reply("how many runs are open").plain(200)


def test_a_ranked_run_is_spoken_of_by_its_place(many, logs):
    scores = {name: best(logs, name, "val_loss") for name in NAMES if best(logs, name, "val_loss")}
    said(many, "worst 3 by val loss")
    assert f"Of {max(scores, key=scores.__getitem__)}" in said(many, "why is the first one bad")


def test_broken_runs_are_those_with_findings(many):
    answer = said(many, "which of these are broken")
    assert "overfit/" in answer
    assert "diverge/" in answer
    assert "healthy/" not in answer


def test_only_the_best_are_exported_where_that_is_asked(many, session, logs):
    scores = {name: best(logs, name, "val_loss") for name in NAMES if best(logs, name, "val_loss")}
    said(many, "rank them by val loss")
    said(many, "export just the top 2")
    chosen = [session.assessments[place].run.source for place in many.dialogue.waiting.some]
    assert [source.split("/")[-2] for source in chosen] == sorted(scores, key=scores.__getitem__)[:2]
