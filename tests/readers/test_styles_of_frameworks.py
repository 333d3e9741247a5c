"""Styles of frameworks met in logs of strangers after the readers were written."""

import pytest

from advisor.readers import Source, read_source
from advisor.run import Role


def read(text, name="train.log"):
    (run,) = read_source(Source(name, content=text.encode()))
    return {series.name: series for series in run}, {h.name: h.value for h in run.hyperparameters}


def read_runs(text):
    return [
        {s.name: s.y.tolist() for s in run} for run in read_source(Source("train.log", content=text.encode()))
    ]


def test_folds_of_catboost_are_runs_of_their_own_and_the_total_time_is_no_curve():
    fold = "".join(
        f"{i}:\tlearn: 0.{79 + i // 100}\ttest: 0.{78 + i // 100}\tbest: 0.{78 + i // 100} ({i})\t"
        f"total: {'182ms' if not i else f'{i // 6}s'}\tremaining: 1m 3s\n"
        for i in (0, 300, 600, 900, 999)
    )
    first, second = read_runs(f"fold 1\n{fold}bestTest = 0.87\nbestIteration = 989\n\nfold 2\n{fold}")
    assert (
        first
        == second
        == {
            "learn": [0.79, 0.82, 0.85, 0.88, 0.88],
            "test": [0.78, 0.81, 0.84, 0.87, 0.87],
            "best": [0.78, 0.81, 0.84, 0.87, 0.87],
        }
    )


def test_each_call_of_lightgbm_is_a_run():
    begins = "Training until validation scores don't improve for 200 rounds.\n"
    fit = begins + "[200]\tvalid_0's multi_logloss: 1.{}\n"
    runs = read_runs(
        fit.format("08791")
        + "Early stopping, best iteration is:\n[31]\tvalid_0's multi_logloss: 0.9\n"
        + fit.format("08706")
    )
    assert runs == [{"valid_0's multi_logloss": [1.08791]}, {"valid_0's multi_logloss": [1.08706]}]


def test_xgboost_says_how_long_it_will_train_after_its_first_round():
    text = "[0]\tvalid-auc:0.81\n\nWill train until valid-auc hasn't improved in 80 rounds.\n"
    assert read_runs(text + "[1]\tvalid-auc:0.82\n[2]\tvalid-auc:0.83\n") == [
        {"valid-auc": [0.81, 0.82, 0.83]}
    ]


def test_a_box_of_an_agent_pasted_as_a_comment():
    rows = ("rollout/    |    ", "   ep_rew_mean  | {}", "time/   |   ", "   total_timesteps | {}")
    box = "# ---------\n" + "".join(f"# | {row} |\n" for row in rows)
    curves, _ = read(box.format(4.68, 2048) + box.format(5.5, 4096))
    assert curves["rollout/ep_rew_mean"].y.tolist() == [4.68, 5.5]


def test_the_test_of_caffe_before_the_first_step_is_its_first_point():
    line = "I0321 17:36:5{} 14186 solver.cpp:{}] {}\n"
    curves, _ = read(
        line.format("3.840003", 347, "Iteration 0, Testing net (#0)")
        + line.format("4.062096", 414, "    Test net output #0: accuracy = 0.1078")
        + line.format(
            "4.069643", 239, "Iteration 0 (-2.32449e-30 iter/s, 0.231025s/100 iters), loss = 2.28711"
        )
        + line.format("4.764420", 239, "Iteration 100 (144.056 iter/s, 0.694174s/100 iters), loss = 0.231436")
    )
    assert (curves["test_accuracy"].x.tolist(), curves["test_accuracy"].y.tolist()) == ([0], [0.1078])
    assert curves["loss"].y.tolist() == [2.28711, 0.231436]


def test_results_beside_bars_that_are_always_full_are_counted_by_their_order():
    step = (
        "100%|#####| 391/391 [00:03<00:00, 103.70it/s, loss={}]\n- Train metrics: loss: {} ; accuracy: 0.8\n"
    )
    curves, _ = read(step.format(0.9, 0.95) + step.format(0.8, 0.85) + step.format(0.7, 0.75))
    assert curves["train_loss"].y.tolist() == [0.95, 0.85, 0.75]


@pytest.mark.parametrize("metric", ["Acc", "F1", "Top3"])
def test_a_metric_is_of_the_split_whose_loss_it_follows(metric):
    after_each = "Epoch {0}/20 | Train Loss: 0.{1} Top1: 0.{0} | Val Loss: 0.{2} " + f"{metric}: 0.9\n"
    curves, _ = read("".join(after_each.format(e, 9 - e, 8 - e) for e in range(1, 5)))
    assert curves["Top1"].role is Role.TRAIN_METRIC
    assert curves[metric].role is Role.VAL_METRIC


def test_a_metric_beside_its_own_twin_is_the_trainings_wherever_it_stands():
    curves, _ = read(
        "".join(f"epoch {e} loss 0.{9 - e} val_loss 0.8 acc 0.{e} val_acc 0.{e}\n" for e in range(1, 5))
    )
    assert curves["acc"].role is Role.TRAIN_METRIC
    assert curves["val_acc"].role is Role.VAL_METRIC


def test_words_of_paddle_and_of_super_resolution():
    curves, _ = read("".join(f"global step {s}, epoch: 1, loss: 0.{s}, accu: 0.8{s}\n" for s in (10, 20, 30)))
    assert curves["accu"].role is Role.TRAIN_METRIC
    curves, _ = read("".join(f"[epoch: 0, iter: {s}] l_g_pix: 0.1 l_g_total: 7.{s}\n" for s in (10, 20, 30)))
    assert curves["l_g_total"].role is Role.TRAIN_LOSS


@pytest.mark.parametrize("comment", ["", "# "])
def test_the_time_behind_the_rows_of_fastai_is_of_no_column(comment):
    rows = "".join(f"{comment}{e}      1.0{e}    0.1{e}    0.0{e}    (00:1{e})\n" for e in range(1, 5))
    curves, _ = read(
        f"{comment}Total time: 00:57\n{comment}epoch  train_loss  valid_loss  error_rate\n{rows}"
    )
    assert {name: curve.y.tolist() for name, curve in curves.items()} == {
        "train_loss": [1.01, 1.02, 1.03, 1.04],
        "valid_loss": [0.11, 0.12, 0.13, 0.14],
        "error_rate": [0.01, 0.02, 0.03, 0.04],
    }


def test_the_console_of_keras_quoted_in_markdown():
    bar = "> 67/67 [====] - ETA: 0s - loss: 0.{0}9 - acc: 0.9\n> 67/67 [====] - 54s 805ms/step - loss: 0.{0}"
    text = "".join(
        f"> Epoch {e}/9\n{bar.format(9 - e)} - accuracy: 0.9 - val_loss: 0.7\n" for e in range(1, 5)
    )
    curves, _ = read(text)
    assert curves["loss"].y.tolist() == [0.8, 0.7, 0.6, 0.5]


def test_what_a_callback_of_keras_prints_each_epoch_is_a_curve():
    curves, _ = read(
        "".join(
            f"Epoch {e}/3\n29/29 [====] - 13s 458ms/step - loss: 0.{9 - e} - acc: 0.9\n"
            f"val_acc: 0.8{e}, best_val_acc: 0.8{e}, test_acc: 0.7{e}\nvalid:  f1: 0.6{e}, recall: 0.5\n"
            f"Saved after epoch: {e}\n"
            for e in (1, 2, 3)
        )
        + "Test accuracy: 0.75\n"
    )
    assert curves["val_acc"].y.tolist() == [0.81, 0.82, 0.83]
    assert curves["val_acc"].x.tolist() == [1, 2, 3]
    assert curves["val_acc"].role is Role.VAL_METRIC
    assert curves["valid f1"].y.tolist() == [0.61, 0.62, 0.63]
    assert list(curves) == ["loss", "acc", "val_acc", "best_val_acc", "test_acc", "valid f1", "valid recall"]
