"""A dense classifier of digits: flags, console."""

import argparse

import torch
from sklearn.datasets import load_digits
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.001)
parser.add_argument("--batch-size", type=int, default=32)
parser.add_argument("--hidden", type=int, default=64)
parser.add_argument("--dropout", type=float, default=0.1)
parser.add_argument("--weight-decay", type=float, default=1e-4)
parser.add_argument("--optimizer", choices=["sgd", "adam", "adamw"], default="adam")
parser.add_argument("--epochs", type=int, default=6)
args = parser.parse_args()

torch.manual_seed(0)
data = load_digits()
x, y = torch.tensor(data.data / 16, dtype=torch.float32), torch.tensor(data.target)
order = torch.randperm(len(x))
x, y = x[order], y[order]
train, val = slice(0, 400), slice(400, 800)
model = nn.Sequential(
    nn.Linear(64, args.hidden), nn.ReLU(), nn.Dropout(args.dropout), nn.Linear(args.hidden, 10)
)
kinds = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}
extra = {"momentum": 0.9} if args.optimizer == "sgd" else {}
optimizer = kinds[args.optimizer](model.parameters(), lr=args.lr, weight_decay=args.weight_decay, **extra)
loss_of = nn.CrossEntropyLoss()
for epoch in range(1, args.epochs + 1):
    model.train()
    total = 0.0
    for batch in torch.randperm(400).split(args.batch_size):
        optimizer.zero_grad()
        loss = loss_of(model(x[train][batch]), y[train][batch])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    model.eval()
    with torch.no_grad():
        logits = model(x[val])
    accuracy = (logits.argmax(1) == y[val]).float().mean().item()
    print(
        f"epoch {epoch}/{args.epochs} | train loss {total / 400:.4f}"
        f" | val loss {loss_of(logits, y[val]).item():.4f} | val acc {accuracy:.3f}"
    )
