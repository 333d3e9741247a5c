"""The effect model: its trees are scikit-learn's, its table is what happened, and it reads a run."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from advisor.corpus.__main__ import TABLE
from advisor.corpus.adapting import adapting_lines
from advisor.corpus.build import build_shard
from advisor.corpus.fit import OF_VALIDATION, inputs_of, trees_of
from advisor.corpus.logged import as_run
from advisor.corpus.policies import always, cases_of, textbook
from advisor.corpus.report import Judged, apart, share_apart, share_of_best
from advisor.corpus.setting import Conditions, Setting, Shape
from advisor.corpus.shards import read_shard
from advisor.corpus.table import read_table, table_of, write_table
from advisor.corpus.trainer import train_together
from advisor.learned.effect import columns, row, shipped_effect_model
from advisor.learned.hyper import NAMES, STANDARDISED, encode, moves, stated
from advisor.readers import read_paths
from advisor.run import Role
from advisor.signals import measure
from advisor.trees import Trees

SAMPLES = Path(__file__).parents[2] / "sample_logs"


def test_the_trees_predict_what_scikit_learn_predicts(tmp_path: Path) -> None:
    from sklearn.ensemble import (
        HistGradientBoostingClassifier,
        HistGradientBoostingRegressor,
        VotingRegressor,
    )

    random = np.random.default_rng(0)
    x = random.normal(size=(400, 5)).astype(np.float32)
    x[random.random(x.shape) < 0.2] = np.nan
    y = np.nan_to_num(x[:, 0]) * 2 + np.isnan(x[:, 1])
    fitted = HistGradientBoostingRegressor(max_iter=20).fit(x, y)
    np.savez(tmp_path / "trees.npz", **trees_of(fitted).arrays("gain"))
    with np.load(tmp_path / "trees.npz", allow_pickle=False) as stored:
        ours = Trees.of_arrays("gain", stored)
    np.testing.assert_allclose(ours.predict(x), fitted.predict(x), atol=1e-5)
    classifier = HistGradientBoostingClassifier(max_iter=20).fit(x, y > 0)
    ours = trees_of(classifier)
    np.testing.assert_allclose(ours.predict(x), classifier.decision_function(x), atol=1e-4)
    members = [
        (str(s), HistGradientBoostingRegressor(max_iter=9, max_features=0.5, random_state=s)) for s in (0, 1)
    ]
    mean = VotingRegressor(members).fit(x, y)
    np.testing.assert_allclose(trees_of(mean).predict(x), mean.predict(x), atol=1e-5)


def test_what_counts_as_of_the_validation_needs_no_curve_of_the_training():
    (run,) = read_paths([SAMPLES / "keras-csv-overfitting"])
    assert {Role.TRAIN_LOSS, Role.TRAIN_METRIC, Role.VAL_LOSS, Role.VAL_METRIC} <= {
        s.role for s in run.series
    }
    of_validation = tuple(s for s in run.series if s.role in (Role.VAL_LOSS, Role.VAL_METRIC))
    whole, part = measure(run), measure(replace(run, series=of_validation))
    known = {str(name) for name in read_table(TABLE).signals} & whole.keys()
    assert {name for name in known if name.startswith(OF_VALIDATION)} == known & part.keys()


def test_a_change_moves_only_what_it_changes() -> None:
    now = {"learning_rate": 0.001, "optimizer": "Adam", "batch_size": 32, "activation": "relu"}
    moved = encode({**now, "learning_rate": 0.01, "batch_size": 8}) - encode(now)
    told = {name: value for name, value in zip(NAMES, moved, strict=True) if abs(value) > 1e-9}
    assert told == {
        "rate": pytest.approx(1),
        "batch": pytest.approx(-2),
        **{n: pytest.approx(np.nan, nan_ok=True) for n in told if n not in ("rate", "batch")},
    }
    assert len(row(["a"], {}, now, now)) == len(columns(["a"]))
    assert not np.isnan(row([], {}, {}, {"epochs": 4})[len(NAMES) + 1 : 2 * len(NAMES) + 1]).any()


def test_a_rate_moves_as_far_where_its_optimizer_is_not_stated():
    at = NAMES.index("rate")
    assert moves({"learning_rate": 0.01}, {"learning_rate": 0.1})[at] == pytest.approx(1)
    adam = {"learning_rate": 0.01, "optimizer": "adam"}
    assert moves(adam, {**adam, "learning_rate": 0.1})[at] == pytest.approx(1)
    assert moves(adam, {"learning_rate": 0.05, "optimizer": "sgd"})[at] == pytest.approx(-1)
    assert not moves({}, {"learning_rate": 0.1}).any()


def test_what_the_trees_see_is_the_same_in_the_fit_and_in_use():
    """A corpus log with and without what it states beside the rate, as `fit` and as the advice build it."""
    table = read_table(TABLE)
    signals, at = np.arange(5), int(np.flatnonzero((table.log_seed == 2) & np.isfinite(table.now).all(1))[0])
    change = np.flatnonzero((table.base == table.log_base[at]) & (table.change == "lr_x3"))
    adaptive = table.now[at, NAMES.index("adaptive")] == 1
    rate = float(10 ** table.now[at, NAMES.index("rate")] * (0.001 if adaptive else 0.05))
    names = [str(name) for name in table.signals[signals]]
    known = dict(zip(names, map(float, table.logs[at, signals]), strict=True))
    fitted, _ = inputs_of(table, change, (2,), signals, hidden=1.0)
    now = {"learning_rate": rate, STANDARDISED: bool(table.now[at, NAMES.index("standardised")])}
    used = row(names, known, now, {**now, "learning_rate": 3 * rate})
    np.testing.assert_allclose(used, fitted[0], rtol=1e-4, atol=1e-4)


def test_luck_that_one_seed_alone_has_is_no_gain():
    assert apart(np.array([0.5, 0.0]), np.array([0.0, 0.2])) == pytest.approx(0.0)
    assert apart(np.array([0.5, 0.0]), np.array([0.3, 0.2])) == pytest.approx(0.4)
    assert apart(np.array([-0.5, -0.1]), np.array([-0.3, 0.2])) == pytest.approx(-0.05)


@pytest.mark.parametrize("rate", [1.0, 3e-6])
def test_a_rate_far_off_is_to_move_back(rate: float) -> None:
    model = shipped_effect_model()
    assert model is not None
    shape = Shape(Conditions("cubes_four", 160), "mlp", 16, 2, "relu", "none", 16, 12)
    setting = Setting(shape, optimizer="adam", learning_rate=rate)
    curves = train_together([setting])
    run = as_run(setting, {name: values[0] for name, values in curves.by_epoch.items()}, classes=4)
    now = stated(run)
    down, up = (
        effect
        for effect in model.judge(
            measure(run), now, [{**now, "learning_rate": rate * factor} for factor in (0.1, 10)]
        )
    )
    better, worse = (down, up) if rate > 0.1 else (up, down)
    assert better.gain > worse.gain
    assert all(0 < effect.probability < 1 for effect in (down, up))
    assert better.low <= better.middle <= better.high


def test_the_table_is_what_happened(tmp_path: Path) -> None:
    build_shard(4, 0, tmp_path, most_bases=1)
    table = table_of(tmp_path)
    write_table(table, tmp_path / "table.npz")
    again = read_table(tmp_path / "table.npz")
    np.testing.assert_array_equal(again.gain, table.gain)
    found = read_shard(tmp_path, 0)

    def score(change: str) -> float:
        rows = [r for r in found if r.place.base == 0 and r.place.change == change and r.setting.seed < 2]
        return float(np.mean([r.test_score for r in rows]))

    at = np.flatnonzero((table.base == 0) & (table.change == "lr_d10"))
    assert table.gain[at] == pytest.approx(score("lr_d10") - score("base"), abs=1e-6)
    case = cases_of(table)[0]
    assert always("no such change", "lr_d10")(case) == pytest.approx(float(table.gain[at][0]))
    assert textbook(replace(case, signals={"train_loss.non_finite_share": 0.5})) == case.gains["lr_d10"]


def test_a_policy_is_measured_against_the_best_change() -> None:
    class One:
        best, gains = 0.4, {"learned": 0.1}
        best_apart, apart = 0.2, {"learned": 0.1}

    class Other:
        best, gains = 0.0, {"learned": -0.1}
        best_apart, apart = 0.0, {"learned": -0.1}

    assert share_of_best([One(), One(), Other()], "learned") == pytest.approx(0.1 / 0.8)
    assert share_apart([One(), One(), Other()], "learned") == pytest.approx(0.1 / 0.4)


def test_outcomes_of_the_same_training_make_the_chances_better():
    """Every chance stands at one half; what like changes did then has to tell."""
    table = read_table(TABLE)
    judged = [
        Judged(case, 0, 0, 0, {}, {}, np.full(len(case.rows), 0.5), np.empty((0, 2)))
        for case in cases_of(table)
        if str(table.data[case.base]) in ("drifts", "spots", "digits", "iris")
    ]
    said = [line.split("|") for line in adapting_lines(table, judged) if line.startswith("| the same")]
    assert len(said) == 2
    assert all(float(without) > float(counted) for *_, without, counted, _ in said)


def test_reading_the_model_needs_numpy_alone() -> None:
    code = (
        "import sys; from advisor.learned.effect import shipped_effect_model as m; assert m().heads;"
        "print({'sklearn', 'torch', 'pandas', 'advisor.corpus'} & sys.modules.keys())"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "set()"
