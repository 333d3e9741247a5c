"""When two logs are one run: how many values, how many digits, how far apart."""

import numpy as np
import pytest

from advisor.readers import duplicates
from advisor.readers.duplicates import _decimals, without_duplicates
from advisor.run import EventKind, Hyperparameter, LogEvent, Role, Run, Series, Trust

LOSS = [0.912, 0.834, 0.745, 0.651, 0.532, 0.448]


def run(y, reader="csv", source="a.csv", name="loss", role=Role.TRAIN_LOSS, **more):
    y = np.array(y, dtype=np.float64)
    x = np.arange(y.size, dtype=np.float64)
    return Run(source, (Series(name, y, x, x.astype(np.int64), "epoch", role),), "", reader, **more)


def count(*runs):
    return len(without_duplicates(runs))


@pytest.mark.parametrize(("one", "other", "runs"), [
    (LOSS, LOSS, 1),
    (LOSS, LOSS[:3], 1),
    (LOSS, LOSS[:2], 2),
    (LOSS[:5], LOSS[:2], 2),
    (LOSS[:2], LOSS[:2], 2),
    (LOSS, [*LOSS[:5], 0.4481], 1),
    (LOSS, [*LOSS[:5], 0.4485], 1),
    (LOSS, [*LOSS[:5], 0.4486], 2),
    (LOSS, [*LOSS[:5], 0.449], 2),
    (LOSS, [y + 0.0004 for y in LOSS], 1),
    (LOSS, [y + 0.001 for y in LOSS], 2),
    ([0.91, 0.83, 0.74, 0.65], [0.91, 0.83, 0.74, 0.65], 2),
    ([0.912, 0.912, 0.834, 0.834], [0.912, 0.912, 0.834, 0.834], 2),
    ([0.912, 0.912, 0.834, 0.745], [0.912, 0.912, 0.834, 0.745], 1),
    ([*LOSS, np.nan], [*LOSS, np.nan], 1),
    ([*LOSS, np.nan], [*LOSS, 0.4], 2),
    ([np.nan, *LOSS], [np.nan, *LOSS], 1),
    ([912.25, 834.5, 745.125], [912.25, 834.5, 745.125], 1),
    ([912.25, 834.5, 745.25], [912.25, 834.5, 745.25], 2),
])  # fmt: skip
def test_logs_of_two_formats(one, other, runs):
    assert count(run(one), run(other, "tensorboard", "b")) == runs
    assert count(run(other, "tensorboard", "b"), run(one)) == runs


@pytest.mark.parametrize(("one", "other", "runs"), [
    (LOSS, LOSS, 1),
    (LOSS, LOSS[:3], 1),
    (LOSS[:3], LOSS, 1),
    (LOSS, LOSS[:2], 2),
    (LOSS, [*LOSS[:2], 0.7450001], 2),
    ([np.nan, *LOSS], [np.nan, *LOSS[:3]], 1),
    ([0.91, 0.83, 0.74], [0.91, 0.83, 0.74], 2),
])  # fmt: skip
def test_logs_of_one_format(one, other, runs):
    assert count(run(one), run(other, source="b.csv")) == runs
    assert count(run(one), run(other)) == 2, "two runs of one file"


def test_what_is_neither_loss_nor_metric_makes_no_runs_one():
    assert count(run(LOSS, role=Role.OTHER), run(LOSS, "tensorboard", "b", role=Role.OTHER)) == 2
    assert count(run(LOSS), run(LOSS, "tensorboard", "b", name="x", role=Role.VAL_METRIC)) == 1


def test_the_longer_log_is_kept_with_what_the_other_says():
    setting = Hyperparameter("lr", 0.1, "learning_rate", "x", Trust.PRINTED)
    events = tuple(LogEvent(kind, kind.value, 3) for kind in EventKind)
    short = run(LOSS[:4], "tensorboard", "b", hyperparameters=(setting,), events=events)
    for pair in ((run(LOSS), short), (short, run(LOSS))):
        (kept,) = without_duplicates(pair)
        assert len(kept.series[0]) == 6
        assert kept.number("learning_rate") == 0.1
        said = {(event.kind, event.line) for event in kept.events[1:]}
        assert said == {
            (kind, None)
            for kind in (
                EventKind.OUT_OF_MEMORY,
                EventKind.TRACEBACK,
                EventKind.EARLY_STOP,
                EventKind.WARNING,
            )
        }
        assert kept.events[0].text == (
            "The same run stands in 'b' (tensorboard, 4 points); it was read from 'a.csv' (csv, 6 points)."
        )


@pytest.mark.parametrize("second", ["/x/b/log.csv", "/x/a/log.csv"])
def test_those_that_stand_closest_are_one(second):
    first = "/x/a/log.csv" if second == "/x/b/log.csv" else "/x/b/log.csv"
    runs = [run(LOSS, source=first), run([*LOSS, 0.1], source=second, name="other")]
    kept = without_duplicates([*runs, run(LOSS, "tensorboard", "/x/b/events")])
    assert [len(k.events) for k in kept] == ([0, 1] if second == "/x/b/log.csv" else [1, 0])


@pytest.mark.parametrize(("values", "decimals"), [
    ([1.0, 2.0], 0), ([0.5], 1), ([0.25, 0.5], 2), ([0.123456789], 9), ([0.1234567891], 9),
    ([np.nan, 0.5], 1), ([], 0), ([0.0, 0.25], 2), ([12345.678], 3),
])  # fmt: skip
def test_how_many_decimals_values_are_written_with(values, decimals):
    assert _decimals(np.array(values, dtype=np.float64)) == decimals


def test_only_the_beginning_is_compared(monkeypatch):
    monkeypatch.setattr(duplicates, "_LOOKED_AT", 4)
    assert count(run(LOSS), run([*LOSS[:4], 0.1, 0.1], "tensorboard", "b")) == 1
    assert count(run(LOSS), run([*LOSS[:3], 0.1, 0.1, 0.1], "tensorboard", "b")) == 2


@pytest.mark.parametrize(("apart", "compared"), [(0.009, True), (0.012, False)])
def test_runs_that_begin_apart_are_not_compared(monkeypatch, apart, compared):
    calls = []
    monkeypatch.setattr(duplicates, "_decimals", lambda values: calls.append(values) or 3)
    start = 100.0
    without_duplicates([run([start, 2, 3]), run([start * (1 + apart), 2, 3], "tensorboard", "b")])
    assert bool(calls) is compared
