"""Trackers: MLflow's two stores, W&B offline, DVCLive, TensorBoard's writers."""

import gzip
import math
import os
import sys
from pathlib import Path

from makers.common import Truth, case, curve, run, truth

SETTINGS = {"lr": 0.01, "batch_size": 16, "optimizer.name": "adam"}
ROLES = {
    "train/loss": ("train_loss", True),
    "val/loss": ("val_loss", True),
    "val/accuracy": ("val_metric", False),
    "lr": ("learning_rate", None),
}


def _points() -> list[tuple[int, dict[str, float]]]:
    """What a training would log, by step: a fit of logistic regression, so that the figures are real."""
    import numpy as np

    from makers.common import data

    x, y = data()
    weights = np.zeros(4)
    told = []
    for step in range(12):
        rate = 1.0 * 0.8**step
        chance = 1 / (1 + np.exp(-x[:80] @ weights))
        record = {"train/loss": _log_loss(chance, y[:80]), "lr": rate}
        if step % 3 == 2:
            chance_val = 1 / (1 + np.exp(-x[80:] @ weights))
            record["val/loss"] = _log_loss(chance_val, y[80:])
            record["val/accuracy"] = float(((chance_val > 0.5) == y[80:]).mean())
        told.append((step, record))
        weights -= rate * x[:80].T @ (chance - y[:80]) / 80
    return told


def _log_loss(chance, y) -> float:
    import numpy as np

    return float(-np.log(np.where(y == 1, chance, 1 - chance)).mean())


def _series(told, single: bool = False) -> dict:
    import numpy as np

    found: dict[str, tuple[list[float], list[float]]] = {}
    for step, record in told:
        for name, value in record.items():
            values, steps = found.setdefault(name, ([], []))
            values.append(float(np.float32(value)) if single else value)
            steps.append(step)
    return {
        name: curve(values, steps, role=ROLES[name][0], lower=ROLES[name][1])
        for name, (values, steps) in found.items()
    }


def _mlflow(uri: str) -> tuple[list[tuple[int, dict[str, float]]], dict[str, str]]:
    """Logs to a store; gives back what MLflow's own client reads from it."""
    os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
    os.environ["MLFLOW_TRACKING_USERNAME"] = os.environ["LOGNAME"] = os.environ["USER"] = "user"
    import mlflow

    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment("digits")
    with mlflow.start_run(run_name="first") as started:
        mlflow.log_params(SETTINGS)
        for step, record in _points():
            mlflow.log_metrics(record, step=step)
    client = mlflow.MlflowClient()
    kept = client.get_run(started.info.run_id)
    told = [
        (point.step, {name: point.value})
        for name in kept.data.metrics
        for point in client.get_metric_history(started.info.run_id, name)
    ]
    return told, dict(kept.data.params)


@case("mlflow-files", "mlflow")
def mlflow_files(log: Path) -> Truth:
    told, params = _mlflow((Path.cwd() / log / "mlruns").as_uri())
    return truth("mlruns", run(_series(told), _numbers(params)))


@case("mlflow-sqlite", "mlflow")
def mlflow_sqlite(log: Path) -> Truth:
    """Packed, since the tables of a new store are a megabyte of empty pages."""
    told, params = _mlflow("sqlite:///mlflow.db")
    with gzip.open(log / "mlflow.db.gz", "wb") as packed:
        packed.write(Path("mlflow.db").read_bytes())
    return truth("mlflow.db.gz", run(_series(told), _numbers(params)))


def _numbers(params: dict[str, str]) -> dict:
    """Parameters, which MLflow keeps as texts, as the values that they were."""
    assert params == {name: str(value) for name, value in SETTINGS.items()}
    return SETTINGS


@case("dvclive", "dvclive")
def dvclive(log: Path) -> Truth:
    from dvclive import Live

    try:
        live = Live(str(log / "dvclive"), save_dvc_exp=False, dvcyaml=None, report=None)
    except TypeError:
        live = Live(str(log / "dvclive"), report=None)
    live.log_params(SETTINGS)
    for _, record in _points():
        for name, value in record.items():
            live.log_metric(name, value)
        live.next_step()
    live.end()
    return truth("dvclive", run(_series(_dvclive_told(live)), SETTINGS))


def _dvclive_told(live) -> list[tuple[int, dict[str, float]]]:
    from dvclive.utils import parse_metrics

    told = []
    for file, rows in parse_metrics(live)[0].items():
        name = Path(file).relative_to(Path(live.plots_dir) / "metrics").with_suffix("").as_posix()
        told += [(int(row["step"]), {name: float(row[Path(name).name])}) for row in rows]
    return told


@case("wandb-offline", "wandb")
def wandb_offline(log: Path) -> Truth:
    """The whole folder that W&B leaves, with its summary and its own log."""
    os.environ |= {
        "WANDB_MODE": "offline",
        "WANDB_SILENT": "true",
        "WANDB_HOST": "host",
        "WANDB_USERNAME": "user",
        "WANDB_DISABLE_GIT": "1",
        "WANDB_DISABLE_CODE": "1",
        "WANDB_CONFIG_DIR": str(Path.cwd()),
        "WANDB_CACHE_DIR": str(Path.cwd()),
    }
    import wandb

    sys.argv = ["train.py"]
    # What describes the machine is left out.
    told = {"disable_stats": True, "disable_meta": True, "save_requirements": False}
    known = getattr(wandb.Settings, "model_fields", {}) or vars(wandb.Settings())
    chosen = {
        f"{mark}{name}": v for name, v in told.items() for mark in ("x_", "_") if f"{mark}{name}" in known
    }
    settings = wandb.Settings(console="off", program="train.py", **chosen)
    project = wandb.init(
        project="digits", id="abcd1234", name="first", dir=str(log), config=SETTINGS, settings=settings
    )
    for step, record in _points():
        project.log(record, step=step)
    project.finish()
    if hasattr(wandb, "teardown"):
        wandb.teardown()
    for link in (log / "wandb").glob("*"):
        if link.is_symlink() or link.is_file():
            link.unlink()
    for kept in log.rglob("logs"):
        for file in kept.iterdir():
            file.unlink()
        kept.rmdir()
    return truth("wandb", run(_series(_points()), SETTINGS))


def _tidy_events(folder: Path) -> None:
    for number, file in enumerate(sorted(folder.rglob("events.out.tfevents.*"))):
        file.rename(file.with_name(f"events.out.tfevents.{1_700_000_000 + number}.host.1.{number}"))


@case("tensorboardx", "tensorboardX")
def tensorboardx(log: Path) -> Truth:
    from tensorboardX import SummaryWriter

    writer = SummaryWriter(str(log / "runs"))
    for step, record in _points():
        for name, value in record.items():
            writer.add_scalar(name, value, step)
        writer.add_histogram("weights", [1.0, 2.0, math.pi], step)
    writer.add_text("note", "hello")
    writer.close()
    _tidy_events(log)
    return truth("runs", run(_series(_points(), single=True)))


@case("tensorboard-hparams", "torch")
def tensorboard_hparams(log: Path) -> Truth:
    """torch's writer: scalars in one file, `add_hparams` with its result in a folder below it."""
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(str(log / "runs"))
    for step, record in _points():
        for name, value in record.items():
            writer.add_scalar(name, value, step)
    writer.add_hparams(SETTINGS, {"hparam/accuracy": 0.9}, run_name=".")
    writer.close()
    _tidy_events(log)
    return truth("runs", run(_series(_points(), single=True), SETTINGS, ["hparam/accuracy"]))


_GUILD_SCRIPT = """
import math
import random

rate = 0.5
epochs = 12
random.seed(0)
points = [random.gauss(0, 1) for _ in range(60)]
labels = [float(x + random.gauss(0, 0.5) > 0) for x in points]
weight = 0.0

def loss(some):
    chances = [(1 / (1 + math.exp(-weight * points[i])), labels[i]) for i in some]
    return -sum(math.log(p if y else 1 - p) for p, y in chances) / len(chances)

for step in range(epochs):
    print(f"step: {step}")
    print(f"loss: {loss(range(40))}")
    print(f"val_loss: {loss(range(40, 60))}")
    chances = [1 / (1 + math.exp(-weight * points[i])) for i in range(40)]
    weight -= rate * sum((p - labels[i]) * points[i] for i, p in enumerate(chances)) / 40
"""


@case("guild", "guild")
def guild(folder: Path) -> Truth:
    """Guild AI's run folder: the scalars that it takes from what a script prints, and the flags."""
    import re
    import shutil
    import subprocess
    import tempfile

    import numpy as np

    with tempfile.TemporaryDirectory() as name:
        home, project = Path(name) / "home", Path(name) / "project"
        home.mkdir()
        project.mkdir()
        (project / "train.py").write_text(_GUILD_SCRIPT, "utf-8")
        command = [sys.executable, "-m", "guild.main_bootstrap", "-H", str(home), "run", "train.py"]
        command += ["rate=0.8", "-y"]
        subprocess.run(command, cwd=project, check=True, capture_output=True)
        (made,) = (home / "runs").iterdir()
        kept = folder / "runs" / made.name / ".guild"
        (kept / "attrs").mkdir(parents=True)
        for path in [*(made / ".guild").glob("events.*"), made / ".guild" / "output"]:
            # The file's name says on which machine it was made.
            shutil.copy(path, kept / re.sub(r"^(events\.out\.tfevents\.\d+)\..*", r"\1.host.1.0", path.name))
        shutil.copy(made / ".guild" / "attrs" / "flags", kept / "attrs" / "flags")
        printed = (kept / "output").read_text("utf-8")

    def read(key: str) -> dict:
        words = re.findall(rf"^{key}: (\S+)$", printed, re.MULTILINE)
        role = "val_loss" if "val" in key else "train_loss"
        return curve([float(np.float32(word)) for word in words], range(len(words)), role=role, lower=True)

    series = {key: read(key) for key in ("loss", "val_loss")}
    return truth("runs", run(series, settings={"rate": 0.8, "epochs": 12}))
