# ruff: noqa: E501 (the lines of a log are as long as they are)
"""Dialects of consoles that no kept log covers, made by hand after what the programs print."""

import math

import pytest

from advisor.readers import Source, read_source
from advisor.run import Role

STEPS = range(1, 7)


def train(i):
    return round(2.3 / i, 4)


def val(i):
    return round(2.5 / i, 4)


def read(text, name="train.log"):
    (run,) = read_source(Source(name, content=text.encode()))
    return run


def lines(form):
    return "".join(form(i) for i in STEPS)


def curve(run, name):
    return next(series for series in run if series.name == name)


def both_losses(run):
    return run.main(Role.TRAIN_LOSS).y.tolist(), run.main(Role.VAL_LOSS).y.tolist()


EXPECTED = [train(i) for i in STEPS], [val(i) for i in STEPS]


def megatron(i):
    rule = "-" * 60 + "\n"
    return (
        f" iteration {i * 100:8d}/  500000 | consumed samples: {i * 3200:12d} | learning rate: 1.500E-04 | "
        f"lm loss: {train(i):.6E} | grad norm: 1.0 | number of skipped iterations:   0 | "
        f"number of nan iterations:   0 |\n{rule} validation loss at iteration {i * 100} | "
        f"lm loss value: {val(i):.6E} | lm loss PPL: {math.exp(val(i)):.6E} | \n{rule}"
    )


def test_megatrons_count_of_nan_iterations_is_no_nan_and_its_perplexity_no_loss():
    run = read(lines(megatron))
    assert both_losses(run) == EXPECTED
    assert all(series.summary().non_finite == 0 for series in run)
    assert curve(run, "valid_lm_loss_ppl").role == Role.VAL_METRIC


def test_a_nan_that_is_a_value_stays_one():
    run = read(lines(lambda i: f"step {i} loss {'nan' if i > 3 else 0.5} grad_norm nan\n"))
    assert curve(run, "loss").summary().non_finite == 3
    assert curve(run, "grad_norm").summary().non_finite == 6


def test_espnet2_counts_epochs_glued_to_their_number_and_no_line_of_code():
    def form(i):
        stamp = f"[host] 2022-01-0{i} 10:00:00,123 (trainer:338) INFO: {i}"
        return (
            f"{stamp}/30epoch started. Estimated time to finish: 5 hours\n"
            f"{stamp}epoch results: [train] loss={train(i)}, acc=0.5, [valid] loss={val(i)}, acc=0.4\n"
        )

    run = read(lines(form))
    assert both_losses(run) == EXPECTED
    assert run.main(Role.VAL_LOSS).x.tolist() == list(STEPS)
    assert run.main(Role.VAL_LOSS).x_kind == "epoch"
    assert "trainer" not in {series.name for series in run}


def test_loguru_names_the_place_in_the_code_after_the_level():
    run = read(
        lines(
            lambda i: f"2024-01-01 10:00:0{i}.1 | INFO     | __main__:fit:4{i} - epoch {i} loss {train(i)}\n"
        )
    )
    assert {series.name for series in run} == {"loss"}
    assert run.main(Role.TRAIN_LOSS).y.tolist() == EXPECTED[0]


@pytest.mark.parametrize(
    "form",
    [
        lambda i: (
            f"Train: {i - 1} [   0/1251 (  0%)]  Loss: {train(i)} ({train(i)})  Time: 5.1s,   49.97/s  LR: 1e-05\n"
            f"Test: [ 195/195]  Time: 0.1 (0.2)  Loss:  {val(i)} ({val(i)})  Acc@1: 50.0 (51.0)\n"
        ),
        lambda i: (
            f"2023/03/0{i} 10:00:00 - mmengine - INFO - Epoch(train)  [{i}][200/200]  lr: 1e-02  loss: {train(i)}\n"
            f"2023/03/0{i} 11:00:00 - mmengine - INFO - Epoch(val) [{i}][100/100]    loss: {val(i)}  time: 0.02\n"
        ),
        lambda i: (
            f"Epoch: [{i - 1}]  [499/500]  eta: 0:00:11  lr: 0.1  loss: {train(i)} (9.9)  max mem: 5512\n"
            f"Test:  [  0/100]  eta: 0:00:13  loss: {val(i)} (9.9)  acc1: 60.0 (60.0)  max mem: 5512\n"
        ),
        lambda i: f"ITERATION {i:02d}: TRAIN AVG.LOSS {train(i)}, (lrate0.008), CROSSVAL AVG.LOSS {val(i)}, accepted\n",
        lambda i: f"【训练】epoch：{i}／6　loss＝{train(i)}\n【验证】epoch：{i}／6　loss＝{val(i)}\n",
        lambda i: f"第{i}轮，当前训练损失值为{train(i)}，验证损失值是{val(i)}\n",
        lambda i: (
            f"[2022-10-22 16:00:38] Ep. {i} : Up. {i * 500} : Sen. 55,937 : Cost {train(i)} * 1,234,567 @ 12,000 "
            f"after 2,469,134 : Time 8.51s : 12000.00 words/s : L.r. 3.0000e-04\n"
            f"[2022-10-22 16:00:39] [valid] Ep. {i} : Up. {i * 500} : cross-entropy : {val(i)} : new best\n"
        ),
    ],
    ids=["timm", "mmengine", "torchvision", "kaldi-nnet1", "brackets-zh", "sentences-zh", "marian"],
)  # fmt: skip
def test_training_and_validation_are_told_apart(form):
    assert both_losses(read(lines(form))) == EXPECTED


def test_marian_is_counted_by_its_updates():
    run = read(lines(lambda i: f"[2022] Ep. {i} : Up. {i * 500} : Sen. 9 : Cost {train(i)} : L.r. 3.0e-04\n"))
    assert run.main(Role.TRAIN_LOSS).x.tolist() == [500 * i for i in STEPS]
    assert run.main(Role.LEARNING_RATE).y.tolist() == [3e-4] * len(STEPS)


def test_a_validation_is_placed_by_its_epoch_not_by_its_own_length():
    run = read(
        lines(
            lambda i: (
                "".join(f"Epoch [{i}][{j}/200] lr: 0.01, loss: {train(i)}\n" for j in (100, 200))
                + f"Epoch(val) [{i}][50] bbox_mAP: 0.{i}\n"
            )
        )
    )
    scored = run.main(Role.VAL_METRIC)
    assert (scored.x.tolist(), scored.x_kind) == (list(STEPS), "epoch")
    assert run.main(Role.TRAIN_LOSS).x.tolist() == [100 * i for i in range(1, 13)]


def test_iterations_named_with_their_split_count_and_a_validations_own_length_does_not():
    run = read(
        lines(
            lambda i: (
                f"Iter(train) [{i * 50:5d}/40000]  lr: 9e-03  loss: {train(i)}\n"
                f"Iter(val) [100/100]    mIoU: 0.{i}\n"
            )
        )
    )
    assert run.main(Role.TRAIN_LOSS).x.tolist() == [50 * i for i in STEPS]
    assert run.main(Role.VAL_METRIC).x.tolist() == [50 * i for i in STEPS]
    assert run.number("max_steps") == 40_000


def test_fairseqs_summary_of_an_epoch_is_another_curve_than_its_steps():
    run = read(
        lines(
            lambda i: (
                f"| epoch {i:03d}:    100 / 1101 loss={train(i)}, num_updates={i * 1100 - 1000}, lr=1e-05\n"
                f"| epoch {i:03d} | loss 9.{i} | num_updates {i * 1100} | lr 0.0001\n"
                f"| epoch {i:03d} | valid on 'valid' subset | loss {val(i)} | num_updates {i * 1100}\n"
            )
        )
    )
    assert both_losses(run) == EXPECTED
    assert curve(run, "loss (epoch end)").y.tolist() == [9 + i / 10 for i in STEPS]


def test_what_a_line_says_of_the_best_is_no_point_of_the_curve():
    run = read(
        lines(
            lambda i: (
                f"epoch: [{i}/6], loss: {train(i)}\ncur metric, acc: 0.{i}, fps: 300.0\n"
                f"best metric, acc: 0.9, fps: 301.0, best_epoch: {i}\n"
            )
        )
    )
    assert curve(run, "acc").y.tolist() == [i / 10 for i in STEPS]
    assert curve(run, "best_acc").role == Role.OTHER


def test_a_cell_between_pipes_is_not_named_by_the_unit_of_the_cell_before():
    run = read(
        lines(lambda i: f"step {i}/9 | loss {train(i)} | 3020.55 ms | 53.1% bf16 MFU | 173572 tok/s\n")
    )
    assert curve(run, "tok/s").role == Role.THROUGHPUT
    assert not any("MFU" in series.name for series in run)


def test_darknet_names_its_numbers_behind_them():
    run = read(
        "Learning Rate: 0.001, Momentum: 0.9, Decay: 0.0005\n"
        + lines(
            lambda i: (
                f"Region 82 Avg IOU: 0.326577, Class: 0.428537, Obj: 0.467411, count: 4\n"
                f"{i}: {train(i)}, 9.5 avg, 0.001000 rate, 6.123456 seconds, {i * 64} images\n"
            )
        )
    )
    assert run.reader == "darknet"
    assert run.main(Role.TRAIN_LOSS).y.tolist() == EXPECTED[0]
    assert run.main(Role.LEARNING_RATE).y.tolist() == [0.001] * 6


def test_darknet_starting_again_is_a_second_run():
    text = lines(
        lambda i: f" {i}: {train(i)}, 9.5 avg loss, 0.001 rate, 3.2 seconds, 64 images, 12.1 hours left\n"
    )
    first, second = read_source(Source("darknet.log", content=(text * 2).encode()))
    assert (len(first.series[0]), len(second.series[0])) == (6, 6)
    assert [event.kind.value for event in second.events] == ["restart"]


def test_kaldis_objective_is_a_log_probability():
    run = read(
        lines(
            lambda i: (
                "LOG (nnet3-chain-train[5.5]:PrintStatsForThisPhase():nnet-training.cc:301) Average objective "
                f"function for 'output' for minibatches {i * 100 - 100}-{i * 100 - 1} is -{train(i)} over 12800 frames.\n"
            )
        )
    )
    (objective,) = run.with_role(Role.TRAIN_METRIC)
    assert objective.y.tolist() == [-train(i) for i in STEPS]
    assert objective.lower_is_better is False
