"""What holds for every text: no exception, and a log that grows only adds to its curves."""

from collections.abc import Callable
from pathlib import Path, PurePath

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.readers.base import Source
from advisor.readers.formats.console_text import READER as CONSOLE
from advisor.readers.formats.keras_console import READER as KERAS
from advisor.readers.formats.notebook import READER as NOTEBOOK
from advisor.run import Run

_WORDS = (
    "epoch", "Epoch", "loss", "val_loss:", "acc=", "1/20", "[640/60000 (1%)]", "0.5", "nan", "1e400", "3",
    "|",
    ":", "=", "-",
    "{'loss': 0.3,", "}", "\r", "\n", "\b\b", "\x1b[31m", "Traceback (most recent call last):",
    "45%|###  | 4/9 [00:01<00:02, 3it/s]",
    "━━━━━", "10/10 [=====]", " - 5s - loss: ", "第3轮", "：", "\t", "12:30:45",
    "tensor(0.4)", "| loss | 0.3 |", "\n-----\n",
    "Namespace(lr=0.1)", "python train.py --lr 3", "\x00", "1,234", "²", "٣", "/", "(", ")",
)  # fmt: skip


@given(st.lists(st.sampled_from(_WORDS), max_size=60).map(" ".join))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_runs(text: str) -> None:
    _check(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=600))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_runs(data: bytes) -> None:
    _check(data)


def _check(data: bytes) -> None:
    for reader in (CONSOLE, KERAS, NOTEBOOK):
        assert 0 <= reader.sniff(data, PurePath("x.log")) <= 1
        for run in reader.read(Source("x.log", content=data)):
            assert run.series
            for series in run.series:
                assert len(series.x) == len(series.y) == len(series.at) > 0
                assert (np.diff(series.at) >= 0).all()


_FORMS: tuple[Callable[[int, float], str], ...] = (
    lambda i, y: f"epoch {i} loss {y} acc 0.5\n",
    lambda i, y: f"[epoch: {i}/99] loss: {y} lr: 0.1\n",
    lambda i, y: f"step {i}: train loss {y}, val loss 2\niter {i}: loss {y}, time 3ms\n",
    lambda i, y: f"Epoch: {i}\n\tTrain Loss: {y}\n\tVal Loss: 3\n",
    lambda i, y: f"{{'loss': {y}, 'epoch': {i}.5}}\n",
    lambda i, y: (
        f"Train Epoch: {i} [0/600 (0%)]\tLoss: {y}\nTrain Epoch: {i} [300/600 (50%)]\tLoss: 1\n"
        f"Test set: Average loss: {y}\n"
    ),
)


@given(
    form=st.sampled_from(_FORMS),
    losses=st.lists(st.floats(0.001, 99).map(lambda y: round(y, 4)), min_size=3, max_size=12),
    cut=st.floats(0.3, 1),
)
@settings(max_examples=150, deadline=None)
def test_a_prefix_of_a_log_is_a_prefix_of_its_curves(
    form: Callable[[int, float], str], losses: list[float], cut: float
) -> None:
    lines = "".join(form(i, y) for i, y in enumerate(losses, start=1)).splitlines(keepends=True)
    part = _curves("".join(lines[: max(1, int(cut * len(lines)))]))
    whole = _curves("".join(lines))
    for name, (x, y) in part.items():
        assert whole[name][1][: len(y)] == y
        assert whole[name][0][: len(x)] == x


def _curves(text: str) -> dict[str, tuple[list[float], list[float]]]:
    runs: list[Run] = list(CONSOLE.read(Source("x.log", content=text.encode())))
    assert len(runs) <= 1
    return {s.name: (s.x.tolist(), s.y.tolist()) for run in runs for s in run.series}


@pytest.mark.parametrize(
    ("case", "name", "n", "first", "last"),
    [
        ("lm-console-11/output.log", "loss", 2156, 4.4512, 0.0276),
        ("gluon-01/cifar_resnet20_v1.log", "loss", 200, 1.452417, 0.01431),
        ("tvref-02/results20250111.txt", "train_loss", 37, 2.5637, 0.1483),
        ("tqdm-01/cout.txt", "loss", 200, 99958.0547, 7292.9907),
        ("rl-table-04/openai_run2.txt", "train/success_rate", 50, 0.053750000000000006, 0.95875),
        ("keras-console-02/sl-mnist-CNN.md", "val_loss", 20, 3.4412, 0.0013),
        ("skorch-02/Transfer_Learning.ipynb", "valid_loss", 25, 0.186, 0.1639),
    ],
)
def test_real_logs(shared: Path, case: str, name: str, n: int, first: float, last: float) -> None:
    path = shared / "logs" / case
    reader = max(
        (CONSOLE, KERAS, NOTEBOOK), key=lambda r: r.sniff(path.read_bytes()[:65_536], PurePath(case))
    )
    (run,) = reader.read(Source(str(path), path))
    curve = next(series for series in run.series if series.name == name)
    assert (len(curve), curve.y[0], curve.y[-1]) == (n, first, last)
