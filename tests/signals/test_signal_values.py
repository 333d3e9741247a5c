"""Every signal on a curve whose value can be worked out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest

from advisor.run import EventKind, Hyperparameter, LogEvent, Role, Trust
from advisor.signals import GLOSSARY, measure
from advisor.signals.families.hyper import _NUMBERS

NAN, INF = math.nan, math.inf
LINE = list(range(100, -1, -1))
ZIGZAG = [2, 1] * 12
SPIKE = [2] * 5 + [1] * 5 + [5] + [1] * 9
STEPPED = [4] * 4 + [1] * 8 + [3] * 8
REVERSED = [2, 1, 2, 3, 4]
CYCLES = [1, 0.5, 0, 0.5, 1, 0.5, 0, 0.5, 1]

# signal, curves, expected value
CASES = [
    # counts
    ("train_loss.points", {"train_loss": [1, NAN, 2]}, 3),
    ("train_loss.non_finite_share", {"train_loss": [1, NAN, INF, 2]}, 0.5),
    ("train_loss.non_finite_share", {"train_loss": [NAN, NAN]}, 1),
    ("train_loss.first_non_finite_position", {"train_loss": [1, 2, NAN, 3, 4]}, 0.5),
    ("train_loss.first_non_finite_position", {"train_loss": [1, 2]}, None),
    ("train_loss.first_non_finite_x", {"train_loss": [1, 2, NAN, 3, INF]}, 2),
    ("train_loss.end_non_finite_share", {"train_loss": [1] * 19 + [NAN]}, 0.5),
    ("train_loss.end_non_finite_share", {"train_loss": [NAN] + [1] * 19}, 0),
    ("train_loss.first_x", {"train_loss": [1, 2, 3]}, 0),
    ("train_loss.last_x", {"train_loss": [1, 2, 3]}, 2),
    ("run.points", {"train_loss": [1, NAN, 2], "val_loss": [1]}, 2),
    ("run.points", {}, 0),
    # level
    ("train_loss.first", {"train_loss": [NAN, 2, 0.5, 1]}, 2),
    ("train_loss.last", {"train_loss": [2, 0.5, 1, INF]}, 1),
    ("train_loss.best", {"train_loss": [2, 0.5, 1]}, 0.5),
    ("val_metric.best", {"val_metric": [0.2, 0.8, 0.7]}, 0.8),
    ("train_loss.worst", {"train_loss": [2, 0.5, 1]}, 2),
    ("val_metric.worst", {"val_metric": [0.2, 0.8, 0.7]}, 0.2),
    ("train_loss.progress", {"train_loss": [2, 1, 0.5]}, 0.75),
    ("train_loss.progress", {"train_loss": [1, 2, 3]}, 0),
    ("train_loss.progress", {"train_loss": [0, 0, 0]}, 0),
    ("val_metric.progress", {"val_metric": [0.1, 0.5, 0.9]}, 8 / 9),
    ("train_loss.progress", {"train_loss": [1, 0, -3]}, 4 / 3),
    ("train_loss.net_progress", {"train_loss": [2, 0.5, 1]}, 0.5),
    ("train_loss.net_progress", {"train_loss": [1, 0.5, 4]}, -0.75),
    ("train_loss.log_progress", {"train_loss": [100, 10, 1]}, 2),
    ("train_loss.log_progress", {"train_loss": [1, 0, -1]}, None),
    ("train_loss.movement", {"train_loss": [2, 1, 0.5]}, 0.75),
    ("train_loss.movement", {"train_loss": [3, 3, 3]}, 0),
    ("train_loss.repeats", {"train_loss": [1, 1, 1, 2, 3]}, 0.5),
    ("train_loss.final_position", {"train_loss": [2, 1, 0, 0.5]}, 0.25),
    ("train_loss.final_position", {"train_loss": [2, 2, 2]}, None),
    ("train_loss.rise", {"train_loss": [2, 0.4, 0.5]}, 0.2),
    ("train_loss.rise_from_best", {"train_loss": [2, 1, 1.5]}, 0.5),
    ("train_loss.rise_from_best", {"train_loss": [1, 2, 3]}, None),
    # onset
    ("train_loss.onset_fall", {"train_loss": [100] + [10] * 9}, 1),
    ("train_loss.onset_fall", {"train_loss": [100] + [10] * 5}, 1),
    ("train_loss.onset_fall", {"train_loss": [100] + [10] * 4}, None),
    ("train_loss.onset_fall", {"train_loss": [0] + [10] * 9}, None),
    ("train_loss.onset_peak", {"train_loss": [1, 100] + [1] * 8}, 2),
    ("train_loss.peak_over_late", {"train_loss": [1, 100] + [1] * 8}, 2),
    ("train_loss.start_excess", {"train_loss": [3] + [2] * 19}, 0.5),
    ("train_loss.late_drift", {"train_loss": [2] * 12}, 0),
    ("train_loss.late_drift", {"train_loss": [2] * 8 + [1] * 4}, -1_000),
    # tracking
    ("tracking.distance", {"train_loss": [1] * 8, "val_loss": [math.e] * 8}, 1),
    ("tracking.distance", {"train_loss": [1] * 6, "val_loss": [math.e] * 6}, None),
    ("tracking.bias", {"train_loss": [math.e] * 8, "val_loss": [1] * 8}, -1),
    ("tracking.bias_start", {"train_loss": [1] * 11, "val_loss": [math.e] * 2 + [1] * 9}, 1),
    ("tracking.spread", {"train_loss": [1] * 12, "val_loss": [math.e, 1] * 6}, 1),
    ("tracking.val_best_over_start", {"train_loss": [math.e, 1], "val_loss": [1, 2]}, -1),
    ("tracking.val_end_over_start", {"train_loss": [1, 1], "val_loss": [1, math.e]}, 1),
    # trend
    ("train_loss.drop_early", {"train_loss": LINE}, 0.1),
    ("train_loss.drop_first_quarter", {"train_loss": LINE}, 0.25),
    ("train_loss.take_off", {"train_loss": LINE}, 0.1),
    ("train_loss.take_off", {"train_loss": [1, 1, 1, 1, 0]}, 1),
    ("train_loss.half_life", {"train_loss": LINE}, 0.5),
    ("train_loss.area", {"train_loss": LINE}, 0.5),
    ("train_loss.monotony", {"train_loss": LINE}, -1),
    ("val_metric.monotony", {"val_metric": LINE}, 1),
    ("train_loss.late_slope", {"train_loss": LINE}, -1),
    ("train_loss.late_slope_t", {"train_loss": LINE}, -1_000),
    ("train_loss.late_slope_t", {"train_loss": [3] * 20}, 0),
    ("train_loss.late_gain", {"train_loss": [y + 100 for y in LINE]}, 33 / 116.5),
    ("train_loss.late_share", {"train_loss": LINE}, 0.2),
    # gap
    ("gap.final", {"train_loss": [1, 0.5, 0.25], "val_loss": [1, 0.8, 0.5]}, 0.5),
    ("gap.final", {"train_loss": [1, 0.5, 0.25]}, None),
    ("gap.start", {"train_loss": [1, 0.5], "val_loss": [2, 0.5]}, 0.5),
    ("gap.at_best", {"train_loss": [1, 0.4, 0.25], "val_loss": [1, 0.5, 1]}, 0.2),
    ("gap.growth", {"train_loss": [1, 0.4, 0.25], "val_loss": [1, 0.5, 1]}, 0.55),
    ("gap.ratio", {"train_loss": [1, 0.25], "val_loss": [1, 1]}, 4),
    ("gap.ratio", {"train_loss": [1, -1], "val_loss": [1, 1]}, None),
    ("gap.share_val_below", {"train_loss": [1, 1, 1, 1], "val_loss": [0.5, 2, 0.5, 2]}, 0.5),
    ("gap.widening", {"train_loss": [1, 1, 1, 1], "val_loss": [1, 2, 3, 4]}, 1),
    ("gap.metric_final", {"train_metric": [0.5, 0.9], "val_metric": [0.4, 0.6]}, 1 / 3),
    ("gap.metric_start", {"train_metric": [0.5, 0.9, 0.9], "val_metric": [1, 0.8, 0.8]}, -0.5),
    ("gap.metric_share_val_better", {"train_metric": [0.5, 0.9, 0.9], "val_metric": [1, 0.8, 0.8]}, 1 / 3),
    # oscillation
    ("train_loss.reversals", {"train_loss": ZIGZAG}, 1),
    ("train_loss.reversals", {"train_loss": LINE}, 0),
    ("train_loss.reversals", {"train_loss": [3] * 9}, None),
    ("train_loss.swing", {"train_loss": ZIGZAG}, 1),
    ("train_loss.swing_level", {"train_loss": ZIGZAG}, 1 / 1.5),
    ("train_loss.largest_rise", {"train_loss": ZIGZAG}, 1),
    ("train_loss.rises_share", {"train_loss": ZIGZAG}, 7 / 15),
    ("train_loss.rises_share", {"train_loss": LINE}, 0),
    ("train_loss.alternation", {"train_loss": [*ZIGZAG * 10]}, pytest.approx(-1, abs=0.02)),
    ("train_loss.rhythm", {"train_loss": [*ZIGZAG * 10]}, pytest.approx(1, abs=0.02)),
    ("train_loss.rhythm", {"train_loss": LINE}, None),
    ("train_loss.period", {"train_loss": [4, 1, 1, 1] * 20}, 4),
    # spikes
    ("train_loss.spikes", {"train_loss": SPIKE}, 1),
    ("train_loss.spikes", {"train_loss": [2] * 5 + [1] * 5 + [5, 4] + [1] * 19}, 1),
    ("train_loss.spikes", {"train_loss": STEPPED}, 0),
    ("train_loss.spikes", {"train_loss": LINE}, 0),
    ("train_loss.spikes", {"train_loss": [1] * 20 + [9]}, 0),
    ("train_loss.spike_height", {"train_loss": SPIKE}, 1e6),
    ("train_loss.spike_height", {"train_loss": LINE}, None),
    ("train_loss.spike_size", {"train_loss": SPIKE}, 4),
    ("train_loss.spike_x", {"train_loss": SPIKE}, 10),
    ("train_loss.spike_recovery", {"train_loss": SPIKE}, 1 / 20),
    ("train_loss.jump", {"train_loss": STEPPED}, 2 / 3),
    ("train_loss.jump", {"train_loss": LINE}, 0),
    ("train_loss.jump_x", {"train_loss": STEPPED}, 12),
    # best
    ("train_loss.best_position", {"train_loss": [3, 1, 2, 2, 2]}, 0.25),
    ("train_loss.smooth_best_position", {"train_loss": [3, 1, 2, 2, 2]}, 0.25),
    ("train_loss.smooth_best_position", {"train_loss": [9, 8, 0, 6, 5, 4, 3, 2]}, 1),
    ("train_loss.since_best", {"train_loss": [3, 1, 2, 2, NAN]}, 3),
    ("train_loss.best_x", {"train_loss": [NAN, 3, 1, 2]}, 2),
    ("train_loss.rise_noise", {"train_loss": LINE}, 0),
    ("train_loss.rise_noise", {"train_loss": [4, 3, 2] + [1] * 30 + [2] * 8}, 1_000),
    # plateau
    ("train_loss.plateau_length", {"train_loss": [4, 3, 2, 1, 1, 1, 1, 1, 1]}, 0.5),
    ("train_loss.plateau_length", {"train_loss": [1, 1, 1, 1]}, 1),
    ("train_loss.plateau_length", {"train_loss": LINE}, 0),
    ("train_loss.plateau_length", {"train_loss": [1e4] * 3 + [0.9**i for i in range(20)]}, 0),
    ("train_loss.plateau_x", {"train_loss": [4, 3, 2, 1, 1, 1, 1, 1, 1]}, 4),
    ("train_loss.longest_flat", {"train_loss": [4, 3, 2, 1, 1, 1, 1, 1, 1]}, 0.5),
    ("train_loss.plateau_rise", {"train_loss": [4, 1, 1, 1, 1, 1, 2, 2, 2, 2]}, 0.5),
    # chance
    ("train_loss.first_nats", {"train_loss": [2.5, 1]}, 2.5),
    ("val_metric.accuracy", {"val_metric:accuracy": [10, 90, 90]}, 0.9),
    ("val_metric.accuracy", {"val_metric:验证准确率": [10, 90, 90]}, 0.9),
    ("train_loss.start_surprise", {"train_loss": [math.log(50)] * 6, "train_metric:accuracy": [0.02] * 6}, 0),
    (
        "train_loss.start_surprise",
        {"train_loss": [9, 3, 2, 2, 2, 2], "train_metric:acc": [50] * 6},
        9 - math.log(2),
    ),
    ("val_loss.start_surprise", {"val_loss": [2.0] * 6, "val_metric:f1": [0.1] * 6}, None),
    ("val_loss.start_surprise", {"val_loss:mse": [2.0] * 6, "val_metric:accuracy": [0.1] * 6}, None),
    ("train_loss.chance_distance", {"train_loss": [math.log(10)] * 5}, 0),
    ("train_loss.chance_distance", {"train_loss:mse": [math.log(10)] * 5}, None),
    ("train_loss.chance_distance", {"train_loss": [-1, -2, -3]}, None),
    ("val_loss.chance_distance", {"val_loss": [3, 2, 0]}, -1),
    ("train_loss.chance_classes", {"train_loss": [math.log(1_000)] * 5}, 1_000),
    ("train_loss.chance_classes", {"train_loss": [1.4, 1.2, 0.9], "train_metric:acc": [0.26, 0.4, 0.6]}, 4),
    ("train_loss.chance_classes", {"train_loss": [1.4, 1.2, 0.9], "train_metric:acc": [0.5, 0.6, 0.7]}, 2),
    ("val_loss.chance_classes", {"val_loss": [1.1, 1.0, 1.0], "val_metric:acc": [0.33, 0.34, 0.35]}, 3),
    ("train_loss.start_over_chance", {"train_loss": [math.log(10) * 3] + [math.log(10)] * 9}, 3),
    ("train_loss.start_over_chance", {"train_loss": [3, 1.1, 0.2]}, None),
    ("val_metric.chance_distance", {"val_metric:accuracy": [0.1, 0.1, 0.1]}, 0),
    ("val_metric.chance_distance", {"val_metric:acc": [50, 50, 50]}, 0),
    ("val_metric.chance_distance", {"val_metric:f1": [0.1, 0.1, 0.1]}, None),
    ("val_metric.explained", {"val_metric:val_R2": [-3, -2, -2]}, -2),
    ("val_metric.explained", {"val_metric:r2_score": [0.2, 0.6, 0.6]}, 0.6),
    ("val_metric.explained", {"val_metric:accuracy": [0.1, 0.5, 0.5]}, None),
    # schedule
    ("schedule.constant", {"learning_rate": [0.1] * 4}, 1),
    ("schedule.constant", {"learning_rate": [0.1, 0.1, 0.05]}, 0),
    ("schedule.constant", {"learning_rate": [0, 0, 0]}, None),
    ("schedule.decay", {"learning_rate": [1, 1, 0.1, 0.1, 0.1]}, 0.1),
    ("schedule.decay_position", {"learning_rate": [1, 1, 0.1, 0.1, 0.1]}, 0.5),
    ("schedule.decay_position", {"learning_rate": [1, 1, 0.5]}, None),
    ("schedule.dead_share", {"learning_rate": [1, 1, 0.001, 0.001, 0.001]}, 0.5),
    ("schedule.dead_share", {"learning_rate": [1, 1, 1]}, 0),
    ("schedule.warmup_share", {"learning_rate": [0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 1]}, 0.5),
    ("schedule.warmup_share", {"learning_rate": [1, 0.5, 0.1]}, 0),
    ("schedule.cycles", {"learning_rate": CYCLES}, 2),
    ("schedule.cycles", {"learning_rate": [0, 0.5, 1, 0.5, 0]}, 0),
    ("schedule.cyclic", {"learning_rate": CYCLES}, 1),
    ("schedule.drops", {"learning_rate": [1, 1, 0.1, 0.1, 0.01]}, 2),
    ("schedule.drops", {"learning_rate": [1, 0.5, 0.5, 0.25]}, 2),
    ("schedule.drops", {"learning_rate": [1, 0.6, 0.4, 0.3]}, 0),
    ("schedule.drops", {"learning_rate": [1, 1, 1e-4]}, 0),
    ("schedule.drops", {"learning_rate": [1, 0.5]}, None),
    ("schedule.peak", {"learning_rate": [0.1, 0.3, 0.2]}, 0.3),
    (
        "schedule.gain_after_decay",
        {"learning_rate": [1, 1, 0.1, 0.1, 0.1], "train_loss": [4, 3, 2, 1, 0]},
        0.5,
    ),
    # gradients
    ("grad_norm.median", {"grad_norm": [1, 2, 10]}, 2),
    ("grad_norm.max", {"grad_norm": [1, 10, 2, INF]}, 10),
    ("grad_norm.max_x", {"grad_norm": [1, 10, 2]}, 1),
    ("grad_norm.spike", {"grad_norm": [1, 1, 1, 1, 10]}, 10),
    ("grad_norm.spike", {"grad_norm": [0, 0, 0, 0, 10]}, None),
    ("grad_norm.growth", {"grad_norm": [1] * 8 + [4] * 8}, 4),
    ("grad_norm.collapse", {"grad_norm": [4] * 8 + [1] * 8}, 0.25),
    ("grad_norm.variation", {"grad_norm": [2] * 9}, 0),
    ("grad_norm.zero_share", {"grad_norm": [0, 1, 0, 1]}, 0.5),
    ("grad_norm.clipped_share", {"grad_norm": [0, 1, 0, 1]}, None),
    # coupling
    ("coupling.losses", {"train_loss": [5, 4, 3, 2, 1], "val_loss": [1, 2, 3, 4, 5]}, -1),
    ("coupling.losses", {"train_loss": [5, 5, 5, 5, 5], "val_loss": [1, 2, 3, 4, 5]}, None),
    (
        "coupling.losses_late",
        {"train_loss": list(range(12, 0, -1)), "val_loss": [6, 5, 4, 3, 2, 1, 2, 3, 4, 5, 6, 7]},
        -1,
    ),
    (
        "coupling.train_gain_after_val_best",
        {"train_loss": [4, 3, 2, 1, 0], "val_loss": [2, 1, 2, 3, 4]},
        0.75,
    ),
    (
        "coupling.train_fall_after_val_best",
        {"train_loss": [4, 4, 2, 1, 1], "val_loss": [2, 1, 2, 3, 4]},
        0.75,
    ),
    ("coupling.val_loss_metric", {"val_loss": [1, 2, 3, 4, 5], "val_metric": [1, 2, 3, 4, 5]}, -1),
    ("coupling.val_loss_metric_late", {"val_loss": LINE, "val_metric": [-y for y in LINE]}, 1),
    ("coupling.metric_gain_after_loss_best", {"val_loss": [1, 2, 3], "val_metric": [1, 2, 3]}, 1),
    # the end of the run: tenths of ten points each
    ("train_loss.end_gain", {"train_loss": [4] * 80 + [2] * 10 + [1] * 10}, 0.5),
    ("train_loss.end_share", {"train_loss": [4] * 80 + [2] * 10 + [1] * 10}, 1 / 3),
    ("train_loss.end_gain", {"train_loss": [2, 1] * 4}, None),
    # a zigzag of one at a median level of 10.5, in the last quarter alone
    ("train_loss.swing_peak", {"train_loss": [10] * 72 + [10.5, 9.5] * 14}, 1 / 10.5),
    # bounds
    ("val_metric.shortfall", {"val_metric:accuracy": [0.5, 0.75, 0.75]}, 0.25),
    ("val_metric.shortfall", {"val_metric:acc": [50, 75, 75]}, 0.25),
    ("val_metric.shortfall", {"val_metric:psnr": [0.5, 0.75, 0.75]}, None),
    ("val_metric.best_shortfall", {"val_metric:top1": [0.5, 0.9, 0.75]}, 0.1),
    ("val_metric.resolution", {"val_metric:accuracy": [0.5, 0.6, 0.55, 0.8, 0.75, 0.9]}, 0.05),
    ("val_metric.resolution", {"val_metric:accuracy": [0.5, 0.61, 0.554, 0.8, 0.757, 0.9]}, 0),
    # noise
    ("train_loss.noise", {"train_loss": ZIGZAG}, 1.4826 / 2 / 1.5),
    ("train_loss.noise_share", {"train_loss": ZIGZAG}, 1.4826 / 2),
    ("train_loss.noise_growth", {"train_loss": ZIGZAG * 2}, 1),
    (
        "noise.val_over_train",
        {"train_loss": [10 + y for y in ZIGZAG], "val_loss": [10 + 2 * y for y in ZIGZAG]},
        2,
    ),
    # timing
    ("throughput.trend", {"throughput": [4, 4, 2, 2, 1, 1]}, 0.25),
    ("throughput.slowest", {"throughput": [2] * 6}, 1),
]


def test_the_words_that_a_model_reads_are_its_classes_only_where_nothing_else_is(run_of):
    run = run_of({"train_loss": [0.7, 0.69, 0.695, 0.69, 0.692]})
    words = Hyperparameter("vocab_size", 64, "classes", "config", Trust.COMMAND_LINE)
    labels = Hyperparameter("num_labels", 2, "classes", "program")
    assert measure(replace(run, hyperparameters=(words, labels)))["train_loss.chance_classes"] == 2
    assert measure(replace(run, hyperparameters=(words,)))["train_loss.chance_classes"] == 64


@pytest.mark.parametrize(("name", "curves", "expected"), CASES)
def test_value(run_of, name, curves, expected):
    signals = measure(run_of(curves))
    if expected is None:
        assert name not in signals
    elif isinstance(expected, (int, float)):
        assert signals[name] == pytest.approx(expected, abs=1e-9)
    else:
        assert signals[name] == expected


@pytest.mark.parametrize("kind", EventKind)
def test_events_are_counted(run_of, kind):
    other = next(k for k in EventKind if k != kind)
    events = [LogEvent(kind, "a", count=3), LogEvent(kind, "b"), LogEvent(other, "c")]
    assert measure(run_of({}, events=events))[f"events.{kind}"] == 4
    assert measure(run_of({}))[f"events.{kind}"] == 0


@pytest.mark.parametrize("role", _NUMBERS)
def test_hyperparameters_are_plain_numbers(run_of, role):
    assert measure(run_of({}, hyper={role: "0.5"}))[f"hyper.{role}"] == 0.5
    assert f"hyper.{role}" not in measure(run_of({}, hyper={role: "auto"}))
    assert f"hyper.{role}" not in measure(run_of({}))


def test_finished_share_counts_in_the_planned_unit(run_of):
    curves = {"train_loss": [3, 2, 1, 1, 1]}
    assert measure(run_of(curves, hyper={"epochs": 10}, x_kind="epoch"))["hyper.finished_share"] == 0.5
    assert measure(run_of(curves, hyper={"max_steps": 8}))["hyper.finished_share"] == 0.5
    assert "hyper.finished_share" not in measure(run_of(curves, hyper={"epochs": 10}))


def test_chance_uses_the_stated_number_of_classes(run_of):
    signals = measure(run_of({"val_loss": [math.log(7)] * 5}, hyper={"classes": 7}))
    assert signals["val_loss.chance_classes"] == 7
    assert signals["val_loss.chance_distance"] == pytest.approx(0)
    assert signals["val_loss.start_over_chance"] == pytest.approx(1)


def test_chance_is_silent_for_a_configured_regression(run_of):
    signals = measure(run_of({"val_loss": [2.3] * 5}, hyper={"loss": "mean_squared_error"}))
    assert not [name for name in signals if "chance" in name]


@pytest.mark.parametrize(("optimizer", "expected"), [("AdamW", 1), ("SGD", 0), ("mine", None)])
def test_adaptive_optimizers_are_known(run_of, optimizer, expected):
    assert measure(run_of({}, hyper={"optimizer": optimizer})).get("hyper.adaptive") == expected


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [("AdamW", 1), ("torch.optim.Adam", 0), ("adam", 0), ("SGD", 0), ("lion", 1), ("shampoo", None)],
)
def test_whether_weight_decay_is_apart_from_the_gradient(run_of, optimizer, expected):
    assert measure(run_of({}, hyper={"optimizer": optimizer})).get("hyper.decoupled_decay") == expected


def test_clipped_share_needs_the_threshold(run_of):
    signals = measure(run_of({"grad_norm": [0.5, 1, 2, 0.1]}, hyper={"gradient_clipping": 1.0}))
    assert signals["grad_norm.clipped_share"] == 0.5


def test_grad_norm_counts(run_of):
    signals = measure(run_of({"grad_norm": [1, NAN, 2, 3]}))
    assert signals["grad_norm.points"] == 4
    assert signals["grad_norm.non_finite_share"] == 0.25
    assert signals["grad_norm.first_non_finite_x"] == 1


def test_pauses_and_slowdown(run_of):
    times = np.cumsum([0] + [1] * 10 + [90] + [2] * 10)
    signals = measure(run_of({"train_loss": [1] * times.size}, wall_time=times))
    assert signals["time.pause_share"] == pytest.approx(90 / 120)
    assert signals["time.slowdown"] == pytest.approx(2)
    backwards = measure(run_of({"train_loss": [1] * times.size}, wall_time=times[::-1]))
    assert "time.pause_share" not in backwards


def test_noise_does_not_end_a_plateau(run_of):
    rng = np.random.default_rng(3)
    values = np.concatenate((np.linspace(2, 1, 100), np.ones(300))) + 0.1 * rng.normal(size=400)
    assert measure(run_of({"train_loss": values}))["train_loss.plateau_length"] > 0.6


def test_an_error_rate_that_leaps_past_one_moves_in_no_steps(run_of):
    babbling = {"val_metric:wer": [0, 0, 0, 0, 3, 9]}
    assert measure(run_of(babbling, lower={"val_metric": True}))["val_metric.resolution"] == 0


def test_unknown_direction_leaves_directed_signals_absent(run_of):
    signals = measure(run_of({"val_metric": [1, 2, 3, 4, 5, 6]}, lower={"val_metric": None}))
    assert "val_metric.progress" not in signals
    assert "val_metric.best_position" not in signals
    assert signals["val_metric.points"] == 6
    assert signals["val_metric.reversals"] == 0


def test_a_loss_is_better_when_lower_unless_said_otherwise(run_of):
    falling = {"train_loss": [3, 2, 1]}
    assert measure(run_of(falling, lower={"train_loss": None}))["train_loss.progress"] == pytest.approx(2 / 3)
    assert measure(run_of(falling, lower={"train_loss": False}))["train_loss.progress"] == 0


def test_every_quantity_has_a_case():
    of_curves = {role.value for role in Role}
    quantities = {name.partition(".")[2] for name in GLOSSARY if name.partition(".")[0] in of_curves}
    of_runs = {name for name in GLOSSARY if name.partition(".")[0] not in of_curves}
    tested_here = {name for name, _, expected in CASES if expected is not None}
    elsewhere = {n for n in of_runs if n.startswith(("events.", "hyper.", "time."))}
    elsewhere |= {"noise.epoch_sawtooth", "noise.within_epoch", "noise.epoch_repeat"}
    elsewhere |= {
        n
        for n in of_runs
        if GLOSSARY[n].family in ("side", "layers", "messages", "steps", "boosting", "probe")
    }
    assert of_runs - tested_here - elsewhere == set()
    horizon = {name.partition(".")[2] for name, entry in GLOSSARY.items() if entry.family == "horizon"}
    known = {name.partition(".")[2] for name in tested_here}
    assert quantities - known - horizon - {"clipped_share"} == set()
