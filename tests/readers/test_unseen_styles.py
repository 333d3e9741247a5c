"""Styles met in logs of strangers after the readers were written, each with what stands in it."""

import pytest

from advisor.errors import UnreadableError
from advisor.readers import Source, read_source
from advisor.run import Role


def read(text, name="train.log"):
    (run,) = read_source(Source(name, content=text.encode()))
    return {series.name: series for series in run}, {h.name: h.value for h in run.hyperparameters}


def test_two_pairs_in_brackets_are_the_epoch_and_the_batch():
    curves, settings = read(
        "".join(
            f"[{e}/5][{b}/1583]\tLoss_D: {1 / (e + b + 2):.4f}\tLoss_G: 2.9{e}{b}\tD(x): 0.5\n"
            for e in range(3)
            for b in (0, 50, 1550)
        )
    )
    assert curves["Loss_D"].x_kind == "step"
    assert curves["Loss_D"].x.tolist() == [e * 1583 + b for e in range(3) for b in (0, 50, 1550)]
    assert settings["epochs"] == 5


def test_a_step_may_be_called_global_and_stand_in_a_sentence():
    curves, _ = read(
        "".join(
            f"Global-step {s} --Accept update with alpha=1.0, kl={s + 1}e-07, old=-3.{s}, new=-3.{s + 1}\n"
            f"Total reward in global step {s + 1}: {s / 10}\n"
            for s in (0, 33, 66, 99)
        )
    )
    assert curves["Total reward"].x.tolist() == [1, 34, 67, 100]
    assert not curves["Total reward"].lower_is_better
    assert curves["kl"].x.tolist() == [0, 33, 66, 99]
    assert curves["kl"].role is Role.OTHER  # how far a policy moved is no loss


def test_an_override_replaces_what_was_printed_before():
    _, settings = read(
        "learning_rate = 1e-3 # with baby networks can afford to go a bit higher\n"
        "max_iters = 5000\n"
        "Overriding: max_iters = 2000\n"
        "Overriding: learning_rate = 3e-4\n"
        "step 0: train loss 4.2874, val loss 4.2823\n"
        "step 250: train loss 1.9662, val loss 2.0610\n"
        "step 500: train loss 1.5662, val loss 1.7610\n"
    )
    assert settings == {"learning_rate": 3e-4, "max_iters": 2000}


@pytest.mark.parametrize(
    "line", ["lr=1e-5 batch_size=16", "lr: 1e-5, batch_size: 16", "lr=1e-5, batch_size=16"]
)
def test_a_bare_line_of_two_settings_is_read(line):
    curves, settings = read(f"{line}\n" + "".join(f"epoch {e} loss {1 / e:.3f}\n" for e in range(1, 6)))
    assert settings == {"lr": 1e-5, "batch_size": 16}
    assert list(curves) == ["loss"]


def test_what_a_schedule_moves_stays_a_curve():
    curves, _ = read(
        "".join(f"epoch {e} loss {1 / e:.3f}\nlr: {0.1 / e:.4f}, momentum: 0.{90 + e}\n" for e in range(1, 6))
    )
    assert curves["lr"].y.tolist() == [0.1, 0.05, 0.0333, 0.025, 0.02]


def test_a_log_that_begins_with_an_evaluation_gives_it_to_the_evaluation():
    text = "testing in eval mode……\nepoch: 0,  loss is: 2.5047, acc is: 0.07\n" + "".join(
        f"epoch: {e},  loss is: 0.{9 - e}, acc is: 0.7{e}\n"
        f"testing in eval mode……\nepoch: {e},  loss is: 0.{8 - e}5, acc is: 0.8{e}\nNow continue training……\n"
        for e in range(4)
    )
    curves, _ = read(text)
    assert curves["loss"].y.tolist() == [0.9, 0.8, 0.7, 0.6]
    assert curves["test_loss"].y.tolist() == [2.5047, 0.85, 0.75, 0.65, 0.55]


def test_a_heading_without_results_takes_none_of_the_trainings():
    text = "Validating...\n" + "".join(
        f"Epoch {e} loss: 0.{9 - e}\nValidating...\nEpoch {e} loss: 0.{9 - e}5\n" for e in range(1, 5)
    )
    curves, _ = read(text)
    assert curves["loss"].y.tolist() == [0.8, 0.7, 0.6, 0.5]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Namespace(lr=0.001, batch_size=32, epochs=10, seed=1)\nLoading data...\n", "lr 0.001"),
        ("lr: 0.001\nbatch_size: 32\noptimizer: adam\npassword: hunter2\n", "optimizer adam"),
        ('{\n  "learning_rate": 0.001,\n  "batch_size": 32\n}\n', "learning_rate 0.001"),
    ],
)
def test_a_file_of_settings_is_refused_by_what_it_is(text, named):
    with pytest.raises(UnreadableError, match=r"holds settings .* but no curve") as refused:
        read(text, "config.yaml")
    assert named in str(refused.value)
    assert "advisor run" in str(refused.value)
    assert "hunter2" not in str(refused.value)


RESULTS = {
    "Model: LSTM\n  train loss 0.41, test loss 0.51, accuracy 81.2\n": ("GRU", "CNN", "Transformer"),
    "=== LSTM ===\nloss: 0.41\naccuracy: 0.81\n": ("GRU", "CNN", "Transformer"),
    "LSTM:\n  Accuracy: 0.91\n  F1: 0.90\n": ("SVM", "Logistic Regression"),
    "模型: LSTM\n准确率: 0.91\n": ("GRU", "CNN"),
}


@pytest.mark.parametrize("first", RESULTS)
def test_what_each_of_several_models_came_to_is_no_curve(first):
    text = first + "".join(
        first.replace("LSTM", name).replace("0.", f"0.{i}").replace("81.2", f"8{i}.2")
        for i, name in enumerate(RESULTS[first], 1)
    )
    with pytest.raises(UnreadableError, match=r"holds results \(lstm, .*but no curve"):
        read(text)


@pytest.mark.parametrize("title", ["=== Results ===", "Validation:", "Model: LSTM"])
def test_results_under_one_title_again_and_again_are_a_curve(title):
    curves, _ = read("".join(f"{title}\nloss: 0.{9 - i}\n" for i in range(5)))
    (curve,) = curves.values()
    assert curve.y.tolist() == [0.9, 0.8, 0.7, 0.6, 0.5]


def test_a_bar_over_the_epochs_counts_epochs_beside_the_bars_over_batches():
    head = "2025-06-14 22:56:54,454 - INFO - "
    text = f"{head}0%|          | 0/3 [00:00<?, ?epoch/s]\n" + "".join(
        "".join(
            f"{head}{b}0%|{'#' * b}   | {b}.00/10 [00:01<00:18, 2.14batch/s, loss=0.{9 - e}{b}]\n"
            for b in range(1, 10)
        )
        + f"{head}33%|###  | {e}/3 [00:25<03:49, 25.5s/epoch, loss=0.{9 - e}9, val_loss=0.{9 - e}5]\n"
        for e in (1, 2, 3)
    )
    curves, settings = read(text)
    assert curves["val_loss"].x_kind == "epoch"
    assert curves["val_loss"].x.tolist() == [1, 2, 3]
    assert curves["val_loss"].y.tolist() == [0.85, 0.75, 0.65]
    assert settings == {"epochs": 3}


def test_names_and_numbers_may_alternate_between_commas():
    curves, _ = read(
        "".join(
            f"epoch {e}, phase train, step {s}, loss_train, {1 / (s + 1):.3f}\n"
            + f"epoch {e} | val_loss: 0.{9 - e}5\n"
            for e in (1, 2, 3)
            for s in (10 * e, 10 * e + 5)
        )
    )
    assert curves["loss_train"].x.tolist() == [10, 15, 20, 25, 30, 35]
    assert curves["loss_train"].role is Role.TRAIN_LOSS


def test_a_rate_that_never_changes_is_a_curve_under_headings_too():
    curves, settings = read(
        "".join(
            f"Epoch {e}/100\n  Train Loss: 0.{9 - e}7\n  Val IoU:    0.{e}3\n  LR:         0.000100\n\n"
            for e in range(1, 5)
        )
    )
    assert curves["LR"].y.tolist() == [0.0001] * 4
    assert curves["LR"].x.tolist() == [1, 2, 3, 4]
    assert settings["epochs"] == 100


def test_a_chinese_round_may_be_out_of_a_total_behind_other_words():
    text = "".join(
        f"正向模型 - 第 {e}/30 轮: 训练损失 0.{9 - e // 10}, 验证损失 0.{9 - e // 10}5\n"
        for e in (10, 20, 30)
    )
    curves, settings = read(text)
    assert curves["训练损失"].x_kind == "epoch"
    assert curves["训练损失"].x.tolist() == [10, 20, 30]
    assert settings["epochs"] == 30


def test_one_setting_parts_trainings_of_one_epoch():
    text = "".join(
        f"lr={rate} batch_size=32\nEpoch 1/1 train_loss {loss} val_loss {loss}1\n"
        for rate, loss in ((0.1, 2.3), (0.01, 1.3), (0.001, 0.9))
    )
    runs = read_source(Source("sweep.log", content=text.encode()))
    assert [run.series[0].y.tolist() for run in runs] == [[2.3], [1.3], [0.9]]
    assert [{h.name: h.value for h in run.hyperparameters}["lr"] for run in runs] == [0.1, 0.01, 0.001]


def test_the_mean_of_the_intersections_is_a_metric():
    curves, _ = read(
        "".join(
            f"Train Epoch: {e} [{b}/1464 ({b * 100 // 1464}%)]\tLoss: 0.{9 - e}{b}\n"
            + ("Start testing\n    Accuracy: 8" + f"{e}.1\n    Mean IU: {e}9.3392629493\n" if b else "")
            for e in range(3)
            for b in (0, 320)
        )
    )
    assert curves["test_iu"].y.tolist() == [9.3392629493, 19.3392629493, 29.3392629493]
    assert curves["test_iu"].role is Role.VAL_METRIC


def test_chinese_settings_are_read_with_full_width_punctuation_too():
    text = (
        "2024-03-01 10:00:00 - INFO - 批大小：64，学习率：0.001，优化器：Adam\n权重衰减 = 0.01\n"
        + "".join(
            f"第{e}/50轮：训练损失={1 / e:.3f}，验证损失={1.1 / e:.3f}，学习率：0.001\n" for e in range(1, 5)
        )
    )
    curves, settings = read(text)
    told = {"批大小": 64, "学习率": 0.001, "优化器": "Adam", "权重衰减": 0.01, "epochs": 50}
    assert settings == told
    assert curves["训练损失"].x.tolist() == [1, 2, 3, 4]
    assert curves["学习率"].y.tolist() == [0.001] * 4


def test_long_runs_of_one_mark_cost_no_more_than_their_length():
    marks = "-=+*|/.:_ #~<>[](){}%,;'\"\\━─│"
    bars = "".join(f"     {mark * 300} 266.3/266.3 MB 4.1 MB/s eta 0:00:00\n" for mark in marks)
    curves, _ = read(bars + "".join(f"epoch {e} loss {1 / e:.3f}\n" for e in range(1, 5)))
    assert curves["loss"].x.tolist() == [1, 2, 3, 4]


def test_a_list_that_is_cut_after_its_first_number_is_no_record():
    series, _ = read("loss: 0.6\n[561308665,\nloss: 0.5\n[ 14,\n")
    assert series["loss"].y.tolist() == [0.6, 0.5]


def test_spaces_part_cells_that_no_tab_parts():
    rows = "".join(f"{e}000 \t0.{9 - e}761\t     6{e}.8  \t7{e}.1\n" for e in range(1, 5))
    curves, _ = read(f"Step \tTraining Loss  Exact Match\tF1\n{rows}")
    assert curves["Training Loss"].x.tolist() == [1000, 2000, 3000, 4000]
    assert curves["Exact Match"].y.tolist() == [61.8, 62.8, 63.8, 64.8]


def test_a_place_in_brackets_behind_a_clock_and_a_split_counts():
    curves, _ = read(
        "".join(
            f"[2025-11-29 10:34:{s}] INFO: Training: [{s}/400] lr: 2e-04,\n  l_g_l1: 0.0{s}, l_g_ssim: 0.1\n"
            for s in (10, 20, 30)
        )
    )
    assert curves["l_g_l1"].x.tolist() == [10, 20, 30]
    assert curves["l_g_l1"].role is curves["l_g_ssim"].role is Role.TRAIN_LOSS


def test_a_metric_logged_far_more_seldom_than_the_loss_comes_from_an_evaluation():
    curves, _ = read(
        "".join(
            f"Epoch {e} loss 0.{99 - e}" + (f" | Acc {e}.5%\n" if e % 10 == 0 else "\n") for e in range(1, 41)
        )
    )
    assert curves["Acc"].role is Role.VAL_METRIC


def test_settings_behind_a_symbol_and_the_optimizer_of_a_model_card():
    text = "ℹ Initial learn rate: 0.001\n🔧 Batch size: 32\n"
    text += "- optimizer: Use adamw_torch with betas=(0.9,0.999) and epsilon=1e-08\n"
    _, settings = read(text + "".join(f"epoch {e} loss 0.{9 - e}\n" for e in range(1, 5)))
    assert settings == {"Initial learn rate": 0.001, "Batch size": 32, "optimizer": "adamw_torch"}


@pytest.mark.parametrize(("total", "epochs"), [(29, 30), (30, 30), (4, 4)])
def test_epochs_counted_from_zero_up_to_one_less_than_a_round_number(total, epochs):
    _, settings = read("".join(f"Epoch {e}/{total} loss 0.{9 - e}\n" for e in range(3)))
    assert settings == {"epochs": epochs}


def test_of_a_value_that_became_another_the_later_one_counts():
    curves, _ = read(
        "".join(
            f"epoch= {e}\nValidation loss decreased ({before} --> 0.{9 - e}).  Saving\n"
            for e, before in ((1, "inf"), (2, 0.8), (3, 0.7))
        )
    )
    (curve,) = curves.values()
    assert curve.y.tolist() == [0.8, 0.7, 0.6]
    assert curve.role is Role.VAL_LOSS


def test_vali_is_the_validation_and_what_only_says_its_decrease_has_no_role_beside_it():
    curves, _ = read(
        "".join(
            f"Epoch: {e}, Steps: 19 | Train Loss: 0.{9 - e} Vali Loss: 0.{8 - e} Test Loss: 4.{e}\n"
            f"Validation loss decreased (0.{9 - e} --> 0.{8 - e}).  Saving model ...\n"
            for e in (1, 2, 3)
        )
    )
    roles = {name: curve.role for name, curve in curves.items()}
    assert [name for name, role in roles.items() if role is Role.VAL_LOSS] == ["Vali Loss"]
    assert roles["Train Loss"] is Role.TRAIN_LOSS


def test_settings_may_stand_in_columns():
    head = (
        "Run Parameters\n"
        "  Train Epochs:       10                  Batch Size:         16                  \n"
        "  Patience:           3                   Learning Rate:      0.0001              \n"
    )
    curves, settings = read(head + "".join(f"Epoch: {e}, Train Loss: 0.{9 - e}\n" for e in (1, 2, 3)))
    assert settings == {"Train Epochs": 10, "Batch Size": 16, "Patience": 3, "Learning Rate": 0.0001}
    assert list(curves) == ["Train Loss"]
    curves, settings = read("".join(f"Step:  {e}  Batch size:  16  Reward:  {e}.5\n" for e in (1, 2, 3)))
    assert curves["Reward"].y.tolist() == [1.5, 2.5, 3.5]


def test_a_coloured_mark_may_stand_before_a_number():
    curves, _ = read(
        "".join(
            f"📊 METRICS Epoch {e}:\n    train_loss: 🟢 0.{9 - e} (good)\n    val_loss: 🟡 3.{9 - e} (fair)\n"
            for e in (1, 2, 3)
        )
    )
    assert curves["train_loss"].y.tolist() == [0.8, 0.7, 0.6]
    assert curves["val_loss"].y.tolist() == [3.8, 3.7, 3.6]
    assert curves["val_loss"].x.tolist() == [1, 2, 3]
