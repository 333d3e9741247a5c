# ruff: noqa: E501 (stores are as long as they are)
"""Small odd stores of runs: files of trackers, bytes of theirs, and folders that belong together; see `recorded`."""

import json
import sqlite3

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.plugins.hparams import summary_v2
from tensorboard.util.tensor_util import make_tensor_proto

from tests.event_files import HEADER, content, frame, simple, tensor
from tests.readers import wandb_logs as wandb

STAMP = "2024-01-01T00:00:0{}"
START = 1_700_000_000_000


def metric(values, first=1, start=START):
    return "".join(f"{start + 1_000 * i} {y} {i}\n" for i, y in enumerate(values, first))


LOSS = [3.0, 2.0, 1.5]
METRIC = metric(LOSS)
OP = {"worker_id": "w"}


def journal(*operations):
    return "".join(json.dumps({"op_code": code, **OP, **given}) + "\n" for code, given in operations)


FLOAT = json.dumps({"name": "FloatDistribution", "attributes": {"low": 0, "high": 1}})
INT = json.dumps({"name": "IntDistribution", "attributes": {"low": 0, "high": 9}})
CHOICE = json.dumps({"name": "CategoricalDistribution", "attributes": {"choices": ["adam", None, [1]]}})
STUDY = [(0, {"study_name": "s", "directions": [1]}), (4, {"study_id": 0})]


def param(name, value, distribution, trial=0):
    return 5, {
        "trial_id": trial,
        "param_name": name,
        "param_value_internal": value,
        "distribution": distribution,
    }


def report(step, value, trial=0):
    return 7, {"trial_id": trial, "step": step, "intermediate_value": value}


REPORTS = [report(i, y) for i, y in enumerate(LOSS)]
PARAMS = [
    param("lr", 0.5, FLOAT),
    param("width", 3.0, INT),
    param("half", 3.5, INT),
    param("opt", 0, CHOICE),
    param("none", 1, CHOICE),
    param("list", 2, CHOICE),
    param("far", 7, CHOICE),
    param("bad", 1, "{"),
]
DONE = "[I 2024-01-01 10:00:00,000] Trial {n} finished with value: {v} and parameters: {{'lr': {v}, 'opt': 'adam'}}. Best is trial {b} with value: {w}.\n"
JOURNALS = {
    "a study": journal(*STUDY, *REPORTS), "a study to be maximized": journal((0, {"directions": [2]}), STUDY[1], *REPORTS), "a study to be MAXIMIZED": journal((0, {"directions": ["MAXIMIZE"]}), STUDY[1], *REPORTS), "a trial of no study": journal((4, {"study_id": 3}), *REPORTS), "a study of settings": journal(*STUDY, *PARAMS, *REPORTS),
    "a pruned trial": journal(*STUDY, *REPORTS, (6, {"trial_id": 0, "state": 2, "values": None})), "a failed trial": journal(*STUDY, *REPORTS, (6, {"trial_id": 0, "state": 3})), "a finished trial": journal(*STUDY, *REPORTS, (6, {"trial_id": 0, "state": 1, "values": [1.5]})), "one report": journal(*STUDY, REPORTS[0]), "no report": journal(*STUDY, *PARAMS, (6, {"trial_id": 0, "state": 1, "values": [1.5]})),
    "two trials": journal(*STUDY, STUDY[1], *REPORTS, *(report(i, y / 2, 1) for i, y in enumerate(LOSS))), "two studies": journal(*STUDY, *STUDY[:1], (4, {"study_id": 1}), *REPORTS, *(report(i, y / 2, 1) for i, y in enumerate(LOSS))), "reports out of order": journal(*STUDY, *reversed(REPORTS)), "reports that are none": journal(*STUDY, *REPORTS, report(3, None), report(4, "NaN"), report(5, float("nan"))),
    "a trial in a state": journal(STUDY[0], (4, {"study_id": 0, "state": 3}), *REPORTS), "a bad line": journal(*STUDY, *REPORTS[:1]) + "x\n" + journal(*REPORTS[1:]), "two bad lines": journal(*STUDY) + "x\n\n3\n" + journal(*REPORTS), "cut": journal(*STUDY, *REPORTS)[:-9], "other operations": journal((1, {}), *STUDY, (2, {"study_id": 0}), (8, {"trial_id": 0}), (9, {"trial_id": 0}), *REPORTS), "a trial that is not there": journal(*STUDY, *REPORTS, report(1, 2.0, 5)),
    "many settings, no report": journal(*STUDY, *(param(f"p{k}", k, FLOAT) for k in range(10)), (6, {"trial_id": 0, "state": 1, "values": [0.123456789]})),
}  # fmt: skip
LINES = {
    "down": "".join(DONE.format(n=i, v=y, b=i, w=y) for i, y in enumerate(LOSS)), "up": "".join(DONE.format(n=i, v=y, b=0, w=3.0) for i, y in enumerate(LOSS)), "one value": "".join(DONE.format(n=i, v=1.0, b=0, w=1.0) for i in range(3)), "pruned": DONE.format(n=0, v=1.0, b=0, w=1.0) + "Trial 1 pruned.\nTrial 2 failed with parameters\n" + DONE.format(n=3, v=0.5, b=3, w=0.5), "no values": "Trial 0 pruned.\nTrial 1 pruned.\n",
}  # fmt: skip
FILES = {
    "metric": METRIC, "metric without steps": "".join(f"{START + i} {y}\n" for i, y in enumerate(LOSS)), "metric with a bad line": METRIC + "x\n" + metric([1.0], 4), "metric, cut": METRIC + "17000000", "metric, cut in its step": METRIC + "1700000009000 1.0 1", "metric, not ended": METRIC[:-1], "metric of NaN": metric(["nan", "inf", "-inf", 1e-5]), "metric by tabs": METRIC.replace(" ", "\t"), "metric that goes back": metric(LOSS) + metric(LOSS), "metric of CRLF": METRIC.replace("\n", "\r\n"), "metric, one line": metric([3.0]), "metric of words": "1700000000000 loss 1\n",
    "loss.tsv": "step\tloss\n1\t0.5\n2\t0.4\n", "timed/loss.tsv": "timestamp\tstep\tloss\n1700000000000\t1\t0.5\n1700000001000\t2\t0.4\n", "bad/loss.tsv": "step\tloss\n1\tx\n2\t0.4\n3\n4\t0.2\n", "cut/loss.tsv": "step\tloss\n1\t0.5\n2\t0.4", "empty/loss.tsv": "step\tloss\n",
    "learn_error.tsv": "iter\tlogloss\tAUC\n0\t0.6\t0.5\n1\t0.5\t0.6\n", "test_error.tsv": "iter\tlogloss:0\tlogloss\n0\t0.6\t0.7\n1\t0.5\t0.6\n", "bad/learn_error.tsv": "iter\tlogloss\n0\tx\n1\t0.5\n2\n3\t0.4\n", "cut/learn_error.tsv": "iter\tlogloss\n0\t0.6\n1\t0.5", "empty/learn_error.tsv": "iter\tlogloss\n",
    "metrics.json": json.dumps({"loss": {"steps": [1, 2, 3], "timestamps": [STAMP.format(i) for i in range(3)], "values": LOSS}, "acc": {"steps": [1, 3], "timestamps": [], "values": [0.1, 0.2]}}), "bad/metrics.json": json.dumps({"loss": {"steps": [1, None, 3, 4], "timestamps": ["x", 3, STAMP.format(9)], "values": [3, 2, "x", 1, 0.5]}, "acc": 3, "f1": {"steps": [], "values": 3}}),
    "cut/metrics.json": json.dumps({"loss": {"steps": [1, 2, 3], "values": LOSS}, "a\\q": {"steps": [1, 2], "values": [3, 2]}, "acc": {"steps": [1, 3], "values": [0.1, 0.2]}})[:-9], "empty/metrics.json": '{"loss": {"steps": [], "values": []}}',
    "catboost_training.json": json.dumps({"meta": {"test_sets": ["test"], "learn_metrics": [{"best_value": "Min", "name": "Logloss"}], "test_metrics": [{"best_value": "Max", "name": "AUC"}], "name": "x"}, "iterations": [{"learn": [3 / i], "test": [i / 9], "iteration": i - 1, "passed_time": i} for i in (1, 2, 3)]}),
    "cut/catboost_training.json": '{"meta": {"learn_metrics": [{"best_value": "Min", "name": "Logloss"}]},\n"iterations": [\n{"learn": [3.0], "iteration": 0},\n{"learn": [2.0], "iteration": 1},\n{"learn": [1.', "no meta/catboost_training.json": '{"learn_metrics": 1,\n"iterations": [\n{"learn": [3.0]},\n{"learn": [2.0]}, {"le',
    "meta.yaml": "artifact_uri: x\n", "loss.txt": "".join(f"{3 / i:.3f}\n" for i in range(1, 9)), "trainer_state.json": json.dumps({"log_history": [{"step": i, "epoch": i / 9, "loss": 3 / i} for i in (1, 2, 3)]}), "cut/trainer_state.json": json.dumps({"log_history": [{"step": i, "loss": 3 / i} for i in (1, 2, 3)]}, indent=1)[:-40], "early/trainer_state.json": '{"best_metric": null, "epoch": 1', "metrics_epoch_7.json": json.dumps({"epoch": 7, "training_loss": 0.5, "validation": {"loss": 0.6}}), "metrics_epoch_12345678901.json": '{"training_loss": 0.5}', "bad/metrics_epoch_3.json": '{"training_loss": 0.5',
    "words/metrics_epoch_3.json": "words", "other/meta.yaml": "a: 1\n", "other/learn_error.tsv": "a\tb\n1\t2\n2\t3\n", "other/loss.tsv": "a\tb\n1\t2\n2\t3\n", "other/metrics.json": '{"a": 1}', "other/run.json": '{"experiment": 1}', "other/trainer_state.json": '{"a": 1}', "words/trainer_state.json": "words",
    "rates.log": "loss rate, learning rate, 3\n", "averages.log": "Average loss\n", "minibatches.log": "loss for minibatches 3\n", "trials.log": "Trial 3\nTrial 4\n", "words.wandb": "words", "words.tfevents.1": "words", "a list.jsonl": "[1]\n[2]\n", "a list.ndjson": "[1]\n[2]\n", "list of lists.txt": "[1]\n[2]\n", "iterations.json": '{"iterations": [1]}', "learn_metrics.json": '{"learn_metrics": [1]}', "yolo.txt": "0/7 1.5G 0.09\n",
}  # fmt: skip


def described(**given):
    return wandb.described(**given)


ROWS = [wandb.history({"loss": y, "_step": i}, number=i) for i, y in enumerate(LOSS, 1)]
WANDB = {
    "rows": wandb.frame(*ROWS), "rows, told": wandb.frame(described(), wandb.config(lr=0.1, **{"model.width": 3, "_wandb": {"x": 1}}), *ROWS), "rows, told twice": wandb.frame(described(), described(name=""), wandb.config(lr=0.1), wandb.config(lr=0.2), *ROWS), "rows, cut": wandb.frame(*ROWS)[:-5], "rows of another version": wandb.frame(*ROWS).replace(b"\xe1\xbe\x00", b"\xe1\xbe\x01", 1) if b"\xe1\xbe\x00" in wandb.frame(*ROWS)[:8] else wandb.frame(*ROWS)[:6] + b"\x01" + wandb.frame(*ROWS)[7:],
    "rows that start over": wandb.frame(described(), *ROWS, *ROWS), "rows and statistics": wandb.frame(*ROWS, wandb.message(7, b"\x08\x01")), "statistics alone": wandb.frame(wandb.message(7, b"\x08\x01"), wandb.message(7, b"\x08\x01")), "no record": wandb.frame(), "a row that cannot be understood": wandb.frame(ROWS[0], wandb.message(2, b"\x0a\x7f"), *ROWS[1:]), "a row of words": wandb.frame(*ROWS, wandb.history({"note": "x", "pic": {"_type": "image-file", "path": "a"}, "deep": {"a": {"b": 3}}})),
    "a long value": wandb.frame(*ROWS, wandb.history({"loss": "0." + "1" * 130, "_step": 4})), "an end with an error": wandb.frame(*ROWS, wandb.message(18, b"\x08\x01")), "settings in the run": wandb.frame(wandb.message(17, wandb.message(1, b"id") + wandb.message(4, wandb.message(1, wandb.item("lr", 0.5)))), *ROWS),
}  # fmt: skip


def hparams(**given):
    event = Event(wall_time=1.0, step=0)
    event.summary.CopyFrom(summary_v2.hparams_pb(given))
    return event


def other(tag, step, plugin="images"):
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name=plugin))
    return Event(
        wall_time=1.0 + step,
        step=step,
        summary=Summary(
            value=[Summary.Value(tag=tag, metadata=metadata, tensor=make_tensor_proto(["a", "b"]))]
        ),
    )


def several(*values):
    return Event(
        wall_time=2.0,
        step=9,
        summary=Summary(value=[Summary.Value(tag=tag, simple_value=y) for tag, y in values]),
    )


POINTS = [simple("loss", i, y, wall=10.0 + i) for i, y in enumerate(LOSS)]
WHOLE = content(*POINTS)
FLIPPED = WHOLE[:-6] + bytes([WHOLE[-6] ^ 1]) + WHOLE[-5:]
MANY = [
    simple(tag, i, y + len(tag), wall=10.0 + i)
    for i, y in enumerate(LOSS * 4)
    for tag in ("loss", "val_loss")
]
EVENTS = {
    "points": WHOLE, "the header alone": content(), "nothing behind a cut": WHOLE[:30], "cut": WHOLE[:-7], "a wrong checksum": FLIPPED, "junk behind": WHOLE + b"junk" * 9, "junk between": WHOLE + b"junk" * 9 + b"".join(frame(p.SerializeToString()) for p in POINTS), "many": content(*MANY), "steps that go back": content(*POINTS, *POINTS), "steps that go back later": content(*POINTS, *(simple("loss", i, y, wall=20.0 + i) for i, y in enumerate(LOSS))), "steps that go back twice": content(*(simple(tag, i % 3, 3 / (i + 1), wall=20.0 + i) for i in range(9) for tag in ("loss", "acc"))), "times that go back": content(*reversed(POINTS)),
    "tensors": content(*(tensor("loss", i, make_tensor_proto(np.float32(y)), wall=10.0 + i) for i, y in enumerate(LOSS))), "tensors of kinds": content(*(tensor(f"a{k}", 1, make_tensor_proto(np.array(3, kind))) for k, kind in enumerate(("f4", "f8", "f2", "i4", "u1", "i2", "i1", "i8", "u2", "u4", "u8", "?")))), "tensors of two": content(*POINTS, tensor("a", 1, make_tensor_proto(np.float32([1, 2]))), tensor("b", 1, make_tensor_proto(np.float32([[1]])))),
    "settings": content(hparams(lr=0.1), *POINTS), "pictures": content(*POINTS, other("pic", 1), other("pic", 2)), "pictures alone": content(other("pic", 1)), "other kinds alone": content(*(Event(wall_time=1.0, summary=Summary(value=[value] * k)) for k, value in enumerate((Summary.Value(tag="a", image=Summary.Image(height=3)), Summary.Value(tag="b", histo={"min": 1.0}), Summary.Value(tag="c", audio=Summary.Audio(sample_rate=8.0)), Summary.Value(tag="d", tensor=make_tensor_proto("text"))), 1))), "several a record": content(several(("loss", 1.0), ("acc", 0.5)), several(("loss", 0.5), ("acc", 0.6))), "no tag": content(several(("", 1.0)), several(("", 0.5))), "negative steps": content(*(simple("loss", i - 2, y) for i, y in enumerate(LOSS))),
    "large steps": content(*(simple("loss", i << 40, y) for i, y in enumerate(LOSS))), "NaN": content(*(simple("loss", i, y) for i, y in enumerate([float("nan"), float("inf"), 1.0]))), "a time of NaN": content(*POINTS, simple("loss", 3, 1.0, wall=float("nan"))), "no step": content(*(Event(wall_time=1.0 + i, summary=p.summary) for i, p in enumerate(POINTS))), "a bad record": frame(HEADER.SerializeToString()) + frame(b"\xff\xff") + b"".join(frame(p.SerializeToString()) for p in POINTS),
}  # fmt: skip
MLFLOW = """
CREATE TABLE runs (run_uuid TEXT, name TEXT, status TEXT, start_time INT, lifecycle_stage TEXT);
CREATE TABLE metrics (key TEXT, value FLOAT, timestamp INT, run_uuid TEXT, step INT, is_nan BOOLEAN);
CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT);
INSERT INTO runs VALUES ('aaaaaaaaaa', 'fox', 'FINISHED', 2, 'active'), ('bbbbbbbbbb', 'owl', 'FAILED', 3, 'active'), ('cccccccccc', 'owl', 'KILLED', 1, NULL), ('dddddddddd', 'elk', 'FINISHED', 9, 'deleted'), ('eeeeeeeeee', NULL, NULL, 'x', 'active');
INSERT INTO params VALUES ('lr', '0.5', 'aaaaaaaaaa'), ('none', NULL, 'aaaaaaaaaa'), ('lr', '0.1', 'bbbbbbbbbb');
""" + "".join(
    f"INSERT INTO metrics VALUES ('{key}', {y / k}, {i}000, '{run * 10}', {step}, {int(i == 2 and run == 'b')});\n"
    for k, key in enumerate(("val_loss", "loss"), 1) for run in "abcdef" for i, (step, y) in enumerate([(3, 9), (1, 8), (1, 7), (2, 1.7976931348623157e308)])
)  # fmt: skip
OLD_MLFLOW = "CREATE TABLE metrics (key TEXT, value FLOAT, run_uuid TEXT); INSERT INTO metrics VALUES ('loss', 3, 'a'), ('loss', 2, 'a'), ('loss', NULL, 'b'), ('loss', 1, NULL);"
OPTUNA = """
CREATE TABLE study_directions (study_id INT, direction TEXT, objective INT);
CREATE TABLE trials (trial_id INT, number INT, study_id INT, state TEXT);
CREATE TABLE trial_params (trial_id INT, param_name TEXT, param_value FLOAT, distribution_json TEXT);
CREATE TABLE trial_values (trial_id INT, value FLOAT, objective INT);
CREATE TABLE trial_intermediate_values (trial_id INT, step INT, intermediate_value FLOAT);
INSERT INTO study_directions VALUES (1, 'MINIMIZE', 0), (1, 'MAXIMIZE', 1), (2, 'MAXIMIZE', 0);
INSERT INTO trials VALUES (1, 0, 1, 'COMPLETE'), (2, 1, 1, 'PRUNED'), (3, 0, 2, 'FAIL'), (4, NULL, 7, NULL);
INSERT INTO trial_params VALUES (1, 'lr', 0.5, '{}'), (1, 'width', 3.0, '{"name": "IntDistribution", "attributes": {}}'), (9, 'lr', 0.5, ''), (2, 'odd', 'x', '');
INSERT INTO trial_values VALUES (1, 0.5, 0), (1, 0.7, 1), (9, 1, 0), (2, 'x', 0);
INSERT INTO trial_intermediate_values VALUES (1, 1, 0.5), (1, 0, 0.9), (2, 0, 0.8), (2, 1, NULL), (2, 'x', 3), (3, 0, 0.1), (3, 1, 0.2), (4, 0, 3), (4, 5, 2), (9, 0, 1);
"""


def database(script):
    with sqlite3.connect(":memory:") as made:
        made.executescript(script)
        return made.serialize()


FOLDERS = {
    "mlruns of one": {"aaa/metrics/loss": METRIC, "aaa/metrics/val/acc": metric([0.1, 0.2, 0.3]), "aaa/params/lr": "0.1", "aaa/params/note": "", "aaa/meta.yaml": "run_name: 'fox'\nstatus: 4\nlifecycle_stage: active\n", "aaa/tags/mlflow.runName": "owl\n"},
    "mlruns, deleted": {"aaa/metrics/loss": METRIC, "aaa/meta.yaml": "run_id: abc\nstatus: KILLED\nlifecycle_stage: deleted\n"}, "mlruns without a meta": {"0123456789abcdef0123456789abcdef/metrics/loss": METRIC, "0123456789abcdef0123456789abcdef/tags/mlflow.runName": "owl\n"}, "mlruns of parameters and tags": {"aaa/metrics/loss": METRIC, "aaa/params/lr": "0.1", "aaa/tags/x": "y"}, "metrics of something else": {"aaa/metrics/loss": METRIC}, "mlruns of parameters alone": {"aaa/metrics/loss": METRIC, "aaa/params/lr": "0.1"}, "mlruns of tags alone": {"aaa/metrics/loss": METRIC, "aaa/tags/x": "y"}, "a metric beside a run": {"aaa/loss": METRIC, "aaa/meta.yaml": "artifact_uri: x\n"},
    "dvclive without plots": {"metrics/loss.tsv": FILES["loss.tsv"], "metrics/deep/acc.tsv": "step\tacc\n1\t0.1\n"}, "dvclive of images": {"plots/images/loss.tsv": FILES["loss.tsv"], "plots/metrics/loss.tsv": FILES["loss.tsv"]}, "metrics alone": {"metrics.json": FILES["metrics.json"]}, "a run alone": {"run.json": '{"experiment": {"name": "fox"}}'},
    "hidden": {".hidden/log.csv": "epoch,loss\n1,3\n2,2\n", ".guild/log.csv": "epoch,loss\n1,4\n2,3\n"}, "notes alone": {"notes.md": "epoch 1 loss 0.5\nepoch 2 loss 0.4\nepoch 3 loss 0.3\n", "more.rst": "words\n", "log.bin": "words\n"}, "Checkpoints": {"Checkpoints/log.csv": "epoch,loss\n1,3\n2,2\n", "run/log.CSV": "epoch,loss\n1,4\n2,3\n"},
    "two epochs of AllenNLP and another file": {"metrics_epoch_0.json": '{"training_loss": 3}', "metrics_epoch_x.json": '{"training_loss": 1}', "metrics_epoch_1.json": "[1]"}, "AllenNLP, all damaged": {"metrics_epoch_0.json": '{"training_loss": ', "metrics.json": "{}"},
    "dvclive": {"plots/metrics/train/loss.tsv": FILES["loss.tsv"], "plots/metrics/acc.tsv": "step\tacc\n1\t0.1\n2\t0.2\n", "plots/metrics/other.tsv": "a\tb\n1\t2\n", "metrics.json": '{"loss": 0.4}', "params.yaml": "lr: 0.1\n"}, "dvclive, old": {"loss.tsv": FILES["timed/loss.tsv"], "acc.tsv": "timestamp\tstep\tacc\n1700000000000\t1\t0.1\n"}, "dvclive of scalars": {"plots/scalars/loss.tsv": FILES["loss.tsv"]},
    "sacred": {"metrics.json": FILES["metrics.json"], "run.json": json.dumps({"experiment": {"name": "fox"}, "status": "FAILED", "fail_trace": ["a", "ValueError: x\n"]}), "config.json": '{"lr": 0.1}'}, "sacred, interrupted": {"metrics.json": FILES["metrics.json"], "run.json": '{"experiment": {"name": 3}, "status": "INTERRUPTED", "fail_trace": []}'}, "sacred, damaged": {"metrics.json": FILES["metrics.json"], "run.json": '{"experiment": '}, "sacred, timed out": {"metrics.json": FILES["metrics.json"], "run.json": '{"experiment": 3, "status": "TIMEOUT"}'},
    "catboost": {"catboost_info/catboost_training.json": FILES["catboost_training.json"], "catboost_info/learn_error.tsv": FILES["learn_error.tsv"]}, "catboost, tables alone": {"catboost_info/learn_error.tsv": FILES["learn_error.tsv"], "catboost_info/test_error.tsv": FILES["test_error.tsv"]}, "catboost, empty": {"catboost_info/catboost_training.json": '{"iterations": []}', "catboost_info/learn_error.tsv": FILES["learn_error.tsv"]},
    "allennlp": {"metrics_epoch_0.json": '{"training_loss": 3}', "metrics_epoch_2.json": '{"training_loss": 1}', "metrics_epoch_10.json": '{"training_loss": 0.5', "metrics_epoch_1.json": '{"training_loss": 2}', "metrics.json": '{"best_epoch": 2}', "config.json": '{"trainer": {"num_epochs": 3}}'}, "a table and notes": {"log.csv": "epoch,loss\n1,3\n2,2\n", "notes.md": "words", "data/other.csv": "epoch,loss\n1,9\n"},
}  # fmt: skip


def stores() -> dict[str, bytes]:
    """Each odd file of a store by its name."""
    texts = {
        **{f"{name}.log": text for name, text in JOURNALS.items()},
        **{f"trials, {name}.log": text for name, text in LINES.items()},
        **FILES,
    }
    logs = {f"run-{name}.wandb": data for name, data in WANDB.items()}
    events = {f"events.out.tfevents.{name}": data for name, data in EVENTS.items()}
    tables = {
        "mlflow.db": MLFLOW,
        "old mlflow.db": OLD_MLFLOW,
        "optuna.db": OPTUNA,
        "other.db": "CREATE TABLE a (b INT);",
        "empty mlflow.db": MLFLOW.partition("INSERT INTO metrics")[0],
    }
    noise = {f"noise{suffix}": bytes(range(256)) * 8 for suffix in ("", ".csv", ".json", ".tsv", ".wandb")}
    return {**{name: text.encode() for name, text in texts.items()}, **logs, **events, **noise, **{name: database(script) for name, script in tables.items()}}  # fmt: skip
