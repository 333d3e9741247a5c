import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import UnreadableError
from advisor.readers import Source, read_source
from advisor.readers.formats.json_lines import READER
from advisor.run import EventKind, Role


def read(text, name="log.jsonl"):
    return list(READER.read(Source(name, content=text.encode())))


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


def curves(run):
    return {series.name: series.y.tolist() for series in run}


def test_each_key_is_a_curve_over_the_records_that_have_it():
    (run,) = read(
        lines({"step": 1, "loss": 3.0}, {"step": 1, "val_loss": 3.5}, {"step": 2, "loss": 2.0, "extra": 9})
    )
    assert curves(run) == {"step": [1, 1, 2], "loss": [3, 2], "val_loss": [3.5], "extra": [9]}
    assert run.main(Role.TRAIN_LOSS).x.tolist() == [1, 2]
    assert run.main(Role.TRAIN_LOSS).at.tolist() == [1, 3]


@pytest.mark.fault("J6")
def test_nested_keys_strings_lists_and_value_dicts_are_numbers():
    text = lines(
        {
            "epoch": 1,
            "train": {"loss": "0.41"},
            "acc": [0.5],
            "f1": {"value": 0.6},
            "ok": True,
            "gone": None,
            "when": "0:02:13",
        },
        {
            "epoch": 2,
            "train": {"loss": "0.31"},
            "acc": [0.6],
            "f1": {"value": 0.7},
            "ok": True,
            "gone": None,
            "when": "0:02:14",
        },
    )
    (run,) = read(text)
    assert curves(run) == {"epoch": [1, 2], "train/loss": [0.41, 0.31], "acc": [0.5, 0.6], "f1": [0.6, 0.7]}


@pytest.mark.fault("J1")
def test_the_tokens_that_python_writes_for_non_finite_values_are_points():
    (run,) = read('{"step": 1, "loss": NaN}\n{"step": 2, "loss": Infinity}\n{"step": 3, "loss": -Infinity}\n')
    loss = run.main(Role.TRAIN_LOSS).y
    assert np.isnan(loss[0])
    assert loss[1:].tolist() == [np.inf, -np.inf]


@pytest.mark.fault("J2", "J3")
def test_a_bad_line_is_counted_and_a_cut_last_line_is_told():
    (run,) = read('{"step":1,"loss":3}\nnot json\n{"step":2,"loss":2}\n{"step":3,"loss":1}\n{"step":4,"lo')
    assert curves(run)["loss"] == [3, 2, 1]
    unreadable, cut = run.events
    assert (unreadable.kind, unreadable.line, unreadable.count) == (EventKind.UNREADABLE, 2, 1)
    assert (cut.kind, cut.line) == (EventKind.TRUNCATED, 5)


def test_a_first_record_of_settings_becomes_hyperparameters():
    (run,) = read(
        lines({"config": {"lr": 0.1, "batch_size": 32}}, {"step": 1, "loss": 2}, {"step": 2, "loss": 1})
    )
    assert run.number("learning_rate") == 0.1
    assert run.number("batch_size") == 32
    assert set(curves(run)) == {"step", "loss"}


def test_validation_records_with_the_same_keys_are_curves_of_their_own():
    (run,) = read(
        lines(
            {"env_info": "linux"},
            {"mode": "train", "epoch": 1, "loss": 3, "lr": 0.1},
            {"mode": "val", "epoch": 1, "loss": 3.5},
            {"mode": "train", "epoch": 2, "loss": 2, "lr": 0.1},
            {"mode": "val", "epoch": 2, "loss": 2.5},
        )
    )
    assert curves(run) == {"epoch": [1, 1, 2, 2], "loss": [3, 2], "lr": [0.1, 0.1], "val/loss": [3.5, 2.5]}
    assert run.main(Role.VAL_LOSS).name == "val/loss"


@pytest.mark.fault("J10")
def test_several_processes_are_not_mixed():
    records = [{"rank": r, "step": s, "loss": 10 * r + s} for s in (1, 2, 3) for r in (1, 0)]
    first, second = read(lines(*records))
    assert (first.name, curves(first)["loss"]) == ("rank 0", [1, 2, 3])
    assert (second.name, curves(second)["loss"]) == ("rank 1", [11, 12, 13])
    assert "rank" not in curves(first)
    assert any("2 processes" in event.text for event in first.events)


@pytest.mark.parametrize("ranks", [[3, 2, 2, 1], [1, 2, 1, 2], [0, 1, 0, 0]])
def test_a_rank_that_is_a_measurement_is_a_curve(ranks):
    (run,) = read(lines(*({"step": s, "loss": 1 / s, "rank": r} for s, r in enumerate(ranks, 1))))
    assert curves(run)["rank"] == ranks


@pytest.mark.fault("J8")
def test_two_objects_on_one_line_and_a_trailing_comma_are_read():
    (run,) = read('{"step":1,"loss":3}{"step":2,"loss":2}\n{"step":3,"loss":1},\n')
    assert curves(run)["loss"] == [3, 2, 1]


@pytest.mark.parametrize(
    "document",
    [
        [{"epoch": 0, "loss": 3, "val_loss": 4}, {"epoch": 1, "loss": 2, "val_loss": 3}],
        {"loss": [3, 2], "val_loss": [4, 3]},
        {"params": {"epochs": 2}, "history": {"loss": [3, 2], "val_loss": [4, 3]}},
        {"loss": {"steps": [0, 1], "values": [3, 2]}, "val_loss": {"steps": [0, 1], "values": [4, 3]}},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_documents_of_records_or_columns_are_read(document, indent):
    (run,) = read(json.dumps(document, indent=indent), "history.json")
    assert curves(run)["loss"] == [3, 2]
    assert run.main(Role.VAL_LOSS).y.tolist() == [4, 3]


def test_pretty_printed_records_cut_in_the_middle_are_read_up_to_the_cut():
    text = json.dumps([{"step": i, "loss": 1 / i} for i in range(1, 9)], indent=1)
    (run,) = read(text[: int(len(text) * 0.7)], "log.json")
    assert curves(run)["loss"] == [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5]
    assert [event.kind for event in run.events] == [EventKind.TRUNCATED]


def test_a_configuration_document_is_no_log():
    with pytest.raises(UnreadableError, match="without a training curve"):
        read(
            json.dumps({"architectures": ["ViT"], "hidden_size": 768, "id2label": {"0": "a"}}, indent=2),
            "config.json",
        )


@pytest.mark.fault("J5")
def test_numbers_beyond_every_range_do_not_fail():
    (run,) = read(
        '{"step": 1, "loss": '
        + "9" * 5000
        + '}\n{"step": 2, "loss": 1e400}\n{"step": 3, "loss": '
        + str(2**70)
        + "}\n"
    )
    assert curves(run)["loss"] == [np.inf, np.inf, float(2**70)]


@pytest.mark.fault("J4")
def test_depth_is_no_trap():
    deep = '{"a":' * 3_000 + "1" + "}" * 3_000
    (run,) = read(f'{{"step":1,"loss":2}}\n{deep}\n{{"step":2,"loss":1}}\n' + "[" * 100_000 + "\n")
    assert curves(run)["loss"] == [2, 1]


def test_a_validation_step_that_is_the_epoch_is_called_so():
    (run,) = read(
        lines(
            {"epoch": 1, "iter": 69, "step": 69, "loss": 1.7},
            {"accuracy/top1": 43.1, "step": 1},
            {"epoch": 2, "iter": 138, "step": 138, "loss": 0.9},
            {"accuracy/top1": 70.9, "step": 2},
        )
    )
    accuracy = run.main(Role.VAL_METRIC)
    assert (accuracy.name, accuracy.x_kind, accuracy.x.tolist()) == ("accuracy/top1", "epoch", [1, 2])


value = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.lists(st.integers(), max_size=3),
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["loss", "val_loss", "lr", "note"]), value), min_size=1, max_size=15
    ),
    st.data(),
)
def test_a_prefix_reads_as_a_prefix_of_every_curve(records, data):
    made = [{"step": 0, "loss": 1.0}, *({"step": i, **record} for i, record in enumerate(records, 1))]
    cut = data.draw(st.integers(1, len(made)))
    whole = {s.name: s.y for s in read_source(Source("log.jsonl", content=lines(*made).encode()))[0]}
    part = {s.name: s.y for s in read_source(Source("log.jsonl", content=lines(*made[:cut]).encode()))[0]}
    assert "loss" in part
    for name, y in part.items():
        np.testing.assert_array_equal(y, whole[name][: y.size])


def test_a_step_that_stands_still_gives_way_to_the_epoch():
    rows = [{"mode": "train", "epoch": e, "iter": e * 100, "loss": 1 / e} for e in range(1, 5)]
    rows += [{"mode": "val", "epoch": e, "iter": 186, "mIoU": e / 10} for e in range(1, 5)]
    rows.sort(key=lambda row: row["epoch"])
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (run,) = read_source(Source("log.json", content=content))
    metric = next(series for series in run if series.name.endswith("mIoU"))
    assert (metric.x_kind, metric.x.tolist()) == ("epoch", [1, 2, 3, 4])
