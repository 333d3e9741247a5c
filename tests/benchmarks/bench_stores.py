"""Times the readers of W&B and MLflow stores beside the readers of those tools, or beside a plain loop.

Run by hand: `python tests/benchmarks/bench_stores.py`. The ratios against the tools need `wandb==0.19.*` (the
last with a reader in Python) and `mlflow-skinny` with `sqlalchemy` and `alembic`; name the interpreter of an
environment that has them with `--peer PYTHON`. Without it a plain Python loop over the same file stands in.

Every figure is the median of five processes: CPU seconds of the reading itself, imports left out, and the
peak memory of the process. Each method prints how many values it read and their sum, which must agree.
"""

import argparse
import json
import math
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from measuring import table_row

ROOT = Path(__file__).resolve().parents[2]
ROWS = 100_000
METRICS = ("train/loss", "train/accuracy", "lr", "grad_norm", "val/loss")
START = 1_700_000_000_000

OURS = """
from advisor.readers import read_paths
from advisor.readers.registry import all_readers
all_readers()
begin()
curves = [series.y for run in read_paths([path]) for series in run if series.name in names]
end(sum(map(len, curves)), sum(float(y.sum()) for y in curves))
"""

WANDB = """
from wandb.proto import wandb_internal_pb2 as pb
from wandb.sdk.internal.datastore import DataStore
import json
begin()
store = DataStore()
store.open_for_scan(path)
count, total = 0, 0.0
while (data := store.scan_data()) is not None:
    record = pb.Record()
    record.ParseFromString(data)
    if record.WhichOneof("record_type") == "history":
        for item in record.history.item:
            value = json.loads(item.value_json)
            if (item.key or ".".join(item.nested_key)) in names:
                count, total = count + 1, total + value
end(count, total)
"""

# What one would write in an afternoon: the framing, and a regular expression for each name.
WANDB_LOOP = """
import re, struct
begin()
data = open(path, "rb").read()
record, position, count, total = b"", 7, 0, 0.0
items = re.compile(rb"[\\x0a\\x12].([a-z_/]+)\\x82\\x01.([-+.0-9eE]+)", re.DOTALL)
history = re.compile(rb"\\x08[\\x80-\\xff]*[^\\x80-\\xff]\\x12")
wanted = {name.encode() for name in names}
while position + 7 <= len(data):
    room = 32768 - position % 32768
    if room < 7:
        position += room
        continue
    _, length, kind = struct.unpack_from("<IHB", data, position)
    part = data[position + 7 : position + 7 + length]
    record = part if kind in (1, 2) else record + part
    position += 7 + length
    if kind in (1, 4) and history.match(record):
        for name, value in items.findall(record):
            if name in wanted:
                count, total = count + 1, total + float(value)
end(count, total)
"""

MLFLOW = """
import os, logging
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
logging.disable()
from mlflow.tracking import MlflowClient
client = MlflowClient(tracking_uri=("sqlite:///" if path.endswith(".db") else "file:") + path)
runs = client.search_runs([e.experiment_id for e in client.search_experiments()])
begin()
found = [
    metric.value
    for run in runs
    for name in names
    for metric in client.get_metric_history(run.info.run_id, name)
]
end(len(found), sum(found))
"""

FILES_LOOP = """
import glob, os
begin()
count, total = 0, 0.0
for name in names:
    for file in glob.glob(os.path.join(path, "*", "*", "metrics", name)):
        for line in open(file):
            _, value, _ = line.split(" ")
            count, total = count + 1, total + float(value)
end(count, total)
"""

SQLITE_LOOP = """
import sqlite3
begin()
count, total = 0, 0.0
for name in names:
    query = "SELECT value FROM metrics WHERE key = ? ORDER BY step"
    for row in sqlite3.connect(path).execute(query, (name,)):
        count, total = count + 1, total + row[0]
end(count, total)
"""

FRAME = """
import json, resource, sys, time
path, names = sys.argv[1], set(sys.argv[2].split(","))
begun = 0.0
def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + used.ru_utime + used.ru_stime
def begin():
    global begun
    begun = cpu()
def end(count, total):
    spent = cpu() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([spent, peak, count, total]))
"""


def value(row: int, column: int) -> float:
    """A falling curve with a ripple, of seventeen digits."""
    return (column + 1) * math.exp(-row / ROWS) + 0.01 * math.sin(row * (column + 2))


def varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def message(number: int, body: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(body)) + body


def write_wandb(path: Path) -> None:
    """A log as wandb's core writes one: for each row a request, a summary and the history."""
    out = bytearray(struct.pack("<4sHB", b":W&B", 0xBEE1, 0))
    for row in range(ROWS):
        cells = {name: value(row, i) for i, name in enumerate(METRICS)}
        cells |= {"_step": row, "_runtime": row / 10, "_timestamp": START / 1_000 + row / 10}
        shift = row % len(cells)
        names = [*list(cells)[shift:], *list(cells)[:shift]]
        items = b"".join(
            message(1, message(2, name.encode()) + message(16, json.dumps(cells[name]).encode()))
            for name in names
        )
        number = varint(8) + varint(3 * row + 1)
        append(out, number + message(2, items + message(2, varint(8) + varint(row))))
        append(out, number + message(3, items))
        append(out, number + message(16, b"\x08\x01"))
    path.write_bytes(out)


def append(out: bytearray, record: bytes) -> None:
    """One record in as many parts as the blocks of 32 KiB make of it."""
    first = True
    while True:
        room = 32_768 - len(out) % 32_768
        if room < 7:
            out.extend(bytes(room))
            room = 32_768
        body, record = record[: room - 7], record[room - 7 :]
        kind = {(True, True): 1, (True, False): 2, (False, False): 3, (False, True): 4}[first, not record]
        out.extend(struct.pack("<IHB", zlib.crc32(bytes([kind]) + body), len(body), kind) + body)
        if not record:
            return
        first = False


def plain(name: str) -> str:
    return name.replace("/", "_")


def write_files(folder: Path, points: int, names: Sequence[str], runs: int = 1) -> None:
    """An MLflow file store with one experiment."""
    (folder / "0").mkdir(parents=True)
    shared = "artifact_location: x\ncreation_time: 0\nexperiment_id: '0'\nlast_update_time: 0\n"
    (folder / "0" / "meta.yaml").write_text(f"{shared}lifecycle_stage: active\nname: Default\n")
    curves = {
        name: "".join(f"{START + row} {value(row, i)!r} {row}\n" for row in range(points))
        for i, name in enumerate(names)
    }
    for number in range(runs):
        run_id = f"{number:x}".rjust(32, "a")
        run = folder / "0" / run_id
        for name in ("metrics", "params", "tags", "artifacts"):
            (run / name).mkdir(parents=True)
        (run / "meta.yaml").write_text(
            "artifact_uri: x\nend_time: 1\nentry_point_name: ''\nexperiment_id: '0'\n"
            "lifecycle_stage: active\n"
            f"run_id: {run_id}\nrun_name: fox\nrun_uuid: {run_id}\nsource_name: ''\nsource_type: 4\n"
            "source_version: ''\nstart_time: 0\nstatus: 3\ntags: []\nuser_id: u\n"
        )
        for name, lines in curves.items():
            (run / "metrics" / name).write_text(lines)


def write_sqlite(path: Path, points: int, peer: str | None) -> None:
    """An MLflow database with one run, its tables made by MLflow itself where that is at hand."""
    if peer:
        make = f"import mlflow; c = mlflow.MlflowClient('sqlite:///{path}'); c.create_run('0')"
        subprocess.run([peer, "-c", make], check=True, capture_output=True)
    with sqlite3.connect(path) as database:
        if not peer:
            database.executescript(
                "CREATE TABLE metrics (key TEXT, value FLOAT, timestamp BIGINT, run_uuid TEXT, step BIGINT, "
                "is_nan BOOLEAN); CREATE TABLE runs (run_uuid TEXT); INSERT INTO runs VALUES ('a')"
            )
        (run,) = database.execute("SELECT run_uuid FROM runs").fetchone()
        database.executemany(
            "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)",
            (
                (plain(n), value(r, i), START + r, run, r)
                for i, n in enumerate(METRICS)
                for r in range(points)
            ),
        )


def measure(python: str, code: str, path: Path, names: list[str]) -> tuple[float, float, int, float]:
    """Median CPU seconds and peak MiB of five processes, and what they read."""
    results = []
    for _ in range(5):
        done = subprocess.run(
            [python, "-c", FRAME + code, str(path), ",".join(names)],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT if python == sys.executable else path.parent,
        )
        results.append(json.loads(done.stdout.splitlines()[-1]))
    spent, peak = (statistics.median(result[i] for result in results) for i in (0, 1))
    return spent, peak, results[0][2], results[0][3]


def compare(
    title: str, path: Path, names: list[str], goal: float, other: str, python: str, code: str
) -> None:
    """Prints one line: ours, theirs, their ratio."""
    ours = measure(sys.executable, OURS, path, names)
    theirs = measure(python, code, path, names)
    if ours[2] != theirs[2] or not math.isclose(ours[3], theirs[3], rel_tol=1e-9):
        raise SystemExit(f"{title}: read {ours[2:]}, {other} read {theirs[2:]}")
    print(
        f"{title}, {ours[2]:,} values: {ours[0]:.3f} cpu s, {ours[1]:.0f} MiB; "
        f"{other}: {theirs[0]:.3f} cpu s, {theirs[1]:.0f} MiB; ratio {ours[0] / theirs[0]:.3f} "
        f"of the time, {ours[1] / theirs[1]:.2f} of the memory",
        flush=True,
    )
    table_row(
        f"{title}, {ours[2]:,} values",
        f"{ours[0]:.2f} s",
        f"{other}, {theirs[0]:.2f} s",
        f"{ours[0] / theirs[0]:.3f}",
        f"{goal:g}" if python != sys.executable else "",
        f"{ours[1] / theirs[1]:.2f}",
    )


def main() -> None:
    """Prints one line per store."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--peer", help="an interpreter that has wandb 0.19 and mlflow")
    peer = parser.parse_args().peer
    python = peer or sys.executable
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_wandb(folder / "run-a.wandb")
        other = ("wandb's reader", python, WANDB) if peer else ("a plain loop", python, WANDB_LOOP)
        compare(".wandb", folder / "run-a.wandb", list(METRICS), 0.4, *other)
        names = [plain(metric) for metric in METRICS]
        write_files(folder / "mlruns", ROWS // 5, names)
        other = ("MLflow's client", python, MLFLOW) if peer else ("a plain loop", python, FILES_LOOP)
        compare("MLflow files", folder / "mlruns", names, 0.05, *other)
        many = [f"metric_{i}" for i in range(20)]
        write_files(folder / "many" / "mlruns", 1_000, many, runs=50)
        compare("MLflow files of 50 runs", folder / "many" / "mlruns", many, 0.05, *other)
        write_sqlite(folder / "mlflow.db", ROWS // 5, peer)
        other = ("MLflow's client", python, MLFLOW) if peer else ("a plain loop", python, SQLITE_LOOP)
        compare("MLflow SQLite", folder / "mlflow.db", names, 0.05, *other)


if __name__ == "__main__":
    main()
