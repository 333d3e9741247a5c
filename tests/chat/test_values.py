import pytest

from advisor.chat.settings import Setting, impossible, settings
from advisor.chat.understand import understand
from advisor.chat.values import chinese_number, epoch, epoch_count, numbers, ordinals, paths


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3e-4", [3e-4]),
        ("lr拉到3e-3", [3e-3]),
        ("改成128", [128]),
        ("dropout .3", [0.3]),
        ("1,000 samples", [1000]),
        ("10^-3", [1e-3]),
        ("10**-4", [1e-4]),
        ("-32", [-32]),
        ("between 0.1-0.3", [0.1, 0.3]),
        ("20%", [0.2]),
        ("千分之一", [1e-3]),
        ("十分之三", [0.3]),
        ("百分之五", [0.05]),
        ("万分之一", [1e-4]),
        ("大概一成", [0.1]),
        ("一百二十八", [128]),
        ("两千张图", [2000]),
        ("两层", [2]),
        ("零点一", [0.1]),
        ("3万", [30_000]),
        ("10k", [10_000]),
        ("half of it", [0.5]),
        ("10x larger", [10]),
        ("解释一下", []),
        ("resnet50 and run_3", []),
        ("198.51.100.7", []),
        ("v1.2.3", []),
    ],
)
def test_numbers(text, expected):
    assert [number.value for number in numbers(text)] == pytest.approx(expected)


def test_numbers_written_full_width_are_numbers():
    assert understand("把学习率设为０．００１").numbers[0].value == 0.001


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("二十", 20),
        ("一百零五", 105),
        ("三千二百", 3200),
        ("两万", 20_000),
        ("一点五", 1.5),
        ("二〇", 20),
    ],
)
def test_chinese_numerals(text, value):
    assert chinese_number(text) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the second one", [2]),
        ("first and third", [1, 3]),
        ("第三个", [3]),
        ("第2条", [2]),
        ("最后一个", [-1]),
        ("option 4", [4]),
        ("方案2", [2]),
        ("#3", [3]),
        ("a few seconds", []),
    ],
)
def test_ordinals(text, expected):
    assert ordinals(text) == expected


@pytest.mark.parametrize(
    ("text", "pointed", "counted"),
    [
        ("epoch 10", 10, None),
        ("第10轮", 10, None),
        ("第十二个epoch", 12, None),
        ("step 1,200", 1200, None),
        ("100 more epochs", None, 100),
        ("只跑5轮", None, 5),
        ("再跑五十个epoch", None, 50),
        ("nothing", None, None),
    ],
)
def test_epochs(text, pointed, counted):
    assert (epoch(text), epoch_count(text)) == (pointed, counted)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("open runs/exp12/metrics.csv", ["runs/exp12/metrics.csv"]),
        ("加载 ./logs/train.log 看看", ["./logs/train.log"]),
        ("read history.json", ["history.json"]),
        ('open "my runs/log 1.csv"', ["my runs/log 1.csv"]),
        ("/var/log/x", ["/var/log/x"]),
        ("use http://localhost:11434/v1", []),
        ("train/val gap", ["train/val"]),
        ("is 0.45 too high", []),
    ],
)
def test_paths(text, expected):
    assert paths(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("学习率减半", [Setting("learning_rate", "multiply", 0.5)]),
        ("increase lr by 20%", [Setting("learning_rate", "multiply", 1.2)]),
        ("cut the batch size in half", [Setting("batch_size", "multiply", 0.5)]),
        ("lower lr to 0.03", [Setting("learning_rate", "set", 0.03)]),
        ("without momentum", [Setting("momentum", "set", 0.0)]),
        ("去掉dropout", [Setting("dropout", "set", 0.0)]),
        ("adam, lr 千分之一", [Setting("optimizer", "set", "adam"), Setting("learning_rate", "set", 0.001)]),
        ("lr 0.1 bs 64", [Setting("learning_rate", "set", 0.1), Setting("batch_size", "set", 64.0)]),
        ("smaller lr from epoch 7", [Setting("learning_rate", "decrease", None)]),
        ("只跑5轮", [Setting("epochs", "set", 5.0)]),
        ("nothing to see", []),
    ],
)
def test_settings(text, expected):
    assert settings(text) == expected


def test_a_factor_needs_the_old_value():
    halve = Setting("batch_size", "multiply", 0.5)
    assert halve.after(None) is None
    assert halve.after(33) == 16
    assert Setting("learning_rate", "multiply", 0.1).after(0.45) == pytest.approx(0.045)


@pytest.mark.parametrize(
    ("role", "value", "refused"),
    [
        ("batch_size", -32.0, True),
        ("batch_size", 1.5, True),
        ("batch_size", 32.0, False),
        ("dropout", 1.5, True),
        ("dropout", 1.0, True),
        ("dropout", 0.0, False),
        ("momentum", 0.95, False),
        ("learning_rate", 0.0, True),
        ("learning_rate", 1e-5, False),
        ("weight_decay", -0.1, True),
        ("seed", 0.0, False),
        ("warmup_steps", 0.0, False),
        ("optimizer", "adam", False),
    ],
)
def test_impossible_values_are_refused(role, value, refused):
    assert (impossible(role, value) is not None) == refused
