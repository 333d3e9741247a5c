"""Kinds of heartbeats by a one-dimensional convolutional net: constants, CSV."""

import csv

import torch
from torch import nn

BATCH_SIZE = 32
LR = 0.003
KERNELS = 12
DEPTH = 2
DROPOUT_RATE = 0.1
L2 = 1e-4
EPOCHS = 8

torch.manual_seed(3)
kind = torch.randint(0, 3, (600,))
time = torch.linspace(-3, 3, 48)
place = torch.rand(600, 1) - 0.5
peak = torch.exp(-((time - place) ** 2) * torch.tensor([2.0, 5.0, 8.0])[kind][:, None])
after = 0.4 * torch.exp(-((time - place - torch.tensor([1.0, 1.5, 1.0])[kind][:, None]) ** 2) * 6)
beats = (peak + after + 0.25 * torch.randn(600, 48))[:, None]

layers, channels = [], 1
for _ in range(DEPTH):
    layers += [nn.Conv1d(channels, KERNELS, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2)]
    channels = KERNELS
net = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(DROPOUT_RATE), nn.LazyLinear(3))
net(beats[:2])
optimizer = torch.optim.AdamW(net.parameters(), lr=LR, weight_decay=L2)
with open("results.csv", "w", newline="") as file:
    out = csv.DictWriter(file, ["epoch", "loss", "val_loss"])
    out.writeheader()
    for epoch in range(1, EPOCHS + 1):
        net.train()
        total = 0.0
        for rows in torch.randperm(400).split(BATCH_SIZE):
            loss = nn.functional.cross_entropy(net(beats[rows]), kind[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        net.eval()
        with torch.no_grad():
            val = nn.functional.cross_entropy(net(beats[400:]), kind[400:]).item()
        out.writerow({"epoch": epoch, "loss": total / 400, "val_loss": val})
        file.flush()
