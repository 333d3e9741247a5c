"""How a name leads to a training, and what is said where it does not."""

import pytest
import torch
from torch import nn

from advisor.errors import UsageError
from advisor.probe import Probe
from advisor.probe.settings import read_settings
from advisor.probe.target import as_probe, load_target
from advisor.probe.tasks import TASKS

FILE = """
import torch
from torch import nn
def training(lr=0.1, width=4):
    model = nn.Linear(3, 2)
    data = [(torch.randn(8, 3), torch.zeros(8, dtype=torch.long))] * 4
    return RETURNED
def other():
    return 3
"""


@pytest.fixture
def written(tmp_path):
    def write(returned: str) -> str:
        path = tmp_path / f"made_{abs(hash(returned))}.py"
        path.write_text(FILE.replace("RETURNED", returned))
        return f"{path}:training"

    return write


@pytest.mark.parametrize("task", TASKS)
def test_every_built_in_task_makes_a_training(task):
    probe = load_target(task, {"lr": 0.02})
    batch = next(iter(probe.train_loader))
    loss = probe.loss(probe.model(batch[0]), batch[1])
    assert loss.ndim == 0
    assert probe.optimizer.param_groups[0]["lr"] == 0.02
    assert probe.steps > 100
    assert probe.settings["lr"] == 0.02


@pytest.mark.parametrize(
    "returned",
    [
        "(model, nn.CrossEntropyLoss(), data)",
        "(model, nn.CrossEntropyLoss(), data, data)",
        "{'model': model, 'loss': nn.CrossEntropyLoss(), 'train_loader': data, 'steps': 9}",
    ],
)
def test_a_tuple_and_a_mapping_will_do(written, returned):
    probe = load_target(written(returned), {"width": 8})
    assert isinstance(probe.model, nn.Linear)
    assert probe.settings == {"lr": 0.1, "width": 8}


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("3", "returns int"),
        ("(3, 4, 5)", "model is int"),
        ("(model, 4, data)", "loss is int"),
        ("(model, nn.MSELoss(), 4)", "train_loader is int"),
        ("{'modle': model}", "'modle'"),
    ],
)
def test_what_is_no_training_is_said(written, returned, said):
    with pytest.raises(UsageError, match=said):
        load_target(written(returned), {})


def test_what_cannot_be_found_is_said(written, tmp_path):
    place = written("(model, nn.CrossEntropyLoss(), data)").rpartition(":")[0]
    for name, said in {
        "nonsense": "Built-in tasks: digits",
        f"{place}:absent": "It has training, other",
        f"{tmp_path}/none.py:training": "no file",
        "no_such_module_here:training": "no module",
    }.items():
        with pytest.raises(UsageError) as caught:
            load_target(name, {})
        assert said in str(caught.value)


def test_an_unknown_setting_is_said(written):
    with pytest.raises(UsageError, match="It takes lr, width"):
        load_target(written("(model, nn.CrossEntropyLoss(), data)"), {"depth": 3})


def test_a_frozen_model_is_no_training():
    model = nn.Linear(2, 2).requires_grad_(False)
    with pytest.raises(UsageError, match="no parameter"):
        as_probe(Probe(model, nn.MSELoss(), [torch.ones(1)]), "frozen", {})


def test_settings_come_from_a_file_then_from_the_command_line(tmp_path):
    for name, text in {
        "a.yaml": "lr: 1e-3\noptim:\n  momentum: 0.9\n",
        "a.json": '{"lr": 0.001, "optim": {"momentum": 0.9}}',
        "a.toml": "lr = 1e-3\n[optim]\nmomentum = 0.9\n",
    }.items():
        path = tmp_path / name
        path.write_text(text)
        assert read_settings(path, []) == {"lr": 0.001, "optim.momentum": 0.9}
        assert read_settings(path, ["lr=0.1"])["lr"] == 0.1


def test_settings_that_are_none_are_said(tmp_path):
    with pytest.raises(UsageError, match="--set lr=0"):
        read_settings(None, ["lr"])
    with pytest.raises(UsageError, match="cannot be read"):
        read_settings(tmp_path / "none.yaml", [])
    broken = tmp_path / "broken.toml"
    broken.write_text("lr = = 3")
    with pytest.raises(UsageError, match="not understood"):
        read_settings(broken, [])


def test_values_are_read_as_a_person_types_them():
    given = read_settings(None, ["a=3", "b=1e-3", "c=true", "d=adam"])
    assert list(given.values()) == [3, 0.001, True, "adam"]
