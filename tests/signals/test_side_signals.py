"""Signals of curves beside the losses, of single layers, of batches, and of what a log says in words."""

from dataclasses import replace

import numpy as np
import pytest

from advisor.run import EventKind, Hyperparameter, LogEvent, Role, Run, Series
from advisor.signals import GLOSSARY, measure
from advisor.vocabulary.side import is_layer_gradient, side_quantity

# signal, curves by the names that programs give them, value
CASES = [
    ("precision.scale_halvings", {"loss_scale": [65536, 32768, 32768, 16384]}, 2),
    ("precision.scale_end", {"loss_scale": [65536, 32768, 32768, 16384]}, 0.25),
    ("precision.scale_last", {"train/grad_scale": [8, 4, 2]}, 2),
    ("policy.kl_end", {"train/approx_kl": [0.01] * 9 + [0.5]}, 0.5),
    ("policy.kl_growth", {"approx_kl": [0.01] * 20 + [0.5] * 4}, 50),
    ("policy.entropy_left", {"losses/entropy": [2.0] + [1.0] * 8 + [0.1]}, 0.05),
    ("policy.value_loss_growth", {"value_loss": [5, 1, 1, 1, 1, 1, 1, 1, 1, 40]}, 40),
    ("policy.clip_fraction", {"clip_fraction": [0.1, 0.2, 0.3, 0.4, 0.5]}, 0.5),
    ("policy.reward_lost", {"ep_rew_mean": [0] * 7 + [10] * 7 + [2] * 7}, 0.8),
    ("policy.reward_gain", {"ep_rew_mean": [1, 3] * 3 + [2] * 12 + [1, 3] * 3}, 0),
    ("memory.growth", {"gpu_mem": [1] * 3 + [10] * 20 + [15] * 3}, 1.5),
    ("memory.rising", {"gpu_mem": list(range(100, 130))}, 1),
    ("time.gpu_use", {"system.gpu.0.gpu": [20, 30, 20, 30, 25]}, 25),
    ("time.data_share", {"data_time": [0.3] * 6, "time": [0.4] * 6}, 0.75),
    ("units.dead", {"dead_units": [0.1, 0.6]}, 0.6),
    ("units.saturated", {"saturation": [0.1, 0.4]}, 0.4),
    ("units.update_ratio", {"update_ratio": [0.001, 0.003, 0.002]}, 0.002),
    ("adversarial.balance", {"loss_D": [1.4] * 10 + [0.07] * 2, "loss_G": [1] * 12}, 0.05),
    ("adversarial.generator_growth", {"loss_D": [1.4] * 12, "loss_G": [1] * 10 + [6] * 2}, 6),
    ("adversarial.non_finite", {"loss_D": [1.0] * 20, "loss_G": [1.0] * 19 + [float("nan")]}, 0.5),
    ("adversarial.non_finite", {"loss_D": [1.0] * 20, "loss_G": [1.0] * 20}, 0),
    ("adversarial.non_finite", {"loss_D": [1.0] * 20}, None),
    ("layers.count", {f"grad_norm/layer{i}": [1, 1] for i in range(4)}, 4),
    ("layers.count", {f"grad_norm/layer{i}": [1, 1] for i in range(2)}, None),
    ("layers.first_over_last", {f"grad_norm/layer{i}": [10.0**i] * 2 for i in range(3)}, 0.01),
    ("layers.spread", {f"grad_norm/layer{i}": [10.0**i] * 2 for i in range(3)}, 2),
    ("layers.zero_share", {f"grad_norm/layer{i}": [float(i > 0)] * 2 for i in range(4)}, 0.25),
    ("steps.points", {"train_loss": [3, 2, 1]}, 3),
    ("steps.noise", {"train_loss": [3] * 40 + [2] * 80}, 0),
    ("steps.noise_share", {"train_loss": [3] * 40 + [2] * 80}, 0),
]


def run_of(curves, events=()) -> Run:
    made = []
    for name, values in curves.items():
        y = np.asarray(values, dtype=np.float64)
        role = Role.TRAIN_LOSS if name == "train_loss" else Role.OTHER
        role = Role.VAL_METRIC if "rew" in name else role
        better = {Role.VAL_METRIC: False, Role.TRAIN_LOSS: True}.get(role)
        x = np.arange(y.size, dtype=np.float64)
        made.append(Series(name, y, x, np.arange(y.size), role=role, lower_is_better=better))
    return Run("test", tuple(made), events=tuple(events))


@pytest.mark.parametrize(("name", "curves", "expected"), CASES)
def test_value(name, curves, expected):
    measured = measure(run_of(curves)).get(name)
    assert measured == (None if expected is None else pytest.approx(expected))


def test_every_side_signal_has_a_case():
    families = ("side", "layers", "steps")
    names = {name for name, entry in GLOSSARY.items() if entry.family in families}
    assert names == {name for name, _, _ in CASES}


def test_batches_are_read_where_an_epoch_mean_stands_beside_them():
    rng = np.random.default_rng(0)
    batches = 2 + 0.2 * rng.normal(size=3_000)
    x = np.arange(3_000)
    step = Series("loss", batches, x * 1.0, x, role=Role.TRAIN_LOSS, lower_is_better=True, certainty=0.9)
    epochs = Series(
        "train loss",
        np.array([2.1, 2.0, 2.0]),
        x[:3] * 1.0,
        x[:3],
        role=Role.TRAIN_LOSS,
        lower_is_better=True,
    )
    part = Series(
        "box_loss", np.ones(9_000), np.arange(9e3), np.arange(9_000), role=Role.TRAIN_LOSS, certainty=0.4
    )
    signals = measure(Run("test", (step, epochs, part)))
    assert signals["train_loss.points"] == 3
    assert signals["steps.points"] == 3_000
    assert signals["steps.noise"] == pytest.approx(0.1, rel=0.3)  # bins of six follow the noise a little


MESSAGES = {
    "scheduler_order": "UserWarning: Detected call of `lr_scheduler.step()` before `optimizer.step()`.",
    "worker_died": "RuntimeError: DataLoader worker (pid 12) is killed by signal: Killed.",
    "few_workers": "The 'train_dataloader' does not have many workers which may be a create a bottleneck",
    "broadcast": "UserWarning: Using a target size (torch.Size([32])) that is different to the input size",
    "no_gradient": "ValueError: No gradients provided for any variable",
    "overflow": "Gradient overflow. Skipping step, loss scaler 0 reducing loss scale to 16384.0",
    "out_of_data": "Your input ran out of data; interrupting training.",
    "undefined_metric": "UndefinedMetricWarning: Precision is ill-defined",
    "not_converged": "ConvergenceWarning: Maximum iterations reached",
}


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_are_counted_by_what_they_say(name):
    event = LogEvent(EventKind.WARNING, MESSAGES[name], 3, count=4)
    other = LogEvent(EventKind.CHECKPOINT, MESSAGES[name], 4)
    signals = measure(run_of({}, [event, other]))
    assert {other: signals[f"messages.{other}"] for other in MESSAGES} == {
        other: 4 * (other == name) for other in MESSAGES
    }


def error(line, text="ValueError: shapes do not match"):
    return LogEvent(EventKind.TRACEBACK, text, line)


@pytest.mark.parametrize(
    ("events", "crashed", "after_end", "stopped"),
    [
        ([], 0, 0, 0),
        ([error(12)], 1, 0, 0),
        ([error(5)], 0, 0, 0),  # values follow it
        ([error(5_000)], 0, 0, 0),  # another program, far below
        ([error(12, "KeyboardInterrupt")], 0, 0, 1),
        ([error(12), error(13, "KeyboardInterrupt")], 0, 0, 1),
        ([error(12, "KeyboardInterrupt"), error(13)], 1, 0, 1),
        ([LogEvent(EventKind.CHECKPOINT, "Saving the final model.", 11), error(12)], 0, 1, 0),
        ([LogEvent(EventKind.CHECKPOINT, "saved checkpoint 3", 11), error(12)], 1, 0, 0),
    ],
)
def test_an_error_at_the_end_is_told_from_one_on_the_way(events, crashed, after_end, stopped):
    signals = measure(run_of({"train_loss": range(11, 0, -1)}, events))
    assert signals["messages.crashed"] == crashed
    assert signals["messages.crashed_after_end"] == after_end
    assert signals["messages.stopped"] == stopped


def no_memory(line):
    return LogEvent(EventKind.OUT_OF_MEMORY, "failed to allocate 613.15M: out of memory", line)


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ([], 0),
        ([no_memory(3), no_memory(3)], 1),
        ([no_memory(3), no_memory(9)], 0),  # a batch is lost every now and then
        ([no_memory(15)], 0),  # the log ends soon after
        ([no_memory(None)], 0),
    ],
)
def test_memory_that_was_found_after_all_is_told_from_memory_that_ran_out(events, found):
    signals = measure(run_of({"train_loss": range(20, 0, -1)}, events))
    assert signals["events.memory_found"] == found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("train/approx_kl", "kl"),
        ("system.gpu.0.gpu", "gpu_use"),
        ("losses/value_loss", "value_loss"),
        ("lossD", None),
        ("grad_z_scale", None),
        ("loss", None),
        ("learning_rate", None),
    ],
)
def test_side_quantities_are_known_by_the_end_of_their_name(name, kind):
    assert side_quantity(name) == kind


@pytest.mark.parametrize("name", ["grad_norm/encoder.layer.3.weight", "gradients/fc1", "grad/conv2.bias"])
def test_gradients_of_layers_are_known(name):
    assert is_layer_gradient(name)


@pytest.mark.parametrize("name", ["grad_norm", "grad_2.0_norm_total", "l2_grad_norm", "layer1/weight_norm"])
def test_gradients_of_the_whole_are_no_layers(name):
    assert not is_layer_gradient(name)


@pytest.mark.parametrize(
    ("curves", "hyper", "expected"),
    [
        ({"validation_0-mlogloss": [1, 0.9]}, {}, 1),
        ({"valid_1's auc": [0.7, 0.8]}, {}, 1),
        ({"learn/Logloss": [1, 0.9]}, {}, 1),
        ({"train_loss": [1, 0.9]}, {"max_depth": 6}, 1),
        ({"train_loss": [1, 0.9]}, {"rounds": 50}, 1),
        ({"train_loss": [1, 0.9]}, {"rounds": 50, "batch_size": 32}, None),
        ({"train_loss": [1, 0.9]}, {"max_depth": 6, "hidden_units": 255}, 1),
        ({"train_loss": [1, 0.9]}, {"max_depth": 6, "optimizer": "adam"}, None),
        ({"train_loss": [1, 0.9]}, {}, None),
        ({"test-loss": [1, 0.9]}, {}, None),
    ],
)
def test_boosted_trees_are_known_by_names_and_settings(curves, hyper, expected):
    run = replace(
        run_of(curves), hyperparameters=tuple(Hyperparameter(k, v, k, "test") for k, v in hyper.items())
    )
    assert measure(run).get("run.boosting") == expected
