"""What holds for every signal on every run: finite, within its range, scale-free, and never a warning."""

import math
import re
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.run import Role, Run, Series
from advisor.signals import GLOSSARY, measure

LOWER = {Role.TRAIN_METRIC: False, Role.VAL_METRIC: False, Role.TRAIN_LOSS: True, Role.VAL_LOSS: True}
RAW = {name for name, entry in GLOSSARY.items() if entry.raw}
AGAINST_A_CONSTANT = {name for name, entry in GLOSSARY.items() if entry.family == "chance"}
KINDS = ["any", "huge", "tiny", "levels", "special"]

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def series(role: Role, values, places=None) -> Series:
    y = np.asarray(values, dtype=np.float64)
    at = np.arange(y.size) if places is None else np.asarray(places)
    x = np.arange(y.size, dtype=np.float64)
    return Series(role.value, y, x, at.astype(np.int64), role=role, lower_is_better=LOWER.get(role))


@st.composite
def curves(draw):
    """Finite, huge, denormal, tied and non-finite values; 0 to 40 points."""
    kind = draw(st.sampled_from(KINDS))
    value = {
        "any": st.floats(-100, 100, allow_subnormal=False),
        "huge": st.floats(-1.7e308, 1.7e308),
        "tiny": st.floats(-1e-300, 1e-300),
        "levels": st.sampled_from([0.0, 1.0, 2.0, 2.5]),
        "special": st.sampled_from([math.nan, math.inf, -math.inf, 0.0, 1.0, 5e-324]),
    }[kind]
    return draw(st.lists(value, max_size=40))


@st.composite
def runs(draw):
    """A run with any of the roles, aligned or not."""
    made = []
    for role in draw(st.lists(st.sampled_from(list(Role)), unique=True)):
        values = draw(curves())
        places = sorted(draw(st.lists(st.integers(0, 60), min_size=len(values), max_size=len(values))))
        made.append(series(role, values, places))
    return Run("any", tuple(made))


@settings(max_examples=150, deadline=None)
@given(runs())
def test_signals_are_finite_known_and_within_their_range(run):
    for name, value in measure(run).items():
        entry = GLOSSARY[name]
        assert math.isfinite(value)
        assert entry.low <= value <= entry.high, name


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-100, 100, allow_subnormal=False), min_size=1, max_size=40), st.integers(-20, 20))
def test_a_power_of_two_changes_nothing_at_all(values, exponent):
    values = [value if abs(value) > 1e-6 else 0.0 for value in values]
    scaled = [math.ldexp(value, exponent) for value in values]
    assert _scale_free(values) == _scale_free(scaled)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 80), st.floats(1e-6, 1e6))
def test_another_unit_changes_nothing(seed, points, factor):
    rng = np.random.default_rng(seed)
    values = np.exp(-3 * np.arange(points) / points) + 0.1 * rng.normal(size=points)
    before, after = _scale_free(values), _scale_free(values * factor)
    assert before.keys() == after.keys()
    for name, value in before.items():
        assert after[name] == pytest.approx(value, rel=1e-6, abs=1e-6), name


def _scale_free(values):
    """All signals of one curve in every role, but those in logged units and those against a constant."""
    y = np.asarray(values, dtype=np.float64)
    run = Run("x", tuple(series(role, y if role != Role.VAL_LOSS else y[::-1]) for role in Role))
    return {k: v for k, v in measure(run).items() if k not in RAW and k not in AGAINST_A_CONSTANT}


@pytest.mark.parametrize("values", [[], [1.0], [2.0, 1.0], [3.0, 2.0, 1.0], [0.0] * 30, [7.0] * 600])
@pytest.mark.parametrize("role", list(Role))
def test_short_and_constant_curves_are_measured_in_silence(values, role):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        signals = measure(Run("x", (series(role, values),)))
    if values and f"{role.value}.points" in GLOSSARY:
        assert signals[f"{role.value}.points"] == len(values)


def test_wild_values_leave_the_shape_alone():
    rng = np.random.default_rng(1)
    clean = np.exp(-4 * np.linspace(0, 1, 400)) + 0.02 * rng.normal(size=400)
    broken = clean.copy()
    broken[[150, 250, 350]] = [math.nan, math.inf, 1e6]
    shape = ["progress", "noise", "half_life", "late_slope", "swing", "plateau_length", "reversals"]
    before = measure(Run("x", (series(Role.TRAIN_LOSS, clean),)))
    after = measure(Run("x", (series(Role.TRAIN_LOSS, broken),)))
    for quantity in shape:
        name = f"train_loss.{quantity}"
        assert after[name] == pytest.approx(before[name], rel=0.1, abs=0.02), name
    assert after["train_loss.spikes"] == 1
    assert after["train_loss.spike_x"] == 350


def test_a_million_points_keep_one_spike_and_one_nan():
    rng = np.random.default_rng(2)
    n = 1_000_000
    y = 0.5 + np.exp(-4 * np.arange(n) / n) + 0.02 * rng.normal(size=n)
    y[700_000], y[800_000] = 50, math.nan
    val = y[999::1_000]
    train = series(Role.TRAIN_LOSS, y)
    signals = measure(Run("x", (train, series(Role.VAL_LOSS, val, np.arange(999, n, 1_000)))))
    assert signals["train_loss.points"] == n
    assert signals["train_loss.spikes"] == 1
    assert signals["train_loss.spike_x"] == 700_000
    assert signals["train_loss.first_non_finite_x"] == 800_000
    assert signals["train_loss.progress"] == pytest.approx((1 - math.exp(-4)) / 1.5, abs=0.02)
    assert signals["train_loss.noise"] == pytest.approx(0.02 / float(np.nanmedian(y[n // 3 :])), rel=0.1)
    assert abs(signals["gap.final"]) < 0.05


@pytest.mark.parametrize("points", [511, 512, 513, 1_000, 1_023, 1_025])
def test_binning_does_not_change_the_shape(points):
    y = np.linspace(2, 1, points)
    signals = measure(Run("x", (series(Role.TRAIN_LOSS, y),)))
    assert signals["train_loss.progress"] == pytest.approx(0.5, abs=0.01)
    assert signals["train_loss.area"] == pytest.approx(0.5, abs=0.01)
    assert signals["train_loss.late_slope"] == pytest.approx(-1, abs=0.02)
    assert signals["train_loss.plateau_length"] < 0.03
    assert signals["train_loss.rise"] < 0.01


def test_the_glossary_is_complete_and_bilingual():
    for name, entry in GLOSSARY.items():
        assert name == entry.name
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+[0-9]?(_[a-z]+)*", name), name
        assert entry.low < entry.high
        assert entry.unit
        assert entry.meaning.en.endswith(".")
        assert "{" not in entry.meaning.en + entry.meaning.zh
        assert re.search(r"[\u4e00-\u9fff]", entry.meaning.zh)
        assert entry.meaning.zh.endswith("。")


def test_signals_against_a_constant_say_so():
    for name in AGAINST_A_CONSTANT - {n for n in AGAINST_A_CONSTANT if n.endswith("chance_classes")}:
        assert "Compares with a constant." in GLOSSARY[name].meaning.en
