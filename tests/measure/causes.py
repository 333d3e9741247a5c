"""Fits the learned part of the diagnosis on the tuning half of the thirteen situations.

Prints how often the likeliest cause is the planted one on data sets left out of the fit, the temperature that
calibrates it there, the expected calibration error after it, and a table of stated against true shares; with
`--write` fits on the whole tuning half and writes advisor/diagnosis/causes.json. The held-out half is never
looked at here.
"""

import argparse
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from advisor.diagnosis.causes import Causes, Input, Model, kind_of_log, raw, row, shipped_causes, squeeze
from advisor.signals import Signals, measure
from tests.measure.shares import share
from tests.measure.thirteen_cases import CACHE, ROOT, Log, as_run, cases
from tests.measure.thirteen_data import is_regression
from tests.measure.thirteen_trainer import Trainings

FILE = ROOT / "advisor" / "diagnosis" / "causes.json"
STRENGTH = 0.1
"""Inverse of the ridge penalty; of 0.02, 0.1 and 0.3 the best on data sets left out."""
FOLDS = 8
HEALTHY_WEIGHT = 1.5
"""A healthy run is the commonest kind, and a false alarm the dearest mistake."""
LOG = (
    "train_loss.first_nats train_loss.movement train_loss.noise tracking.distance tracking.spread "
    "val_loss.noise val_loss.movement val_loss.rise noise.val_over_train train_loss.points / val_loss.points"
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


@dataclass(frozen=True)
class Row:
    """The signals of one log, the problem that names what was planted, and the data set."""

    signals: Signals
    cause: str
    data: str


def rows(trainings: Trainings) -> Iterator[Row]:
    """Every training of the tuning half as up to eight logs: by step and epoch, with and without the rest."""
    kept, _ = cases("tuning", trainings)
    for case in kept:
        shape = case.training.shape
        for kind in ("step", "epoch"):
            for accuracy in (False,) if is_regression(shape.data) else (True, False):
                for settings in (True, False):
                    run = as_run(Log(case, kind, accuracy, settings), trainings[case.training])
                    yield Row(measure(run), case.situation.answers[0], shape.data)


def names(kind: str) -> dict[str, str]:
    """The signals that a kind of model reads, with how each is squeezed."""
    plain = PLAIN + " " + METRIC if kind.endswith("+metric") else PLAIN
    logs = [*LOG.split()[:-3], "train_loss.points / val_loss.points"]
    return {
        **dict.fromkeys(logs, "log"),
        **dict.fromkeys(SIGNED.split(), "signed"),
        **dict.fromkeys(plain.split(), "none"),
    }


def fit(kind: str, chosen: Sequence[Row], temperature: float = 1.0) -> Model:
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
    return Model(inputs, tuple(map(str, made.classes_)), weights, made.intercept_.tolist(), temperature)


def _input(name: str, how: str, chosen: Sequence[Row]) -> Input:
    found = [v for one in chosen if (v := raw(name, one.signals)) is not None]
    values = np.array([squeeze(how, v) for v in found] or [0.0])
    median = float(np.median(values))
    filled = np.append(values, np.full(len(chosen) - len(found), median))
    return Input(name, how, median, float(filled.mean()), float(filled.std()) or 1.0)


def _logits(model: Model, chosen: Sequence[Row]) -> np.ndarray:
    x = np.array([row(model.inputs, one.signals) for one in chosen])
    return x @ np.array(model.weights).T + np.array(model.bias)


@dataclass(frozen=True)
class LeftOut:
    """What models said of data sets that they were not fitted on.

    Attributes:
        right: Share of logs whose likeliest cause is the planted one.
        temperature: What calibrates the scores there.
        stated: The probability of the likeliest cause of each log, after the temperature.
        true: Whether that was right.
    """

    right: float
    temperature: float
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
    """How often the likeliest cause is right on data sets left out, and the temperature that fits there."""
    scores, truth = [], []
    for fitted, asked in folds([one.data for one in chosen]):
        model = fit(kind, [chosen[i] for i in fitted])
        logits = _logits(model, [chosen[i] for i in asked])
        for line, i in zip(logits, asked, strict=True):
            if chosen[i].cause in model.causes:
                scores.append(line - line.max())
                truth.append(model.causes.index(chosen[i].cause))
    z, t = np.array(scores), np.array(truth)
    losses = {
        heat: float(np.mean(np.log(np.exp(z / heat).sum(axis=1)) - z[np.arange(len(t)), t] / heat))
        for heat in np.geomspace(0.5, 8, 60)
    }
    temperature = float(min(losses, key=losses.__getitem__))
    right = z.argmax(axis=1) == t
    return LeftOut(float(right.mean()), temperature, 1 / np.exp(z / temperature).sum(axis=1), right)


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


def crossed(trainings: Trainings) -> dict[str, Causes]:
    """For each data set of the tuning half the models that were fitted without it."""
    found = by_kind_of_log(rows(trainings))
    heat = {kind: shipped.models[kind].temperature for kind in found} if (shipped := shipped_causes()) else {}
    sets = sorted({one.data for chosen in found.values() for one in chosen})
    made: dict[str, Causes] = {}
    for _, asked in folds(sets):
        left = {sets[i] for i in asked}
        models = {
            kind: fit(kind, [one for one in chosen if one.data not in left], heat.get(kind, 1.0))
            for kind, chosen in found.items()
        }
        made.update(dict.fromkeys(left, Causes({}, models)))
    return made


def main(arguments: list[str]) -> int:
    """Fits and prints; see the module's text."""
    parser = argparse.ArgumentParser(prog="python -m tests.measure causes", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for curves (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help=f"write {FILE.relative_to(ROOT)}")
    options = parser.parse_args(arguments)
    models, made_by = {}, {"command": "python -m tests.measure causes --write"}
    for kind, chosen in by_kind_of_log(rows(Trainings(options.cache))).items():
        found = left_out(kind, chosen)
        print(
            f"{kind:13} {len(chosen):5} logs, right on data sets left out {found.right:.1%}, "
            f"heat {found.temperature:.2f}, calibration error {found.error:.1%}"
        )
        for stated, true in found.bins():
            print(f"{'':15}stated {stated.mean():4.0%}: right {share(int(true.sum()), true.size)}")
        models[kind] = fit(kind, chosen, found.temperature)
        made_by[f"right on data sets left out, {kind}"] = round(found.right, 3)
        made_by[f"calibration error there, {kind}"] = round(float(found.error), 3)
    if options.write:
        FILE.write_bytes(msgspec.json.format(msgspec.json.encode(Causes(made_by, models)), indent=0) + b"\n")
    return 0
