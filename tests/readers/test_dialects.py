# ruff: noqa: E501 (the lines of a log are as long as they are)
"""Dialects of consoles that no kept log covers, made by hand after what the programs print."""

import math

import pytest

from advisor.readers import Source, read_source
from advisor.run import Role
from tests.readers.dialects import EXPECTED, STEPS, both_losses, curve, lines, read, train, val


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
        lambda i: f"第{i}轮训练，损失值：{train(i)}\n第{i}轮验证，损失值：{val(i)}\n",
        lambda i: f"第{i}轮，当前训练损失值为{train(i)}，验证损失值是{val(i)}\n",
        lambda i: (
            f"[2022-10-22 16:00:38] Ep. {i} : Up. {i * 500} : Sen. 55,937 : Cost {train(i)} * 1,234,567 @ 12,000 "
            f"after 2,469,134 : Time 8.51s : 12000.00 words/s : L.r. 3.0000e-04\n"
            f"[2022-10-22 16:00:39] [valid] Ep. {i} : Up. {i * 500} : cross-entropy : {val(i)} : new best\n"
        ),
    ],
    ids=["timm", "mmengine", "torchvision", "kaldi-nnet1", "brackets-zh", "phases-zh", "sentences-zh", "marian"],
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
    assert curve(run, "eval_acc").y.tolist() == [i / 10 for i in STEPS]
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


def test_an_indented_block_belongs_to_the_split_that_heads_it():
    run = read(lines(lambda i: f"epoch: {i}\ntrain:\n  loss: {train(i)}\nvalid:\n  loss: {val(i)}\n"))
    assert both_losses(run) == EXPECTED
    quickstart = read(
        lines(
            lambda i: (
                f"Epoch {i}\n-----------------\nloss: {train(i)}  [    0/60000]\n"
                f"Test Error: \n Accuracy: 5{i}.0%, Avg loss: {val(i)} \n\n"
            )
        )
    )
    assert both_losses(quickstart) == EXPECTED
    assert quickstart.main(Role.VAL_METRIC).name == "test_accuracy"


def test_boosting_says_the_best_iteration_again_and_that_is_no_second_run():
    run = read(
        lines(lambda i: f"[{i * 100}]\ttraining's auc: 0.{i}\tvalid_1's auc: 0.{i}5\n")
        + "Early stopping, best iteration is:\n[457]\ttraining's auc: 0.9\tvalid_1's auc: 0.95\n"
    )
    assert curve(run, "valid_1's auc").y.tolist() == [0.15, 0.25, 0.35, 0.45, 0.55, 0.65]
    assert run.main(Role.TRAIN_METRIC).name == "training's auc"
    assert any("say again" in event.text for event in run.events)


def test_a_clock_before_the_round_does_not_hide_it():
    run = read(lines(lambda i: f"[12:00:0{i}] [{i - 1}]\tvalidation_0-auc:0.{i}\n"))
    assert run.series[0].x.tolist() == [0, 1, 2, 3, 4, 5]


def test_a_step_in_brackets_behind_the_prefix_of_absl_counts():
    run = read(
        lines(
            lambda i: (
                f"I0401 12:00:0{i}.123456 1402 logging_writer.py:48] [{i * 100}] loss={train(i)}, lr=0.1\n"
            )
        )
    )
    assert run.main(Role.TRAIN_LOSS).x.tolist() == [100 * i for i in STEPS]


def test_the_global_step_behind_the_epoch_counts():
    run = read(
        lines(
            lambda i: f"  epoch 0 step {i * 100} lr 1 step-time 0.5s wps 10.1K ppl {train(i)} gN 5.{i}, Tue\n"
        )
    )
    assert curve(run, "ppl").x.tolist() == [100 * i for i in STEPS]
    assert run.main(Role.GRAD_NORM).name == "gN"


def test_a_coloured_table_is_read_by_its_columns():
    head = "  epoch    train_loss    valid_loss    cp     dur\n-------  ------------  ------------  ----  ------\n"
    row = "      {0}        \x1b[36m{1:.4f}\x1b[0m        \x1b[35m{2:.4f}\x1b[0m     {3}  0.1{0}\n"
    run = read(head + lines(lambda i: row.format(i, train(i), val(i), "+" if i % 2 else " ")))
    assert both_losses(run) == EXPECTED
    assert {series.name for series in run} == {"train_loss", "valid_loss", "dur"}


def test_a_table_of_a_model_card_or_a_notebook_is_read_without_its_rules():
    card = "| Training Loss | Epoch | Step | Validation Loss | Accuracy |\n|:-------------:|:-----:|:----:|:---------------:|:--------:|\n"
    card += f"| No log        | 1.0   | 100  | {val(1)}   | 0.1   |\n"
    run = read(
        card + "".join(f"| {train(i)} | {i}.0 | {i}00 | {val(i)} | 0.{i} |\n" for i in STEPS if i > 1),
        "card.md",
    )
    assert both_losses(run) == (EXPECTED[0][1:], EXPECTED[1])
    assert run.main(Role.VAL_METRIC).name == "Accuracy"
    assert not run.events
    table = "[800/800 10:00, Epoch 6/6]\nEpoch\tTraining Loss\tValidation Loss\n" + f"1\tNo log\t{val(1)}\n"
    run = read(table + "".join(f"{i}\t{train(i)}\t{val(i)}\n" for i in STEPS if i > 1))
    assert both_losses(run) == (EXPECTED[0][1:], EXPECTED[1])


def test_a_console_with_commas_is_no_csv():
    run = read(lines(lambda i: f"global_step={i * 25}, episodic_return=[{i * 10}.]\n"))
    assert run.reader == "console-text"
    assert run.main(Role.TRAIN_METRIC).x.tolist() == [25 * i for i in STEPS]


def test_a_dictionary_behind_a_prefix_goes_on_over_lines():
    run = read(
        lines(
            lambda i: (
                f"I0401 12:00:0{i}.123456 1402 model_lib_v2.py:705] {{'Loss/total_loss': {train(i)},\n 'learning_rate': 0.01}}\n"
            )
        )
    )
    assert run.main(Role.TRAIN_LOSS).y.tolist() == EXPECTED[0]
    assert run.main(Role.LEARNING_RATE).y.tolist() == [0.01] * 6


def test_the_results_of_early_yolov5_have_no_header_and_several_trainings():
    def row(i, epochs):
        losses = f"{train(i):10.4g}{0.5:10.4g}{0.25:10.4g}{train(i) + 0.75:10.4g}"
        metrics = f"{0.1 * i:10.4g}{0.2:10.4g}{0.3:10.4g}{0.05 * i:10.4g}"
        return f"{f'{i - 1}/{epochs}':>10}{'6.5G':>10}{losses}{31 * i:10.4g}{640:10.4g}{metrics}{val(i):10.4g}{0.4:10.4g}{0:10.4g}\n"

    text = "".join(row(i, 5) for i in STEPS)
    run = read(text, "results.txt")
    assert run.reader == "yolo-results"
    assert curve(run, "train/box_loss").y.tolist() == pytest.approx(EXPECTED[0], rel=1e-3)
    assert curve(run, "val/box_loss").y.tolist() == pytest.approx(EXPECTED[1], rel=1e-3)
    assert curve(run, "metrics/mAP_0.5:0.95").y.tolist() == pytest.approx([0.05 * i for i in STEPS])
    assert (curve(run, "targets").x_kind, curve(run, "targets").x.tolist()) == ("epoch", [0, 1, 2, 3, 4, 5])
    assert len(read_source(Source("results.txt", content=(text + text).encode()))) == 2


def test_icefalls_running_loss_is_told_from_that_of_the_batch():
    run = read(
        lines(
            lambda i: (
                f"2023-05-12 18:04:1{i},986 INFO [train.py:422] Epoch 1, batch {i * 10}, loss[loss={train(i)}, simple_loss=0.5, "
                f"over 2436.00 frames. ], tot_loss[loss={val(i)}, simple_loss={i}, over 22192.90 frames. ], batch size: 4\n"
            )
        )
    )
    assert curve(run, "loss").y.tolist() == EXPECTED[0]
    assert curve(run, "tot_loss").y.tolist() == EXPECTED[1]
    assert curve(run, "tot_loss/simple_loss").y.tolist() == list(STEPS)


@pytest.mark.parametrize(
    ("time", "seconds"),
    [
        ("6 hours, 22 minutes and 55.5 seconds", 22975.5),
        ("1 minute and 3 seconds", 63),
        ("1 day and 2 hours", 93600),
        ("6 hours", 21600),
        ("34.25 seconds", 34.25),
    ],
)
def test_espnets_duration_is_one_number(time, seconds):
    run = read(
        lines(
            lambda i: (
                f"[host] 2021-07-06 14:20:17,332 (trainer:398) INFO: {i}epoch results: [train] loss={train(i)}, time={time}, "
                f"total_count=10, [valid] loss={val(i)}, total_count=4\n"
            )
        )
    )
    assert both_losses(run) == EXPECTED
    assert curve(run, "time").y.tolist() == [seconds] * 6


@pytest.mark.parametrize("title", ["loss (lr=0.1)", "loss, k=5", "[bold red]loss[/]", "\x1b[31mloss\x1b[0m"])
def test_the_header_of_a_table_may_hold_what_a_console_prints(title):
    run = read(f'epoch,"{title}",val_loss\n' + lines(lambda i: f"{i},{train(i)},{val(i)}\n"), "log.csv")
    assert run.reader == "csv"
    assert both_losses(run) == EXPECTED
