"""What torch's own SummaryWriter writes, in one folder and in several, against what was logged."""

from pathlib import Path

import numpy as np
import pytest

from advisor.readers import read_paths
from advisor.readers.event_folders import homes
from advisor.run import Role

torch_writer = pytest.importorskip("torch.utils.tensorboard")
EPOCHS = 6


def falling(epoch, start):
    return start / (epoch + 1)


def written(value):
    """As event files hold a scalar: in single precision."""
    return float(np.float32(value))


def values(run):
    return {series.name: series.y.tolist() for series in run}


def test_add_scalars_is_one_run_with_a_curve_for_each_split(tmp_path):
    with torch_writer.SummaryWriter(str(tmp_path / "run")) as writer:
        for epoch in range(EPOCHS):
            writer.add_scalars("loss", {"train": falling(epoch, 2.0), "val": falling(epoch, 3.0)}, epoch)
            writer.add_scalar("lr", 0.1, epoch)
    (run,) = read_paths([str(tmp_path)])
    assert values(run) == {
        "loss/train": [written(falling(epoch, 2.0)) for epoch in range(EPOCHS)],
        "loss/val": [written(falling(epoch, 3.0)) for epoch in range(EPOCHS)],
        "lr": [written(0.1)] * EPOCHS,
    }
    assert run.main(Role.TRAIN_LOSS).name == "loss/train"
    assert run.main(Role.VAL_LOSS).name == "loss/val"
    assert run.main(Role.VAL_LOSS).x.tolist() == list(range(EPOCHS))


@pytest.mark.parametrize("folders", [("train", "validation"), ("train", "eval"), ("learn", "test")])
def test_a_folder_for_each_split_is_one_run(tmp_path, folders):
    """The layout of Keras's TensorBoard callback: the same tag in both."""
    writers = [torch_writer.SummaryWriter(str(tmp_path / folder)) for folder in folders]
    for epoch in range(EPOCHS):
        for start, writer in enumerate(writers, 2):
            writer.add_scalar("epoch_loss", falling(epoch, start), epoch)
    for writer in writers:
        writer.close()
    (run,) = read_paths([str(tmp_path)])
    assert run.source == str(tmp_path)
    assert set(values(run)) == {f"{folder}/epoch_loss" for folder in folders}
    assert run.main(Role.TRAIN_LOSS).y[0] == 2.0
    assert run.main(Role.VAL_LOSS).y[0] == 3.0


def test_two_trainings_that_lie_side_by_side_stay_two(tmp_path):
    for name in ("adam", "sgd"):
        with torch_writer.SummaryWriter(str(tmp_path / name)) as writer:
            for epoch in range(EPOCHS):
                writer.add_scalar("train/loss", falling(epoch, len(name)), epoch)
    assert {Path(run.source).parent.name for run in read_paths([str(tmp_path)])} == {"adam", "sgd"}


def test_the_settings_of_add_hparams_belong_to_the_run_whose_writer_it_was(tmp_path):
    settings = {"lr": 0.003, "batch_size": 32, "optimizer": "adam", "augment": True}
    with torch_writer.SummaryWriter(str(tmp_path)) as writer:
        for epoch in range(EPOCHS):
            writer.add_scalar("loss/train", falling(epoch, 2.0), epoch)
        writer.add_hparams(settings, {"hparam/accuracy": 0.75})
    (run,) = read_paths([str(tmp_path)])
    assert {setting.name: setting.value for setting in run.hyperparameters} == settings
    assert run.number("learning_rate") == 0.003
    assert values(run)["hparam/accuracy"] == [0.75]


def test_which_folders_are_one_run():
    def of(*names):
        found = homes({Path(name) for name in names})
        return {str(folder): str(home) for folder, home in found.items() if folder != home}

    assert of("a/train", "a/val") == {"a/train": "a", "a/val": "a"}
    assert of("a", "a/eval") == {"a/eval": "a"}
    # The second training of a tool that calls its runs `train`, `train2`.
    assert of("a/train", "a/train2") == {}
    assert of("a/train", "b/val") == {}
    assert of("a", "a/loss_train", "a/loss_val", "a/other") == {"a/loss_train": "a", "a/loss_val": "a"}
    assert of("a/loss_train", "a/loss_val") == {}
    assert of("a", "a/1700000000.25") == {"a/1700000000.25": "a"}
