# ruff: noqa: E501 (the records of a log are as long as they are)
"""Kept + skipped = seen, for every reader; and a diagnosis that rests on damaged data says so."""

import csv
import itertools
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor.errors import UnreadableError
from advisor.readers import Source, all_readers, read_paths
from advisor.report.as_text import damage_line
from advisor.run import EventKind
from advisor.vocabulary import x_rank

READERS = {reader.name: reader for reader in all_readers()}
ROWS = 20


def table(separator, header):
    head = separator.join(header).encode() + b"\n"

    def content(damaged):
        rows = [f"{i}{separator}{'{{' if i in damaged else f'{2 / (i + 1):.4f}'}" for i in range(ROWS)]
        return head + "\n".join(rows).encode() + b"\n"

    return content


def lines(form, junk):
    def content(damaged):
        return "".join(junk if i in damaged else form(i, f"{2 / (i + 1):.4f}") for i in range(ROWS)).encode()

    return content


def trainer_state(damaged):
    entries = [
        '"lost"' if i in damaged else json.dumps({"loss": 2 / (i + 1), "step": i}) for i in range(ROWS)
    ]
    return f'{{"log_history": [{", ".join(entries)}], "global_step": {ROWS}}}'.encode()


def values(damaged):
    return ["lost" if i in damaged else 2 / (i + 1) for i in range(ROWS)]


def sacred(damaged):
    return json.dumps(
        {"loss": {"steps": list(range(ROWS)), "timestamps": [], "values": values(damaged)}}
    ).encode()


def evals_result(damaged):
    return json.dumps({"train": {"logloss": values(damaged)}}).encode()


def printed_list(damaged):
    return f"loss = [{', '.join(str(value) for value in values(damaged))}]\n".encode()


# Formats of records: what a log is called, and its bytes with some of its records damaged.
RECORDS = {
    "csv": ("log.csv", table(",", ["epoch", "loss"])),
    "dvclive": ("loss.tsv", table("\t", ["step", "loss"])),
    "catboost": ("learn_error.tsv", table("\t", ["iter", "logloss"])),
    "json-lines": ("log.jsonl", lines(lambda i, y: f'{{"step": {i}, "loss": {y}}}\n', '{"step": 3, "lo\n')),
    "embedded-json": (
        "train.log",
        lines(
            lambda i, y: (
                f'[2024-01-01][train][INFO] - {{"epoch": {i}, "train_loss": "{y}", "train_num_updates": "{10 * i}"}}\n'
            ),
            '[2024-01-01][train][INFO] - {"epoch": 3, "train_lo}\n',
        ),
    ),
    "mlflow-files": ("loss", lines(lambda i, y: f"17000000{i:02d}000 {y} {i}\n", "1700000000 x y\n")),
    "hf-trainer-state": ("trainer_state.json", trainer_state),
    "sacred": ("metrics.json", sacred),
    "evals-result": ("evals_result.json", evals_result),
    "printed-lists": ("history.txt", printed_list),
    "number-column": ("loss.txt", lines(lambda i, y: f"{y}\n", "lost\n")),
}
# Formats of text, in which only undecodable bytes are known to be damage.
TEXTS = {
    "console-text": "".join(f"step {i} loss {2 / i:.4f}\n" for i in range(1, ROWS)),
    "darknet": "".join(
        f"{i}: {2 / i:.4f}, {2 / i:.4f} avg, 0.001 rate, 6.1 seconds, 64 images\n" for i in range(1, ROWS)
    ),
    "kaldi": "".join(
        f"Average objective function for 'output' for minibatches {i * 10}-{i * 10 + 9} is -{2 / i:.4f} over 9 frames.\n"
        for i in range(1, ROWS)
    ),
    "yolo-results": "".join(
        f"{i}/{ROWS} 6.5G {2 / i:.4f} 0.05 0.01 {2 / i:.4f} 31 640 0.2 0.3 0.2 0.1 0.09 0.05 0.01\n"
        for i in range(1, ROWS)
    ),
    "keras-console": "".join(
        f"Epoch {i}/{ROWS - 1}\n10/10 - 1s - loss: {2 / i:.4f}\n" for i in range(1, ROWS)
    ),
}
# Binary logs and stores: `test_resync`, `test_wandb_offline`, `test_mlflow_sqlite`, `test_optuna_study`,
# `test_notebook` and `test_allennlp` damage these, whose records are no lines.
ELSEWHERE = {"tensorboard", "wandb-offline", "mlflow-sqlite", "optuna", "notebook", "allennlp"}


def test_every_reader_is_held_to_its_account():
    assert READERS.keys() == RECORDS.keys() | TEXTS.keys() | ELSEWHERE


@pytest.mark.parametrize("name", sorted(RECORDS))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged=st.sets(st.integers(1, ROWS - 1), max_size=6))
def test_kept_and_skipped_records_are_all_that_were_seen(name, damaged):
    label, content = RECORDS[name]
    (run,) = READERS[name].read(Source(label, content=content(damaged)))
    kept = max(len(series) for series in run)
    skipped = sum(event.count for event in run.damage)
    assert (kept, skipped) == (ROWS - len(damaged), len(damaged)), run.events
    assert bool(damage_line(run, "en")) == bool(damaged)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_text_that_cannot_be_decoded_is_told_and_costs_nothing_else(name):
    whole, text = TEXTS[name].encode(), TEXTS[name].encode()
    text = text.replace(b"\n", b"\nplain words, \xff\xfe\xfa\n", 8).replace(
        b"plain words, \xff\xfe\xfa\n", b"", 7
    )
    (good,) = READERS[name].read(Source("train.log", content=whole))
    (run,) = READERS[name].read(Source("train.log", content=text))
    assert not good.damage
    assert [event.kind for event in run.damage] == [EventKind.UNREADABLE]
    assert [len(series) for series in run] == [len(series) for series in good]
    assert damage_line(run, "en")


def told(path):
    """How many numbers a table or a file of JSON records has under each name, counted without our readers."""
    text = path.read_text("utf-8", errors="replace").removeprefix("\ufeff")
    if path.suffix == ".csv":
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        rows = csv.DictReader(lines, skipinitialspace=True)
        cells = [(name.strip(), cell) for row in rows for name, cell in row.items() if name and cell]
    else:
        records = [json.loads(line) for line in text.splitlines() if line.strip()]
        cells = [pair for record in records for pair in record.items() if isinstance(pair[1], int | float)]
    return Counter(name for name, cell in cells if not isinstance(cell, bool) and is_number(cell))


def without_prefix(counts):
    shorter = Counter()
    for name, count in counts.items():
        shorter[name.rpartition("/")[2]] += count
    return shorter


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def tables(shared):
    cases = json.loads((shared / "logs" / "manifest.json").read_text("utf-8"))
    files = [shared / "logs" / case["id"] / case["log"] for case in cases]
    files += sorted((Path(__file__).parents[2] / "sample_logs").rglob("*"))
    return [path for path in files if path.suffix in {".csv", ".jsonl", ".json"}]


def test_kept_and_skipped_is_seen_in_every_real_table(shared):
    looked_at = 0
    for path in tables(shared):
        try:
            runs = read_paths([str(path)])
        except UnreadableError:
            continue
        if runs[0].reader not in {"csv", "json-lines"}:
            continue
        kept = Counter()
        for series in itertools.chain.from_iterable(runs):
            kept[series.name] += len(series)
        seen = told(path)
        if not seen.keys() <= kept.keys():
            # Records of a validation have its name before theirs: `val/lr`.
            kept, seen = without_prefix(kept), without_prefix(seen)
        skipped = sum(event.count for run in runs for event in run.damage)
        # Only what x is taken from (`step`, `epoch`, `iter`, a clock) is no curve.
        named = {name for name in seen if name in kept}
        assert sum(seen[name] - kept[name] for name in named) == skipped, path
        assert all(x_rank(name) is not None for name in seen.keys() - named), (path, seen.keys() - named)
        looked_at += 1
    assert looked_at > 40
