"""Textures of little pictures by a CNN with batch normalisation: constants in the script, JSON lines."""

import json
import math

import torch
from torch import nn

OPTIMIZER = "adam"
LEARNING_RATE = 0.003
WEIGHT_DECAY = 0.0001
BATCH_SIZE = 32
N_FILTERS = 8
FC_UNITS = 32
DROPOUT = 0.2
EPOCHS = 8


def make_images(n, seed):
    g = torch.Generator().manual_seed(seed)
    label = torch.randint(0, 4, (n,), generator=g)
    yy, xx = torch.meshgrid(torch.arange(12.0), torch.arange(12.0), indexing="ij")
    images = torch.zeros(n, 1, 12, 12)
    for i in range(n):
        phase = 2 * math.pi * torch.rand(1, generator=g)
        step = 0.9 + 0.9 * torch.rand(1, generator=g)
        wave = {
            0: torch.sin(step * xx + phase),
            1: torch.sin(step * yy + phase),
            2: torch.sin(step * (xx + yy) / 1.4 + phase),
            3: torch.sin(step * xx + phase) * torch.sin(step * yy + phase) * 1.4,
        }[int(label[i])]
        images[i, 0] = wave + 1.1 * torch.randn(12, 12, generator=g)
    return images, label


x_train, y_train = make_images(600, 1)
x_val, y_val = make_images(400, 2)

torch.manual_seed(2026)
model = nn.Sequential(
    nn.Conv2d(1, N_FILTERS, kernel_size=3, padding=1), nn.BatchNorm2d(N_FILTERS), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(N_FILTERS, 2 * N_FILTERS, kernel_size=3, padding=1), nn.BatchNorm2d(2 * N_FILTERS), nn.ReLU(),
    nn.MaxPool2d(2), nn.Flatten(),
    nn.Linear(18 * N_FILTERS, FC_UNITS), nn.ReLU(), nn.Dropout(DROPOUT), nn.Linear(FC_UNITS, 4),
)  # fmt: skip
if OPTIMIZER == "sgd":
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
elif OPTIMIZER == "momentum":
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE, momentum=0.9, weight_decay=WEIGHT_DECAY)
else:
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
criterion = nn.CrossEntropyLoss()

with open("train_log.jsonl", "w") as log:
    for epoch in range(1, EPOCHS + 1):
        model.train()
        running = 0.0
        for batch in torch.randperm(len(x_train)).split(BATCH_SIZE):
            if len(batch) == 1:
                continue
            optimizer.zero_grad()
            loss = criterion(model(x_train[batch]), y_train[batch])
            loss.backward()
            optimizer.step()
            running += loss.item() * len(batch)
        model.eval()
        with torch.no_grad():
            out = model(x_val)
            row = {
                "epoch": epoch,
                "train_loss": running / len(x_train),
                "val_loss": criterion(out, y_val).item(),
                "val_acc": (out.argmax(1) == y_val).float().mean().item(),
            }
        log.write(json.dumps(row) + "\n")
        log.flush()
