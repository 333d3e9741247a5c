"""What lines say of others: evaluations before the training, parts of an epoch, records printed twice."""

import pytest

from advisor.readers import Source, read_source
from advisor.run import Role


def read(text, name="train.log"):
    (run,) = read_source(Source(name, content=text.encode()))
    return {series.name: series for series in run}, {h.role or h.name: h.value for h in run.hyperparameters}


def test_an_evaluation_before_the_training_is_its_first_point():
    curves, _ = read(
        "Test set: Avg. loss: 2.3236, Accuracy: 913/10000 (9%)\n"
        "Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.359348\n"
        "Train Epoch: 1 [32000/60000 (53%)]\tLoss: 0.471895\n"
        "Test set: Avg. loss: 0.1889, Accuracy: 9430/10000 (94%)\n"
        "Train Epoch: 2 [0/60000 (0%)]\tLoss: 0.489534\n"
        "Train Epoch: 2 [32000/60000 (53%)]\tLoss: 0.296471\n"
        "Test set: Avg. loss: 0.1229, Accuracy: 9608/10000 (96%)\n"
    )
    assert curves["test_loss"].y.tolist() == [2.3236, 0.1889, 0.1229]
    assert curves["test_loss"].x.tolist() == [0, 32000, 92000]
    assert curves["train_loss"].y.size == 4


def test_several_evaluations_before_the_training_are_of_something_else():
    curves, _ = read(
        "val loss: 9.5\nval loss: 9.6\n"
        + "".join(f"epoch {e} train loss {1 / e:.3f}\nval loss: {2 / e:.3f}\n" for e in (1, 2, 3))
    )
    assert curves["val loss"].y.tolist() == [2.0, 1.0, 0.667]


def test_what_a_function_gave_at_two_times_is_no_share():
    curves, _ = read(
        "".join(
            f"[0/5][{b}/99]\tLoss_D: 0.{b}1\tLoss_G: 3.{b}\tD(G(z)): 0.0{b} / 0.9{b}\n" for b in (1, 2, 3)
        )
    )
    assert curves["D(G(z))"].y.tolist() == [0.01, 0.02, 0.03]
    assert curves["D(G(z))_2"].y.tolist() == [0.91, 0.92, 0.93]


def test_a_logger_that_names_itself_opens_a_part_of_an_epoch():
    log = ""
    for epoch in (0, 1, 2):
        clock = f"2019-10-15 12:4{epoch}:23,739 - INFO - allennlp.training.trainer - "
        for part, loss in (("Training", 3.5), ("Validating", 3.2)):
            log += f"{clock}Epoch {epoch}/39\n" * (part == "Training") + f"{clock}{part}\n"
            log += (
                f"accuracy: 0.{epoch}6, loss: {loss - epoch:.1f} ||: 100%|##| 99/99 [00:37<00:00, 3.3it/s]\n"
            )
    curves, _ = read(log)
    assert curves["loss"].y.tolist() == [3.5, 2.5, 1.5]
    assert curves["valid_loss"].y.tolist() == [3.2, 2.2, 1.2]
    assert curves["valid_loss"].role is Role.VAL_LOSS


def test_a_record_of_several_lines_that_is_logged_twice_is_one():
    log = ""
    for step, loss in ((100, 0.9), (200, 0.7), (300, 0.7)):
        said = f"{{'Loss/box': {loss},\n 'Loss/total_loss': {loss + 1},\n 'learning_rate': 0.0{step}}}\n"
        for prefix in ("INFO:tensorflow:", "I1103 12:46:44.766502 140491317245760 model_lib_v2.py:700] "):
            log += f"{prefix}Step {step} per-step time 0.7s\n"
        log += f"INFO:tensorflow:{said}I1103 12:46:44.766725 140491317245760 model_lib_v2.py:701] {said}"
    curves, _ = read(log)
    assert curves["Loss/total_loss"].y.tolist() == [1.9, 1.7, 1.7]
    assert curves["Loss/total_loss"].x.tolist() == [100, 200, 300]


def test_the_same_values_of_another_epoch_are_points_of_their_own():
    log = "".join(f"Epoch {e}\nloss: 0.693 acc: 0.5 f1: 0.1\n" for e in (1, 2, 3))
    curves, _ = read(log)
    assert curves["loss"].x.tolist() == [1, 2, 3]


def test_steps_of_an_epoch_do_not_hide_the_global_step_and_the_epochs():
    log = ""
    for epoch in (0, 1):
        log += f" > EPOCH: {epoch}/1000\n > TRAINING (2021-06-23 14:52:54)\n"
        for step in (0, 25):
            log += f"    --> STEP: {step}/50 -- GLOBAL_STEP: {50 * epoch + step}\n"
            log += f"        | > loss: 2.{epoch}{step}\n"
        log += f" > EVALUATION\n    --> STEP: 0\n        | > loss: 1.{epoch}\n"
    curves, settings = read(log)
    assert curves["loss"].x.tolist() == [0, 25, 50, 75]
    assert curves["valid_loss"].y.tolist() == [1.0, 1.1]
    assert settings == {"epochs": 1000}


@pytest.mark.parametrize(("last", "planned"), [(24, 25), (1000, 1000), (99, 100), (7, 8)])
def test_epochs_counted_from_zero_up_to_the_total(last, planned):
    _, settings = read("".join(f"Epoch: {e}/{last} Loss: {1 / (e + 1)}\n" for e in (0, 1, 2, last)))
    assert settings["epochs"] == planned


def test_settings_around_the_training():
    steps = "".join(
        f" iteration {s}/ 1000 | global batch size: 256 | learning rate: 1E-4 | lm loss: 5.{s}E+00\n"
        for s in (100, 200, 300)
    )
    assert read(steps)[1] == {"max_steps": 1000, "batch_size": 256}
    listed = "epoch : 1000\nbatch_size : 32\nOptimizer : Adam\nlearning_rate : 0.001\n"
    counted = "".join(f"global_step = {s}, train loss = 0.{s}\n" for s in (101, 201, 301))
    assert read(listed + counted)[1] == {
        "batch_size": 32, "optimizer": "Adam", "learning_rate": 0.001, "epochs": 1000,
    }  # fmt: skip
    made = "optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=mu)\n"
    _, settings = read(made + "".join(f"Epoch: {e} Cost: {1 / e}\n" for e in (1, 2, 3)))
    assert settings == {"optimizer": "SGD", "learning_rate": 0.1}


def test_a_bar_before_a_line_that_counts_steps_counts_nothing():
    curves, _ = read(
        "ANN:  67%|####   | 2/3 [10:35<05:17, 317.98s/it][LibSVM]Iteration 1, loss = 0.39\n"
        + "".join(f"Iteration {i}, loss = 0.{30 - i}\n" for i in range(2, 8))
    )
    assert curves["loss"].x.tolist() == [1, 2, 3, 4, 5, 6, 7]


def test_results_of_a_ranking_come_from_an_evaluation():
    curves, _ = read(
        "".join(f"Iteration {i}, loss = 0.{70 - i}, HR@10 = 0.0{i}, nDCG@20 = 0.1{i}\n" for i in range(1, 6))
    )
    assert {curves[name].role for name in ("HR@10", "nDCG@20")} == {Role.VAL_METRIC}
    curves, _ = read(
        "".join(f"Epoch {e}, Val Loss: {1 / e:.3f}, Test Acc: {e}.5%, val@1 0.{e}\n" for e in (1, 2))
    )
    assert curves["val@1"].role is Role.VAL_METRIC


def test_a_pair_of_a_name_and_its_value():
    curves, settings = read(
        "2021-12-21 21:51:15,623 - mmdet - INFO - workflow: [('train', 1)], max: 12 epochs\n"
        + "".join(
            f"epoch: {e} iter: {i} metric: ('accuracy', 0.9{e}{i})\n" for e in (1, 2) for i in (100, 200)
        )
    )
    assert curves["accuracy"].y.tolist() == [0.91100, 0.91200, 0.92100, 0.92200]
    assert settings == {"epochs": 12}


@pytest.mark.parametrize("counter", ["E{e}", "E{e}:", "[E{e}]", "Ep{e:02d}", "Epoch{e} -"])
def test_a_counter_that_is_glued_to_its_number_at_the_start_of_a_line(counter):
    curves, _ = read("".join(f"{counter.format(e=e)} L={1 / e:.2f} VL={2 / e:.2f}\n" for e in (1, 2, 3, 4)))
    assert curves["L"].x.tolist() == curves["VL"].x.tolist() == [1, 2, 3, 4]
    assert curves["L"].x_kind == "epoch"


def test_a_long_name_of_a_metric():
    name = "mean absolute error on the validation set"
    curves, _ = read("".join(f"Epoch {e}: {name}: {1 / e:.3f}\n" for e in (1, 2, 3)))
    assert curves[name].y.tolist() == [1.0, 0.5, 0.333]


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_table_that_a_notebook_showed_in_a_page(end):
    def row(cells, tag):
        return f"<tr>{end}" + "".join(f"<{tag}>{cell}</{tag}>{end}" for cell in cells) + "</tr>\n"

    log = '<table border="1" class="dataframe">\n<thead>\n'
    log += row(["epoch", "train_loss", "valid_loss", "accuracy", "time"], "th") + "</thead>\n<tbody>\n"
    for epoch, loss in ((0, 0.91), (1, 0.72), (2, 0.63)):
        log += row([epoch, loss, loss + 0.125, 0.5, "00:01"], "td")
    curves, _ = read(log + "</tbody>\n</table>\n", name="index.md")
    assert curves["train_loss"].y.tolist() == [0.91, 0.72, 0.63]
    assert curves["valid_loss"].x.tolist() == [0, 1, 2]


def test_rounds_of_federated_training():
    log = ""
    for number in (1, 2, 3):
        log += f"=== 全局训练轮次 {number}/3 ===\n"
        for batch in (0, 10, 20):
            log += f"| Global {number} | Local epoch 0 | batch {batch} | loss 2.{number}{batch + 10}\n"
        log += f"=== 轮次 {number} 指标 ===\n训练损失: 2.{number} | 测试准确率: {number}0.00%\n"
    curves, settings = read(log)
    assert curves["训练损失"].x.tolist() == [1, 2, 3]
    assert curves["测试准确率"].role is Role.VAL_METRIC
    assert settings["epochs"] == 3
    curves, _ = read("".join(f"Communication round: {n}, loss: {1 / n:.3f}\n" for n in (1, 2, 3)))
    assert curves["loss"].x.tolist() == [1, 2, 3]
