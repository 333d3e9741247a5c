"""Regression of a generated function: a TOML file, console."""

import sys
import tomllib

import torch
from sklearn.datasets import make_friedman1
from torch import nn

with open(sys.argv[-1], "rb") as stream:
    config = tomllib.load(stream)
training, network = config["training"], config["network"]

torch.manual_seed(4)
x, y = make_friedman1(600, 10, noise=0.3, random_state=0)
x, y = torch.tensor(x, dtype=torch.float32), torch.tensor((y - y.mean()) / y.std(), dtype=torch.float32)
model = nn.Sequential(
    nn.Linear(10, network["width"]),
    nn.ReLU(),
    nn.Linear(network["width"], network["width"]),
    nn.ReLU(),
    nn.Linear(network["width"], 1),
)
optimizers = {
    "sgd": lambda: torch.optim.SGD(model.parameters(), lr=training["lr"], momentum=0.9),
    "adam": lambda: torch.optim.Adam(model.parameters(), lr=training["lr"]),
    "rmsprop": lambda: torch.optim.RMSprop(model.parameters(), lr=training["lr"]),
}
optimizer = optimizers[training["optimizer"]]()
for epoch in range(training["epochs"]):
    total = 0.0
    for batch in torch.randperm(400).split(training["batch_size"]):
        loss = nn.functional.mse_loss(model(x[batch])[:, 0], y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    with torch.no_grad():
        val = nn.functional.mse_loss(model(x[400:])[:, 0], y[400:]).item()
    print(f"Epoch {epoch + 1:3d}: train_loss={total / 400:.5f} val_loss={val:.5f}")
