"""Lists of layer widths in a configuration, read from files as a training leaves them."""

import json

import pytest

from advisor.readers import read_paths
from advisor.vocabulary.widths import from_widths, layer_widths

CURVE = "epoch,loss\n" + "".join(f"{i},{1 / i}\n" for i in range(1, 9))


@pytest.fixture
def run_with(tmp_path):
    def read(settings):
        (tmp_path / "metrics.csv").write_text(CURVE)
        (tmp_path / "config.json").write_text(json.dumps(settings))
        return read_paths([str(tmp_path / "metrics.csv")])[0]

    return read


@pytest.mark.parametrize("name", ["hidden", "layers", "model.hidden_sizes", "hidden_layer_sizes"])
def test_a_list_of_widths_tells_layers_and_units(run_with, name):
    key, _, last = name.rpartition(".")
    run = run_with({key: {last: [64, 64, 64]}} if key else {name: [64, 64, 64]})
    assert layer_widths(run) == (64, 64, 64)
    assert (from_widths(run, "layers"), from_widths(run, "hidden_units")) == (3, 64)


def test_unequal_widths_are_no_one_number_of_units(run_with):
    run = run_with({"hidden": [512, 64]})
    assert (from_widths(run, "layers"), from_widths(run, "hidden_units")) == (2, None)


@pytest.mark.parametrize("value", [["conv1", "conv2"], [0.5, 0.25], [0, 64], [[64], [64]], [], 64])
def test_other_values_are_no_widths(run_with, value):
    run = run_with({"layers": value})
    assert layer_widths(run) == ()
    assert from_widths(run, "layers") is None


def test_a_list_takes_no_role_from_a_single_value(run_with):
    run = run_with({"lr": [0.1, 0.01], "optimizer": {"lr": 0.05}})
    assert run.number("learning_rate") == 0.05
    assert ("lr", "[0.1, 0.01]", None) in [(h.name, h.value, h.role) for h in run.hyperparameters]


def test_a_long_list_is_left_out(run_with):
    run = run_with({"classes_seen": list(range(33)), "seed": 1})
    assert [h.name for h in run.hyperparameters] == ["seed"]
