"""What consoles say beside their counted lines: what is a curve of its own, and what is none."""

import pytest

from advisor.errors import UnreadableError
from advisor.readers import Source, read_source
from advisor.run import Role

EPOCHS = range(1, 6)


def read(text, name="train.log"):
    return read_source(Source(name, content=text.encode()))


def curves(text):
    (run,) = read(text)
    return {series.name: (series.x.tolist(), series.y.tolist()) for series in run}


def test_a_line_without_known_words_is_a_curve_where_each_epoch_says_it_anew():
    line = "Epoch {0} | Loss: {1:.2f}\n  -> Spikes Fired: {2}\n"
    found = curves("".join(line.format(i, 8 / i, i * 700) for i in EPOCHS))
    assert found["Spikes Fired"] == ([1, 2, 3, 4, 5], [700, 1400, 2100, 2800, 3500])


def test_a_constant_learning_rate_is_a_curve_where_each_epoch_says_it_and_a_setting_where_it_is_said_once():
    line = "epoch:{0} || iter:{0}0 || Loss:{1:.2f}\n->>lr:0.0005\n"
    assert curves("".join(line.format(i, 8 / i) for i in EPOCHS))["lr"][1] == [0.0005] * 5
    (run,) = read("lr: 0.0005\n" + "".join(f"epoch:{i} loss:{8 / i:.2f}\n" for i in EPOCHS))
    assert [series.name for series in run] == ["loss"]
    assert run.number("learning_rate") == 0.0005


def test_a_sweep_over_thresholds_and_the_results_of_each_class_are_no_curves():
    classes = "".join(f"Class {c}: acc = 0.{c}1, auc = 0.{c}2\n" for c in range(3))
    text = "".join(f"epoch {i} train_loss {1 / i:.3f} val_loss {2 / i:.3f}\n{classes}" for i in EPOCHS)
    text += "  thr | count MAE | F1\n" + "".join(f" 0.{i}0 | {9 / i:.3f} | 0.{i}5\n" for i in EPOCHS)
    assert set(curves(text)) == {"train_loss", "val_loss"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ITER {0} TRAINING (phase 1). loss_vae: {1}; loss_kl: {2}\n", {"train_loss_vae", "train_loss_kl"}),
        ("Stage 1, Epoch {0}, Training Loss (avg over last 100): {1}\n", {"Training Loss"}),
        ("- Epoch {0} completed out of 10 loss: {1}\n", {"loss"}),
        ("rollout {0}/488 step {0} loss: {1}\n", {"loss"}),
        ("episode {0} | reward: {1} | torque L3 ({2}rad/s), recovered\n", {"reward"}),
        ("epoch {0} loss {1} CPU: {2}%, RAM: {2} GB\n", {"loss"}),
    ],
)
def test_what_explains_a_line_is_no_curve(text, names):
    assert set(curves("".join(text.format(i, 8 / i, 9 / i) for i in EPOCHS))) == names


def test_a_counter_in_brackets_within_brackets_counts():
    found = curves("".join(f"[ ({i} ) Loss:  {8 / i:.3f}, valid_Loss: {9 / i:.3f}]\n" for i in EPOCHS))
    assert found["Loss"][0] == [1, 2, 3, 4, 5]


def test_batches_count_where_nothing_else_does():
    text = "".join(f"REPORT\n  Batch = {i}00\n  Correct = {90 + i}.5%\n\n" for i in EPOCHS)
    assert curves(text)["Correct"] == ([100, 200, 300, 400, 500], [91.5, 92.5, 93.5, 94.5, 95.5])


def test_episodes_told_over_each_other_on_one_line_are_points_of_their_own():
    told = [f"Episode {i}\tAverage Score: {i}.25" for i in EPOCHS]
    text = "\r".join(told[:3]) + "\n" + "\r".join(told[3:]) + "\n"
    assert curves(text)["Average Score"] == ([1, 2, 3, 4, 5], [1.25, 2.25, 3.25, 4.25, 5.25])


def test_a_restart_with_the_same_seed_that_goes_on_otherwise_is_a_new_run():
    first = "iter=0 reward=-2.5\niter=1 reward=-2.0\niter=2 reward=-1.5\n"
    second = "iter=0 reward=-2.5\niter=1 reward=-2.0\niter=2 reward=-1.0\niter=3 reward=-0.5\n"
    runs = read(first + second)
    assert [run.series[0].y.tolist() for run in runs] == [[-2.5, -2, -1.5], [-2.5, -2, -1, -0.5]]


def test_notes_and_results_said_once_are_no_training():
    for text in (
        "2、lr=0.001，sgd的时候，usp loss 只能从2.6x降低到2.3x\n\n usp loss: 1.1\n desc loss: 0.06\n",
        "TRAINING: RMSE: 18.92 - R2: 0.5284\nVALIDATION: RMSE: 17.66 - R2: 0.5526\n",
        "episodes: 0, steps: 512\n\nepisodes: 16, steps: 82432\n\nepisodes: 32, steps: 164352\n",
    ):
        with pytest.raises(UnreadableError):
            read(text)


def test_chinese_steps_count_and_an_evaluation_that_is_over_is_one():
    line = "Epoch {0} 步骤 [0/48] 损失: {1:.2f}\nEpoch {0} 评估完成 - 损失: {2:.2f}\n"
    (run,) = read("".join(line.format(i, 8 / i, 9 / i) for i in EPOCHS))
    assert [len(series) for series in run] == [5, 5]
    assert run.main(Role.VAL_LOSS).y.tolist() == [9, 4.5, 3, 2.25, 1.8]


def test_keras_pasted_as_a_comment_with_a_checkpoint_between_bar_and_validation():
    text = "".join(
        f"# Epoch {i}/5\n# 48/48 ━━━━━━━━━━━━━━━━━━━━ 0s 25ms/step - loss: {8 / i:.4f}\n"
        f"# Epoch {i}: val_loss improved from inf to 0.1, saving model to m.h5\n"
        f"# 48/48 ━━━━━━━━━━━━━━━━━━━━ 140s 29ms/step - loss: {8 / i:.4f} - val_loss: {9 / i:.4f}\n"
        for i in EPOCHS
    )
    (run,) = read(text)
    assert {series.name: len(series) for series in run} == {"loss": 5, "val_loss": 5}


def test_a_table_with_names_in_its_rows_is_read_where_it_counts():
    head = "| Trial name | status | loc | iter | reward |\n|------------+--------+-----+------+--------|\n"
    row = "| DQN_env_0 | RUNNING | 10.0.0.1:62 | {0:4} | {1:.2f} |\n"
    text = "".join(f"== Status ==\n{head}{row.format(i, i / 2)}\n" for i in EPOCHS)
    assert curves(text)["reward"] == ([1, 2, 3, 4, 5], [0.5, 1, 1.5, 2, 2.5])
    listed = "| layer | kind | shape | size | loss |\n" + "".join(
        f"| fc_{i} | linear | none | {i} | 0.{i} |\n" for i in EPOCHS
    )
    assert set(curves(text + listed)) == {"reward"}


def test_the_final_loss_of_each_epoch_is_the_loss_where_no_other_is_told():
    (run,) = read("".join(f"Epoch {i} | Final Loss: {8 / i:.2f}\n" for i in EPOCHS))
    assert run.main(Role.TRAIN_LOSS).name == "Final Loss"
    (run,) = read("".join(f"Epoch {i} | Loss: {9 / i:.2f} | Final Loss: {8 / i:.2f}\n" for i in EPOCHS))
    assert run.main(Role.TRAIN_LOSS).name == "Loss"


def test_a_console_that_begins_with_a_drawn_table_is_a_console():
    table = "| name | value | more |\n|---|---|---|\n" + "".join(f"| a{i} | {i} | {i} |\n" for i in EPOCHS)
    found = curves(table + "".join(f"epoch {i} loss: {8 / i:.2f}\n" for i in EPOCHS))
    assert found["loss"][0] == [1, 2, 3, 4, 5]


def test_tables_of_settings_or_of_named_rows_are_no_curves():
    swept = "hidden_size,n_layers,total_time\n" + "".join(f"100,{i},{9 / i:.3f}\n" for i in EPOCHS)
    named = "bin,delta_mean,count\n" + "".join(f'"({i}, {i + 5}]",0.{i},{i * 9}\n' for i in EPOCHS)
    for text in (swept, named):
        with pytest.raises(UnreadableError, match="table of runs"):
            read(text, "table.csv")


def test_numbers_in_brackets_are_numbers():
    (run,) = read("".join(f"[{8 / i:.3e}]\n" if i > 2 else f"{8 / i:.3e}\n" for i in EPOCHS), "loss.csv")
    assert run.series[0].y.tolist() == [8, 4, 2.667, 2, 1.6]


def test_the_second_group_of_a_table_has_names_of_its_own():
    """Ultralytics prints the results of boxes and of masks side by side, under bars of two styles."""
    head = "       Class  Images  Instances  Box(P      R  mAP50)  Mask(P      R  mAP50): {0}\n"
    bars = ("100%|##########| 4/4 [00:01<00:00, 3.2it/s]", "100% ━━━━━━━━━━━━ 4/4 7.8it/s 13.5s")
    row = "         all     251        394   0.{0}1   0.{0}2   0.{0}3    0.{0}4   0.{0}5   0.{0}6\n"
    for bar in bars:
        losses = "  Epoch  GPU_mem  box_loss  Size\n   {0}/5   4.28G   {1:.3f}   640: " + bar + "\n"
        found = curves("".join(losses.format(i, 8 / i) + head.format(bar) + row.format(i) for i in EPOCHS))
        assert found["box_loss"] == ([1, 2, 3, 4, 5], [8, 4, 2.667, 2, 1.6])
        assert found["mAP50"][1] == [0.13, 0.23, 0.33, 0.43, 0.53]
        assert found["Mask mAP50"][1] == [0.16, 0.26, 0.36, 0.46, 0.56]


def test_layers_and_addresses_are_no_curves():
    layers = "".join(f" {i} conv    {i * 64}       1 x 1/ 1    104 x 104 x 256 -> 6.38 BF\n" for i in EPOCHS)
    with pytest.raises(UnreadableError):
        read(layers + "".join(f"{i}/10: ./darknet/darknet(error+0x{i}d) [0x5c6c92b5a2dd]\n" for i in EPOCHS))
