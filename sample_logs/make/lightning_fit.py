"""A dense net in Lightning; CSVLogger writes metrics.csv (sparse rows) and hparams.yaml."""

import argparse
import itertools
import logging
import warnings

import lightning
import tasks
import torch
from lightning.pytorch.callbacks import LearningRateMonitor
from lightning.pytorch.loggers import CSVLogger
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Classifier(lightning.LightningModule):
    def __init__(self, inputs, outputs, hidden, layers, dropout, optimizer, learning_rate, weight_decay):
        super().__init__()
        self.save_hyperparameters()
        widths = [inputs] + [hidden] * layers
        blocks = [
            nn.Sequential(nn.Linear(n_in, n_out), nn.ReLU(), nn.Dropout(dropout))
            for n_in, n_out in itertools.pairwise(widths)
        ]
        self.net = nn.Sequential(*blocks, nn.Linear(widths[-1], outputs))

    def training_step(self, batch, _):
        x, y = batch
        loss = nn.functional.cross_entropy(self.net(x), y)
        self.log("train_loss", loss, on_step=True, on_epoch=True)
        return loss

    def validation_step(self, batch, _):
        x, y = batch
        logits = self.net(x)
        self.log("val_loss", nn.functional.cross_entropy(logits, y))
        self.log("val_acc", (logits.argmax(dim=1) == y).float().mean())

    def configure_optimizers(self):
        h = self.hparams
        if h.optimizer == "sgd":
            return torch.optim.SGD(self.parameters(), lr=h.learning_rate, momentum=0.9)
        return torch.optim.AdamW(self.parameters(), lr=h.learning_rate, weight_decay=h.weight_decay)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="where metrics.csv and hparams.yaml go")
    parser.add_argument("--task", choices=sorted(tasks.LOADERS), default="digits")
    parser.add_argument("--samples", type=int)
    parser.add_argument("--label-noise", type=float, default=0.0)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--optimizer", choices=["adamw", "sgd"], default="adamw")
    parser.add_argument("--lr", type=float, default=0.001)
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    torch.set_num_threads(1)
    lightning.seed_everything(args.seed, verbose=False)

    x, y, x_val, y_val = (
        torch.from_numpy(a) for a in tasks.load(args.task, args.samples, args.label_noise, args.seed)
    )
    model = Classifier(
        inputs=x.shape[1],
        outputs=int(y.max()) + 1,
        hidden=args.hidden,
        layers=args.layers,
        dropout=args.dropout,
        optimizer=args.optimizer,
        learning_rate=args.lr,
        weight_decay=args.weight_decay,
    )
    trainer = lightning.Trainer(
        accelerator="cpu",
        max_epochs=args.epochs,
        logger=CSVLogger(args.folder, name="", version=""),
        callbacks=[LearningRateMonitor(logging_interval="epoch")],
        log_every_n_steps=10,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    train = DataLoader(TensorDataset(x, y), batch_size=args.batch_size, shuffle=True)
    trainer.fit(model, train, DataLoader(TensorDataset(x_val, y_val), batch_size=512))


if __name__ == "__main__":
    main()
