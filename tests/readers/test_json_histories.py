"""The shapes in which people write a history of a training as one JSON document."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.errors import UnreadableError
from advisor.readers import Source, read_source
from advisor.run import EventKind, Role

LOSS, VAL = [3.0, 2.0, 1.5, 1.2], [3.2, 2.4, 2.0, 1.9]
OTHER_LOSS, OTHER_VAL = [2.5, 1.0, 0.8, 0.7], [2.6, 1.5, 1.4, 1.6]
ACC = [0.1, 0.3, 0.5, 0.6]
HISTORY = {"loss": LOSS, "val_loss": VAL}
OTHER = {"loss": OTHER_LOSS, "val_loss": OTHER_VAL}
EPOCHS = [1, 2, 3, 4]


def records(*extra, **columns):
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def read(document, indent=2, name="history.json"):
    return read_source(Source(name, content=json.dumps(document, indent=indent).encode()))


def losses(run):
    train, val = run.main(Role.TRAIN_LOSS), run.main(Role.VAL_LOSS)
    return (train and train.y.tolist(), val and val.y.tolist())


ONE = {
    "columns": HISTORY,
    "columns under any key": {"training_history": HISTORY},
    "columns beside settings": {"config": {"lr": 0.1}, "training_history": HISTORY, "best_epoch": 4},
    "columns beside lists": {"history": HISTORY, "confusion_matrix": [[5, 1], [2, 7]], "classes": ["a", "b"]},
    "columns beside predictions": {**HISTORY, "y_true": [0, 1] * 8, "y_pred": [1, 1] * 8},
    "columns two keys deep": {"experiment": {"training": HISTORY}},
    "columns of strings": {"loss": [str(y) for y in LOSS], "val_loss": [f"tensor({y})" for y in VAL]},
    "records": records(epoch=EPOCHS, train_loss=LOSS, val_loss=VAL),
    "records under a key": {"best": 1.9, "log": records(epoch=EPOCHS, train_loss=LOSS, val_loss=VAL)},
    "records under an unknown key": {
        "run": {"per_epoch": records(epoch=EPOCHS, train_loss=LOSS, val_loss=VAL)}
    },
    "nested records": [
        {"epoch": e, "train": {"loss": a}, "val": {"loss": b}}
        for e, a, b in zip(EPOCHS, LOSS, VAL, strict=True)
    ],
    "records of each split": {"train": records(loss=LOSS), "val": records(loss=VAL, f1=ACC)},
    "columns of each split": {"train": {"loss": LOSS, "acc": ACC}, "val": {"loss": VAL, "acc": ACC}},
    "columns of each split beside epochs": {"epochs": EPOCHS, "train": {"loss": LOSS}, "val": {"loss": VAL}},
    "histories of each split": {"train_history": {"loss": LOSS}, "val_history": {"loss": VAL}},
    "splits of each quantity": {"loss": {"train": LOSS, "val": VAL}, "acc": {"train": ACC, "val": ACC}},
    "groups of columns": {"losses": {"train": LOSS, "val": VAL}, "metrics": {"val_acc": ACC}},
    "the mean and the spread": {"loss": LOSS, "val_loss": {"mean": VAL, "std": [0.1, 0.1, 0.2, 0.1]}},
    "one list for each class": {**HISTORY, "f1": {"cat": ACC, "dog": ACC}},
    "splits alone": {"train": LOSS, "val": VAL, "best_epoch": 4},
    "records by epoch": {
        str(e): {"loss": a, "val_loss": b} for e, a, b in zip(EPOCHS, LOSS, VAL, strict=True)
    },
    "records by a named epoch": {
        f"epoch_{e}": {"loss": a, "val_loss": b} for e, a, b in zip(EPOCHS, LOSS, VAL, strict=True)
    },
    "pandas: columns": {name: {str(i): y for i, y in enumerate(ys)} for name, ys in HISTORY.items()},
    "pandas: index": {
        str(i): {"loss": a, "val_loss": b} for i, (a, b) in enumerate(zip(LOSS, VAL, strict=True))
    },
    "pandas: records": records(loss=LOSS, val_loss=VAL),
    "pandas: split": {
        "columns": ["loss", "val_loss"],
        "index": [0, 1, 2, 3],
        "data": [list(row) for row in zip(LOSS, VAL, strict=True)],
    },
    "pandas: table": {
        "schema": {"fields": [{"name": "index", "type": "integer"}, {"name": "loss", "type": "number"}]},
        "data": records(index=[0, 1, 2, 3], loss=LOSS, val_loss=VAL),
    },
    "points of each curve": {
        name: [{"step": e, "value": y} for e, y in zip(EPOCHS, ys, strict=True)]
        for name, ys in HISTORY.items()
    },
    "pairs of each curve": {
        name: [[e, y] for e, y in zip(EPOCHS, ys, strict=True)] for name, ys in HISTORY.items()
    },
    "steps and values": {name: {"x": EPOCHS, "y": ys} for name, ys in HISTORY.items()},
    "a loss and the record of its evaluation": records(epoch=EPOCHS, train_loss=LOSS, loss=VAL, f1=ACC),
}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("shape", ONE)
def test_one_history_is_one_run_in_every_shape(shape, indent):
    (run,) = read(ONE[shape], indent)
    assert losses(run) == (LOSS, VAL)
    assert run.name == ""
    assert not [event for event in run.events if event.kind != EventKind.NOTE]


SEVERAL = {
    "models": ({"LSTM": HISTORY, "GRU": OTHER}, ["LSTM", "GRU"]),
    "models with settings": ({"LSTM": {**HISTORY, "config": {"lr": 0.1}}, "GRU": OTHER}, ["LSTM", "GRU"]),
    "models two deep": ({"ae": {"small": HISTORY}, "vae": {"small": OTHER}}, ["ae/small", "vae/small"]),
    "models under a key": ({"results": {"LSTM": HISTORY, "GRU": OTHER}}, ["LSTM", "GRU"]),
    "models with a history": (
        {"LSTM": {"history": HISTORY, "acc": 0.9}, "GRU": {"history": OTHER}},
        ["LSTM", "GRU"],
    ),
    "models of records": (
        {"LSTM": records(**HISTORY), "GRU": records(**OTHER)},
        ["LSTM", "GRU"],
    ),
    "models of splits": (
        {"LSTM": {"train": LOSS, "val": VAL}, "GRU": {"train": OTHER_LOSS, "val": OTHER_VAL}},
        ["LSTM", "GRU"],
    ),
    "models of split columns": (
        {
            "LSTM": {"train": {"loss": LOSS}, "val": {"loss": VAL}},
            "GRU": {"train": {"loss": OTHER_LOSS}, "val": {"loss": OTHER_VAL}},
        },
        ["LSTM", "GRU"],
    ),
    "models of each quantity": (
        {"train_loss": {"sgd": LOSS, "adam": OTHER_LOSS}, "val_loss": {"sgd": VAL, "adam": OTHER_VAL}},
        ["sgd", "adam"],
    ),
    "models in the names": (
        {
            "lstm_loss": LOSS,
            "lstm_val_loss": VAL,
            "gru_loss": OTHER_LOSS,
            "gru_val_loss": OTHER_VAL,
        },
        ["lstm", "gru"],
    ),
    "folds in a list": ([HISTORY, OTHER], ["run 1 of 2", "run 2 of 2"]),
    "folds with their number": (
        [{"fold": 1, "val_acc": 0.9, **HISTORY}, {"fold": 2, **OTHER}],
        ["fold 1", "fold 2"],
    ),
    "folds with a history": (
        [{"fold": 1, "history": HISTORY}, {"fold": 2, "history": OTHER}],
        ["fold 1", "fold 2"],
    ),
    "folds under a key": (
        {"folds": [HISTORY, OTHER], "mean_acc": 0.9},
        ["folds/run 1 of 2", "folds/run 2 of 2"],
    ),
    "folds by number": ({"0": HISTORY, "1": OTHER}, ["0", "1"]),
    "folds in the names": (
        {"fold1_loss": LOSS, "fold1_val_loss": VAL, "fold2_loss": OTHER_LOSS, "fold2_val_loss": OTHER_VAL},
        ["fold1", "fold2"],
    ),
    "two phases": ({"history_head": HISTORY, "history_full": OTHER}, ["history_head", "history_full"]),
}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("shape", SEVERAL)
def test_the_histories_of_several_models_are_runs_of_their_own(shape, indent):
    document, names = SEVERAL[shape]
    runs = read(document, indent)
    assert [run.name for run in runs] == names
    assert [losses(run) for run in runs] == [(LOSS, VAL), (OTHER_LOSS, OTHER_VAL)]


def test_a_history_on_each_line_is_a_run():
    text = "".join(json.dumps({"fold": i, **h}) + "\n" for i, h in enumerate((HISTORY, OTHER), 1))
    runs = read_source(Source("folds.jsonl", content=text.encode()))
    assert [(run.name, losses(run)) for run in runs] == [
        ("fold 1", (LOSS, VAL)),
        ("fold 2", (OTHER_LOSS, OTHER_VAL)),
    ]


def test_a_record_with_a_list_in_it_is_a_record():
    document = [{"loss": a, "val_loss": b, "per_class_acc": ACC} for a, b in zip(LOSS, VAL, strict=True)]
    (run,) = read(document)
    assert losses(run) == (LOSS, VAL)
    counted = [{"epoch": e, "loss": [a], "acc": ACC} for e, a in zip(EPOCHS, LOSS, strict=True)]
    (run,) = read(counted)
    assert losses(run)[0] == LOSS


def test_what_counts_is_x():
    for document in (
        {"epochs": EPOCHS, **HISTORY},
        {"epochs": EPOCHS, "train": {"loss": LOSS}, "val": {"loss": VAL}},
        {f"epoch_{e}": {"loss": a, "val_loss": b} for e, a, b in zip(EPOCHS, LOSS, VAL, strict=True)},
    ):
        (run,) = read(document)
        assert (run.main(Role.VAL_LOSS).x.tolist(), run.main(Role.VAL_LOSS).x_kind) == (EPOCHS, "epoch")
    for run in read({"epochs": EPOCHS, "LSTM": HISTORY, "GRU": OTHER}):
        assert run.main(Role.TRAIN_LOSS).x.tolist() == EPOCHS
    (run,) = read(
        {name: [[10 * e, y] for e, y in zip(EPOCHS, ys, strict=True)] for name, ys in HISTORY.items()}
    )
    assert (run.main(Role.TRAIN_LOSS).x.tolist(), run.main(Role.TRAIN_LOSS).x_kind) == (
        [10, 20, 30, 40],
        "step",
    )


def test_lists_with_steps_of_their_own_meet_at_them():
    steps, evaluations = list(range(10, 130, 10)), [40, 80, 120]
    train, val = [3 - s / 50 for s in steps], [3.1, 2.5, 2.4]
    for document in (
        {"train_steps": steps, "train_loss": train, "val_steps": evaluations, "val_loss": val},
        {"steps": steps, "train_loss": train, "eval_steps": evaluations, "eval_loss": val},
        {"train": {"step": steps, "loss": train}, "val": {"step": evaluations, "loss": val}},
        {"train": records(step=steps, loss=train), "eval": records(step=evaluations, loss=val)},
    ):
        (run,) = read(document)
        assert losses(run) == (train, val)
        assert run.main(Role.TRAIN_LOSS).x.tolist() == steps
        assert run.main(Role.VAL_LOSS).x.tolist() == evaluations
        assert not run.events


def test_a_validation_every_few_epochs_stands_at_the_end_of_them_and_that_is_told():
    train = [3 - i / 10 for i in range(12)]
    (run,) = read({"train_loss": train, "val_loss": VAL})
    assert run.main(Role.VAL_LOSS).x.tolist() == [2, 5, 8, 11]
    (event,) = run.events
    assert "'val_loss' has 4 values and 'train_loss' 12: one for every 3" in event.text


def test_lists_that_differ_by_one_are_counted_from_their_first_and_that_is_told():
    (run,) = read({"train_loss": LOSS, "val_loss": [3.5, *VAL]})
    assert losses(run) == (LOSS, [3.5, *VAL])
    (event,) = run.events
    assert "counted from their first" in event.text


def test_missing_values_are_absent_and_damaged_ones_are_counted():
    (run,) = read({"loss": [3, None, 1.5, "lost"], "val_loss": [math.nan, 2, None, 1]})
    loss, val = run.main(Role.TRAIN_LOSS), run.main(Role.VAL_LOSS)
    assert (loss.y.tolist(), loss.x.tolist()) == ([3, 1.5], [0, 2])
    assert (math.isnan(val.y[0]), val.y[1:].tolist(), val.x.tolist()) == (True, [2, 1], [0, 1, 3])
    (event,) = run.events
    assert (event.kind, event.count) == (EventKind.UNREADABLE, 1)


def test_the_settings_beside_a_history_are_those_of_its_run():
    document = {
        "config": {"model": "small", "lr": 0.1, "layers": [64, 10]},
        "batch_size": 32,
        "best_val_loss": 1.9,
        "best": {"epoch": 4, "val_loss": 1.9},
        "seconds": 12.5,
        "history": HISTORY,
    }
    (run,) = read(document)
    stated = {setting.name: setting.value for setting in run.hyperparameters}
    assert stated == {"model": "small", "lr": 0.1, "layers": "[64, 10]", "batch_size": 32}
    assert run.number("learning_rate") == 0.1
    first, second = read(
        {"lr": 0.1, "LSTM": {**HISTORY, "config": {"hidden": 8}}, "GRU": {**OTHER, "config": {"lr": 0.5}}}
    )
    assert {setting.name for setting in first.hyperparameters} == {"lr", "hidden"}
    assert (first.number("learning_rate"), second.number("learning_rate")) == (0.1, 0.5)


def test_the_parts_of_one_loss_are_no_models():
    for names in (("g", "d"), ("actor", "critic"), ("cls", "reg"), ("generator", "discriminator")):
        columns = {f"{name}_{kind}": LOSS for name in names for kind in ("loss", "val_loss")}
        (run,) = read(columns)
        assert set(columns) == {series.name for series in run.series}
    (run,) = read({"loss": LOSS, "val_loss": VAL, "age_loss": LOSS, "val_age_loss": VAL})
    assert losses(run) == (LOSS, VAL)


def test_heads_with_lists_of_unequal_length_were_trained_apart():
    runs = read({"reg_loss": LOSS, "reg_val_loss": VAL, "cls_loss": LOSS[:3], "cls_val_loss": VAL[:3]})
    assert [(run.name, losses(run)) for run in runs] == [("reg", (LOSS, VAL)), ("cls", (LOSS[:3], VAL[:3]))]


def test_a_metric_alone_is_that_of_each_model():
    runs = read({"accuracy": {"LSTM": ACC, "GRU": LOSS}})
    assert [(run.name, [series.name for series in run.series]) for run in runs] == [
        ("LSTM", ["accuracy"]),
        ("GRU", ["accuracy"]),
    ]


def test_results_that_are_no_training_are_left_out_and_that_is_told():
    (run,) = read({"history": HISTORY, "roc": {"precision": [1, 0.5, 0.4], "recall": [0.1, 0.5, 1]}})
    assert losses(run) == (LOSS, VAL)
    (event,) = run.events
    assert "roc" in event.text


@pytest.mark.parametrize("metric", ["rmse", "logloss", "auc", "binary_logloss"])
@pytest.mark.parametrize(
    "sets", [("train", "eval"), ("dtrain", "dtest"), ("training", "valid_1"), ("train", "holdout")]
)
def test_the_data_sets_of_boosted_trees_are_no_models(metric, sets):
    (run,) = read({name: {metric: LOSS} for name in sets})
    assert (run.reader, [series.name for series in run.series]) == (
        "evals-result",
        [f"{s}-{metric}" for s in sets],
    )


def test_the_history_of_a_network_by_split_is_not_that_of_boosted_trees():
    (run,) = read({"train": {"loss": LOSS, "accuracy": ACC}, "val": {"loss": VAL, "accuracy": ACC}})
    assert run.reader == "json-lines"
    assert losses(run) == (LOSS, VAL)


@pytest.mark.parametrize(
    "document", [{"a": {"b": [1, 2, 3]}}, [[0.5, 0.6], [0.4, 0.5]], {"a": {"b": {"c": {}}}}, [[], [{}]]]
)
def test_a_document_whose_numbers_have_no_known_name_is_refused_in_words(document):
    with pytest.raises(UnreadableError):
        read(document)


WRAPPED = {
    "lists": lambda inner: [inner],
    "keys that say nothing": lambda inner: {"result": inner},
    "lists of two": lambda inner: [inner, inner],
}


@pytest.mark.parametrize("wrap", WRAPPED)
def test_a_history_is_looked_for_six_levels_down_and_no_further(wrap):
    document = HISTORY
    for _ in range(6):
        document = WRAPPED[wrap](document)
    assert {losses(run) == (LOSS, VAL) for run in read(document)} == {True}
    with pytest.raises(UnreadableError):
        read(WRAPPED[wrap](document))


NAMES = st.sampled_from(
    ["loss", "val_loss", "train", "val", "history", "epoch", "LSTM", "1", "2", "lr", "steps", "values"]
)
LEAVES = st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(["0.5", "x", ""])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=40,
)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_any_document_gives_runs_or_one_clear_error(tree):
    try:
        runs = read(tree, indent=None)
    except UnreadableError:
        return
    names = [run.name for run in runs]
    assert len(set(names)) == len(names)
    assert all(len(series) for run in runs for series in run.series)


def test_two_trainings_that_come_to_one_name_are_told_apart_by_a_number():
    runs = read({"a/b": {"c": HISTORY}, "a": {"b/c": OTHER}}, indent=None)
    assert [run.name for run in runs] == ["a/b/c", "a/b/c#2"]
    assert [run.main(Role.TRAIN_LOSS).y.tolist() for run in runs] == [LOSS, OTHER_LOSS]
