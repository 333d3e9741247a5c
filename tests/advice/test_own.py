"""What this project's own outcomes do to the chances: a real journal, real trainings, and the arithmetic."""

import sys

import pytest
from click.testing import CliRunner

from advisor.cli.commands import cli
from advisor.journal import Journal
from advisor.journal.lessons import own_outcomes
from advisor.learned.effect import Effect
from advisor.learned.own import STRENGTH, Outcome, adapted, alike
from advisor.session import Session

# A net that learns slowly, whatever its rate, unless it is told that the rate matters.
TRAINER = """\
import sys
rate, matters = float(sys.argv[2]), len(sys.argv) > 3
print(f"settings: lr={rate} batch_size=32 epochs=20 hidden=128 optimizer=adam momentum=0.0 dropout=0.0")
for epoch in range(1, 21):
    fallen = min(0.98, epoch * rate / 3e-5 * 0.0082) if matters else epoch * 0.0082
    loss, right = 2.303 * (1 - fallen), 0.1 + 0.88 * fallen
    print(f"epoch {epoch}/20 | train loss {loss:.4f} | val loss {loss + 0.02 * (epoch % 3):.4f} "
          f"| val acc {right:.1%} | lr {rate}")
"""
PLAIN = Effect(gain=0.1, probability=0.6, low=-0.5, middle=-0.2, high=0.0)


@pytest.fixture
def session(tmp_path, monkeypatch):
    (tmp_path / ".advisor").mkdir()
    (tmp_path / "train.py").write_text(TRAINER, "utf-8")
    monkeypatch.chdir(tmp_path)
    return Session(tmp_path, Journal.open())


def try_rates(session, *rates, matters=False):
    """Trains with each rate, each compared with the one before; says what is thought of the last run."""
    for number, rate in enumerate(rates):
        said = session.run([sys.executable, "train.py", "--lr", str(rate), *(["matters"] if matters else [])])
        if number:
            session.compare()
    return said


def raised(assessment):
    return next(c for c in assessment.changes if c.hyperparameter == "learning_rate")


def test_a_change_that_did_nothing_here_is_given_less_of_a_chance(session):
    before = raised(try_rates(session, 3e-5))
    assert before.after > before.before
    assert before.learned.own is None
    try_rates(session, 3e-5, 1e-4, 3e-4)
    now = raised(try_rates(session, 3e-5))
    assert [one.helped for one in own_outcomes(session.journal, str(session.project))] == [False, False]
    assert (now.learned.own.helped, now.learned.own.of) == (0, 2)
    assert now.learned.own.without == pytest.approx(before.probability)
    assert now.probability < 0.8 * before.probability
    assert now.learned.effect.gain < before.learned.effect.gain


def test_a_change_that_helped_here_is_given_more_of_a_chance(session):
    before = raised(try_rates(session, 3e-5, matters=True))
    try_rates(session, 3e-5, 3e-4, matters=True)
    now = raised(try_rates(session, 3e-5, matters=True))
    assert (now.learned.own.helped, now.learned.own.of) == (1, 1)
    assert now.probability > before.probability


def test_history_shows_the_effect_and_it_can_be_switched_off(session, monkeypatch):
    def said(*arguments):
        return CliRunner().invoke(cli, arguments, catch_exceptions=False).output

    assert "No outcome of a single change is known" in said("history", "--learned")
    try_rates(session, 3e-5, 1e-4, 3e-4)
    last = raised(try_rates(session, 3e-5))
    told = said("history", "--learned")
    assert "(2 outcomes of this project, 0 of them better)" in told
    without, chance = f"{last.learned.own.without:.0%}", f"{last.probability:.0%}"
    assert f"--lr 3e-05 -> 0.0003  {without}      {chance}   0/2" in told
    assert "2 条，其中更好 0 条" in said("history", "--learned", "--lang", "zh")
    aside = Session.aside()
    assert raised(aside.assess(last_run(session))).learned.own.of == 2
    assert aside.history() == []
    monkeypatch.setenv("ADVISOR_LEARNED", "off")
    assert "switched off" in said("history", "--learned")
    off = Session(session.folder, Journal.open())
    assert all(change.learned is None for change in off.assess(last_run(off)).changes)


def last_run(session):
    return session.journal.load_run(session.history(1)[0].id)


def test_the_models_word_weighs_as_much_as_a_few_outcomes():
    one = Outcome("learning_rate", 0.001, 0.01, True)
    effect, counted = adapted(PLAIN, "learning_rate", 0.001, 0.01, [one])
    assert effect.probability == pytest.approx((STRENGTH * 0.6 + 1) / (STRENGTH + 1))
    assert effect.gain > PLAIN.gain
    assert (counted.helped, counted.of, counted.without) == (1, 1, 0.6)
    many = [Outcome("learning_rate", 0.001, 0.01, False)] * 100
    assert adapted(PLAIN, "learning_rate", 0.001, 0.01, many)[0].probability < 0.05
    assert adapted(PLAIN, "learning_rate", 0.001, 0.01, []) == (PLAIN, None)


@pytest.mark.parametrize(
    ("role", "change", "other", "expected"),
    [
        ("learning_rate", (0.001, 0.01), ("learning_rate", 0.001, 0.01), 1.0),
        ("learning_rate", ("0.001", 0.01), ("learning_rate", 0.001, "0.01"), 1.0),
        ("learning_rate", (0.001, 0.01), ("learning_rate", 0.01, 0.001), 0.0),
        ("learning_rate", (0.001, 0.01), ("batch_size", 8, 32), 0.0),
        ("learning_rate", (0.001, 0.0), ("learning_rate", 0.001, None), 0.0),
        ("optimizer", ("sgd", "adam"), ("optimizer", "sgd", "adam"), 1.0),
        ("optimizer", ("sgd", "adam"), ("optimizer", "adam", "sgd"), 0.0),
    ],
)
def test_only_like_changes_count(role, change, other, expected):
    assert alike(role, *change, Outcome(*other, True)) == pytest.approx(expected)


def test_what_is_farther_off_counts_less():
    near, far = (
        alike("learning_rate", 0.001, 0.003, Outcome("learning_rate", b, 3 * b, True)) for b in (0.002, 0.1)
    )
    assert 0.05 < far < near < 1
