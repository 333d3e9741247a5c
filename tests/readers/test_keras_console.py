"""The Keras console: the styles of its versions, several fits, fits cut short."""

from pathlib import Path, PurePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.readers.base import Source
from advisor.readers.formats.keras_console import READER, _Console
from advisor.run import EventKind, Role, Run

BAR_1 = "60000/60000 [==============================] - 9s - loss: {a} - acc: 0.9\n"
BAR_2 = (
    "1563/1563 [==============================] - 5s 3ms/step - loss: {a} - accuracy: 0.8 - val_loss: {b}\n"
)
BAR_3 = (
    "\x1b[1m10/10\x1b[0m \x1b[32m━━━━━━━━━━━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m0s\x1b[0m 2ms/step"
    " - accuracy: 0.8 - loss: {a} - val_loss: {b}\n"
)


def read(text: str) -> list[Run]:
    return list(READER.read(Source("train.log", content=text.encode())))


def values(run: Run) -> dict[str, list[float]]:
    return {series.name: series.y.tolist() for series in run.series}


def kinds(run: Run) -> list[EventKind]:
    return [event.kind for event in run.events]


def fit(epochs: int, planned: int, bar: str = BAR_2, start: float = 2.0) -> str:
    return "".join(
        f"Epoch {i}/{planned}\n" + bar.format(a=start - i / 10, b=start - i / 20)
        for i in range(1, epochs + 1)
    )


@pytest.mark.parametrize("bar", [BAR_1, BAR_2, BAR_3])
def test_bars_of_every_version(bar: str) -> None:
    (run,) = read(fit(3, 3, bar))
    assert values(run)["loss"] == [1.9, 1.8, 1.7]
    assert run.series[0].x.tolist() == [1, 2, 3]
    assert run.series[0].x_kind == "epoch"
    assert run.series[0].at.tolist() == [2, 4, 6]
    assert run.number("epochs") == 3
    assert run.main(Role.TRAIN_LOSS) is not None


@pytest.mark.parametrize(
    "result",
    [
        " - 5s - loss: {a} - acc: 0.9\n",
        "5s 3ms/step - loss: {a} - acc: 0.9\n",
        "391/391 - 5s - loss: {a} - acc: 0.9 - 5s/epoch - 13ms/step\n",
        "8/8 - 0s - 2ms/step - loss: {a} - acc: 0.9\n",
    ],
)
def test_one_line_an_epoch(result: str) -> None:
    (run,) = read(fit(2, 2, result))
    assert values(run) == {"loss": [1.9, 1.8], "acc": [0.9, 0.9]}


def test_the_last_state_of_a_bar_is_the_value_of_its_epoch() -> None:
    text = (
        "Epoch 1/2\n 64/450 [===>..........................] - ETA: 18s - loss: 0.9940 - acc: 0.5000\n"
        "448/450 [============================>.] - ETA: 0s - loss: 0.9133 - acc: 0.5179\n"
        "450/450 [==============================] - 4s 8ms/step - loss: 0.9141 - acc: 0.5178"
        " - val_loss: 0.9484\n"
        "Epoch 2/2\n\r 1/10 [=>....] - ETA: 1s - loss: 0.8"
        "\r10/10 [==============================] - ETA: 0s - loss: 0.7"
        + "\b" * 60
        + "\r10/10 [==============================] - 1s 9ms/step - loss: 0.7 - acc: 0.6 - val_loss: 0.75\n"
    )
    (run,) = read(text)
    assert values(run) == {"loss": [0.9141, 0.7], "acc": [0.5178, 0.6], "val_loss": [0.9484, 0.75]}


def test_learning_rate_and_non_finite_values() -> None:
    bar = "10/10 [==============================] - 0s 2ms/step - loss: {} - val_loss: inf - lr: 1.0000e-04\n"
    (run,) = read("Epoch 1/2\n" + bar.format(2.5) + "Epoch 2/2\n" + bar.format("nan"))
    loss = run.series[0]
    assert loss.summary().non_finite == 1
    assert values(run)["lr"] == [1e-4, 1e-4]
    assert values(run)["val_loss"] == [float("inf")] * 2


def test_messages_between_a_bar_and_its_end() -> None:
    text = (
        "Epoch 1/1\n10/10 [==============================] - ETA: 0s - loss: 0.5\n"
        "Epoch 1: ReduceLROnPlateau reducing learning rate to 0.0005.\n"
        "10/10 [==============================] - 1s 2ms/step - loss: 0.5 - val_loss: 0.6 - lr: 0.001\n"
    )
    (run,) = read(text)
    assert values(run) == {"loss": [0.5], "val_loss": [0.6], "lr": [0.001]}
    assert kinds(run) == [EventKind.LEARNING_RATE]


def test_several_fits_are_several_runs() -> None:
    first, second = read("Train on 450 samples, validate on 49 samples\n" + fit(3, 3) + fit(2, 5, start=9))
    assert [first.name, second.name] == ["run 1 of 2", "run 2 of 2"]
    assert values(second)["loss"] == [8.9, 8.8]
    assert second.number("epochs") == 5
    assert first.number("train_size") == 450
    assert EventKind.RESTART in kinds(second)


def test_a_fit_that_stops_early_says_so() -> None:
    first, second = read(fit(3, 20) + fit(2, 20))
    assert EventKind.EARLY_STOP in kinds(first)
    assert EventKind.EARLY_STOP not in kinds(second)
    assert any("2 of 20" in event.text for event in second.events)


def test_an_outer_loop_of_fits_is_one_run_and_says_so() -> None:
    (run,) = read(fit(1, 1) * 5)
    assert len(run.series[0]) == 5
    assert run.series[0].x.tolist() == [1, 2, 3, 4, 5]
    assert any("5 fits" in event.text for event in run.events)
    assert run.number("epochs") is None


def test_evaluation_after_the_fit_is_no_epoch() -> None:
    evaluation = "313/313 [==============================] - 1s 2ms/step - loss: 9.9 - accuracy: 0.1\n"
    (run,) = read(fit(2, 2) + evaluation)
    assert values(run)["loss"] == [1.9, 1.8]
    assert any("is no epoch" in event.text for event in run.events)


def test_an_epoch_cut_off_is_left_out() -> None:
    half = "Epoch 3/5\n 64/450 [===>..........................] - ETA: 18s - loss: 0.1 - accuracy: 0.5000\n"
    (run,) = read(fit(2, 5) + half)
    assert values(run)["loss"] == [1.9, 1.8]
    assert EventKind.TRUNCATED in kinds(run)


def test_an_epoch_cut_off_that_is_no_longer_finite_is_kept() -> None:
    half = "Epoch 3/5\n 64/450 [===>..........................] - ETA: 18s - loss: nan - accuracy: 0.5000\n"
    (run,) = read(fit(2, 5) + half)
    assert run.series[0].summary().non_finite == 1


def test_steps_are_the_curve_while_no_epoch_is_over() -> None:
    text = "Epoch 1/5\n" + "".join(
        f"\r{i}/100 [==>....] - ETA: 9s - loss: {3 - i / 100}" for i in range(1, 50)
    )
    (run,) = read(text)
    assert len(run.series[0]) == 49
    assert run.series[0].x_kind == "step"


@pytest.mark.parametrize("cut", range(1, 12))
def test_any_prefix_of_lines_is_a_prefix_of_the_curve(cut: int) -> None:
    lines = fit(6, 6).splitlines(keepends=True)
    runs = read("".join(lines[:cut]))
    whole = values(read("".join(lines))[0])["loss"]
    found = values(runs[0])["loss"] if runs else []
    assert found == whole[: cut // 2]


def test_pasted_into_markdown() -> None:
    text = (
        "# Notes\n```\n$ pip install keras\nCollecting keras\n  Downloading 98%\n```\nprose 12 of 13\n"
        + fit(3, 3)
        + "```\nmore\n"
    )
    assert values(read(text)[0])["loss"] == [1.9, 1.8, 1.7]


@pytest.mark.parametrize(
    ("text", "sure"),
    [(fit(2, 2), 0.8), (fit(2, 2, BAR_3), 0.8), ("epoch 1 loss 0.5\n", 0.0), ("", 0.0)],
)
def test_sniff(text: str, sure: float) -> None:
    found = READER.sniff(text.encode(), PurePath("train.log"))
    assert found >= sure if sure else found == 0


_STATES = st.sampled_from(
    (
        "", "  ", "\b\b", "Epoch 1/3", "Epoch 2/3", "Epoch 3/3", "note: 3 left",
        "1/9 [>....] - ETA: 3s - loss: 0.9", "5/9 [==>..] - ETA: 1s - loss: 0.7\b\b\b",
        "9/9 [=====] - 2s - loss: 0.5", "9/9 [=====] - 2s - loss: 0.5 - val_loss: 0.6",
        "\x1b[1m9/9\x1b[0m \x1b[32m━━━━━\x1b[0m \x1b[1m2s\x1b[0m 9ms/step - loss: 0.4", "loss: nan\x1b[3G",
        "\x1b]0;title", "\x00", "\x1b[2K", "7/9 [===>.] - ETA: 0s - loss: nan",
    )
)  # fmt: skip


@given(st.lists(st.tuples(_STATES, st.sampled_from("\r\r\r\n")), max_size=40))
@settings(max_examples=300, deadline=None)
def test_what_a_line_shows_last_is_enough(parts: list[tuple[str, str]]) -> None:
    epochs = "Epoch 1/3\n9/9 [=====] - 2s - loss: 0.9\nEpoch 2/3\n"
    text = epochs + "".join(state + end for state, end in parts)
    assert _told(text, whole=False) == _told(text, whole=True)


def _told(text: str, whole: bool) -> list[object]:
    """Everything that is read; with every state of every line where `whole`."""
    with pytest.MonkeyPatch.context() as patch:
        if whole:
            patch.setattr(_Console, "run", lambda self, lines: [self._line(line) for line in lines])
        runs = READER.read(Source("x.log", content=text.encode()))
    curves = [[(s.name, repr(s.y), repr(s.x), repr(s.at), s.x_kind, s.role) for s in run] for run in runs]
    return [curves, [(run.name, run.hyperparameters, run.events) for run in runs]]


def test_real_logs_need_no_other_state(shared: Path) -> None:
    logs = sorted((shared / "logs").glob("keras-console-*/*"))
    assert logs
    for path in logs:
        text = path.read_bytes().decode("utf-8", "replace")
        assert _told(text, whole=False) == _told(text, whole=True), path


def test_bars_that_come_before_their_headings_belong_to_them():
    text = "".join(
        f" 1/10 [==>...........................] - ETA: 9s - loss: 9.{e}000\n"
        f"10/10 [==============================] - 1s 5ms/step - loss: 2.{9 - e}000"
        f" - val_loss: 2.{9 - e}500\n"
        f"Epoch {e}/4\n"
        for e in range(1, 5)
    )
    (run,) = READER.read(Source("train.log", content=text.encode()))
    curves = {series.name: series for series in run}
    assert curves["loss"].y.tolist() == [2.8, 2.7, 2.6, 2.5]
    assert curves["val_loss"].y.tolist() == [2.85, 2.75, 2.65, 2.55]
    assert curves["loss"].x.tolist() == [1, 2, 3, 4]
    assert not run.damage


def test_a_bar_before_the_first_heading_is_no_epoch_where_each_heading_has_its_own():
    bar = "10/10 [==============================] - 1s 5ms/step - loss: 0.{}000\n"
    text = bar.format(9) + "".join(f"Epoch {e}/3\n{bar.format(8 - e)}" for e in range(1, 4))
    (run,) = READER.read(Source("train.log", content=text.encode()))
    (loss,) = run.series
    assert loss.y.tolist() == [0.7, 0.6, 0.5]
