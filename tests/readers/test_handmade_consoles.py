"""Console forms whose programs cannot be installed here; the texts are made by hand after what they print."""

import pytest

from advisor.readers import Source, read_source
from advisor.run import Role

EPOCHS = range(1, 6)


def read(content):
    (run,) = read_source(Source("train.log", content=content))
    return run


def values(run, name):
    return next(series for series in run if series.name == name).y.tolist()


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
