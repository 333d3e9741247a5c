"""A part of an epoch that prints the line of the training again; lines glued or shared by several heads."""

import pytest

from advisor.readers import Source, read_source
from advisor.run import Role

TRAIN, VALID = [0.9, 0.8, 0.7], [1.0, 0.95, 0.93]


def read(text):
    return read_source(Source("train.log", content=text.encode()))


def values(run, name):
    return next(series for series in run if series.name == name).y.tolist()


@pytest.mark.parametrize(
    "heading", ["Validation:", "--- eval ---", "[Val]", "VALID", "验证:", "Evaluating model..."]
)
@pytest.mark.parametrize(
    "line",
    [
        "Epoch {e} loss: {l} acc: 0.5",
        "Epoch [{e}/3] Step [100/100] Loss: {l}, Acc: 0.5",
        "step {e}00 loss={l}",
    ],
)
def test_the_trainings_line_under_a_heading_is_the_validations(heading, line):
    text = "".join(
        f"{line.format(e=e, l=t)}\n{heading}\n{line.format(e=e, l=v)}\n"
        for e, (t, v) in enumerate(zip(TRAIN, VALID, strict=True), 1)
    )
    (run,) = read(text)
    assert run.main(Role.TRAIN_LOSS).y.tolist() == TRAIN
    assert run.main(Role.VAL_LOSS).y.tolist() == VALID
    assert run.main(Role.VAL_LOSS).x.tolist() == run.main(Role.TRAIN_LOSS).x.tolist()


@pytest.mark.parametrize(
    "heading", ["Validation Epoch {e}/3", "[Epoch {e}] Validation:", "--- eval, epoch {e} ---"]
)
def test_a_heading_may_name_the_epoch(heading):
    text = "".join(
        f"Training Epoch {e}/3\nloss: {t}\n{heading.format(e=e)}\nloss: {v}\n"
        for e, (t, v) in enumerate(zip(TRAIN, VALID, strict=True), 1)
    )
    (run,) = read(text)
    assert run.main(Role.TRAIN_LOSS).y.tolist() == TRAIN
    assert run.main(Role.VAL_LOSS).y.tolist() == VALID


def test_batches_of_a_validation_are_no_batches_of_the_training():
    text = "".join(
        "".join(f"Epoch {e} [{b}/300] loss: {9 - e}.{b}\n" for b in range(1, 301))
        + "Validating\n"
        + "".join(f"Epoch {e} [{b}/50] loss: {20 - e}.{b}\n" for b in range(1, 51))
        for e in (1, 2, 3)
    )
    (run,) = read(text)
    train, valid = run.main(Role.TRAIN_LOSS), run.main(Role.VAL_LOSS)
    assert (len(train), train.y[0], train.y[-1]) == (900, 8.1, 6.3)
    assert (len(valid), valid.y[0], valid.y[-1]) == (150, 19.1, 17.5)


def test_what_goes_on_after_a_heading_is_the_training():
    text = "".join(
        f"Epoch {e} [10/30] loss: 0.9{e}\nEvaluating...\nval acc: 0.3{e}\nEpoch {e} [20/30] loss: 0.8{e}\n"
        for e in (1, 2, 3)
    )
    (run,) = read(text)
    assert values(run, "loss") == [0.91, 0.81, 0.92, 0.82, 0.93, 0.83]
    caffe = "".join(
        f"Iteration {i}, Testing net (#0)\nIteration {i}, loss = 0.{9 - i // 100}\n" for i in (0, 100, 200)
    )
    (run,) = read(caffe)
    assert run.main(Role.TRAIN_LOSS).y.tolist() == [0.9, 0.8, 0.7]


def test_a_setting_of_the_test_is_no_heading():
    (run,) = read(
        "test_iter: 200\naverage_loss: 20\n" + "".join(f"iter {i} loss = {1 / i:.3f}\n" for i in (1, 2, 4))
    )
    assert run.main(Role.TRAIN_LOSS).y.tolist() == [1, 0.5, 0.25]


@pytest.mark.parametrize(
    "line", ["Epoch {i} loss: 0.{v}", "[Epoch {i}/6] Loss: 0.{v}", "step {i}00: train loss 0.{v} "]
)
def test_lines_without_an_end_between_them_are_cut_apart(line):
    (run,) = read("".join(line.format(i=i, v=9 - i) for i in range(1, 7)) + "\nDone\n")
    assert run.main(Role.TRAIN_LOSS).y.tolist() == [0.8, 0.7, 0.6, 0.5, 0.4, 0.3]


def test_a_line_that_speaks_of_several_epochs_is_one_line():
    (run,) = read("".join(f"epoch {i} loss 0.{i} best epoch 3 worst epoch 4\n" for i in (1, 2, 3)))
    assert values(run, "loss") == [0.1, 0.2, 0.3]


@pytest.mark.parametrize(
    "line",
    [
        "Epoch {i} | policy loss: 0.9{i} norm: 0.1{i} | value loss: 0.8{i} norm: 0.2{i}",
        "Epoch {i} policy: loss 0.9{i} norm 0.1{i} value: loss 0.8{i} norm 0.2{i}",
        "epoch {i}: policy (loss=0.9{i}, norm=0.1{i}) value (loss=0.8{i}, norm=0.2{i})",
    ],
)
def test_two_heads_on_one_line_keep_their_names(line):
    (run,) = read("".join(line.format(i=i) + "\n" for i in (1, 2, 3)))
    assert values(run, "policy norm") == [0.11, 0.12, 0.13]
    assert values(run, "value loss") == [0.81, 0.82, 0.83]
    assert values(run, "value norm") == [0.21, 0.22, 0.23]


def test_the_score_of_deeplearning4j_is_its_loss():
    line = "o.d.o.l.ScoreIterationListener - Score at iteration {0}0 is {1}\n"
    (run,) = read("".join(line.format(i, 9 - i) for i in range(4)))
    assert run.main(Role.TRAIN_LOSS).y.tolist() == [9, 8, 7, 6]
    assert run.main(Role.TRAIN_LOSS).x.tolist() == [0, 10, 20, 30]


def test_a_table_pasted_as_comments_is_a_table():
    table = (
        "# epoch train_loss valid_loss time\n# 0 0.63 0.50 00:01\n# 1 0.55 0.17 00:01\n# 2 0.20 0.18 00:01\n"
    )
    text = f"learn.fit(3)\n{table}"
    (run,) = read(text)
    assert values(run, "train_loss") == [0.63, 0.55, 0.2]
    assert run.main(Role.VAL_LOSS).x.tolist() == [0, 1, 2]


def test_a_throughput_on_a_line_of_its_own_is_kept():
    (run,) = read("".join(f"loss = 0.{9 - i}, step = {i}\nglobal_step/sec: {100 + i}.5\n" for i in (1, 2, 3)))
    assert values(run, "global_step/sec") == [101.5, 102.5, 103.5]
    assert next(series for series in run if series.name == "global_step/sec").x.tolist() == [1, 2, 3]


def test_a_result_behind_the_label_of_its_split_may_come_once():
    (run,) = read(
        "epoch 1 - iter 1/2 - loss 0.9\nepoch 1 - iter 2/2 - loss 0.8\nDEV : loss 0.7 - score 0.5\n"
    )
    assert run.main(Role.VAL_LOSS).y.tolist() == [0.7]


def test_a_program_line_above_a_table_is_no_header():
    table = " Iter  Train Loss  Remaining Time\n 1  5.4  9.84s\n 2  4.6  9.1s\n 3  3.9  8.9s\n"
    text = f"model = Booster(data)\n{table}"
    (run,) = read(text)
    assert values(run, "Train Loss") == [5.4, 4.6, 3.9]


def test_two_colons_part_a_name_from_its_value():
    (run,) = read("".join(f"Epoch {i} done\nEvaluation Set Error :: {9 - i}.5%\n" for i in (1, 2, 3)))
    assert values(run, "Evaluation Set Error") == [8.5, 7.5, 6.5]


def test_a_unit_that_ends_a_sentence_is_no_part_of_the_next_name():
    line = "[Epoch 1 {i}/9][Iteration {i}] Throughput is {i}0.5 records/second. Loss is 0.{i}\n"
    (run,) = read("".join(line.format(i=i) for i in (1, 2, 3)))
    assert values(run, "Loss") == [0.1, 0.2, 0.3]
    assert values(run, "Throughput") == [10.5, 20.5, 30.5]
