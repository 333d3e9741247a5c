"""How diabetes goes on, from a hundred patients, by a dense net: key=value words, console."""

import sys

import torch
from sklearn.datasets import load_diabetes
from torch import nn

opts = dict(word.split("=", 1) for word in sys.argv[1:])
torch.manual_seed(21)
x, y = (torch.tensor(part, dtype=torch.float32) for part in load_diabetes(return_X_y=True))
x, y = (x - x.mean(0)) / x.std(0), (y - y.mean()) / y.std()
order = torch.randperm(len(x))
x, y = x[order], y[order, None]

width, drop = int(opts["width"]), float(opts["drop"])
blocks, size = [], x.shape[1]
for _ in range(int(opts["n_hidden"])):
    blocks += [nn.Linear(size, width), nn.ReLU(), nn.Dropout(drop)]
    size = width
net = nn.Sequential(*blocks, nn.Linear(size, 1))
optimizer = torch.optim.AdamW(net.parameters(), lr=float(opts["eta"]), weight_decay=float(opts["decay"]))
n_epochs = int(opts["n_epochs"])
for epoch in range(1, n_epochs + 1):
    net.train()
    total = 0.0
    for rows in torch.randperm(100).split(int(opts["bs"])):
        loss = nn.functional.mse_loss(net(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    net.eval()
    with torch.no_grad():
        val = nn.functional.mse_loss(net(x[100:]), y[100:]).item()
    print(f"[{epoch}/{n_epochs}] train_mse: {total / 100:.4f} - val_mse: {val:.4f}", flush=True)
