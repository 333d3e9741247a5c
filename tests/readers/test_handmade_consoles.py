"""Console forms whose programs cannot be installed here; the texts are made by hand after what they print."""

import pytest

from advisor.errors import UnreadableError
from advisor.readers import Source, read_source
from advisor.run import Role

EPOCHS = range(1, 6)


def read(content):
    (run,) = read_source(Source("train.log", content=content))
    return run


def values(run, name):
    return next(series for series in run if series.name == name).y.tolist()


@pytest.mark.parametrize("steps", [20, 5_000])
def test_a_validation_at_the_last_step_is_not_an_epoch_later(steps):
    """nanoGPT's kin: the program's own text, then steps out of a total, and a validation at every fifth."""
    code = (
        "def orthogonal(G, steps=10, eps=1e-7):\n    for _ in range(steps):\n        pass\n" + "=" * 80 + "\n"
    )
    lines = []
    for step in range(1, steps + 1):
        lines.append(f"step:{step}/{steps} train_loss:{9 / step:.4f} train_time:{step * 60}ms\n")
        if step % 5 == 0:
            lines.append(f"step:{step}/{steps} val_loss:{10 / step:.4f} train_time:{step * 60 + 5}ms\n")
    run = read((code + "".join(lines)).encode())
    assert run.main(Role.TRAIN_LOSS).x.tolist() == list(range(1, steps + 1))
    assert run.main(Role.VAL_LOSS).x.tolist() == list(range(5, steps + 1, 5))
    assert {h.role: h.value for h in run.hyperparameters} == {"max_steps": steps}
    assert run.events == ()


def test_megatron_iterations_losses_rates_and_gradient_norms():
    line = (
        " [2024-03-01 10:00:0{0}] iteration {1:8}/   50000 | consumed samples: {2:12} | elapsed time per "
        "iteration (ms): 512.3 | learning rate: {3:.6E} | global batch size:   256 | lm loss: {4:.6E} | "
        "loss scale: 1.0 | grad norm: {5:.3f} | number of skipped iterations:   0 |\n"
    )
    text = "".join(line.format(i, i * 100, i * 25_600, i * 1e-5, 9 / i, 2 / i) for i in EPOCHS)
    run = read(text.encode())
    loss = run.main(Role.TRAIN_LOSS)
    assert loss.name == "lm loss"
    assert loss.x.tolist() == [100, 200, 300, 400, 500]
    assert loss.y.tolist() == [9, 4.5, 3, 2.25, 1.8]
    assert run.main(Role.GRAD_NORM).y.tolist() == [2, 1, 0.667, 0.5, 0.4]
    assert run.main(Role.LEARNING_RATE).y.tolist() == [1e-5, 2e-5, 3e-5, 4e-5, 5e-5]
    assert run.number("max_steps") == 50_000


def test_espnet_tells_training_from_validation_on_one_line():
    line = (
        "[host] 2024-01-01 10:0{0}:00,123 (trainer:338) INFO: {0}epoch results: [train] iter_time=0.1, "
        "loss={1:.3f}, acc=0.{0}, optim0_lr0=2.000e-05, [valid] loss={2:.3f}, acc=0.{0}\n"
    )
    run = read("".join(line.format(i, 80 / i, 85 / i) for i in EPOCHS).encode())
    assert run.main(Role.TRAIN_LOSS).y.tolist() == [80, 40, 26.667, 20, 16]
    assert run.main(Role.VAL_LOSS).y.tolist() == [85, 42.5, 28.333, 21.25, 17]
    assert values(run, "valid_acc") == [0.1, 0.2, 0.3, 0.4, 0.5]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-16", "utf-8-sig", "utf-8"])
def test_chinese_consoles_in_every_encoding_read_alike(encoding):
    text = "".join(f"第{i}轮 训练损失：{1 / i:.4f}，验证损失：{1.2 / i:.4f}\n" for i in EPOCHS)
    run = read(text.encode(encoding))
    assert run.main(Role.TRAIN_LOSS).y.tolist() == [1, 0.5, 0.3333, 0.25, 0.2]
    assert run.main(Role.VAL_LOSS).y.tolist() == [1.2, 0.6, 0.4, 0.3, 0.24]
    assert run.main(Role.TRAIN_LOSS).x.tolist() == [1, 2, 3, 4, 5]


def test_utf16_without_a_mark_is_known_by_its_pattern():
    text = "".join(f"epoch {i} loss {1 / i:.4f}\n" for i in EPOCHS)
    assert read(text.encode("utf-16-le")).main(Role.TRAIN_LOSS).y.tolist() == [1, 0.5, 0.3333, 0.25, 0.2]


def test_values_listed_side_by_side_have_names_of_their_own():
    text = "".join(
        f"epoch {i} train/val loss: {1 / i:.3f}/{1.5 / i:.3f} (p/r/f): ({70 + i}.5/{60 + i}/{65 + i})\n"
        for i in EPOCHS
    )
    run = read(text.encode())
    assert run.main(Role.TRAIN_LOSS).y.tolist() == [1, 0.5, 0.333, 0.25, 0.2]
    assert run.main(Role.VAL_LOSS).y.tolist() == [1.5, 0.75, 0.5, 0.375, 0.3]
    assert values(run, "precision") == [71.5, 72.5, 73.5, 74.5, 75.5]
    assert values(run, "recall") == [61, 62, 63, 64, 65]
    assert values(run, "f1") == [66, 67, 68, 69, 70]


def test_rates_dates_and_shares_are_no_values_side_by_side():
    text = "".join(f"2024/01/0{i} epoch {i}/5 loss {1 / i:.3f} 12.5 it/s acc: {i}/10\n" for i in EPOCHS)
    run = read(text.encode())
    assert values(run, "loss") == [1, 0.5, 0.333, 0.25, 0.2]
    assert values(run, "acc") == [0.1, 0.2, 0.3, 0.4, 0.5]


def test_a_value_below_its_name_is_read():
    text = "".join(
        f"Epoch: [0] [{i * 10}/1000] lr: 0.01 loss: {9 / i:.3f} loss_ce:\n{6 / i:.3f} loss_box: {3 / i:.3f}\n"
        for i in EPOCHS
    )
    run = read(text.encode())
    assert values(run, "loss_ce") == [6, 3, 2, 1.5, 1.2]
    assert values(run, "loss_box") == [3, 1.5, 1, 0.75, 0.6]
    assert [len(series) for series in run] == [5, 5, 5, 5]


@pytest.mark.parametrize("epochs", [5, 60])
def test_lines_of_two_parts_by_turns_are_two_curves(epochs):
    text = "".join(
        f"Epoch {i}\nheadA: train loss: {1 / i:.4f}, val loss: {2 / i:.4f}\n"
        f"headB: train loss: {3 / i:.4f}, val loss: {4 / i:.4f}\n"
        for i in range(1, epochs + 1)
    )
    run = read(text.encode())
    expected = {"headA train loss": 1, "headA val loss": 2, "headB train loss": 3, "headB val loss": 4}
    assert {s.name: (s.y * s.x).round(2).tolist() for s in run} == {
        name: [top] * epochs for name, top in expected.items()
    }
    assert {s.role for s in run} == {Role.TRAIN_LOSS, Role.VAL_LOSS}


def test_one_part_after_the_other_keeps_its_names():
    text = "".join(
        f"{part}: epoch {i} loss: {top / i:.3f}\n" for part, top in (("cnn", 1), ("rnn", 2)) for i in EPOCHS
    )
    runs = read_source(Source("train.log", content=text.encode()))
    assert [[s.name for s in run] for run in runs] == [["loss"], ["loss"]]


@pytest.mark.parametrize("epochs", [3, 40])
def test_steps_from_zero_never_share_an_x(epochs):
    text = "".join(
        f"epoch {epoch} step {step} loss {1 / (1 + epoch * 5 + step):.4f}\n"
        for epoch in range(epochs)
        for step in range(5)
    )
    assert read(text.encode()).main(Role.TRAIN_LOSS).x.tolist() == list(range(5 * epochs))


@pytest.mark.parametrize(
    "sentence",
    [
        "Cost after iteration {0}: {1:.4f}",
        "[main] INFO ScoreListener - Cost at iteration {0} is {1:.4f}",
        "Cost after {0} epochs = {1:.4f}",
        "Cost in epoch {0} was {1:.4f}",
    ],
)
def test_a_counter_between_a_name_and_its_value(sentence):
    (series,) = read("".join(sentence.format(i, 1 / i) + "\n" for i in EPOCHS).encode())
    assert (series.name, series.role) == ("Cost", Role.TRAIN_LOSS)
    assert series.x.tolist() == [1, 2, 3, 4, 5]
    assert series.y.tolist() == [1, 0.5, 0.3333, 0.25, 0.2]


def test_a_name_used_twice_is_told_by_the_split_before_it():
    text = "".join(
        f"Epoch {i} Train Loss: {1 / i:.3f} | Token Acc: 0.{i} | Val Loss: {2 / i:.3f} | Token Acc: 0.{i}5\n"
        for i in EPOCHS
    )
    run = read(text.encode())
    assert values(run, "train_token_acc") == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert values(run, "val_token_acc") == [0.15, 0.25, 0.35, 0.45, 0.55]
    assert run.main(Role.VAL_METRIC).name == "val_token_acc"


@pytest.mark.parametrize("name", ["loss.txt", "val_acc.log"])
def test_bare_numbers_are_what_the_file_is_called(name):
    content = "".join(f"{1 / i:.4f}\n" for i in range(1, 9)).encode()
    ((series,),) = read_source(Source(name, content=content))
    assert series.name == name.split(".")[0]
    assert series.y.tolist() == [round(1 / i, 4) for i in range(1, 9)]
    assert len(read_source(Source(name, content=content + b"0.1"))[0].series[0]) == 8
    with pytest.raises(UnreadableError):
        read_source(Source("data.txt", content=content))


@pytest.mark.parametrize(
    ("epoch", "loss", "accuracy"),
    [("Эпоха", "потери", "точность"), ("Época", "pérdida", "acurácia"), ("에폭", "손실", "정확도")],
)
def test_counters_losses_and_accuracies_of_other_languages(epoch, loss, accuracy):
    text = "".join(f"{epoch} {i}/5 - {loss}: {1 / i} - {accuracy}: {1 - 1 / i}\n" for i in EPOCHS)
    run = read(text.encode())
    assert run.main(Role.TRAIN_LOSS).name == loss
    assert run.main(Role.TRAIN_METRIC).name == accuracy
    assert run.main(Role.TRAIN_LOSS).x_kind == "epoch"
    assert run.main(Role.TRAIN_LOSS).x.tolist() == [1, 2, 3, 4, 5]


def test_what_a_step_cost_in_seconds_is_no_loss():
    run = read("".join(f"[{i}/5] loss {1 / i} cost 0.{i}s\n" for i in EPOCHS).encode())
    assert [series.name for series in run if series.role == Role.TRAIN_LOSS] == ["loss"]
    assert values(run, "cost time") == [0.1, 0.2, 0.3, 0.4, 0.5]


def test_results_of_each_seed_are_no_curve():
    text = "".join(f"Seed: {i}\nTest accuracy: 0.9{i}\nTest loss: 0.3{i}\n" for i in EPOCHS)
    with pytest.raises(UnreadableError, match="no training curve"):
        read(text.encode())
    counted = "".join(f"epoch {i} loss {1 / i}\n" for i in EPOCHS)
    assert values(read(f"Seed: 1\nSeed: 2\n{counted}".encode()), "loss")[0] == 1


@pytest.mark.parametrize("count", ["训练轮次：20", "Epoch: 20"])
def test_results_of_the_end_are_no_curve(count):
    text = f"{count}\n批次大小：32\n最终训练损失：3.1408\n最佳验证损失：3.0304\n测试集损失：3.0193\n"
    with pytest.raises(UnreadableError, match=r"no (training )?curve"):
        read(text.encode())


def test_a_single_epoch_is_a_curve_of_one_point():
    assert values(read(b"Epoch 1/1\ntrain loss: 0.5\nval loss: 0.4\n"), "val loss") == [0.4]


@pytest.mark.parametrize(
    "line",
    [
        "Training Loss [{0}]: {1:.4f}\nValidation Loss [{0}]: {2:.4f}\n",
        "Loss (epoch {0}): {1:.4f}\nVal Loss (epoch {0}): {2:.4f}\n",
    ],
)
def test_a_place_inside_the_name_is_no_value(line):
    run = read("".join(line.format(i, 1 / i, 1.2 / i) for i in EPOCHS).encode())
    assert run.main(Role.TRAIN_LOSS).y.tolist() == [1, 0.5, 0.3333, 0.25, 0.2]
    assert run.main(Role.VAL_LOSS).y.tolist() == [1.2, 0.6, 0.4, 0.3, 0.24]
    assert run.main(Role.VAL_LOSS).x.tolist() == [1, 2, 3, 4, 5]


def test_an_index_inside_the_name_is_no_value():
    run = read("".join(f"epoch {i}: loss[0]: {1 / i:.4f} loss[1]: {1.2 / i:.4f}\n" for i in EPOCHS).encode())
    assert [curve.y.tolist() for curve in run] == [[1, 0.5, 0.3333, 0.25, 0.2], [1.2, 0.6, 0.4, 0.3, 0.24]]


def test_a_minibatch_is_one_of_the_training():
    text = "".join(
        f"Minibatch loss at step {i}: {1 / i:.4f}\nMinibatch accuracy: {10 * i}.0%\n"
        f"Validation accuracy: {9 * i}.0%\n"
        for i in EPOCHS
    )
    run = read(text.encode())
    assert {c.name: c.role for c in run}["Minibatch accuracy"] is Role.TRAIN_METRIC
