"""Logs of several trainings in a row, of agents and of small loops: what they share, how they name it."""

import pytest

from advisor.readers import Source, read_source
from advisor.run import Role


def runs_of(text):
    return list(read_source(Source("train.log", content=text.encode())))


def curves(run):
    return {curve.name: list(curve.y) for curve in run.series}


def sweep(seed, *rewards):
    return f"[TD3 seed={seed}] training for 30000 steps\n" + "".join(
        f"Eval num_timesteps={10000 * i}, episode_reward={reward} +/- 0.00\n"
        for i, reward in enumerate(rewards, start=1)
    )


def test_a_second_training_that_begins_with_the_same_value_keeps_it():
    first, second = runs_of(sweep(0, -553.02, -99.43, -171.3) + sweep(1, -553.02, -141.0, -142.29))
    assert list(first.series[0].y) == [-553.02, -99.43, -171.3]
    assert list(second.series[0].y) == [-553.02, -141.0, -142.29]
    assert list(second.series[0].x) == [10000, 20000, 30000]
    assert not any("left out" in event.text for event in (*first.events, *second.events))


def test_a_line_said_again_at_the_end_is_no_training():
    text = sweep(0, -553.02, -99.43, -171.3) + "Eval num_timesteps=20000, episode_reward=-99.43 +/- 0.00\n"
    (run,) = runs_of(text)
    assert list(run.series[0].y) == [-553.02, -99.43, -171.3]
    assert any("left out" in event.text for event in run.events)


@pytest.mark.parametrize(
    "window",
    [
        "mean return (last 10) =",
        "Average Score (last 100):",
        "Average reward (100 episodes):",
        "avg reward (over last 20 games):",
        "Avg (100):",
        "Avg Reward (100):",
        "avg reward over last 100 episodes:",
    ],
)
def test_the_window_of_an_average_is_no_value(window):
    (run,) = runs_of("".join(f"Episode {i} | {window} {-20 + i / 2:.2f}\n" for i in range(1, 9)))
    (values,) = curves(run).values()
    assert values == [-20 + i / 2 for i in range(1, 9)]


def test_every_value_of_a_line_of_an_evaluation_is_one():
    text = "".join(
        f"Epoch {i}/3\n  Train loss: {1 / i:.4f}  acc: 0.9{i}\n  Eval  acc: 0.8{i} ± 0.1  loss: {2 / i:.4f}\n"
        for i in range(1, 4)
    )
    (run,) = runs_of(text)
    assert list(run.main(Role.VAL_LOSS).y) == [2.0, 1.0, 0.6667]
    assert list(run.main(Role.TRAIN_LOSS).y) == [1.0, 0.5, 0.3333]


def test_settings_that_are_called_alike_are_told_by_their_sections():
    settings = (
        "Config: {'seed': 42, 'training': {'optimizer': 'adamw', 'lr': 0.001, 'batch_size': 64, 'epochs': 3},"
        " 'adaptation': {'lr': 0.0001, 'epochs': 50}}\n"
    )
    (run,) = runs_of(settings + "".join(f"Epoch {i} loss: {1 / i:.4f}\n" for i in range(1, 4)))
    values = {setting.name: setting.value for setting in run.hyperparameters}
    assert values["training.epochs"] == 3
    assert values["adaptation.lr"] == 0.0001
    assert values["batch_size"] == 64
    assert run.number("epochs") == 3


def test_a_setting_in_a_sentence_is_read():
    lines = [
        "Training with batch size: 256",
        "Training with learning rate: 0.001000",
        "Using optimizer: adam",
    ]
    text = "".join(f"2025-05-04 21:58:51,817 - INFO - {line}\n" for line in lines)
    (run,) = runs_of(text + "".join(f"Epoch {i}/3 loss: {1 / i:.4f}\n" for i in range(1, 4)))
    assert (run.number("batch_size"), run.number("learning_rate")) == (256, 0.001)
    assert run.hyperparameter("optimizer").value == "adam"


def test_a_perplexity_shows_what_is_called_by_its_split_alone_to_be_a_loss():
    text = "".join(
        f"Epoch {i:03}: train={train}, val={val}, ppl={ppl} (no improve {i}/10)\n"
        for i, (train, val, ppl) in enumerate(
            [(2.5584, 2.3731, 10.73), (2.2996, 2.2523, 9.51), (2.2044, 2.1837, 8.88)], start=1
        )
    )
    (run,) = runs_of(text)
    assert run.main(Role.TRAIN_LOSS).name == "train"
    assert run.main(Role.VAL_LOSS).name == "val"
    assert set(curves(run)) == {"train", "val", "ppl"}


def test_te_beside_tr_and_va_is_the_test():
    rows = "".join(f"{i:5} | {1 / i:.3f} | {2 / i:.3f} | {3 / i:.3f}\n" for i in range(1, 9))
    (run,) = runs_of("epoch | tr_loss | va_loss | te_loss\n" + "-" * 40 + "\n" + rows)
    assert run.main(Role.TRAIN_LOSS).name == "tr_loss"
    assert run.main(Role.VAL_LOSS).name == "va_loss"
    assert [curve.role for curve in run.series if curve.name == "te_loss"] == [Role.OTHER]
