"""Headings that open a part of an epoch, tables and epochs that begin again, counters of their own line."""

import pytest

from advisor.readers import Source, read_source
from advisor.readers.phases import phase_of
from advisor.run import EventKind, Role


def read(text, name="train.log"):
    return read_source(Source(name, content=text.encode()))


def values(run, name):
    return next(series for series in run if series.name == name).y.tolist()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Validating...", "valid"),
        ("DEV RESULTS:", "valid"),
        ("=== Evaluation on the dev set ===", "valid"),
        ("--- Validation phase ---", "valid"),
        ("验证中...", "valid"),
        ("testing:", "test"),
        ("Test set:", "test"),
        ("Training...", "train"),
        ("test", None),
        ("Training on 4 GPUs", None),
        ("evaluation of the hypothesis that the cat sat on the mat and slept", None),
    ],
)
def test_a_heading_is_known_by_its_words_and_its_end(text, part):
    assert phase_of(text) == part


def test_what_stands_under_a_heading_of_the_validation_is_no_training_loss():
    text = "".join(
        f"Epoch {i}/5\nTraining...\nAvg loss: {1 / i:.4f}\nValidating...\nAvg loss: {1.2 / i:.4f}\n"
        for i in range(1, 6)
    )
    (run,) = read(text)
    assert run.main(Role.TRAIN_LOSS).y.tolist() == [1, 0.5, 0.3333, 0.25, 0.2]
    assert run.main(Role.VAL_LOSS).y.tolist() == [1.2, 0.6, 0.4, 0.3, 0.24]
    assert run.main(Role.VAL_LOSS).x.tolist() == [1, 2, 3, 4, 5]


def test_a_heading_holds_no_longer_than_to_the_next_step():
    text = "".join(
        f"step {i} loss: {9 / i:.3f}\n" + ("Evaluating...\naccuracy: 0.5\n" if i % 2 == 0 else "")
        for i in range(1, 7)
    )
    (run,) = read(text)
    assert run.main(Role.TRAIN_LOSS).y.tolist() == [9, 4.5, 3, 2.25, 1.8, 1.5]
    assert values(run, "valid_accuracy") == [0.5, 0.5, 0.5]


def test_epochs_of_lines_of_their_own_begin_a_new_run_where_they_go_back():
    part = "".join(f"net-{{0}} - Epoch {i}/3\nlr: [0.{i}]\ntrain Loss: {{1}}.{i}\n" for i in (1, 2, 3))
    runs = read(part.format(50, 2) + part.format(34, 1))
    assert [values(run, "train Loss") for run in runs] == [[2.1, 2.2, 2.3], [1.1, 1.2, 1.3]]
    assert [values(run, "lr") for run in runs] == [[0.1, 0.2, 0.3]] * 2
    assert runs[1].events[0].kind == EventKind.RESTART


def test_settings_and_the_first_epoch_printed_again_begin_a_new_run():
    head = "Total Epochs: 4\nLearning Rate: 2e-05\nWeight Decay: 0.01\nBatch Size: 4\n"
    epoch = "Training Epoch: {0}/4\nLoss: {1}\n"
    runs = read(head + epoch.format(1, 9.5) + head + epoch.format(1, 8.5) + epoch.format(2, 7.5))
    assert [values(run, "Loss") for run in runs] == [[9.5], [8.5, 7.5]]


def test_a_table_headed_again_at_the_same_epoch_is_another_run():
    table = "epoch      trn_loss   val_loss   accuracy\n    0      {0}   {1}   0.714305\n\n"
    runs = read("".join(table.format(2.5 - i, 3.5 - i) for i in (0, 1, 2)))
    assert [values(run, "val_loss") for run in runs] == [[3.5], [2.5], [1.5]]


def test_a_table_headed_again_as_its_epochs_go_on_is_one_run():
    row = "Saved the model.\n\nepoch   loss   acc\n{0}       0.{0}5   0.{0}\n"
    (run,) = read("".join(row.format(i) for i in range(1, 6)))
    assert values(run, "loss") == [0.15, 0.25, 0.35, 0.45, 0.55]


def test_tables_that_count_nothing_are_kept_apart_by_the_settings_between_them():
    table = "learning-rate = {0}\nbatch-size = 32\ntrain_loss   val_loss\n" + "".join(
        f"{{1}}.{i}00000   2.{i}00000\n" for i in range(1, 5)
    )
    runs = read(table.format(0.1, 3) + "\n=====\n" + table.format(0.01, 1))
    assert [values(run, "train_loss") for run in runs] == [[3.1, 3.2, 3.3, 3.4], [1.1, 1.2, 1.3, 1.4]]
    assert [run.number("learning_rate") for run in runs] == [0.1, 0.01]


def test_a_line_that_tells_epoch_and_batch_places_the_lines_below_it():
    text = "".join(
        f"Epoch: [0]  [{i:5}/5000]  eta: 1:00:00\nloss: {9 - i / 10} ({9.5 - i / 10})\nloss_ce: {i / 10}\n"
        for i in (0, 10, 20, 30)
    )
    (run,) = read(text)
    assert run.main(Role.TRAIN_LOSS).x.tolist() == [0, 10, 20, 30]
    assert run.main(Role.TRAIN_LOSS).x_kind == "step"


def test_episodes_count_and_their_steps_are_measured():
    text = "".join(f"Episode {100 * i}\tAvg: -{500 / i:.1f}\tSteps: {50_000 // i}\n" for i in range(1, 5))
    (run,) = read(text)
    assert values(run, "Steps") == [50_000, 25_000, 16_666, 12_500]
    assert run.series[0].x.tolist() == [100, 200, 300, 400]


def test_an_average_over_so_many_episodes_has_its_own_name():
    text = "".join(
        f"episode: {i}\t Average Score over the last 100 episodes: {6.5 * i}\n" for i in range(1, 5)
    )
    (run,) = read(text)
    assert values(run, "Average Score") == [6.5, 13, 19.5, 26]


def test_the_length_of_an_epoch_is_no_epoch():
    step = "1 epoch = 2640 batches\n" + "".join(f"step {i}, loss: {{0}}.{i}\n" for i in range(4))
    runs = read(step.format(9) + step.format(8))
    assert [values(run, "loss") for run in runs] == [[9.0, 9.1, 9.2, 9.3], [8.0, 8.1, 8.2, 8.3]]
    assert runs[0].series[0].x.tolist() == [0, 1, 2, 3]


def test_the_number_of_epochs_is_no_place_in_them():
    text = "epochs: 30\nlr: 0.01\n" + "".join(
        f"EPOCH {i} of 30\nEPOCH loss: 0.{9 - i}\n" for i in range(1, 5)
    )
    (run,) = read(text)
    assert run.series[0].x.tolist() == [1, 2, 3, 4]
    assert run.number("epochs") == 30


def test_a_line_that_says_where_the_training_stands_sets_nothing():
    text = " iteration 1/ 500 | learning rate: 0.000E+00 | global batch size: 256 | loss scale: 65536.0 |\n"
    text += "".join(
        f" iteration {i}/ 500 | learning rate: {i}.0E-06 | global batch size: 256 | lm loss: {9 - i}.5 | "
        f"loss scale: 65536.0 |\n"
        for i in range(2, 6)
    )
    (run,) = read(text)
    assert run.hyperparameter("learning_rate") is None
    assert run.main(Role.LEARNING_RATE).y.tolist() == [0, 2e-6, 3e-6, 4e-6, 5e-6]


def test_a_best_value_said_again_is_not_joined_with_its_curve():
    text = "".join(
        f"Epoch {i}/5\n验证损失: {1 / i:.4f}\n✓ 保存最佳模型（验证损失: {1 / i:.4f}）\n" for i in range(1, 6)
    )
    (run,) = read(text)
    assert run.main(Role.VAL_LOSS).y.tolist() == [1, 0.5, 0.3333, 0.25, 0.2]


def test_early_stopping_is_told_of_the_run_that_stopped():
    epoch = "Epoch {0}/9: loss={1}.{0}\n"
    runs = read(
        "".join(epoch.format(i, 7) for i in (1, 2, 3))
        + "Early stopping at epoch 3\n"
        + epoch.format(1, 6)
        + epoch.format(2, 6)
    )
    stops = [[e.line for e in run.events if e.kind == EventKind.EARLY_STOP] for run in runs]
    assert stops == [[4], []]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("step {0} 2D keypoint loss: 0.{0}\n", "2D keypoint loss"),
        ("step {0} Speed (samples/sec) 43{0}.5\n", "Speed (samples/sec)"),
        ("Epoch {0} loss 0.{0} | train 2.{0}s\n", "train time"),
    ],
)
def test_names_with_numbers_units_and_durations(line, name):
    (run,) = read("".join(line.format(i) for i in range(1, 6)))
    assert len(values(run, name)) == 5


def test_consoles_are_no_tables():
    config = "".join(
        f"2020-05-23 19:12:24,208 - train.log - INFO - {name:12}:\t{value}\n"
        for name, value in [
            ("dropout", 0.5),
            ("lr", 0.001),
            ("batch_size", 128),
            ("clip", 5),
            ("max_epoch", 50),
        ]
    )
    text = config + "".join(
        f"2020-05-23 20:12:24,208 - train.log - INFO - step:{i}, loss:{9 / i:.3f}\n" for i in range(1, 5)
    )
    (run,) = read(text)
    assert run.reader == "console-text"
    assert run.number("learning_rate") == 0.001
    spoken = "".join(f"Epoch {i}/50\n  loss: 0.{i}\n  val loss: 0.{i}5\n" for i in range(1, 5))
    assert [run.reader for run in read(spoken)] == ["console-text"]
