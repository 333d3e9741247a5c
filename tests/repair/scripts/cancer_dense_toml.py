"""Benign or malignant, from noisy measurements, by a dense net with dropout: a TOML file, console."""

import sys
import tomllib

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn

with open(sys.argv[1], "rb") as file:
    config = tomllib.load(file)
torch.manual_seed(12)
x, y = (torch.tensor(part, dtype=torch.float32) for part in load_breast_cancer(return_X_y=True))
x = (x - x.mean(0)) / x.std(0) + 1.2 * torch.randn(x.shape)
order = torch.randperm(len(x))
x, y = x[order], y[order]

hidden, layers = config["model"]["hidden_dim"], config["model"]["n_layers"]
parts, wide = [], x.shape[1]
for _ in range(layers):
    parts += [nn.Linear(wide, hidden), nn.ReLU(), nn.Dropout(config["model"]["dropout"])]
    wide = hidden
net = nn.Sequential(*parts, nn.Linear(wide, 1))
train = config["train"]
optimizer = torch.optim.AdamW(net.parameters(), lr=train["lr"], weight_decay=train["weight_decay"])
judge = nn.BCEWithLogitsLoss()
for epoch in range(1, train["epochs"] + 1):
    net.train()
    total = 0.0
    for rows in torch.randperm(300).split(train["batch_size"]):
        loss = judge(net(x[rows])[:, 0], y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    net.eval()
    with torch.no_grad():
        out = net(x[300:])[:, 0]
        val = judge(out, y[300:]).item()
        right = ((out > 0) == (y[300:] > 0)).float().mean().item()
    print(
        f"Epoch {epoch}: train loss = {total / 300:.4f}, val loss = {val:.4f}, val acc = {right:.3f}",
        flush=True,
    )
