"""What stands behind the clock and the level of a logging library: settings, headings, places, events."""

import pytest

from advisor.errors import UnreadableError
from advisor.readers import Source, read_source
from advisor.run import EventKind, Role

EPOCHS = range(1, 4)


def read(text):
    (run,) = read_source(Source("train.log", content=text.encode()))
    return run


def logged(*lines):
    return "".join(f"2025-06-04 17:36:{i:02},374 - INFO - {line}\n" for i, line in enumerate(lines))


def losses(*lines):
    return logged(*lines, *(f"Epoch {i}/3, Train Loss: {1 / i:.4f}" for i in EPOCHS))


def test_a_setting_without_a_number_of_its_own_is_read():
    run = read(losses("  optimizer: adam", "  learning_rate: 0.001"))
    assert run.hyperparameter("optimizer").value == "adam"
    assert run.number("learning_rate") == 0.001


def test_a_table_of_settings_says_how_many_epochs_there_will_be():
    lines = logged(*(f"Epoch {i} Loss: {1 / i:.4f}" for i in EPOCHS))
    assert (
        read("+--+\n| Epochs | 500 |\n+--+\n| Learning rate | 0.001 |\n+--+\n" + lines).number("epochs")
        == 500
    )


def test_a_sentence_says_how_many_epochs_there_will_be():
    lines = logged("Starting training for 40 epochs...", *(f"Epoch {i} Loss: {1 / i:.4f}" for i in EPOCHS))
    assert read(lines).number("epochs") == 40


def test_the_optimizer_of_a_nested_configuration_is_known_by_its_name():
    line = (
        "TrainConfig(seed=1, optimizer=OptimizerConfig(name='adamw', learning_rate=0.0003), max_duration=9)"
    )
    run = read(losses(line))
    assert run.hyperparameter("optimizer").value == "adamw"
    assert run.number("learning_rate") == 0.0003


def test_a_line_that_only_counts_places_the_indented_values_under_it():
    text = "".join(
        f"2025-12-12 11:05:0{i}.009\thost-fin-03:0\tolmo.train:979\tINFO\t[step={10 * i}/15000,epoch=0]\n"
        f"    optim/total_grad_norm=0.{i}\n    train/CrossEntropyLoss={3 - i / 10:.3f}\n"
        for i in EPOCHS
    )
    loss = read(text).main(Role.TRAIN_LOSS)
    assert loss.name == "train/CrossEntropyLoss"
    assert (loss.x_kind, loss.x.tolist(), loss.y.tolist()) == ("step", [10, 20, 30], [2.9, 2.8, 2.7])


def test_a_heading_tells_the_part_of_the_epoch():
    lines = [
        line
        for i in EPOCHS
        for line in (
            "evaluate:dev",
            f"accuracy: {i}.5%; FB1: 0.{i}",
            "evaluate:test",
            f"accuracy: {i}.1%; FB1: 0.2",
        )
    ]
    run = read(logged(*lines))
    assert run.main(Role.VAL_METRIC).y.tolist() == [1.5, 2.5, 3.5]
    assert next(s for s in run if s.name == "test_accuracy").y.tolist() == [1.1, 2.1, 3.1]


def test_a_part_in_evaluation_mode_repeats_the_line_of_the_training():
    text = "".join(
        f"epoch: {i},  loss is: {1 / i:.4f}\ntesting in eval mode……\nepoch: {i},  loss is: {2 / i:.4f}\n"
        "Now continue training……\n"
        for i in EPOCHS
    )
    run = read(text)
    assert run.main(Role.TRAIN_LOSS).y.tolist() == [1, 0.5, 0.3333]
    assert run.main(Role.VAL_LOSS).y.tolist() == [2, 1, 0.6667]


def test_an_average_so_far_is_the_loss():
    text = "".join(f"Epoch 0, Step {i}, avg loss so far is {1 / i:.4f}\n" for i in EPOCHS)
    assert read(text).main(Role.TRAIN_LOSS).name == "avg loss"


def test_an_early_stop_in_brackets_is_one():
    run = read(losses() + logged("[EARLY STOP] No improvement, stopping training."))
    assert [event.kind for event in run.events] == [EventKind.EARLY_STOP]


def test_progress_alone_is_no_curve():
    with pytest.raises(UnreadableError, match="no training curve"):
        read_source(Source("a.log", content=logged(*(f"Loaded {i}0/31 batches" for i in EPOCHS)).encode()))


def test_a_first_box_without_its_losses_belongs_to_the_curves():
    box = "| time/ | |\n|    fps | {} |\n|    total_timesteps | {} |\n"
    text = "---\n" + box.format(1127, 10) + "---\n"
    for i in EPOCHS:
        text += "---\n" + box.format(600 + i, 10 + 10 * i) + f"| train/ | |\n|    loss | 0.{i} |\n---\n"
    assert next(s for s in read(text) if s.name == "time/fps").y.tolist() == [1127, 601, 602, 603]
