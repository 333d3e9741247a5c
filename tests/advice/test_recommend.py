"""Changes are concrete: in the user's own names and values, ranked, never two that are opposite."""

import math
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.advice import assess, recommend
from advisor.advice.recommendation import OF_NETS
from advisor.advice.rounding import SHARES, WHOLE, as_number, tidy
from advisor.diagnosis import load_rulebook
from advisor.diagnosis.finding import Finding, Severity
from advisor.run import Hyperparameter, Role, Run, Series, Trust
from advisor.signals import measure
from advisor.vocabulary.lengths import LENGTHS

RULEBOOK = load_rulebook()


def curve(y, role, name=None):
    y = np.asarray(y, dtype=float)
    lower = True if role in (Role.TRAIN_LOSS, Role.VAL_LOSS) else None
    return Series(name or role.value, y, np.arange(1.0, y.size + 1), np.arange(y.size), "epoch", role, lower)


def diverged(*hyperparameters, learning_rate=None):
    y = 2.3 * np.exp(np.arange(30) * 0.5)
    y[20:] = math.nan
    curves = [curve(y, Role.TRAIN_LOSS)]
    if learning_rate is not None:
        curves.append(curve(np.full(30, learning_rate), Role.LEARNING_RATE, "lr"))
    return Run("log", tuple(curves), hyperparameters=hyperparameters)


def rate_change(run):
    changes = assess(run, RULEBOOK).changes
    return next(c for c in changes if c.hyperparameter == "learning_rate")


def stated(name, value, role, trust=Trust.COMMAND_LINE):
    return Hyperparameter(name, value, role, "command line", trust)


def test_the_change_is_in_the_users_own_name_and_value():
    change = rate_change(diverged(stated("--lr", 0.5, "learning_rate")))
    assert (change.name, change.before) == ("--lr", 0.5)
    assert 0 < change.after < 0.5
    assert change.number == 1


def test_boosted_trees_are_offered_nothing_that_only_nets_have():
    losses = [0.14, 0.07, 0.03, 0.11, 3.1, 15.8, *[14.8] * 18]
    net = Run("log", (curve(losses, Role.TRAIN_LOSS),))
    trees = Run("log", (curve(losses, Role.TRAIN_LOSS, "training's binary_logloss"),))

    of_net, of_trees = ({c.hyperparameter for c in assess(run, RULEBOOK).changes} for run in (net, trees))

    assert {"learning_rate", "gradient_clipping", "warmup_ratio"} <= of_net
    assert "learning_rate" in of_trees
    assert not of_trees & OF_NETS


def test_the_leaves_that_boosted_trees_state_may_change():
    settled = 0.45 + 0.3 * 0.5 ** np.arange(60)
    train = curve(settled, Role.TRAIN_LOSS, "training's binary_logloss")
    held_out = curve(settled + 0.01, Role.VAL_LOSS, "valid's binary_logloss")
    leaves = stated("num_leaves", 255, "hidden_units", Trust.CONFIG_FILE)
    known, unknown = (Run("log", (train, held_out), hyperparameters=h) for h in ((leaves,), ()))
    (change,) = (c for c in assess(known, RULEBOOK).changes if c.hyperparameter == "hidden_units")
    assert (change.name, change.before) == ("num_leaves", 255)
    assert not any(c.hyperparameter == "hidden_units" for c in assess(unknown, RULEBOOK).changes)


def test_a_value_given_as_text_is_a_number_all_the_same():
    assert rate_change(diverged(stated("lr", "1e-1", "learning_rate"))).before == 0.1


def test_without_a_stated_value_the_curve_tells_it():
    change = rate_change(diverged(learning_rate=0.25))
    assert (change.name, change.before) == ("lr", 0.25)


def test_where_nothing_tells_the_value_the_change_is_relative_and_says_so():
    change = rate_change(diverged())
    assert change.before is None
    assert change.after is None
    assert change.factor < 1


def test_the_most_trusted_value_is_the_one_that_is_changed():
    run = diverged(
        stated("lr", 0.1, "learning_rate", Trust.PRINTED),
        stated("--rate", 0.7, "learning_rate", Trust.COMMAND_LINE),
    )
    assert rate_change(run).before == 0.7


def test_numbers_run_from_one_and_no_hyperparameter_is_changed_twice():
    changes = assess(diverged(stated("--lr", 0.5, "learning_rate")), RULEBOOK).changes
    assert [c.number for c in changes] == list(range(1, len(changes) + 1))
    named = [c.hyperparameter for c in changes if c.hyperparameter]
    assert len(named) == len(set(named))


def test_a_change_that_two_findings_propose_serves_both():
    assessment = assess(diverged(stated("--lr", 0.5, "learning_rate")), RULEBOOK)
    proposing = {
        f.code for f in assessment.findings
        if any(c.hyperparameter == "learning_rate" and c.multiply is not None for c in f.rule.changes)
    }  # fmt: skip
    change = next(c for c in assessment.changes if c.hyperparameter == "learning_rate")
    assert len(proposing) >= 2
    assert all(change.serves(code) for code in proposing)


def improving(*hyperparameters, name="train_loss", x_kind="epoch"):
    losses = replace(curve(2.3 * 0.95 ** np.arange(30), Role.TRAIN_LOSS, name), x_kind=x_kind)
    return Run("log", (losses,), hyperparameters=hyperparameters)


@pytest.mark.parametrize(
    ("run", "role", "before", "after"),
    [
        (improving(), "epochs", None, None),
        (improving(stated("--epochs", 30, "epochs")), "epochs", 30, 60),
        (improving(stated("max_iter", 9000, "max_steps")), "max_steps", 9000, 18000),
        (improving(x_kind="step"), "max_steps", None, None),
        (improving(stated("--epochs", 30, "epochs"), x_kind="step"), "epochs", 30, 60),
        (improving(name="learn/Logloss"), "rounds", None, None),
        (improving(name="training binary_logloss", x_kind="step"), "rounds", None, None),
        (improving(stated("iterations", 30, "rounds")), "rounds", 30, 60),
        (improving(stated("n_timesteps", -1, "max_steps")), "epochs", None, None),
        (improving(stated("max_epochs", -1, "epochs")), "epochs", None, None),
    ],
)
def test_a_longer_training_is_asked_for_by_what_holds_its_length(run, role, before, after):
    lengths = [c for c in assess(run, RULEBOOK).changes if c.hyperparameter in LENGTHS]
    assert [(c.hyperparameter, c.before, c.after) for c in lengths] == [(role, before, after)]


def test_a_healthy_run_is_left_alone():
    y = 2.3 * 0.8 ** np.arange(40) + 0.05
    run = Run("log", (curve(y, Role.TRAIN_LOSS), curve(y + 0.02, Role.VAL_LOSS)))
    severe = [c for c in assess(run, RULEBOOK).changes if c.finding.severity > 0]
    assert severe == []


def test_a_rules_own_order_stands_until_reruns_say_otherwise(monkeypatch):
    finding = next(f for f in assess(diverged(), RULEBOOK).findings if len(f.rule.changes) >= 3)
    run = diverged()

    def order(counts):
        monkeypatch.setattr(
            "advisor.advice.recommendation.helped_counts", lambda code, index: counts.get(index)
        )
        return [(c.hyperparameter, c.do) for c in recommend(run, [finding], measure(run))]

    unmeasured = order({})
    named = [(c.hyperparameter, c.do) for c in finding.rule.changes]
    assert unmeasured == [pair for pair in dict.fromkeys(named) if pair in unmeasured]
    first, last = unmeasured[0], unmeasured[-1]
    assert order({i: (12, 12) for i, pair in enumerate(named) if pair == last})[0] == last
    assert order({i: (0, 12) for i, pair in enumerate(named) if pair == first})[-1] == first


def test_a_handful_of_reruns_does_not_turn_a_rules_order_around(monkeypatch):
    y = np.tile([2.3, 1.1, 1.9, 0.8], 10)
    run = Run("log", (curve(y, Role.TRAIN_LOSS), curve(np.full(40, 0.1), Role.LEARNING_RATE, "lr")))
    finding = next(f for f in assess(run, RULEBOOK).findings if f.code == "STB202")

    def first(counts):
        monkeypatch.setattr(
            "advisor.advice.recommendation.helped_counts", lambda code, index: counts.get(index)
        )
        return recommend(run, [finding], measure(run))[0].hyperparameter

    assert first({0: (2, 5), 1: (1, 5), 2: (3, 5)}) == "learning_rate"
    assert first({0: (2, 60), 1: (1, 60), 2: (55, 60)}) == "scheduler"


def test_of_two_changes_that_work_against_each_other_the_first_stays(monkeypatch):
    finding = assess(diverged(), RULEBOOK).findings[0]
    first = finding.rule.changes[0]
    more = msgspec.structs.replace(first, hyperparameter="layers", multiply=2.0, set=None, when=None)
    less = msgspec.structs.replace(more, hyperparameter="hidden_units", multiply=0.5)
    slower = msgspec.structs.replace(more, hyperparameter="learning_rate", multiply=0.1)
    both = replace(finding, rule=msgspec.structs.replace(finding.rule, changes=(more, less)))
    run = diverged()
    assert [c.hyperparameter for c in recommend(run, [both], measure(run))] == ["layers"]
    same = replace(finding, rule=msgspec.structs.replace(finding.rule, changes=(more, slower)))
    assert len(recommend(run, [same], measure(run))) == 2


def test_a_doubt_about_the_data_does_not_lead_where_the_run_is_healthy():
    rules = {rule.code: rule for rule in RULEBOOK.rules}
    leak, longer, well = (
        Finding(rules[code], Severity.INFO, chance, (), ())
        for code, chance in (("VAL102", 0.8), ("CNV302", 0.6), ("LIM301", None))
    )
    run = Run("log", (curve(np.linspace(2, 1, 10), Role.TRAIN_LOSS),))
    assert recommend(run, [leak, longer, well], {})[0].finding is longer
    assert recommend(run, [leak, longer], {})[0].finding is leak
    assert recommend(run, [leak, well], {})[0].finding is leak


def test_no_findings_no_changes():
    run = diverged()
    assert recommend(run, (), measure(run)) == ()


@pytest.mark.parametrize(
    ("value", "role", "like", "expected"),
    [
        (0.2 * 0.3, "learning_rate", 0.2, 0.06),
        (0.0123456, "learning_rate", None, 0.012),
        (128.0, "batch_size", 64, 128),
        (127.3, "epochs", 60, 130),
        (0.4, "batch_size", 1, 1),
        (1.4, "dropout", 0.7, 0.9),
        (-0.1, "dropout", 0.1, 0.0),
        (33.3, None, 10, 33),
    ],
)
def test_tidy(value, role, like, expected):
    result = tidy(value, role, like)
    assert result == expected
    assert isinstance(result, type(expected))


@given(st.floats(min_value=1e-12, max_value=1e12), st.sampled_from([None, "learning_rate", *WHOLE, *SHARES]))
def test_tidy_stays_where_a_role_makes_sense(value, role):
    result = tidy(value, role)
    assert math.isfinite(result)
    if role in WHOLE:
        assert isinstance(result, int)
        assert result >= 1
    if role in SHARES:
        low, high = SHARES[role]
        assert low <= result <= high


@pytest.mark.parametrize("value", [None, True, "adam", "", float("nan"), float("inf")])
def test_what_is_no_number(value):
    assert as_number(value) is None


@pytest.mark.parametrize("first", [0, 1])
def test_to_stop_at_the_best_epoch_it_has_to_be_reached_whatever_the_first_is_called(first):
    epochs = np.arange(40)
    train = curve(2.3 * 0.9**epochs, Role.TRAIN_LOSS)
    val = curve(1 + 0.05 * np.abs(epochs - 10), Role.VAL_LOSS)
    curves = tuple(replace(one, x=one.x - 1 + first) for one in (train, val))
    run = Run("log", curves, hyperparameters=(stated("--epochs", 40, "epochs"),))
    (change,) = (c for c in assess(run, RULEBOOK, learned=False).changes if c.hyperparameter == "epochs")
    assert change.after == 11, "the best is the eleventh"
