"""Logs written for people to read, results of several trainings, and lists of settings."""

import pytest

from advisor.errors import UnreadableError
from advisor.readers import Source, read_source

LOSSES = [0.91, 0.72, 0.55, 0.51]


def read(text):
    return read_source(Source("train.log", content=text.encode()))


def curves(text):
    (run,) = read(text)
    return {series.name: (series.x.tolist(), series.y.tolist()) for series in run}


def test_names_in_the_bold_type_of_markdown():
    text = "".join(
        f"### Epoch {e}/4\n- **Train Loss:** {y}\n- **Test Accuracy:** {90 + e}.5%\n\n"
        for e, y in enumerate(LOSSES, 1)
    )
    assert curves(text)["Train Loss"] == ([1, 2, 3, 4], LOSSES)


def test_values_between_commas_with_sentences_between_their_lines():
    rows = "".join(
        f"{e},{y},{y + 0.1:.2f},1m {e}s\nBest model saved at epoch {e} with Val Loss: {y + 0.1:.2f}\n"
        for e, y in enumerate(LOSSES, 1)
    )
    found = curves(f"Epoch,Train Loss,Val Loss,Epoch Time\n{rows}\nUsing device: cuda\nTotal rows: 47688\n")
    assert found["Train Loss"] == ([1, 2, 3, 4], LOSSES)
    assert found["Val Loss"] == ([1, 2, 3, 4], [1.01, 0.82, 0.65, 0.61])


def test_the_end_of_an_epoch_counts_epochs():
    text = "".join(
        f"epoch={e} step={e}00 loss={y}\nepoch_end={e} loss={y - 0.1:.2f}\n" for e, y in enumerate(LOSSES)
    )
    (run,) = read(text)
    ends = next(series for series in run if series.y[0] == 0.81)
    assert (ends.x_kind, ends.x.tolist()) == ("epoch", [0, 1, 2, 3])


@pytest.mark.parametrize("line", ["seed={i} accuracy={y}", "[VAL] Fold {i}/9 | Dice: {y}, mIoU: {y}"])
def test_what_each_of_several_trainings_came_to_is_no_curve(line):
    with pytest.raises(UnreadableError):
        read("".join(line.format(i=i, y=y) + "\n" for i, y in enumerate(LOSSES, 1)))


def test_an_epoch_of_a_fold_is_a_point_all_the_same():
    text = "".join(f"Fold 1/5 | Epoch {e} | loss: {y}\n" for e, y in enumerate(LOSSES, 1))
    assert curves(text)["loss"] == ([1, 2, 3, 4], LOSSES)


def test_the_best_so_far_in_turkish_is_no_further_point():
    text = "".join(f"Epoch {e} | Val Loss: {y}\n" for e, y in enumerate(LOSSES, 1))
    found = curves(text + "En iyi model: Epoch 4 (Val Loss: 0.51)\n")
    assert found["Val Loss"] == ([1, 2, 3, 4], LOSSES)


def test_a_list_of_settings_one_of_which_is_called_as_a_measurement():
    text = (
        "batch: 16\nepochs: 100\nlr0: 0.01\nmomentum: 0.937\nweight_decay: 0.0005\npatience: 50\niou: 0.7\n"
    )
    with pytest.raises(UnreadableError):
        read_source(Source("args.yaml", content=text.encode()))
