import functools
import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import UnreadableError
from advisor.readers import Source, read_paths, read_source
from advisor.readers.wandb_log import find_records
from advisor.run import EventKind, Role
from tests.readers.wandb_logs import BLOCK, config, described, frame, history, message, varint

SAMPLES = Path(__file__).resolve().parent / "wandb_samples"


def hundred(filler=0):
    extra = {"note": "x" * filler} if filler else {}
    return [history({"loss": 1 / (i + 1), "_step": i, **extra}, step=i, number=i + 1) for i in range(100)]


def read(data):
    return read_source(Source("run-abc.wandb", content=data))


def curves(run):
    return {series.name: series.y.tolist() for series in run}


def kinds(run):
    return {event.kind for event in run.events}


def maker():
    spec = importlib.util.spec_from_file_location("make_wandb_sample", SAMPLES / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.fault("W5")
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.wandb")), ids=lambda path: path.stem)
def test_what_wandb_writes_is_read_exactly(path):
    made = maker()
    logged = list(made.rows())
    (run,) = read_paths([str(path)])
    expected = {
        name: [row[name] for row in logged if name in row]
        for name in ("train/loss", "lr", "val/loss", "epoch")
    }
    expected["nested.a.b"] = [row["nested"]["a"]["b"] for row in logged]
    assert {series.name for series in run} == set(expected)
    for series in run:
        np.testing.assert_array_equal(series.y, expected[series.name])
    (loss,) = run.with_role(Role.TRAIN_LOSS)
    (val,) = run.with_role(Role.VAL_LOSS)
    assert loss.x.tolist() == list(range(made.ROWS))
    assert val.x.tolist() == list(range(9, made.ROWS, 10))
    assert run.name == "sample"
    assert run.number("learning_rate") == 0.001
    assert run.hyperparameter("optimizer").value == "adam"
    assert {value.name: value.value for value in run.hyperparameters}["late"] == 5
    (note,) = [event for event in run.events if "no number" in event.text]
    assert note.count == 2
    assert kinds(run) == {EventKind.NOTE}


def test_a_real_log_is_read(shared):
    (run,) = read_paths([str(shared / "logs" / "wandb-05" / "run-zlsqhlo7.wandb")])
    assert [len(series) for series in run] == [3, 3, 3]
    assert run.number("batch_size") == 64


@pytest.mark.parametrize("nested", [True, False])
@pytest.mark.parametrize("name", ["loss", "train/loss", "x" * 122, "x" * 300, "训练/损失"])
def test_keys_of_every_length_and_both_spellings_are_read(nested, name):
    data = frame(*(history({name: 3 - i, "_step": i}, nested, step=i) for i in range(3)))
    assert curves(read(data)[0]) == {name: [3, 2, 1]}


@pytest.mark.parametrize("digits", range(1, 200, 7))
def test_values_of_every_length_are_read(digits):
    text = "1." + "5" * digits
    data = frame(*(history({"loss": text, "_step": i}) for i in range(3)))
    assert curves(read(data)[0]) == {"loss": [float(text)] * 3}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NaN", math.nan),
        ('"NaN"', math.nan),
        ("Infinity", math.inf),
        ('"-Infinity"', -math.inf),
        ("1e400", math.inf),
    ],
)
def test_values_that_are_not_finite_are_kept(text, value):
    run = read(frame(history({"loss": 1}), history({"loss": text}), history({"loss": 2})))[0]
    np.testing.assert_array_equal(run.series[0].y, [1, value, 2])


@pytest.mark.fault("W4")
def test_what_is_no_number_is_named_and_the_rest_of_the_row_is_read():
    image = {"_type": "image-file", "width": 3}
    flat = {
        "loss": 2,
        "hist._type": '"histogram"',
        "hist.bins": [1, 2],
        "hist.count": 7,
        "on": True,
        "none": None,
    }
    run = read(
        frame(history({"loss": 3, "image": image, "text": '"word"', "inner": {"deep": 5}}), history(flat))
    )[0]
    assert curves(run) == {"loss": [3, 2], "inner.deep": [5]}
    (note,) = run.events
    assert note.count == 4
    assert all(f"'{name}'" in note.text for name in ("image", "text", "hist", "on"))


def test_configuration_name_and_exit_code_are_read():
    end = message(18, varint(8) + varint(3))
    run = read(
        frame(
            described(), config(lr=0.1, model={"layers": 3}), config(lr=0.2, _wandb={"t": 1}), *hundred(), end
        )
    )[0]
    assert run.name == "fox"
    assert {value.name: value.value for value in run.hyperparameters} == {"lr": 0.2, "model.layers": 3}
    assert any("exit code 3" in event.text for event in run.events)


@pytest.mark.fault("W2")
def test_a_record_over_several_blocks_is_put_together():
    data = frame(config(notes="x" * 100_000, lr=0.1), *hundred())
    run = read(data)[0]
    assert len(run.series[0]) == 100
    assert run.number("learning_rate") == 0.1


@pytest.mark.fault("W2")
def test_unknown_records_and_fields_are_passed_over():
    odd = (
        varint(8) + varint(9) + message(30, b"\xff\x00") + message(200, b"zz") + varint(99 << 3 | 5) + b"1234"
    )
    run = read(frame(odd, *hundred(), odd))[0]
    assert len(run.series[0]) == 100
    assert not run.events


def test_steps_that_start_over_are_another_run():
    rows = [history({"loss": 9 - i % 5, "_step": i % 5}) for i in range(10)]
    first, second = read(frame(described(), *rows))
    assert (first.name, second.name) == ("fox 1 of 2", "fox 2 of 2")
    assert curves(first) == curves(second) == {"loss": [9, 8, 7, 6, 5]}


@pytest.mark.fault("W1", "W3")
@pytest.mark.parametrize("left", range(1, 60))
def test_a_cut_end_is_told_and_loses_only_the_record_that_is_cut(left):
    data = frame(*hundred())
    run = read(data[:-left])[0]
    last = len(frame(*hundred())) - len(frame(*hundred()[:-1]))
    assert len(run.series[0]) == 100 - math.ceil(left / last)
    if left % last:
        assert kinds(run) == {EventKind.TRUNCATED}


@pytest.mark.fault("W1")
def test_a_flipped_bit_in_a_record_costs_that_record_alone():
    data = bytearray(frame(*hundred()))
    data[len(frame(*hundred()[:50])) + 12] ^= 4
    run = read(bytes(data))[0]
    assert len(run.series[0]) == 99
    (event,) = run.events
    assert event.kind == EventKind.UNREADABLE


def test_a_flipped_bit_in_a_length_costs_the_rest_of_its_block_at_most():
    records = hundred(filler=2_000)
    data = bytearray(frame(*records))
    data[len(frame(*records[:50])) + 5] ^= 64
    run = read(bytes(data))[0]
    in_block = [
        i for i in range(100) if len(frame(*records[:i])) // BLOCK == len(frame(*records[:50])) // BLOCK
    ]
    assert len(run.series[0]) >= 100 - len(in_block) - 2
    assert run.series[0].y[-1] == 1 / 100
    assert EventKind.UNREADABLE in kinds(run)


def test_a_damaged_stretch_is_counted_and_what_follows_is_read():
    data = bytearray(frame(*hundred(filler=2_000)))
    data[40_000:70_000] = bytes(30_000)
    run = read(bytes(data))[0]
    assert run.series[0].y[-1] == 1 / 100
    assert len(run.series[0]) > 60
    skipped = [event for event in run.events if "bytes" in event.text]
    assert skipped
    assert all(event.kind == EventKind.UNREADABLE for event in skipped)


@pytest.mark.fault("W1")
def test_a_tail_of_zeros_is_told():
    run = read(frame(*hundred()) + bytes(100_000))[0]
    assert len(run.series[0]) == 100
    assert kinds(run) == {EventKind.UNREADABLE}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b":W&B", "holds no whole record"),
        (frame(), "holds no whole record"),
        (frame(described(), message(7, b"\x08\x01")), "no history row .* 1 of them system statistics"),
    ],
)
def test_a_log_without_history_is_told(data, said):
    with pytest.raises(UnreadableError, match=said):
        read(data)


@functools.cache
def hundred_framed():
    return frame(*hundred(filler=900))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_gives_a_run_or_one_sentence_and_never_a_wrong_point(data):
    whole = hundred_framed()
    damaged = bytearray(whole[: data.draw(st.integers(0, len(whole)))])
    for _ in range(data.draw(st.integers(0, 8)) if damaged else 0):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        (run,) = read(b":W&B" + bytes(damaged[4:]))
    except UnreadableError:
        return
    right = {1 / (i + 1) for i in range(100)}
    assert set(run.series[0].y.tolist()) <= right


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=70_000), max_size=6))
def test_what_is_framed_comes_out_again(payloads):
    found = find_records(frame(*payloads))
    assert found.payloads == payloads
    assert (found.gaps, found.lost, found.tail) == ([], 0, 0)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=8))
def test_any_payload_gives_a_run_or_one_sentence(payloads):
    rows = [message(2, message(1, payload)) for payload in payloads]
    try:
        runs = read(frame(*payloads, *rows))
    except UnreadableError:
        return
    assert all(len(series) for run in runs for series in run)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.text(
                st.characters(exclude_characters=".", exclude_categories=["Cs"]), min_size=1, max_size=150
            ),
            st.floats(allow_nan=False),
            max_size=5,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_rows_with_any_keys_are_read_exactly(rows):
    expected = {}
    for row in rows:
        for name, value in row.items():
            if name not in ("_step", "_runtime", "_timestamp", "_wandb"):
                expected.setdefault(name, []).append(value)
    try:
        runs = read(frame(*(history(row) for row in rows)))
    except UnreadableError:
        assert not expected
        return
    found = {}
    for run in runs:
        for series in run:
            found.setdefault(series.name, []).extend(series.y.tolist())
    assert found == expected
