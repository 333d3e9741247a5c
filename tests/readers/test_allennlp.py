"""AllenNLP writes a file for each epoch; they are one run."""

import json

import pytest

from advisor.errors import UnreadableError
from advisor.readers import Source, read_paths, read_source
from advisor.run import EventKind, Role


@pytest.fixture
def folder(tmp_path):
    for epoch in range(12):
        figures = {
            "best_epoch": epoch,
            "training_duration": "0:01:10.123",
            "training_epochs": epoch,
            "epoch": epoch,
            "training_accuracy": 1 - 0.5 / (epoch + 1),
            "training_loss": 2 / (epoch + 1),
            "validation_loss": 2.5 / (epoch + 1),
        }
        (tmp_path / f"metrics_epoch_{epoch}.json").write_text(json.dumps(figures, indent=2))
    (tmp_path / "metrics.json").write_text(json.dumps({"best_epoch": 11, "training_loss": 2 / 12}))
    return tmp_path


def check(run, epochs):
    train, val = run.main(Role.TRAIN_LOSS), run.main(Role.VAL_LOSS)
    assert (train.x_kind, train.x.tolist()) == ("epoch", epochs)
    assert train.y.tolist() == [2 / (epoch + 1) for epoch in epochs]
    assert val.y.tolist() == [2.5 / (epoch + 1) for epoch in epochs]
    assert run.main(Role.TRAIN_METRIC).name == "training_accuracy"


@pytest.mark.parametrize("name", ["", "metrics_epoch_3.json", "metrics.json"])
def test_the_epochs_are_one_run_in_their_order_from_the_folder_and_from_any_file(folder, name):
    (run,) = read_paths([str(folder / name)])
    assert run.reader == "allennlp"
    check(run, list(range(12)))


def test_a_damaged_epoch_is_left_out_and_told(folder):
    path = folder / "metrics_epoch_4.json"
    path.write_text(path.read_text()[:40])
    (run,) = read_paths([str(folder)])
    check(run, [epoch for epoch in range(12) if epoch != 4])
    assert [(event.kind, event.count) for event in run.damage] == [(EventKind.UNREADABLE, 1)]


def test_epochs_that_cannot_be_read_give_a_sentence():
    with pytest.raises(UnreadableError, match="AllenNLP"):
        read_source(Source("metrics_epoch_0.json", content=b'{"training_loss": 0.'))
