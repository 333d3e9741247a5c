"""Fits the learned part of the diagnosis on the tuning half of the thirteen situations.

Prints how often the likeliest cause is the planted one on data sets left out of the fit, the temperature that
calibrates it there, the expected calibration error after it, and a table of stated against true shares; with
`--write` fits on the whole tuning half and writes advisor/diagnosis/causes.json and causes.npz. The held-out
half is never looked at here.
"""

import argparse
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import msgspec
import numpy as np
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from advisor.diagnosis.cause_models import (
    Forest,
    Input,
    Judge,
    Regression,
    columns,
    raw,
    row,
    squeeze,
)
from advisor.diagnosis.causes import WITH_FOREST, Regressions, judge_of, kind_of_log
from advisor.signals import GLOSSARY, Signals, measure
from advisor.trees import Trees
from tests.measure.shares import share
from tests.measure.thirteen_cases import CACHE, ROOT, Case, Log, as_run, cases, in_other_hands
from tests.measure.thirteen_data import is_regression
from tests.measure.thirteen_trainer import Curves, Trainings

REGRESSIONS, FORESTS = (ROOT / "advisor" / "diagnosis" / f"causes.{kind}" for kind in ("json", "npz"))
STRENGTH = 0.1
"""Inverse of the ridge penalty; of 0.02, 0.1 and 0.3 the best on data sets left out."""
FOLDS = 8
HEALTHY_WEIGHT = 1.5
"""A healthy run is the commonest kind, and a false alarm the dearest mistake."""
TREES = {"n_estimators": 100, "min_samples_leaf": 5, "max_features": 0.4}
HANDS, HANDS_HEALTHY = 1, 2
"""How many further step and epoch logs each training gives, as other scripts would write them."""
SHAPES = ("train_loss", "val_loss", "train_metric", "val_metric", "gap", "coupling", "tracking", "noise")
PACE = "train_loss.points / val_loss.points"
LOG = (
    "train_loss.first_nats train_loss.movement train_loss.noise tracking.distance tracking.spread "
    "val_loss.noise val_loss.movement val_loss.rise noise.val_over_train"
)
SIGNED = (
    "train_loss.late_drift val_loss.late_drift train_loss.start_excess val_loss.start_excess "
    "noise.epoch_repeat"
)
PLAIN = (
    "train_loss.onset_fall train_loss.onset_peak train_loss.peak_over_late val_loss.onset_fall "
    "val_loss.onset_peak val_loss.peak_over_late train_loss.monotony val_loss.monotony train_loss.half_life "
    "val_loss.half_life train_loss.take_off noise.epoch_sawtooth train_loss.rhythm tracking.bias "
    "tracking.bias_start tracking.val_best_over_start tracking.val_end_over_start "
    "val_loss.smooth_best_position coupling.losses train_loss.reversals val_loss.reversals "
    "train_loss.progress gap.share_val_below hyper.rate_beside_usual train_loss.non_finite_share "
    "train_loss.chance_distance val_loss.chance_distance"
)
METRIC = (
    "gap.metric_start gap.metric_final val_metric.accuracy train_metric.accuracy "
    "train_metric.chance_distance val_metric.chance_distance"
)


Judges = Mapping[str, Judge]
"""Models by kind of log."""


@dataclass(frozen=True)
class Row:
    """The signals of one log, the problem that names what was planted, and the data set."""

    signals: Signals
    cause: str
    data: str


def rows(trainings: Trainings) -> Iterator[Row]:
    """Every training of the tuning half as up to ten logs, a healthy one as up to twelve."""
    kept, _ = cases("tuning", trainings)
    for case in kept:
        for log in _written(case, trainings[case.training]):
            run = as_run(log, trainings[case.training])
            yield Row(measure(run), case.situation.answers[0], case.training.shape.data)


def _written(case: Case, curves: Curves) -> Iterator[Log]:
    """By step and by epoch: in full, with and without the rest, and as other scripts would write it."""
    accuracies = (False,) if is_regression(case.training.shape.data) else (True, False)
    for kind, accuracy, settings in product(("step", "epoch"), accuracies, (True, False)):
        yield Log(case, kind, accuracy, settings)
    yield from in_other_hands(case, curves, HANDS_HEALTHY if case.situation.name == "healthy" else HANDS)


def names(kind: str) -> dict[str, str]:
    """The signals that a kind of regression reads, with how each is squeezed."""
    plain = PLAIN + " " + METRIC if kind.endswith("+metric") else PLAIN
    logs = [*LOG.split(), PACE]
    return {
        **dict.fromkeys(logs, "log"),
        **dict.fromkeys(SIGNED.split(), "signed"),
        **dict.fromkeys(plain.split(), "none"),
    }


def forest_names(chosen: Sequence[Row]) -> tuple[str, ...]:
    """The signals that a forest reads: those of the shape of the curves, in no unit of theirs."""
    known = set().union(*(one.signals for one in chosen))
    shapes = [
        name
        for name, entry in GLOSSARY.items()
        if name in known and not entry.raw
        if name.partition(".")[0] in SHAPES and not name.endswith(".points")
    ]
    return (*shapes, "hyper.rate_beside_usual", PACE)


def fit(kind: str, chosen: Sequence[Row], temperatures: tuple[float, float] = (1.0, 1.0)) -> Judge:
    """The pair of models for a kind of log, fitted on the chosen logs."""
    regression = fit_regression(kind, chosen, temperatures[0])
    return Judge(regression, fit_forest(chosen, temperatures[1]) if kind in WITH_FOREST else None)


def fit_regression(kind: str, chosen: Sequence[Row], temperature: float) -> Regression:
    """One regression on the chosen logs."""
    inputs = tuple(_input(name, how, chosen) for name, how in names(kind).items())
    x = np.array([row(inputs, one.signals) for one in chosen])
    y = np.array([one.cause for one in chosen])
    share = {cause: np.mean(y == cause) for cause in set(y)}
    weight = np.array([(HEALTHY_WEIGHT if c == "healthy" else 1.0) / share[c] for c in y])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = LogisticRegression(C=STRENGTH, max_iter=400).fit(x, y, sample_weight=weight / weight.mean())
    weights = [[float(f"{v:.5g}") for v in line] for line in made.coef_]
    return Regression(inputs, tuple(map(str, made.classes_)), weights, made.intercept_.tolist(), temperature)


def fit_forest(chosen: Sequence[Row], temperature: float) -> Forest:
    """One forest on the chosen logs."""
    asked = forest_names(chosen)
    x = np.array([columns(asked, one.signals) for one in chosen])
    y = np.array([one.cause for one in chosen])
    weight = np.where(y == "healthy", HEALTHY_WEIGHT, 1.0)
    made = ExtraTreesClassifier(**TREES, random_state=0).fit(x, y, weight)
    return Forest(asked, _trees_of(made), temperature)


def _trees_of(made: ExtraTreesClassifier) -> Trees:
    """A fitted forest as plain arrays; the values of its leaves add up to the mean of the trees."""
    trees = [one.tree_ for one in made.estimators_]
    fields = {
        field: np.concatenate([getattr(tree, theirs) for tree in trees])
        for field, theirs in (
            ("left", "children_left"),
            ("right", "children_right"),
            ("feature", "feature"),
            ("threshold", "threshold"),
        )
    }
    leaf = fields["left"] < 0
    shares = np.concatenate([tree.value[:, 0, :] for tree in trees])
    shares /= shares.sum(axis=1, keepdims=True)
    fields |= {
        "leaf": leaf,
        "missing_left": np.zeros(len(leaf)),
        "value": (shares / len(trees)).astype(np.float16),
    }
    depth = max(tree.max_depth for tree in trees)
    return Trees.of_nodes([tree.node_count for tree in trees], fields, start=0.0, depth=depth)


def _input(name: str, how: str, chosen: Sequence[Row]) -> Input:
    found = [v for one in chosen if (v := raw(name, one.signals)) is not None]
    values = np.array([squeeze(how, v) for v in found] or [0.0])
    median = float(np.median(values))
    filled = np.append(values, np.full(len(chosen) - len(found), median))
    return Input(name, how, median, float(filled.mean()), float(filled.std()) or 1.0)


@dataclass(frozen=True)
class LeftOut:
    """What models said of data sets that they were not fitted on.

    Attributes:
        right: Share of logs whose likeliest cause is the planted one.
        alone: The same for the regression without the forest.
        temperatures: What calibrates the scores there: of the regression, and of the pool of both.
        stated: The probability of the likeliest cause of each log, after the temperatures.
        true: Whether that was right.
    """

    right: float
    alone: float
    temperatures: tuple[float, float]
    stated: np.ndarray
    true: np.ndarray

    @property
    def error(self) -> float:
        """Expected calibration error (Naeini et al., 2015) over ten equal bins."""
        return sum(len(t) / len(self.true) * abs(p.mean() - t.mean()) for p, t in self.bins())

    def bins(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Stated probabilities and outcomes, by tenths of the probability; empty ones are left out."""
        tenth = np.minimum(9, (10 * self.stated).astype(int))
        for one in range(10):
            if (tenth == one).any():
                yield self.stated[tenth == one], self.true[tenth == one]


def left_out(kind: str, chosen: Sequence[Row]) -> LeftOut:
    """How often the likeliest cause is right on data sets left out, and the temperatures that fit there."""
    scores, shares, truth = [], [], []
    for fitted, asked in folds([one.data for one in chosen]):
        judge = fit(kind, [chosen[i] for i in fitted])
        for i in asked:
            if chosen[i].cause in judge.regression.causes:
                scores.append(Judge(judge.regression).logits(chosen[i].signals))
                shares.append(np.log(judge.forest.shares(chosen[i].signals)) if judge.forest else 0.0)
                truth.append(judge.regression.causes.index(chosen[i].cause))
    z, t = np.array(scores), np.array(truth)
    own = temperature(z, t)
    pool = z / own + np.reshape(shares, (len(shares), -1))
    both = temperature(pool, t) if kind in WITH_FOREST else 1.0
    odds = np.exp((pool - pool.max(axis=1, keepdims=True)) / both)
    right = pool.argmax(axis=1) == t
    alone = float((z.argmax(axis=1) == t).mean())
    return LeftOut(float(right.mean()), alone, (own, both), 1 / odds.sum(axis=1), right)


def temperature(z: np.ndarray, truth: np.ndarray) -> float:
    """What divides logits of shape (logs, causes) so that the truth is likeliest (Guo et al., 2017)."""
    z = z - z.max(axis=1, keepdims=True)
    losses = {
        heat: float(np.mean(np.log(np.exp(z / heat).sum(axis=1)) - z[np.arange(len(truth)), truth] / heat))
        for heat in np.geomspace(0.5, 8, 60)
    }
    return float(min(losses, key=losses.__getitem__))


def folds(data: Sequence[str]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows to fit on and rows to ask, no data set in both."""
    return GroupKFold(min(FOLDS, len(set(data)))).split(data, groups=data)


def by_kind_of_log(all_rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The logs that a model speaks for, by the kind of log."""
    found: dict[str, list[Row]] = {}
    for one in all_rows:
        kind = kind_of_log(one.signals)
        if kind is not None:
            found.setdefault(kind, []).append(one)
    return dict(sorted(found.items()))


def crossed(trainings: Trainings) -> dict[str, Judges]:
    """For each data set of the tuning half the models that were fitted without it, by kind of log."""
    found = by_kind_of_log(rows(trainings))
    heat = {kind: _temperatures(judge_of(kind)) for kind in found}
    sets = sorted({one.data for chosen in found.values() for one in chosen})
    made: dict[str, Judges] = {}
    for _, asked in folds(sets):
        left = {sets[i] for i in asked}
        judges = {
            kind: fit(kind, [one for one in chosen if one.data not in left], heat[kind])
            for kind, chosen in found.items()
        }
        made.update(dict.fromkeys(left, judges))
    return made


def _temperatures(judge: Judge | None) -> tuple[float, float]:
    if judge is None:
        return 1.0, 1.0
    return judge.regression.temperature, judge.forest.temperature if judge.forest else 1.0


def main(arguments: list[str]) -> int:
    """Fits and prints; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure causes", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for curves (default: %(default)s)")
    parser.add_argument(
        "--write", action="store_true", help="write advisor/diagnosis/causes.json and causes.npz"
    )
    options = parser.parse_args(arguments)
    judges, made_by = {}, {"command": "python -m tests.measure causes --write"}
    for kind, chosen in by_kind_of_log(rows(Trainings(options.cache))).items():
        found = left_out(kind, chosen)
        print(
            f"{kind:13} {len(chosen):5} logs, right on data sets left out {found.right:.1%} "
            f"(regression alone {found.alone:.1%}), heat {found.temperatures[0]:.2f} and "
            f"{found.temperatures[1]:.2f}, calibration error {found.error:.1%}"
        )
        for stated, true in found.bins():
            print(f"{'':15}stated {stated.mean():4.0%}: right {share(int(true.sum()), true.size)}")
        judges[kind] = fit(kind, chosen, found.temperatures)
        made_by[f"right on data sets left out, {kind}"] = round(found.right, 3)
        made_by[f"calibration error there, {kind}"] = round(float(found.error), 3)
    if options.write:
        shipped = Regressions(made_by, {kind: judge.regression for kind, judge in judges.items()})
        REGRESSIONS.write_bytes(msgspec.json.format(msgspec.json.encode(shipped), indent=0) + b"\n")
        stored = [judge.forest.arrays(kind) for kind, judge in judges.items() if judge.forest]
        np.savez_compressed(FORESTS, **{name: array for arrays in stored for name, array in arrays.items()})
    return 0
