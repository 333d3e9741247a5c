"""Lightning: CSVLogger with hparams.yaml, the progress bars, and TensorBoardLogger's folder."""

import logging
import warnings
from pathlib import Path

from makers.common import Truth, captured, case, curve, data, run, truth

EPOCHS = 5
SETTINGS = {"learning_rate": 0.05, "hidden": 8, "optimizer": "sgd"}


def _module(**settings):
    import lightning
    import torch
    from torch import nn

    class Classifier(lightning.LightningModule):
        def __init__(self, learning_rate: float, hidden: int, optimizer: str):
            super().__init__()
            self.save_hyperparameters()
            self.net = nn.Sequential(nn.Linear(4, hidden), nn.ReLU(), nn.Linear(hidden, 2))

        def training_step(self, batch, _):
            loss = nn.functional.cross_entropy(self.net(batch[0]), batch[1])
            self.log("train_loss", loss, on_step=True, on_epoch=True, prog_bar=True)
            return loss

        def validation_step(self, batch, _):
            logits = self.net(batch[0])
            self.log("val_loss", nn.functional.cross_entropy(logits, batch[1]), prog_bar=True)
            self.log("val_acc", (logits.argmax(1) == batch[1]).float().mean())

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=self.hparams.learning_rate, momentum=0.9)

    return Classifier(**settings)


def _fit(logger, **settings):
    """Trains; gives back what reached the logger as (step, metrics), in order."""
    import lightning
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    warnings.filterwarnings("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    told: list[tuple[int, dict[str, float]]] = []
    if logger:
        write = logger.log_metrics

        def record(metrics, step=None):
            told.append((step or 0, {name: float(value) for name, value in metrics.items()}))
            write(metrics, step)

        logger.log_metrics = record
    lightning.seed_everything(0)
    x, y = (torch.from_numpy(part) for part in data())
    trainer = lightning.Trainer(
        accelerator="cpu",
        max_epochs=EPOCHS,
        logger=logger,
        log_every_n_steps=4,
        enable_checkpointing=False,
        enable_model_summary=False,
        **settings,
    )
    train = DataLoader(TensorDataset(x[:80], y[:80]), batch_size=8, shuffle=True)
    trainer.fit(_module(**SETTINGS), train, DataLoader(TensorDataset(x[80:], y[80:]), batch_size=40))
    return told, trainer


def _series(told) -> dict:
    found: dict[str, tuple[list[float], list[float]]] = {}
    for step, metrics in told:
        for name, value in metrics.items():
            values, steps = found.setdefault(name, ([], []))
            values.append(value)
            steps.append(step)
    roles = {
        "train_loss_step": ("train_loss", True),
        "train_loss_epoch": ("train_loss", True),
        "val_loss": ("val_loss", True),
        "val_acc": ("val_metric", False),
        "lr-SGD": ("learning_rate", None),
    }
    return {
        name: curve(values, steps, role=roles.get(name, ("other",))[0], lower=roles.get(name, (0, None))[1])
        for name, (values, steps) in found.items()
    }


def _monitor():
    from lightning.pytorch.callbacks import LearningRateMonitor

    return LearningRateMonitor("step")


@case("lightning-csv", "lightning")
def csv(log: Path) -> Truth:
    from lightning.pytorch.loggers import CSVLogger

    told, _ = _fit(CSVLogger(str(log)), enable_progress_bar=False, callbacks=[_monitor()])
    return truth("lightning_logs/version_0/metrics.csv", run(_series(told), SETTINGS))


@case("lightning-tensorboard", "lightning")
def tensorboard(log: Path) -> Truth:
    """Values are single precision there; the epoch is logged beside them."""
    from lightning.pytorch.loggers import TensorBoardLogger

    logger = TensorBoardLogger(str(log))
    told, _ = _fit(logger, enable_progress_bar=False, callbacks=[_monitor()])
    logger.experiment.close()
    for number, file in enumerate(sorted(log.rglob("events.out.tfevents.*"))):
        file.rename(file.with_name(f"events.out.tfevents.1700000000.host.1.{number}"))
    series = _series([(step, {k: _single(v) for k, v in metrics.items()}) for step, metrics in told])
    return truth("lightning_logs/version_0", run(series, SETTINGS, others=["hp_metric"]))


def _single(value: float) -> float:
    import numpy as np

    return float(np.float32(value))


def _bar(log: Path, bar) -> Truth:
    import lightning

    shown: list[dict[str, float]] = []

    class Watch(lightning.Callback):
        def on_train_epoch_end(self, trainer, _):
            shown.append({name: float(value) for name, value in trainer.progress_bar_metrics.items()})

    with captured(log / "console.log"):
        _fit(False, callbacks=[bar, Watch()])
    epochs = range(EPOCHS)
    series = {}
    for name, role in (
        ("train_loss_step", "train_loss"),
        ("train_loss_epoch", "train_loss"),
        ("val_loss", "val_loss"),
    ):
        values = [metrics[name] for metrics in shown]
        series[name] = curve(values, epochs, kind="epoch", role=role, lower=True, printed=".3g")
    return truth("console.log", run(series))


@case("lightning-bar-tqdm", "lightning")
def bar_tqdm(log: Path) -> Truth:
    from lightning.pytorch.callbacks import TQDMProgressBar

    return _bar(log, TQDMProgressBar())
