"""Regression on few samples of a noisy function: a YAML file, a log in CSV."""

import csv
import sys

import torch
import yaml
from torch import nn

with open(sys.argv[2]) as stream:
    config = yaml.safe_load(stream)
net, fit = config["net"], config["fit"]

torch.manual_seed(21)
x = torch.rand(420, 8)
y = 10 * torch.sin(3.14 * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
y = y + 2.5 * torch.randn(420)
x, y = (x - x[:120].mean(0)) / x[:120].std(0), ((y - y[:120].mean()) / y[:120].std())[:, None]
model = nn.Sequential(
    nn.Linear(8, net["width"]), nn.ReLU(), nn.Dropout(net["dropout"]),
    nn.Linear(net["width"], net["width"]), nn.ReLU(), nn.Dropout(net["dropout"]),
    nn.Linear(net["width"], 1),
)  # fmt: skip
optimizer = torch.optim.AdamW(model.parameters(), lr=fit["lr"], weight_decay=fit["weight_decay"])
with open("log.csv", "w", newline="") as log:
    rows = csv.writer(log)
    rows.writerow(["epoch", "train_loss", "val_loss"])
    for epoch in range(fit["epochs"]):
        model.train()
        total = 0.0
        for batch in torch.randperm(120).split(fit["batch_size"]):
            loss = nn.functional.mse_loss(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        model.eval()
        with torch.no_grad():
            val = nn.functional.mse_loss(model(x[120:]), y[120:]).item()
        rows.writerow([epoch, total / 120, val])
        log.flush()
