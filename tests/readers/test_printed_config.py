"""Hyperparameters that a program prints."""

import pytest

from advisor.readers import Source, read_source
from advisor.readers.lines import Line
from advisor.readers.printed_config import printed_hyperparameters, scalar, starts_program
from advisor.run import Trust


def printed(text: str) -> dict[str, object]:
    return {h.name: h.value for h in printed_hyperparameters(Line(3, text))}


def test_namespace() -> None:
    text = (
        "INFO:root:Namespace(lr=0.1, lr_decay_epoch='100,150', model='resnet', "
        "resume=None, nesterov=True, betas=(0.9, 0.999))"
    )
    assert printed(text) == {
        "lr": 0.1,
        "lr_decay_epoch": "100,150",
        "model": "resnet",
        "nesterov": True,
        "betas": "(0.9, 0.999)",
    }


def test_what_a_function_of_a_printed_program_takes_is_no_setting() -> None:
    assert printed("def train(model, lr=0.1, batch_size=32):") == {}
    assert printed("    async def fit(self, epochs=3, dropout=0.1):") == {}


def test_dictionary_dump() -> None:
    text = (
        "{'train': {'learning_rate': 0.0001, 'batch_size': 2, "
        "'seed': 1234, 'fp16_run': True}, 'spk': {'yuuka': 0}}"
    )
    assert printed(text)["learning_rate"] == 0.0001
    assert printed(text)["batch_size"] == 2
    assert printed(text)["fp16_run"] is True


def test_record_of_measurements_is_no_configuration() -> None:
    assert printed("{'loss': 0.3, 'grad_norm': 4.1, 'learning_rate': 1e-05, 'epoch': 0.1}") == {}


@pytest.mark.parametrize(
    "text",
    [
        "lr: 0.1",
        "lr = 0.1",
        "  lr=0.1,",
        "| lr | 0.1 |",
        "lr          0.1",
        "--lr 0.1 --batch-size 4",
        "'lr': 0.1,",
        "[2024/08/08 05:25:19] ppocr INFO:     lr : 0.1",
        "lr : float = 0.1 # the peak",
    ],
)
def test_one_a_line(text: str) -> None:
    assert printed(text)["lr"] == 0.1


@pytest.mark.parametrize(
    "text",
    [
        "settings: lr=3.0 batch_size=32 epochs=10 optimizer=adam dropout=0.0",
        "lr: 3.0, batch size: 32, epochs: 10, optimizer: adam, dropout: 0.0",
        "INFO config: lr: 3.0 | batch size: 32 | epochs: 10 | optimizer: adam | dropout: 0.0",
    ],
)
def test_several_a_line(text: str) -> None:
    found = {h.role: h.value for h in printed_hyperparameters(Line(3, text))}
    assert found == {
        "learning_rate": 3.0,
        "batch_size": 32,
        "epochs": 10,
        "optimizer": "adam",
        "dropout": 0.0,
    }


def test_measurements_beside_settings_are_no_settings() -> None:
    assert printed("step=3 loss=0.5 acc=0.2 lr=0.1 batch_size=32 momentum=0.9") == {}


@pytest.mark.parametrize(
    "text",
    [
        "$ python train.py --lr 0.1 --model resnet optim.momentum=0.9",
        "(base) me@host:~/exp$ CUDA_VISIBLE_DEVICES=0 python3 -u train.py --lr=0.1 "
        "--model resnet optim.momentum=0.9",
        "torchrun --nproc_per_node 8 train.py --lr 0.1 --model resnet optim.momentum=0.9",
    ],
)
def test_command_line(text: str) -> None:
    found = printed(text)
    assert found["lr"] == 0.1
    assert found["model"] == "resnet"
    assert found["optim.momentum"] == 0.9
    assert starts_program(text)


@pytest.mark.parametrize(
    "text",
    [
        "python -m pip install torch==2.1.0",
        "self.lr = config.lr",
        "the lr is a number",
        "loss: 0.3",
        "import torch",
        "page 3: 0.1",
    ],
)
def test_no_settings(text: str) -> None:
    assert printed(text) == {}


def test_where_a_value_was_found() -> None:
    (found,) = printed_hyperparameters(Line(3, "lr: 0.1"))
    assert (found.role, found.source, found.trust) == ("learning_rate", "log line 3", Trust.PRINTED)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("1", 1),
        ("1e-3", 1e-3),
        ("True", True),
        ("'adam'", "adam"),
        ("None", None),
        ("cosine", "cosine"),
        ("1_000", 1000),
        ("0_.", "0_."),
    ],
)
def test_scalars(word: str, value: object) -> None:
    assert scalar(word) == value


def test_nothing_is_evaluated() -> None:
    assert scalar("__import__('os').system('true')") == "__import__('os').system('true')"
    assert scalar("8*64") == "8*64"
    assert scalar("[24]") == 24
    assert scalar("[24, 32]") == "[24, 32]"


def test_megatrons_dots_and_absls_flags_lead_to_their_values() -> None:
    body = "".join(f"epoch {i} loss {2 / i}\n" for i in range(1, 6))
    for block in (
        "  lr .............................................. 0.00015\n"
        "  micro_batch_size ................................ 4\n",
        "I0401 12:00:00.1 1402 train.py:10] --lr=0.00015\n"
        "I0401 12:00:00.1 1402 train.py:10] --micro_batch_size=4\n",
    ):
        (run,) = read_source(Source("train.log", content=(block + body).encode()))
        assert {h.name: h.value for h in run.hyperparameters} == {"lr": 0.00015, "micro_batch_size": 4}


def test_a_line_of_three_settings_one_of_which_is_never_measured():
    line = Line(1, "Epochs: 3 | BS: 16 | LR: 2e-05 | MaxLen: 128")
    found = {h.role: h.value for h in printed_hyperparameters(line) if h.role}
    assert found == {"epochs": 3, "batch_size": 16, "learning_rate": 2e-5}
    assert not list(printed_hyperparameters(Line(1, "Epoch: 3 | LR: 2e-05 | BS: 16 | loss: 0.3")))
