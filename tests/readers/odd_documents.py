# ruff: noqa: E501 (documents are as long as they are)
"""Small odd documents of JSON: every way to write curves down, whole, half and wrong; see `recorded`."""

import json

LOSS, VAL = [3.0, 2.0, 1.5, 1.25], [3.1, 2.2, 1.9, 2.0]
HALF = [3.1, 1.9]
BOTH = {"loss": LOSS, "val_loss": VAL}
DOWN = [{"epoch": i, "loss": 3 / i} for i in range(1, 5)]


def points(values, first=1, name="value", counted="step"):
    return [{counted: i, name: y} for i, y in enumerate(values, first)]


def pairs(values, first=1):
    return [[i, y] for i, y in enumerate(values, first)]


def nested(depth, leaf=None):
    tree = leaf or dict(BOTH)
    for _ in range(depth):
        tree = {"history": tree}
    return tree


COLUMNS = {
    "one": {"loss": [3.0]}, "unknown": {"width": [1, 2, 3]}, "unknown, one": {"width": [1]},
    "a word between": {"loss": [3, "x", 1]}, "unknown, a word": {"width": [1, "x", 2]},
    "unknown, a gap": {"width": [1, None, 2]}, "a gap": {"loss": [3, None, 1]}, "a gap at the end": {"loss": [3, 2, None]},
    "mostly words": {"loss": ["x", "y", 1]}, "half words": {"loss": ["x", 1]}, "gaps alone": {"loss": [None, None]},
    "empty": {"loss": []}, "empty dict": {"loss": {}}, "nothing": {}, "numbers in text": {"loss": ["3.0", "2.5", "1e0"]},
    "numbers in lists": {"loss": [[3.0], [2.0], [1.0]]}, "infinite": {"loss": [3.0, float("inf"), float("nan"), -1e400]},
    "truth values": {"loss": [True, 2, 1]}, "dict of values": {"loss": [{"value": 3}, {"value": 2}]},
    "by index": {"loss": {"0": 3, "1": 2, "10": 1, "2": 1.5}}, "by one index": {"loss": {"0": 3}},
    "by index and word": {"loss": {"0": 3, "a": 2}}, "by index, nested": {"loss": {"0": {"a": 1}, "1": 2}},
    "by index, a word": {"loss": {"0": 3, "1": "x", "2": 1}}, "counted": {"epoch": [2, 4, 6, 8], **BOTH},
    "counted otherwise": {"iteration": [10, 20, 30, 40], "epoch": [0.1, 0.2, 0.3, 0.4], "loss": LOSS},
    "two lengths": {"loss": LOSS, "val_loss": HALF}, "two lengths that do not fit": {"loss": LOSS, "val_loss": [3.1, 2.9, 1.9]},
    "two lengths, counted": {"step": [1, 2, 3, 4], "loss": LOSS, "val_step": [2, 4], "val_loss": HALF},
    "longer validation": {"loss": HALF, "val_loss": VAL}, "a long silent list": {"loss": HALF, "width": [1, 2, 3, 4, 5]},
    "counts of another length": {"epoch": [1, 2, 3], "loss": LOSS, "acc": [0.1, 0.2, 0.3]},
    "settings beside": {**BOTH, "lr": 0.1, "epochs": 4, "batch_size": 32, "epoch": 3, "best_val_loss": 1.9, "note": "x"},
    "configuration beside": {**BOTH, "config": {"lr": 0.1, "odd": 7}, "best": {"epoch": 3, "val_loss": 1.9, "lr": 1}},
    "settings in other words": {**BOTH, "train_settings": {"lr": 0.1}, "optimizer": {"name": "adam", "lr": 0.2}, "Args": {"seed": 1}},
    "a list of settings": {**BOTH, "layers": [], "hidden_sizes": [64, 64], "milestones": [30]},
    "two models": {f"{m}_{k}": v for m in ("lstm", "gru") for k, v in BOTH.items()},
    "two models, counted": {"epoch": [1, 2, 3, 4], **{f"{m}_{k}": v for m in ("lstm", "gru") for k, v in BOTH.items()}},
    "two models of two lengths": {"lstm_loss": LOSS, "lstm_val_loss": VAL, "gru_loss": HALF, "gru_val_loss": HALF, "epoch": [1, 2, 3, 4]},
    "two heads": {f"{m}_{k}": v for m in ("cls", "reg") for k, v in BOTH.items()},
    "two heads of two lengths": {"cls_loss": LOSS, "cls_val_loss": VAL, "reg_loss": HALF, "reg_val_loss": HALF},
    "one model without a validation": {"lstm_loss": LOSS, "lstm_val_loss": VAL, "gru_loss": LOSS},
    "a model and a bare loss": {**BOTH, "lstm_loss": LOSS, "lstm_val_loss": VAL},
}  # fmt: skip
RECORDS = {
    "by epoch": {f"epoch_{i}": {"loss": 3 / i} for i in (1, 2, 10, 9)}, "by number": {str(i): {"loss": 3 / i} for i in (10, 2, 1)},
    "by one epoch": {"epoch_1": {"loss": 3, "acc": 0.1}}, "by two words": {"epoch_1": {"loss": 3}, "step_2": {"loss": 2}},
    "by other words": {"fold_1": {"loss": 3}, "fold_2": {"loss": 2}}, "by Epoch": {"Epoch 1": {"loss": 3}, "Epoch 2": {"loss": 2}},
    "by epoch, one without a number": {"epoch_1": {"loss": 3}, "epoch_2": {"note": "x"}},
    "by epoch, that count otherwise": {"epoch_1": {"step": 10, "loss": 3}, "epoch_2": {"step": 20, "loss": 2}},
    "by epoch, with a name": {"name": "x", "epoch_1": {"loss": 3}, "epoch_2": {"loss": 2}, "lr": 0.1},
    "by epoch, of splits": {f"epoch_{i}": {"train": {"loss": 3 / i}, "val": {"loss": 4 / i}} for i in (1, 2, 3)},
    "a table of pandas": {"columns": ["epoch", "loss"], "index": [0, 1], "data": [[1, 3], [2, 2]]},
    "a table of pandas, short rows": {"columns": ["epoch", "loss"], "data": [[1, 3], [2], 7, [3, 1, 9]]},
    "a table of numbered columns": {"columns": [0, 1], "data": [[1, 3], [2, 2]]}, "a table without rows": {"columns": ["loss"], "data": []},
    "a list": DOWN, "a list with words": [*DOWN, "x", 3, None], "a list of one": DOWN[:1], "an empty list": [], "a list of words": ["a", "b"],
    "a list of numbers": [3, 2, 1], "a list with modes": [{**r, "mode": m} for r in DOWN for m in ("train", "val")],
    "a list that starts over": [*DOWN, *DOWN], "a list that goes back": [{"step": i, "loss": 3 / (i + 1)} for i in (0, 1, 2, 3, 2, 3, 4)],
    "a list with settings first": [{"lr": 0.1, "batch_size": 32, "model": "a"}, *DOWN],
    "a list with a configuration first": [{"config": {"lr": 0.1}, "time": 3}, *DOWN], "a list below a key": {"history": DOWN, "lr": 0.1},
    "a list below two keys": {"train": DOWN, "val": [{"epoch": i, "loss": 4 / i} for i in (1, 2, 3, 4)]},
    "a validation every two": {"train": DOWN, "val": [{"epoch": i, "loss": 4 / i} for i in (2, 4)]},
    "lists that count otherwise": {"train": [{"step": i, "loss": 3 / i} for i in (1, 2, 3, 4)], "val": [{"epoch": i, "loss": 4 / i} for i in (1, 2)]},
    "lists of which one lacks a count": {"train": [{"epoch": 1, "loss": 3}, {"loss": 2}, {"epoch": 3, "loss": 1}], "val": [{"epoch": 1, "loss": 4}, {"epoch": 3, "loss": 2}]}, "lists of which the other lacks a count": {"train": DOWN, "val": [{"epoch": 2, "loss": 4}, {"loss": 2}]}, "lists of which one counts down": {"train": DOWN, "val": [{"epoch": 4, "loss": 4}, {"epoch": 2, "loss": 2}]},
    "lists that do not count": {"train": [{"loss": 3 / i} for i in (1, 2, 3, 4)], "val": [{"loss": 4 / i} for i in (1, 2)]},
    "a validation of later epochs": {"train": DOWN, "val": [{"epoch": i, "loss": 4 / i} for i in (4, 6)]},
    "a list per class": [{**r, "per_class_acc": [0.1, 0.2]} for r in DOWN], "nested records": [{"epoch": i, "train": {"loss": 3 / i}, "val": {"loss": 4 / i, "acc": i / 9}} for i in (1, 2, 3)],
    "log_history": {"log_history": [{"step": i, "loss": 3 / i} for i in (1, 2, 3)], "max_steps": 3, "trial_params": {"lr": 0.1}, "train_batch_size": None},
    "log_history with other things": {"log_history": [{"step": 1, "loss": 3}, "x", {"step": 2, "loss": 2}, 4], "max_steps": 3, "trial_params": 7},
    "log_history, empty": {"log_history": []}, "log_history, no list": {"log_history": {"loss": [3, 2, 1]}},
    "log_history that starts over": {"log_history": [{"step": i, "loss": 3 / i} for i in (1, 2, 3, 1, 2, 3)]},
}  # fmt: skip
STEPPED = {
    "steps and values": {"loss": {"steps": [1, 3], "values": [3, 2]}}, "epochs and y": {"loss": {"epochs": [1, 3], "y": [3, 2]}},
    "steps, fewer values": {"loss": {"steps": [1, 2, 3], "values": [3, 2]}}, "steps that are none": {"loss": {"steps": 3, "values": [3, 2]}},
    "points": {"loss": points(LOSS), "acc": points([0.1, 0.2], 3)}, "points by epoch": {"loss": points(LOSS, 1, "loss", "epoch")},
    "points without a step": {"loss": [{"value": 3}, {"value": 2}]}, "a point without a step": {"loss": [*points(LOSS), {"value": 9}]},
    "pairs": {"loss": pairs(LOSS), "acc": pairs([0.1, 0.2], 3)}, "one pair": {"loss": [[1, 3.0]]}, "pairs of one step": {"loss": [[1, 3], [1, 2]]},
    "pairs that go back": {"loss": [[2, 3], [1, 2]]}, "triples": {"loss": [[1.7e9 + i, i, 3 / i] for i in (1, 2, 3)]},
    "triples without a time": {"loss": [[i, i, 3 / i] for i in (1, 2, 3)]}, "times and values": {"loss": [[1.7e9 + i, 3 / i] for i in (1, 2, 3)]},
    "four in a row": {"loss": [[i, i, i, 3 / i] for i in (1, 2, 3)]}, "pairs and triples": {"loss": [[1, 3], [2, 2, 2]]}, "pairs of a width": {"width": pairs(LOSS)},
    "a step twice": {"loss": {"steps": [1, 1, 2, 2, 2], "values": [5, 4, 3, 2, 1]}}, "pairs and a plain list": {"loss": pairs(LOSS), "acc": [0.1, 0.2, 0.3, 0.4]},
    "a list that TensorBoard exports": [[1.7e9 + i, i, 3 / i] for i in (1, 2, 3)], "steps in text": {"loss": [["1", "3"], ["2", "2"]]},
}  # fmt: skip
SEVERAL = {
    "two runs": {"lstm": BOTH, "gru": {"loss": LOSS[:3], "val_loss": VAL[:3]}}, "one run": {"lstm": BOTH}, "two splits": {"train": {"loss": LOSS}, "val": {"loss": VAL}},
    "two splits and a set": {"train": {"loss": LOSS}, "extra": {"loss": VAL}}, "two splits that say the same": {"train": BOTH, "val": BOTH},
    "a split inside": {"train": {"loss": LOSS}, "extra": BOTH}, "splits of matrices": {"dtrain": {"loss": LOSS}, "dtest": {"loss": VAL}}, "numbered splits": {"valid_0": {"auc": LOSS}, "valid_1": {"auc": VAL}},
    "by quantity": {"loss": {"train": LOSS, "val": VAL}, "acc": {"train": HALF, "val": HALF}}, "by quantity and run": {"loss": {"sgd": LOSS, "adam": VAL}, "val_loss": {"sgd": VAL, "adam": LOSS}},
    "by quantity and run, with more": {"loss": {"sgd": LOSS, "adam": VAL}, "acc": {"sgd": LOSS, "adam": VAL}, "lr": {"sgd": [0.1], "adam": [0.2]}, "note": "x"},
    "by quantity and one run": {"loss": {"sgd": LOSS}, "acc": {"sgd": VAL}}, "by quantity and unlike runs": {"loss": {"sgd": LOSS, "adam": VAL}, "acc": {"sgd": LOSS}},
    "by quantity and mean": {"loss": {"mean": LOSS, "std": VAL}}, "by quantity and split and run": {"loss": {"train": {"sgd": LOSS, "adam": VAL}}},
    "a list of runs": [{"name": "a", **BOTH}, {"name": "b", **BOTH}], "a list of runs of one name": [{"name": "a", **BOTH}, {"name": "a", **BOTH}], "a list of folds": [{"fold": i, "history": BOTH} for i in (1, 2, 3)],
    "a list of runs without a name": [BOTH, BOTH], "a list of runs, one without a curve": [{"name": "a", **BOTH}, {"name": "b", "lr": 0.1}], "a list of lists": [DOWN, [{"epoch": i, "loss": 4 / i} for i in (1, 2)]],
    "a list of lists, one empty": [DOWN, [], DOWN], "a list of runs that count": [{"epoch": i, "loss": 3 / i, "curve": LOSS} for i in (1, 2, 3)], "a list of runs with records": [{"id": i, "log": DOWN} for i in (1, 2)],
    "a list of runs with settings": [{"lr": 0.1 * i, "seed": 7, **BOTH} for i in (1, 2)], "runs and a shared count": {"epochs": [1, 2, 3, 4], "a": BOTH, "b": {"loss": HALF}}, "runs and a shared result": {"time": [1, 2, 3, 4], "a": {"loss": LOSS}, "b": {"loss": VAL}},
    "runs of one name": {"run": {"a": BOTH}, "Run": {"a": BOTH}}, "a run and lists of results": {"a": BOTH, "b": {"acc": LOSS}, "c": {"f1": LOSS}}, "results alone": {"a": {"acc": LOSS}, "b": {"f1": LOSS}},
    "runs with settings": {"a": {**BOTH, "lr": 0.1}, "b": {**BOTH, "lr": 0.2}, "seed": 3}, "a wrapped history": {"history": BOTH, "params": {"epochs": 4}}, "a metric below": {"metrics": {"train": {"loss": LOSS, "acc": VAL}, "test": {"loss": VAL, "acc": LOSS}}},
    "own and below": {**BOTH, "extra": {"acc": LOSS}}, "own and a split below": {"loss": LOSS, "val": {"loss": VAL}}, "own that are silent, and below": {"width": [1, 2, 3, 4], "train": {"loss": LOSS}}, "silent all": {"a": {"width": [1, 2, 3]}, "b": {"width": [3, 2, 1]}},
    **{f"{depth} deep": nested(depth) for depth in (4, 5, 6, 7)}, **{f"unknown, {depth} deep": nested(depth, {"width": [1, 2, 3]}) for depth in (5, 6, 7)}, **{f"{depth} deep, in lists": [[nested(depth)]] for depth in (0, 1, 2, 3)}, **{f"a list {depth} deep": json.loads("[" * depth + json.dumps(DOWN) + "]" * depth) for depth in (5, 6, 7)},
    "a list of one that counts": [{"epoch": 3, **BOTH}], "runs of one path": {"a": {"b/c": BOTH, "d": BOTH}, "a/b": {"c": BOTH, "d": BOTH}}, **{f"a loss from record {first} on": [{"epoch": i, **({"loss": 3 / i} if i >= first else {})} for i in range(1, 24)] for first in (20, 21)}, "boosted trees": {"train": {"logloss": LOSS}, "valid": {"logloss": VAL}}, "boosted trees, with a gap": {"train": {"auc": [0.5, None, "x", 0.7]}},
    "no boosted trees": {"a": {"auc": LOSS}, "b": {"auc": VAL}}, "boosted trees with a word": {"train": {"auc": LOSS, "note": "x"}}, "boosted trees of a network": {"train": {"loss": LOSS, "accuracy": VAL}, "val": {"loss": VAL, "accuracy": LOSS}},
}  # fmt: skip


def lines(*records, end="\n"):
    return "".join((r if isinstance(r, str) else json.dumps(r)) + end for r in records)


SETTINGS = {"lr": 0.1, "batch_size": 32, "optimizer": "adam"}
RANKS = [{"step": i, "loss": 3 / (i + 1) + r, "rank": r} for i in range(4) for r in (0, 1)]
TEXTS = {
    "records": lines(*DOWN), "records, settings first": lines(SETTINGS, *DOWN), "records, one setting first": lines({"lr": 0.1, "name": "x"}, *DOWN), "records, half settings first": lines({"lr": 0.1, "batch_size": 3, "foo": 1, "bar": 2}, *DOWN),
    "records, few settings first": lines({"lr": 0.1, "batch_size": 3, "foo": 1, "bar": 2, "baz": 3}, *DOWN), "records, settings later": lines(DOWN[0], SETTINGS, *DOWN[1:]), "records, a configuration first": lines({"args": {"lr": 0.1}, "time": 3}, *DOWN),
    "records, words first": lines({"event": "start"}, *DOWN), "records, results and settings first": lines({"lr": 0.1, "batch_size": 3, "loss": 9}, *DOWN), "records, a bad line first": lines("x", *DOWN), "records, a bad line": lines(*DOWN[:2], "x {", *DOWN[2:]),
    "records, two bad lines": lines(DOWN[0], "x " * 60, *DOWN[1:3], "y", DOWN[3]), "records, a bad line last": lines(*DOWN, "x"), "records, cut": lines(*DOWN) + '{"epoch": 5, "lo', "records, a bad line and cut": lines(DOWN[0], "x", *DOWN[1:]) + '{"epoch": 5, "lo',
    "records without an end": lines(*DOWN)[:-1], "records, mostly bad": lines(*DOWN[:2], "x", "y", "z"), "records, half bad": lines(*DOWN[:2], "x", "y"), "records, blank lines": "\n\n" + lines(*DOWN, end="\n\n") + "  \n", "records with commas": lines(*DOWN, end=",\n"),
    "records, two on a line": lines(json.dumps(DOWN[0]) + " " + json.dumps(DOWN[1]), *DOWN[2:]), "records, two on a line and a word": lines(json.dumps(DOWN[0]) + " x " + json.dumps(DOWN[1]), *DOWN[2:]), "records and lists": lines(*DOWN[:2], [1, 2], "3", *DOWN[2:]),
    "one record": lines({"epoch": 1, "loss": 3}), "one record of lists": lines(BOTH), "records of lists": lines(BOTH, BOTH), "records of lists, named": lines({"name": "a", **BOTH}, {"name": "b", **BOTH}), "records of lists and a bad line": lines(BOTH, "x", BOTH, BOTH),
    "a record over several lines": json.dumps(BOTH, indent=1), "a list over several lines": json.dumps(DOWN, indent=1), "a list with a record a line": "[\n" + lines(*DOWN, end=",\n").rstrip(",\n") + "\n]\n", "a list, cut": json.dumps(DOWN, indent=1)[:-30], "a list, cut behind a record": json.dumps(DOWN)[:-1],
    "a list with a record a line, cut": "[\n" + lines(*DOWN, end=",\n") + '{"epoch": 5, ', "a list of one, cut": '[{"epoch": 1, "loss": 3}, {"ep', "records over several lines": "\n".join(json.dumps(r, indent=1) for r in DOWN), "one record over several lines, cut": json.dumps(DOWN[0], indent=1) + '\n{"epoch',
    "records over several lines, cut": "\n".join(json.dumps(r, indent=1) for r in DOWN) + '\n{"epoch"', "records of NaN": lines('{"step": 1, "loss": NaN}', '{"step": 2, "loss": Infinity}', '{"step": 3, "loss": -Infinity}', '{"step": 4, "loss": 1}'), "records of two ranks": lines(*RANKS), "records of ranks and none": lines({"step": 0, "loss": 9}, *RANKS),
    "records of three ranks": lines(*({**r, "rank": k} for r in DOWN for k in (0, 1, 2))), "records of ranks from 1": lines(*({**r, "rank": k} for r in DOWN for k in (1, 2))), "records of a rank that comes once": lines(*RANKS, {"step": 9, "loss": 1, "rank": 2}), "records of one rank": lines(*({**r, "rank": 0} for r in DOWN)),
    "records of local ranks": lines(*({**r, "local_rank": k} for r in DOWN for k in (0, 1))), "records of modes": lines(*({**r, "mode": m} for r in DOWN for m in ("train", "val"))), "records of a split": lines(*({**r, "split": m} for r in DOWN for m in ("train", "test", "x"))), "records that count alone": lines(*({"epoch": i} for i in (1, 2, 3))),
    "records of words": lines(*({"a": "b"} for _ in (1, 2, 3))), "records of settings alone": lines(SETTINGS, SETTINGS), "records of widths": lines(*({"width": i} for i in (1, 2, 3))), "a document of settings": json.dumps({**SETTINGS, "seed": 1}, indent=1), "a document of words": json.dumps({"a": "b", "c": ["d"]}, indent=1), "a notebook without output": json.dumps({"cells": [], "nbformat": 4}, indent=1),
    "records in a byte order mark": "\ufeff" + lines(*DOWN), "records with a byte of zero": lines(*DOWN) + "\0\0", "two columns": json.dumps({"epoch": [1, 2]}), "big numbers": lines('{"step": 1, "loss": 1' + "0" * 400 + "}", '{"step": 2, "loss": -1' + "0" * 400 + "}", '{"step": 3, "loss": 1' + "0" * 200 + "}"),
    "very deep": '{"a":' * 13 + "1" + "}" * 13 + "\n" + lines(*DOWN), "far too deep": "[" * 2_000 + "\n", "mmcv": lines({"config": "x", "seed": 3}, *({"mode": m, "epoch": e, "iter": i, "loss": 3 / (e * 2 + i)} for e in (1, 2) for m, i in (("train", 10), ("train", 20), ("val", 7)))),
}  # fmt: skip


def documents() -> dict[str, bytes]:
    """Each odd document by its name."""
    trees = {**COLUMNS, **RECORDS, **STEPPED, **SEVERAL}
    written = {f"{name}.json": json.dumps(tree) for name, tree in trees.items()}
    texts = {f"{name}.{'jsonl' if 'records' in name else 'json'}": text for name, text in TEXTS.items()}
    return {name: text.encode() for name, text in {**written, **texts}.items()}
