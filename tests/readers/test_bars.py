# ruff: noqa: E501 (the lines of a log are as long as they are)
"""Progress bars: a point a step or an epoch, whatever is drawn over and over."""

import pytest

from advisor.run import Role
from tests.readers.consoles import one, values
from tests.readers.dialects import EXPECTED, STEPS, both_losses, curve, lines, read, train, val


def test_bar_redrawn_through_a_training_gives_a_point_a_step() -> None:
    states = ["  0%|          | 0/3 [00:00<?, ?it/s]"]
    for step, loss in enumerate((9.5, 7.25, 6.5)):
        states += [f"loss: {loss}:  {step}%|▏  | {step}/3 [00:00<00:55,  3.59it/s]"] * 3
    assert values("starting\n" + "\r".join(states) + "\n") == {"loss": [9.5, 7.25, 6.5]}


def test_bars_one_an_epoch_give_a_point_an_epoch() -> None:
    log = ""
    for epoch in range(1, 4):
        for step in (1, 50, 100):
            log += (
                f"\rEpoch {epoch}:  {step}%|████▌     | "
                f"{step}/100 [00:03<00:04, 13.1it/s, loss={epoch}.{step}, v_num=0]"
            )
        log += "\n"
    found = one(log)
    assert {name: series.y.tolist() for name, series in found.items()} == {"loss": [1.1, 2.1, 3.1]}
    assert found["loss"].x.tolist() == [1, 2, 3]


def test_a_bar_that_counts_anew_in_the_same_epoch_is_another_one() -> None:
    def bar(epoch: int, step: int, last: int, loss: float) -> str:
        drawn = f"{100 * step // last:3d}%|{'#' * (10 * step // last):10}| {step}/{last}"
        return f"Epoch {epoch}/3: {drawn} [00:01<00:01, 3.1it/s, loss={loss}]\n"

    log = "".join(
        bar(e, 5, 10, 9) + bar(e, 10, 10, 8 - e) + bar(e, 1, 4, 7) + bar(e, 4, 4, 4 - e) for e in (1, 2, 3)
    )
    assert values(log) == {"loss": [7, 3, 6, 2, 5, 1]}


def test_a_bar_drawn_once_below_a_redrawn_one_is_a_bar_of_its_own() -> None:
    def bar(step: int, loss: float) -> str:
        return f"{10 * step:3d}%|{'#' * step:10}| {step}/10 [00:01<00:01, 3.1it/s, loss={loss}]"

    log = "".join(
        f"{bar(2, 9 - i)}\r{bar(6, 8.5 - i)}\r{bar(10, 8 - i)}\n{bar(10, 7.5 - i)}\n" for i in range(4)
    )
    assert values(log) == {"loss": [8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0, 4.5]}


@pytest.mark.parametrize("separator", ["\r", "\n"])
def test_bars_of_all_epochs_on_one_line_are_one_point_an_epoch(separator):
    states = [
        f"Epoch {i - 1}: {j * 50}%|{'█' * j}| {j * 50}/100 [00:0{j}<00:01, 25.1it/s, v_num=3, train_loss={round(train(i) + 2 - j, 4)}, val_loss={val(i)}]"
        for i in STEPS
        for j in (0, 1, 2)
    ]
    assert both_losses(read(separator.join(states))) == EXPECTED


def test_ultralytics_table_of_all_classes_is_read_under_its_own_header():
    run = read(
        lines(
            lambda i: (
                "      Epoch    GPU_mem   box_loss   cls_loss  Instances       Size\n"
                f"\r        {i}/6      2.1G      9.9      1.9        100        640:  50%|███  | 4/8 [00:01<00:01, 3.1it/s]"
                f"\r        {i}/6      2.1G      {train(i):.4f}      1.2        103        640: 100%|█████| 8/8 [00:02<00:00, 3.1it/s]\n"
                "                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95): 100%|████| 4/4 [00:01<00:00, 3.2it/s]\n"
                f"                   all        128        929      0.4       0.5      0.{i}      0.2\n"
            )
        )
    )
    assert curve(run, "box_loss").y.tolist() == EXPECTED[0]
    assert curve(run, "mAP50").role == Role.VAL_METRIC
    assert curve(run, "mAP50").y.tolist() == [i / 10 for i in STEPS]


@pytest.mark.parametrize("bar", ["[==============================] ", ""])
def test_paddles_bar_of_an_evaluation_is_the_validation_of_its_epoch(bar):
    run = read(
        lines(
            lambda i: (
                f"Epoch {i}/6\nstep 20/51 {bar}- loss: 9.9 - 2ms/step\nstep 51/51 {bar}- loss: {train(i)} - 1ms/step\n"
                f"save checkpoint at out/{i}\nEval begin...\nstep 13/13 {bar}- loss: {val(i)} - 853us/step\nEval samples: 102\n"
            )
        )
    )
    assert both_losses(run) == EXPECTED


def test_what_a_bar_shows_before_its_drawing_is_no_point_of_the_epochs_curve():
    def epoch(i):
        bar = "".join(
            f"\rTrain Loss: {9 - k - i}:  {50 * k}%|###   | {k}/2 [00:0{k}<00:01,  2.4step/s]" for k in (1, 2)
        )
        return f"{bar}\n[{i}/100] Train Loss: {train(i)}, Valid Loss: {val(i)}\n"

    run = read(lines(epoch))
    assert curve(run, "Train Loss").y.tolist() == EXPECTED[0]
    assert curve(run, "Train Loss (bar)").y.tolist() == [7 - i for i in STEPS]
    assert curve(run, "Valid Loss").y.tolist() == EXPECTED[1]


def test_a_record_printed_behind_a_bar_is_a_point_of_the_curve():
    text = f"  0%|    | 0/9 [00:00<?, ?it/s] 20%|##   | 2/9 [00:01<00:04,  1.9it/s]{{'loss': {train(1)}, 'epoch': 0.1}}\n"
    text += "".join(f"{{'loss': {train(i)}, 'epoch': 0.{i}}}\n" for i in STEPS if i > 1)
    assert curve(read(text), "loss").y.tolist() == EXPECTED[0]
