"""Ray Tune, timm, fastai, Ignite and Accelerate: what their loggers write."""

import csv
from pathlib import Path

from makers.common import Truth, captured, case, curve, data, run, truth


def _epochs(epochs: int = 6):
    """Logistic regression by gradient descent: the training and validation loss after each epoch."""
    import numpy as np

    x, y = data()
    weights = np.zeros(4)
    told = []
    for epoch in range(epochs):
        chance = 1 / (1 + np.exp(-x @ weights))
        loss = -np.log(np.where(y == 1, chance, 1 - chance))
        told.append((epoch, float(loss[:80].mean()), float(loss[80:].mean())))
        weights -= 2.0 * x[:80].T @ (chance - y)[:80] / 80
    return told


def _two_losses(told, names, x, kind: str, printed: str = "") -> dict:
    train, val = names
    return {
        train: curve([t for _, t, _ in told], x, kind=kind, role="train_loss", lower=True, printed=printed),
        val: curve([v for _, _, v in told], x, kind=kind, role="val_loss", lower=True, printed=printed),
    }


@case("ray-tune", "ray")
def ray_tune(log: Path) -> Truth:
    """The files of a trial: progress.csv and result.json tell the same, params.json the settings.

    The trainable and the loggers are Ray's own, in this process; a cluster only moves their results about.
    """
    from ray import tune
    from ray.tune.logger import CSVLoggerCallback, JsonLoggerCallback

    class Descent(tune.Trainable):
        def setup(self, config):
            self.told = iter(_epochs())

        def step(self):
            _, train, val = next(self.told)
            return {"loss": train, "val_loss": val}

    class Trial:
        trial_id = "4a1c0_00000"
        local_path = logdir = str(log)
        checkpoint = None

        def __init__(self):
            self.config = self.evaluated_params = {"lr": 2.0, "layers": 1}

        def init_local_path(self):
            pass

    trial, watch = Trial(), [CSVLoggerCallback(), JsonLoggerCallback()]
    trainable = Descent(trial.config)
    results = []
    for callback in watch:
        callback.log_trial_start(trial)
    for iteration in range(6):
        results.append(trainable.train() | {"hostname": "host", "node_ip": "127.0.0.1"})
        for callback in watch:
            callback.log_trial_result(iteration, trial, dict(results[-1]))
    for callback in watch:
        callback.log_trial_end(trial)
    for kept in log.glob("params.pkl"):
        kept.unlink()
    told = [(r["training_iteration"], r["loss"], r["val_loss"]) for r in results]
    steps = [step for step, _, _ in told]
    with (log / "progress.csv").open() as stream:
        header = next(csv.reader(stream))
    series = _two_losses(told, ("loss", "val_loss"), steps, "step")
    return truth("progress.csv", run(series, {"lr": 2.0, "layers": 1}, header))


@case("timm-summary", "timm")
def timm_summary(log: Path) -> Truth:
    import importlib.util
    from collections import OrderedDict

    # The module alone, since the package as a whole needs torchvision.
    (package,) = importlib.util.find_spec("timm").submodule_search_locations
    spec = importlib.util.spec_from_file_location("summary", Path(package, "utils", "summary.py"))
    summary = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(summary)
    told = _epochs()
    for i, (epoch, train, val) in enumerate(told):
        summary.update_summary(
            epoch,
            OrderedDict(loss=train),
            OrderedDict(loss=val, top1=50.0 + epoch),
            str(log / "summary.csv"),
            lr=0.1 / (epoch + 1),
            write_header=i == 0,
        )
    epochs = [epoch for epoch, _, _ in told]
    series = _two_losses(told, ("train_loss", "eval_loss"), epochs, "epoch")
    series["eval_top1"] = curve(
        [50.0 + epoch for epoch in epochs], epochs, kind="epoch", role="val_metric", lower=False
    )
    series["lr"] = curve([0.1 / (e + 1) for e in epochs], epochs, kind="epoch", role="learning_rate")
    return truth("summary.csv", run(series))


def _fastai(log: Path, **settings):
    import torch
    from fastai.basics import DataLoader, DataLoaders, Learner, accuracy
    from fastai.callback.progress import CSVLogger
    from torch.utils.data import TensorDataset

    torch.manual_seed(0)
    x, y = (torch.from_numpy(part) for part in data())
    loaders = DataLoaders(
        DataLoader(TensorDataset(x[:80], y[:80]), bs=8, shuffle=True),
        DataLoader(TensorDataset(x[80:], y[80:]), bs=40),
    )
    layers = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    learner = Learner(loaders, layers, loss_func=torch.nn.CrossEntropyLoss(), metrics=accuracy, lr=0.01)
    with captured(log):
        learner.fit(5, cbs=[CSVLogger("history.csv")], **settings)
    return learner.recorder.values


def _fastai_series(values, printed: str) -> dict:
    epochs = {"x": range(len(values)), "kind": "epoch", "printed": printed}
    train, val, right = zip(*values, strict=True)
    return {
        "train_loss": curve(train, role="train_loss", lower=True, **epochs),
        "valid_loss": curve(val, role="val_loss", lower=True, **epochs),
        "accuracy": curve(right, role="val_metric", lower=False, **epochs),
    }


@case("fastai-console", "fastai")
def fastai_console(log: Path) -> Truth:
    values = _fastai(log / "console.log")
    return truth("console.log", run(_fastai_series(values, ".6f"), others=["time"]))


@case("fastai-csv", "fastai")
def fastai_csv(log: Path) -> Truth:
    values = _fastai(Path("console.log"))
    Path("history.csv").rename(log / "history.csv")
    return truth("history.csv", run(_fastai_series(values, ""), others=["time"]))


@case("accelerate-tensorboard", "accelerate")
def accelerate_tensorboard(log: Path) -> Truth:
    """Accelerate's tracker: event files in a folder for the project, the settings in hparams.yml."""
    from accelerate import Accelerator

    accelerator = Accelerator(log_with="tensorboard", project_dir=str(log), cpu=True)
    settings = {"learning_rate": 0.01, "batch_size": 16}
    accelerator.init_trackers("digits", config=settings)
    told = _epochs()
    for epoch, train, val in told:
        accelerator.log({"train_loss": train, "val_loss": val}, step=epoch)
    accelerator.end_training()
    import numpy as np

    for number, file in enumerate(sorted(log.rglob("events.out.tfevents.*"))):
        file.rename(file.with_name(f"events.out.tfevents.{1_700_000_000 + number}.host.1.{number}"))
    single = [(epoch, float(np.float32(t)), float(np.float32(v))) for epoch, t, v in told]
    series = _two_losses(single, ("train_loss", "val_loss"), [e for e, _, _ in told], "step")
    return truth("digits", run(series, settings))


@case("ignite-console", "ignite")
def ignite_console(log: Path) -> Truth:
    """Ignite's engine logger beside the usual handler that prints the metrics of an epoch."""
    import logging
    import sys

    import torch
    from ignite.engine import Events, create_supervised_evaluator, create_supervised_trainer
    from ignite.metrics import Accuracy, Loss
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(0)
    x, y = (torch.from_numpy(part) for part in data())
    net = torch.nn.Linear(4, 2)
    trainer = create_supervised_trainer(
        net, torch.optim.SGD(net.parameters(), 0.5), torch.nn.functional.cross_entropy
    )
    metrics = {"loss": Loss(torch.nn.functional.cross_entropy), "accuracy": Accuracy()}
    evaluator = create_supervised_evaluator(net, metrics)
    sets = [DataLoader(TensorDataset(x[a:b], y[a:b]), batch_size=16) for a, b in ((0, 80), (80, 120))]
    told = []

    @trainer.on(Events.EPOCH_COMPLETED)
    def show(engine):
        for name, loader in zip(("Training", "Validation"), sets, strict=True):
            found = evaluator.run(loader).metrics
            told.append((name, found["accuracy"], found["loss"]))
            print(
                f"{name} Results - Epoch: {engine.state.epoch}  Avg accuracy: {found['accuracy']:.2f} "
                f"Avg loss: {found['loss']:.2f}"
            )

    with captured(log / "console.log"):
        logging.basicConfig(stream=sys.stdout, level=logging.INFO, force=True)
        trainer.run(sets[0], max_epochs=5)
    logging.basicConfig(level=logging.WARNING, force=True)
    epochs = {"x": range(1, 6), "kind": "epoch", "printed": ".2f"}
    series = {}
    for name, short, role in (("Training", "train", "train"), ("Validation", "valid", "val")):
        rows = [row for row in told if row[0] == name]
        series[f"{short}_accuracy"] = curve(
            [r[1] for r in rows], role=f"{role}_metric", lower=False, **epochs
        )
        series[f"{short}_loss"] = curve([r[2] for r in rows], role=f"{role}_loss", lower=True, **epochs)
    return truth("console.log", run(series))
