"""Logs with a JSON record on a line; the texts are made by hand in the form that each program prints."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.readers import Source, read_paths, read_source
from advisor.readers.formats.embedded_json import READER
from advisor.run import EventKind, Role, Trust

CONFIG = {"batchSize": 128, "momentum": 0.9, "weightDecay": 0.0005, "nesterov": True, "model": "vgg"}


def torch7(epochs, **config):
    lines = ["==> configuring model"]
    for epoch in range(1, epochs + 1):
        record = {**CONFIG, **config, "epoch": epoch, "lr": 0.1, "loss": 2 / epoch, "test_acc": 50.0 + epoch}
        lines += [f"==> online epoch # {epoch} [batchSize = 128]", f"json_stats: {json.dumps(record)}\t"]
    return "\n".join(lines) + "\n"


def fairseq(updates):
    lines = ["[2022-04-08 18:40:57,965][fairseq_cli.train][INFO] - {'common': {'seed': 7, 'fp16': True}}"]

    def say(kind, **record):
        lines.append(f"[2022-04-08 18:48:05,372][{kind}][INFO] - {json.dumps(record)}")

    for update in range(1, updates + 1):
        loss, steps = f"{9 / update:.3f}", str(200 * update)
        say("train_inner", epoch=1, loss=loss, lr="3e-05", num_updates=steps, train_wall="404")
        if update % 2 == 0:
            say("valid", epoch=1, valid_loss=f"{10 / update:.3f}", valid_num_updates=steps)
            say("train", epoch=1, train_loss=loss, train_num_updates=steps, train_wall="999")
    return "\n".join(lines) + "\n"


def read(text):
    return read_source(Source("train.log", content=text.encode()))


def curves(run):
    return {series.name: series.y.tolist() for series in run}


def test_the_configuration_in_every_record_is_settings_and_the_rest_is_curves():
    (run,) = read(torch7(4))
    assert run.reader == "embedded-json"
    assert curves(run) == {
        "epoch": [1, 2, 3, 4],
        "lr": [0.1] * 4,
        "loss": [2, 1, 2 / 3, 0.5],
        "test_acc": [51, 52, 53, 54],
    }
    stated = {h.name: h.value for h in run.hyperparameters}
    assert stated == CONFIG
    assert run.number("weight_decay") == 0.0005
    assert run.hyperparameter("batch_size").trust == Trust.PRINTED
    assert run.hyperparameter("batch_size").source == "log line 3"
    assert run.main(Role.TRAIN_LOSS).at.tolist() == [3, 5, 7, 9]
    assert run.main(Role.TRAIN_LOSS).x_kind == "epoch"


def test_a_text_is_a_setting_where_it_is_the_same_all_along():
    """Said from the second record on, said by all, and one that changed in the midst."""

    def record(epoch):
        said = {"sampler": "random"} if epoch > 1 else {}
        change = "frozen" if epoch < 3 else "free"
        return {**CONFIG, **said, "backbone": change, "data": "cifar", "epoch": epoch, "loss": 2 / epoch}

    (run,) = read("".join(f"INFO {json.dumps(record(epoch))}\n" for epoch in range(1, 6)))
    stated = {h.name: h.value for h in run.hyperparameters}
    assert (stated["sampler"], stated["data"]) == ("random", "cifar")
    assert "backbone" not in stated


def test_a_decay_of_the_learning_rate_is_a_setting_and_a_constant_rate_stays_a_curve():
    (run,) = read(torch7(4, learningRateDecay=0.5))
    assert run.number("scheduler_gamma") == 0.5
    assert [s.name for s in run.with_role(Role.LEARNING_RATE)] == ["lr"]


def test_a_constant_among_records_without_settings_stays_a_curve():
    lines = "".join(f'INFO {{"step": {i}, "loss": {1 / i}, "gb_free": 23.5}}\n' for i in range(1, 6))
    (run,) = read(lines)
    assert curves(run)["gb_free"] == [23.5] * 5
    assert run.hyperparameters == ()


def test_two_trainings_in_one_file_are_two_runs_with_their_own_settings():
    first, second = read(torch7(3) + torch7(4, batchSize=64))
    assert [len(first.main(Role.TRAIN_LOSS)), len(second.main(Role.TRAIN_LOSS))] == [3, 4]
    assert [first.number("batch_size"), second.number("batch_size")] == [128, 64]
    assert (first.name, second.name) == ("run 1 of 2", "run 2 of 2")


def test_fairseq_numbers_in_strings_are_read_by_kind_of_record():
    (run,) = read(fairseq(4))
    assert run.reader == "embedded-json"
    got = curves(run)
    assert got["train_inner/loss"] == [9, 4.5, 3, 2.25]
    assert got["valid_loss"] == [5, 2.5]
    assert got["train_inner/train_wall"] == [404] * 4
    assert got["train_wall"] == [999] * 2
    assert run.main(Role.TRAIN_LOSS).name == "train_inner/loss"
    assert run.main(Role.TRAIN_LOSS).x.tolist() == [200, 400, 600, 800]
    assert run.main(Role.VAL_LOSS).x.tolist() == [400, 800]
    assert run.number("seed") == 7


def test_a_fairseq_log_is_known_by_its_configuration_where_records_come_late():
    start = "[fairseq_cli.train][INFO] - {'common': {'log_format': 'json', 'seed': 7}}\n"
    model = "(layer): Linear(in_features=512, out_features=512, bias=True)\n" * 1_200
    (run,) = read(start + model + fairseq(4))
    assert run.reader == "embedded-json"
    assert len(run.main(Role.TRAIN_LOSS)) == 4


def test_pycls_kinds_and_counts_out_of_a_total():
    text = ""
    for epoch in (1, 2, 3):
        for kind, name, value in (("train_epoch", "loss", 4 / epoch), ("test_epoch", "top1_err", 90 - epoch)):
            record = {"_type": kind, "epoch": f"{epoch}/100", name: value}
            text += f"[meters.py: 131]: json_stats: {json.dumps(record)}\n"
    (run,) = read(text)
    assert curves(run)["train_epoch/loss"] == [4, 2, 4 / 3]
    assert curves(run)["test_epoch/top1_err"] == [89, 88, 87]
    assert run.main(Role.TRAIN_LOSS).x.tolist() == [1, 2, 3]
    assert run.number("epochs") == 100


def test_a_record_of_settings_before_the_first_result_is_no_point():
    text = 'INFO config {"lr": 0.1, "batch_size": 32}\n'
    text += "".join(f'INFO train {{"step": {i}, "loss": {1 / i}}}\n' for i in (1, 2, 3))
    (run,) = read(text)
    assert run.number("learning_rate") == 0.1
    assert set(curves(run)) == {"step", "train/loss"}


def test_a_cut_record_is_told_and_a_damaged_one_is_counted():
    text = torch7(4).rstrip("\n")
    lines = text.split("\n")
    lines[4] = lines[4][:60]
    (run,) = read("\n".join([*lines[:-1], lines[-1][:50]]))
    assert curves(run)["loss"] == [2, 2 / 3]
    told = {event.kind: event for event in run.events}
    assert (told[EventKind.UNREADABLE].line, told[EventKind.UNREADABLE].count) == (5, 1)
    assert told[EventKind.TRUNCATED].line == 9


def test_events_in_the_other_lines_are_kept():
    (run,) = read(torch7(3) + "RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB\n")
    assert EventKind.OUT_OF_MEMORY in {event.kind for event in run.events}


def test_a_log_whose_other_lines_tell_more_is_left_to_the_console_reader():
    text = ""
    for step in range(1, 21):
        text += f"step {step}: train loss {3 / step:.4f}\n"
        if step % 10 == 0:
            text += f'eval results {{"acc": 0.{step}}}\n'
    (run,) = read(text)
    assert run.reader == "console-text"
    assert len(run.main(Role.TRAIN_LOSS)) == 20


@pytest.mark.parametrize(
    "text",
    [
        "step 1 loss 0.5\nstep 2 loss 0.4\n",
        '{"step": 1, "loss": 0.5}\n{"step": 2, "loss": 0.4}\n',
        "{'loss': 0.5, 'epoch': 1.0}\n{'loss': 0.4, 'epoch': 2.0}\n",
        'request {"user": 1}\nrequest {"user": 2}\nrequest {"user": 3}\n',
        '{\n  "log_history": [\n    {"loss": 1.0, "step": 1},\n    {"loss": 0.5, "step": 2}\n  ]\n}\n',
    ],
)
def test_logs_of_others_are_not_claimed(text, tmp_path):
    assert READER.sniff(text.encode(), tmp_path / "train.log") == 0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(torch7(5))))
def test_a_prefix_of_a_log_reads_as_a_prefix_of_its_curves(size):
    (whole,) = READER.read(Source("a.log", content=torch7(5).encode()))
    for run in READER.read(Source("a.log", content=torch7(5)[:size].encode())):
        got = run.main(Role.TRAIN_LOSS)
        assert got.y.tolist() == whole.main(Role.TRAIN_LOSS).y[: len(got)].tolist()


def test_the_real_logs_are_read_as_the_manifest_says(shared):
    for case, loss in (("torch7-01", "loss"), ("torch7-02", "loss"), ("torch7-03", "loss")):
        truth = next(c for c in json.loads((shared / "logs/manifest.json").read_text()) if c["id"] == case)
        (run,) = read_paths([str(shared / "logs" / case / truth["log"])])
        figures = truth["truth"]["series"][loss]
        got = run.main(Role.TRAIN_LOSS).summary()
        assert (got.n, got.first, got.last, got.argmin) == tuple(
            figures[key] for key in ("n", "first", "last", "argmin")
        )
    (run,) = read_paths([str(shared / "logs/fairseq-01/hydra_train.log")])
    assert np.isclose(run.main(Role.VAL_LOSS).y[-1], 3.792)
    assert run.main(Role.TRAIN_LOSS).x[-1] == 4600
