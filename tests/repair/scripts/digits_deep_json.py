"""Digits by a dense net that may be too deep, with a chosen scale of its first weights: JSON, console."""

import json
import sys

import torch
from sklearn.datasets import load_digits
from torch import nn

with open(sys.argv[1]) as file:
    cfg = json.load(file)
torch.manual_seed(10)
data = load_digits()
x, y = torch.tensor(data.data, dtype=torch.float32) / 8 - 1, torch.tensor(data.target)
x = x + 0.6 * torch.randn(x.shape)
order = torch.randperm(len(x))
x, y = x[order], y[order]

layers, size = [], 64
for _ in range(cfg["depth"]):
    layers += [nn.Linear(size, cfg["units"]), nn.Sigmoid() if cfg["activation"] == "sigmoid" else nn.ReLU()]
    size = cfg["units"]
model = nn.Sequential(*layers, nn.Linear(size, 10))
for module in model:
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=cfg["init_std"])
        nn.init.zeros_(module.bias)
optimizers = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
optimizer = optimizers[cfg["optimizer"]](model.parameters(), lr=cfg["lr"])
for epoch in range(1, cfg["epochs"] + 1):
    total = 0.0
    for rows in torch.randperm(700).split(cfg["batch_size"]):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    with torch.no_grad():
        val = nn.functional.cross_entropy(model(x[700:]), y[700:]).item()
    print(f"Epoch {epoch}/{cfg['epochs']} - loss: {total / 700:.4f} - val_loss: {val:.4f}", flush=True)
