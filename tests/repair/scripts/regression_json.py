"""Regression of disease progression: a JSON file, a log of JSON lines."""

import json
import sys

import torch
from sklearn.datasets import load_diabetes
from torch import nn

with open(sys.argv[1]) as stream:
    config = json.load(stream)

torch.manual_seed(3)
data = load_diabetes()
x, y = torch.tensor(data.data, dtype=torch.float32), torch.tensor(data.target, dtype=torch.float32)
x, y = (x - x.mean(0)) / x.std(0), ((y - y.mean()) / y.std())[:, None]
order = torch.randperm(len(x))
x, y = x[order], y[order]
layers, width = [], 10
for _ in range(config["num_layers"]):
    layers += [nn.Linear(width, config["hidden_dim"]), nn.ReLU(), nn.Dropout(config["dropout"])]
    width = config["hidden_dim"]
model = nn.Sequential(*layers, nn.Linear(width, 1))
optimizer = torch.optim.Adam(
    model.parameters(), lr=config["learning_rate"], weight_decay=config["weight_decay"]
)
with open("metrics.jsonl", "w") as log:
    for epoch in range(config["num_epochs"]):
        model.train()
        total = 0.0
        for batch in torch.randperm(250).split(config["batch_size"]):
            loss = nn.functional.mse_loss(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        model.eval()
        with torch.no_grad():
            val = nn.functional.mse_loss(model(x[250:]), y[250:]).item()
        log.write(json.dumps({"epoch": epoch, "train_loss": total / 250, "val_loss": val}) + "\n")
        log.flush()
