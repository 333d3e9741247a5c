"""Prices of made-up houses by a dense net with a choice of optimizers: a JSON file, CSV."""

import csv
import json
import sys

import numpy as np
import torch
from torch import nn

with open(sys.argv[1]) as f:
    cfg = json.load(f)
rng = np.random.default_rng(7)
n = 1200
area, rooms = rng.gamma(6, 15, n), rng.integers(1, 7, n)
age, distance = rng.uniform(0, 80, n), rng.exponential(8, n)
quarter = rng.integers(0, 5, n)
worth = np.array([1.0, 1.6, 0.7, 1.2, 0.9])[quarter]
price = worth * (area * (12 + 3 * np.exp(-distance / 5))) + 40 * np.sqrt(rooms) * (age < 20) - 2 * age
price = price * np.exp(0.12 * rng.standard_normal(n))
features = np.column_stack([area, rooms, age, distance, np.eye(5)[quarter]])
features = (features - features.mean(0)) / features.std(0)
price = (price - price.mean()) / price.std()
x, y = torch.tensor(features, dtype=torch.float32), torch.tensor(price, dtype=torch.float32)[:, None]
train_x, train_y, val_x, val_y = x[:800], y[:800], x[800:], y[800:]

torch.manual_seed(7)
layers, width = [], x.shape[1]
for _ in range(cfg["layers"]):
    layers += [nn.Linear(width, cfg["hidden_size"]), nn.ReLU(), nn.Dropout(cfg["dropout"])]
    width = cfg["hidden_size"]
net = nn.Sequential(*layers, nn.Linear(width, 1))
kinds = {"sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop, "adam": torch.optim.Adam}
optimizer = kinds[cfg["optimizer"]](net.parameters(), lr=cfg["lr"])
loss_fn = nn.MSELoss()

with open("training.csv", "w") as f:
    w = csv.DictWriter(f, ["epoch", "loss", "val_loss", "val_mae"])
    w.writeheader()
    for epoch in range(1, cfg["epochs"] + 1):
        net.train()
        seen, total = 0, 0.0
        for idx in torch.randperm(800).split(cfg["batch_size"]):
            optimizer.zero_grad()
            loss = loss_fn(net(train_x[idx]), train_y[idx])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(idx)
            seen += len(idx)
        net.eval()
        with torch.no_grad():
            pred = net(val_x)
        w.writerow(
            {
                "epoch": epoch,
                "loss": total / seen,
                "val_loss": loss_fn(pred, val_y).item(),
                "val_mae": (pred - val_y).abs().mean().item(),
            }
        )
        f.flush()
