"""Better, worse, or cannot tell."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.experiment.compare import compare
from advisor.experiment.configuration import Difference, configuration_differences
from advisor.run import Hyperparameter, Role, Run, Series, Trust

LOWER = {Role.VAL_LOSS: True, Role.TRAIN_LOSS: True, Role.VAL_METRIC: False, Role.TRAIN_METRIC: False}
OPPOSITE = {"better": "worse", "worse": "better", "cannot tell": "cannot tell"}


def curve(y, role=Role.VAL_LOSS, name=None, x=None, x_kind="epoch"):
    y = np.asarray(y, dtype=float)
    x = np.arange(1.0, y.size + 1) if x is None else np.asarray(x, dtype=float)
    return Series(name or role.value, y, x, np.arange(y.size), x_kind, role, LOWER.get(role))


def run(*curves, **settings):
    found = tuple(
        Hyperparameter(name, value, name, "command line", Trust.COMMAND_LINE)
        for name, value in settings.items()
    )
    return Run("log", curves, hyperparameters=found)


def falling(floor, n=40, noise=0.0, seed=0):
    wobble = np.random.default_rng(seed).normal(0, noise, n) if noise else 0.0
    return floor + 2.0 * 0.85 ** np.arange(n) + wobble


def test_a_lower_validation_loss_is_better():
    result = compare(run(curve(falling(0.5))), run(curve(falling(0.3))))
    assert result.verdict == "better"
    assert (result.metric, result.role, result.lower_is_better) == ("val_loss", Role.VAL_LOSS, True)
    assert result.before == pytest.approx(0.5, rel=0.02)
    assert result.after == pytest.approx(0.3, rel=0.02)
    assert result.difference == result.after - result.before
    assert result.relative == pytest.approx(-0.4, rel=0.02)
    assert result.until is None
    assert "0.5" in result.sentence.en
    assert "-39." in result.sentence.en or "-40." in result.sentence.en
    assert result.sentence.en.startswith("Better: validation loss (val_loss) ")
    assert result.sentence.zh.startswith("更好：验证损失（val_loss）")


def test_a_higher_accuracy_is_better():
    result = compare(
        run(curve(1 - falling(0.4) / 3, Role.VAL_METRIC)), run(curve(1 - falling(0.1) / 3, Role.VAL_METRIC))
    )
    assert (result.verdict, result.lower_is_better) == ("better", False)


def test_a_short_run_that_blew_up_is_told_from_one_that_fell():
    blown, fell = run(curve([2.4, 9, 41, 12, 35, 22])), run(curve([1.9, 0.7, 0.4, 0.2, 0.15, 0.13]))
    assert compare(blown, fell).verdict == "better"
    assert compare(fell, blown).verdict == "worse"
    assert compare(run(curve([2.4, 1.0, 0.3])), run(curve([1.9, 0.7, 0.4]))).verdict == "cannot tell"


def test_a_run_that_grew_without_bound_is_worse_than_one_that_fell():
    grown = run(curve(100 * 2.25 ** np.arange(24)))
    result = compare(grown, run(curve(falling(0.1, n=24))))
    assert result.verdict == "better"
    assert compare(run(curve(falling(0.1, n=24))), grown).verdict == "worse"


def test_a_run_that_fell_from_far_off_and_stayed_high_is_told_from_one_that_learned():
    high = np.concatenate([[311_000.0, 9_000, 700, 120], np.linspace(75, 60, 17)])
    learned = 0.17 + 1.8 * 0.7 ** np.arange(40)
    result = compare(run(curve(high)), run(curve(learned)))
    assert result.verdict == "better"
    assert abs(result.difference) > result.noise
    assert compare(run(curve(learned)), run(curve(high))).verdict == "worse"


def test_two_seeds_of_one_setting_cannot_be_told_apart():
    one, other = (run(curve(falling(0.5, noise=0.02, seed=seed))) for seed in (1, 2))
    result = compare(one, other)
    assert result.verdict == "cannot tell"
    assert 0 < abs(result.difference) < result.noise
    assert "within the noise" in result.sentence.en


def test_a_noisier_pair_needs_a_larger_difference():
    noises = [
        compare(run(curve(falling(0.5, noise=s))), run(curve(falling(0.45, noise=s)))).noise
        for s in (0, 0.05, 0.2)
    ]
    assert noises[0] < noises[1] < noises[2]
    assert (
        compare(run(curve(falling(0.5, noise=0.3))), run(curve(falling(0.3, noise=0.3, seed=1)))).verdict
        == "cannot tell"
    )


def test_one_lucky_value_and_one_spike_decide_nothing():
    before, lucky, spiked = falling(0.5), falling(0.5), falling(0.5)
    lucky[-5] = 0.01
    spiked[-1] = 50.0
    assert compare(run(curve(before)), run(curve(lucky))).verdict == "cannot tell"
    assert compare(run(curve(before)), run(curve(spiked))).verdict == "cannot tell"


def test_validation_loss_comes_before_metric_before_training_loss():
    train, metric, loss = (
        curve(falling(1.0), Role.TRAIN_LOSS),
        curve(falling(1.0), Role.VAL_METRIC),
        curve(falling(1.0)),
    )
    assert compare(run(train, metric, loss), run(train, metric, loss)).role == Role.VAL_LOSS
    assert compare(run(train, metric), run(train, metric, loss)).role == Role.VAL_METRIC
    assert compare(run(train), run(train, metric, loss)).role == Role.TRAIN_LOSS


def test_a_validation_at_the_start_alone_does_not_hide_the_training_loss():
    bad, good = (run(curve([6.9]), curve(falling(floor), Role.TRAIN_LOSS)) for floor in (0.5, 0.1))
    assert (compare(bad, good).verdict, compare(bad, good).role) == ("better", Role.TRAIN_LOSS)
    assert compare(run(curve([6.9])), run(curve([6.8]))).role == Role.VAL_LOSS


def test_the_same_metric_is_compared_not_just_the_same_role():
    def metrics(*names):
        return run(*(curve(falling(0.5), Role.VAL_METRIC, name) for name in names))

    assert compare(metrics("f1", "accuracy"), metrics("accuracy")).metric == "accuracy"


def test_runs_without_a_common_curve():
    result = compare(run(curve(falling(0.5))), run(curve(falling(0.5), Role.LEARNING_RATE)))
    assert (result.verdict, result.metric, result.role) == ("cannot tell", "", None)
    assert "in common" in result.sentence.en
    assert compare(run(), run()).verdict == "cannot tell"


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_points(n):
    result = compare(run(curve(falling(0.5, n))), run(curve(falling(0.1))))
    assert result.verdict == "cannot tell"
    assert "fewer than three" in result.sentence.en


def test_a_run_that_went_non_finite_is_worse_than_any_other():
    good = run(curve(falling(5.0)))
    broken = falling(0.1)
    broken[20:] = np.nan
    result = compare(good, run(curve(broken)))
    assert result.verdict == "worse"
    assert result.before == pytest.approx(5.0, rel=0.01)
    assert math.isnan(result.after)
    assert "non-finite" in result.sentence.en
    assert compare(run(curve(broken)), good).verdict == "better"
    assert compare(run(curve(broken)), run(curve(broken))).verdict == "cannot tell"


def test_a_training_loss_that_went_non_finite_counts_too():
    broken = falling(0.1)
    broken[-1] = np.inf
    good = run(curve(falling(0.5)), curve(falling(0.5), Role.TRAIN_LOSS))
    assert compare(good, run(curve(falling(0.1)), curve(broken, Role.TRAIN_LOSS))).verdict == "worse"
    assert compare(run(curve(broken, Role.TRAIN_LOSS)), good).verdict == "better"


def test_one_nan_in_the_middle_is_no_end():
    y = falling(0.3)
    y[30] = np.nan
    assert compare(run(curve(falling(0.5))), run(curve(y))).verdict == "better"


def test_runs_of_different_length_are_compared_at_equal_steps():
    result = compare(run(curve(falling(0.5))), run(curve(falling(0.5, 20))))
    assert (result.verdict, result.until, result.x_kind) == ("cannot tell", 20.0, "epoch")
    assert "up to epoch 20, which both runs reached" in result.sentence.en
    assert "epoch 20" in result.sentence.zh


def test_where_the_length_is_what_was_changed_all_of_both_runs_counts():
    slow = 0.1 + 2.0 * 0.97 ** np.arange(100)
    result = compare(run(curve(slow[:50]), epochs=50), run(curve(slow), epochs=100))
    assert (result.verdict, result.until) == ("better", None)
    assert compare(run(curve(slow[:50])), run(curve(slow))).verdict == "cannot tell"


def test_steps_of_different_batch_sizes_are_compared_at_equal_samples():
    def logged(n, every):
        return curve(falling(0.5, n), x=np.arange(1, n + 1) * every, x_kind="step")

    result = compare(run(logged(40, 100), batch_size=32), run(logged(40, 50), batch_size=64))
    assert (result.verdict, result.until) == ("cannot tell", None)


def test_hyperparameters_that_differ_are_named():
    result = compare(run(curve(falling(0.5)), lr=0.1, seed=1), run(curve(falling(0.3)), lr=0.03, seed=1))
    assert result.configuration == (Difference("lr", "lr", 0.1, 0.03),)


@pytest.mark.parametrize(
    ("steps", "told"),
    [((60, 7), ("epochs",)), ((600, 70), ("epochs", "max_steps")), (("a", "b"), ("epochs",))],
)
def test_a_length_that_the_log_counts_is_told_once(steps, told):
    def of(epochs, counted):
        bar = Hyperparameter("max_steps", counted, "max_steps", "log line 1", Trust.PRINTED)
        flag = Hyperparameter("epochs", epochs, "epochs", "command line", Trust.COMMAND_LINE)
        return Run("log", (), hyperparameters=(flag, bar) if isinstance(counted, int) else (flag,))

    found = configuration_differences(of(60, steps[0]), of(7, steps[1]))
    assert tuple(difference.name for difference in found) == told


def test_configurations_meet_by_name_then_by_role_and_new_flags_count():
    def settings(*items):
        return Run("log", (), hyperparameters=tuple(Hyperparameter(n, v, r, "x", t) for n, v, r, t in items))

    flag, printed = Trust.COMMAND_LINE, Trust.PRINTED
    before = settings(
        ("lr", "0.1", "learning_rate", printed), ("x", 1, None, printed), ("wd", 0.1, "weight_decay", flag)
    )
    after = settings(
        ("--lr", 0.1, "learning_rate", flag), ("y", 1, None, printed), ("drop", 0.5, "dropout", flag)
    )
    assert configuration_differences(before, after) == (
        Difference("drop", "dropout", None, 0.5),
        Difference("wd", "weight_decay", 0.1, None),
    )


@pytest.mark.parametrize(
    ("name", "first", "told"),
    [("Config.LR", 0.9, ["LR"]), ("Config.LR", 0.8, ["LR", "Config.LR"]), ("wd", 0.9, ["LR", "wd"])],
)
def test_a_change_that_is_recorded_under_a_longer_name_too_is_told_once(name, first, told):
    def of(rate, other):
        printed = Hyperparameter("LR", rate, None, "log line 1", Trust.PRINTED)
        return Run("log", (), hyperparameters=(printed, Hyperparameter(name, other, None, "x", Trust.SCRIPT)))

    assert [d.name for d in configuration_differences(of(0.9, first), of(0.01, 0.01))] == told


def test_the_names_of_curves_are_cleaned():
    evil = curve(falling(0.5), name="loss\x1b[2J")
    assert "\x1b" not in compare(run(evil), run(evil)).sentence.en


def test_a_million_points_are_bounded():
    y = falling(0.5, 1_000_000, noise=0.1)
    assert compare(run(curve(y, Role.TRAIN_LOSS)), run(curve(y * 0.5, Role.TRAIN_LOSS))).verdict == "better"


values = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 3))
curves = st.lists(st.one_of(values, st.just(math.nan), st.just(math.inf)), min_size=0, max_size=60)
roles = st.sampled_from(list(LOWER))


@given(curves, roles)
def test_the_same_curve_twice_cannot_be_told_apart(y, role):
    assert compare(run(curve(y, role)), run(curve(y, role))).verdict == "cannot tell"


@given(curves, curves, roles)
def test_exchanging_the_runs_exchanges_the_verdict(one, other, role):
    there, back = (
        compare(run(curve(one, role)), run(curve(other, role))),
        compare(run(curve(other, role)), run(curve(one, role))),
    )
    assert back.verdict == OPPOSITE[there.verdict]
    assert (there.difference is None) == (back.difference is None)
    if there.difference is not None:
        assert back.difference == -there.difference
        assert back.noise == there.noise


@given(curves, curves, st.sampled_from([Role.VAL_LOSS, Role.TRAIN_LOSS]), st.integers(-40, 40))
def test_scale_changes_no_verdict(one, other, role, power):
    factor = 2.0**power  # exact in binary, so that only the logic is tested
    plain = compare(run(curve(one, role)), run(curve(other, role)))
    scaled = compare(run(curve(np.multiply(one, factor), role)), run(curve(np.multiply(other, factor), role)))
    assert scaled.verdict == plain.verdict
    if plain.noise is not None:
        assert scaled.noise == pytest.approx(plain.noise * factor)
