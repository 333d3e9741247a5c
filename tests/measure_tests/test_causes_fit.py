"""The forest of the learned part says as plain arrays what scikit-learn's says."""

import numpy as np
import pytest

from advisor.diagnosis.cause_models import columns
from advisor.signals import GLOSSARY
from tests.measure.causes import TREES, Row, fit_forest, forest_names, temperature


@pytest.fixture
def rows():
    chance = np.random.default_rng(0)
    made = []
    for i in range(120):
        cause = ("healthy", "lr_too_high", "overfitting")[i % 3]
        signals = {"val_loss.rise": float(chance.normal(i % 3)), "train_loss.noise": float(chance.random())}
        if i % 7:
            signals["gap.final"] = float(chance.normal(-(i % 3)))
        made.append(Row({**signals, "train_loss.points": 9.0, "train_loss.last": 0.1}, cause, "x"))
    return made


def test_a_forest_asks_for_shapes_alone(rows):
    names = forest_names(rows)
    assert {"val_loss.rise", "train_loss.noise", "gap.final"} <= set(names)
    assert not {"train_loss.points", "train_loss.last"} & set(names)
    assert not any(GLOSSARY[name].raw for name in names if "/" not in name)


def test_the_arrays_say_what_the_fitted_forest_says(rows):
    from sklearn.ensemble import ExtraTreesClassifier

    forest = fit_forest(rows, 1.0)
    x = np.array([columns(forest.names, one.signals) for one in rows])
    y = np.array([one.cause for one in rows])
    weight = np.where(y == "healthy", 1.5, 1.0)
    theirs = ExtraTreesClassifier(**TREES, random_state=0).fit(x, y, weight).predict_proba(x)
    assert forest.trees.predict(x) == pytest.approx(theirs, abs=1e-3)


def test_the_temperature_flattens_what_is_too_sure():
    chance = np.random.default_rng(1)
    truth = chance.integers(0, 2, 4000)
    right = chance.random(4000) < 0.8
    sure = np.where(right, truth, 1 - truth)
    z = 10 * np.eye(2)[sure]
    heat = temperature(z, truth)
    assert 1 / (1 + np.exp(-10 / heat)) == pytest.approx(0.8, abs=0.02)
    assert temperature(z / heat, truth) == pytest.approx(1.0, rel=0.06)
