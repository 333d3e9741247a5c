"""Trains the classic starter network on scikit-learn's handwritten digits, and prints one line an epoch.

    python sample_logs/make/digits.py
    python sample_logs/make/digits.py --lr 3
    python sample_logs/make/digits.py --config sample_logs/make/digits.yaml --epochs 20

Needs torch, scikit-learn and PyYAML; takes a few seconds on a CPU.
"""

import argparse
from pathlib import Path

import torch
import yaml
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def parse_settings(argv=None):
    """Settings from the command line; a flag beats the config file, which beats the defaults."""
    first = argparse.ArgumentParser(add_help=False)
    first.add_argument("--config", type=Path, help="YAML file with any of the settings below")
    known, _ = first.parse_known_args(argv)

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], parents=[first])
    parser.add_argument("--lr", type=float, default=0.001)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--hidden", type=int, default=128, help="units in the hidden layer")
    parser.add_argument("--optimizer", choices=["adam", "sgd"], default="adam")
    parser.add_argument("--momentum", type=float, default=0.0, help="for --optimizer sgd")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--weight-decay", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", type=int, default=1437, help="training samples to use, 1437 at most")
    parser.add_argument("--label-noise", type=float, default=0.0, help="share of training labels made random")
    if known.config:
        settings = yaml.safe_load(known.config.read_text(encoding="utf-8")) or {}
        settings = {name.replace("-", "_"): value for name, value in settings.items()}
        unknown = sorted(set(settings) - set(vars(parser.parse_args([]))))
        if unknown:
            parser.error(f"{known.config}: unknown settings: {', '.join(unknown)}")
        parser.set_defaults(**settings)
    return parser.parse_args(argv)


def load_data(samples, label_noise, generator):
    """Training and validation set; the last 360 of the shuffled digits are for validation."""
    pixels, labels = load_digits(return_X_y=True)
    x = torch.tensor(pixels, dtype=torch.float32) / 16
    y = torch.tensor(labels)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    train, val = order[:1437][:samples], order[1437:]
    y_train = y[train]
    noisy = torch.rand(len(train), generator=generator) < label_noise
    y_train[noisy] = torch.randint(10, (int(noisy.sum()),), generator=generator)
    return TensorDataset(x[train], y_train), TensorDataset(x[val], y[val])


def build_optimizer(settings, parameters):
    if settings.optimizer == "adam":
        return torch.optim.Adam(parameters, lr=settings.lr, weight_decay=settings.weight_decay)
    return torch.optim.SGD(
        parameters, lr=settings.lr, momentum=settings.momentum, weight_decay=settings.weight_decay
    )


def train_epoch(model, loader, optimizer):
    """One pass over the training data; the mean loss of its samples."""
    model.train()
    total = 0.0
    for x, y in loader:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
    return total / len(loader.dataset)


@torch.no_grad()
def evaluate(model, dataset):
    """Mean loss, and accuracy in percent."""
    model.eval()
    x, y = dataset.tensors
    logits = model(x)
    accuracy = (logits.argmax(dim=1) == y).float().mean().item()
    return nn.functional.cross_entropy(logits, y).item(), 100 * accuracy


def main():
    settings = parse_settings()
    torch.manual_seed(settings.seed)
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(settings.seed)
    train_set, val_set = load_data(settings.samples, settings.label_noise, generator)
    loader = DataLoader(train_set, batch_size=settings.batch_size, shuffle=True, generator=generator)
    # The softmax is part of the loss, which takes logits.
    model = nn.Sequential(
        nn.Linear(64, settings.hidden),
        nn.ReLU(),
        nn.Dropout(settings.dropout),
        nn.Linear(settings.hidden, 10),
    )
    optimizer = build_optimizer(settings, model.parameters())

    print(f"digits: {len(train_set)} training samples, {len(val_set)} validation samples")
    shown = {name: value for name, value in vars(settings).items() if name != "config"}
    print("settings:", " ".join(f"{name}={value}" for name, value in shown.items()), flush=True)
    for epoch in range(1, settings.epochs + 1):
        train_loss = train_epoch(model, loader, optimizer)
        val_loss, val_accuracy = evaluate(model, val_set)
        print(
            f"epoch {epoch}/{settings.epochs} | train loss {train_loss:.4f} | val loss {val_loss:.4f}"
            f" | val acc {val_accuracy:.1f}% | lr {optimizer.param_groups[0]['lr']:g}",
            flush=True,
        )


if __name__ == "__main__":
    main()
