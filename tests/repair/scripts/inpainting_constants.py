"""The right half of digits from their left half, by plain gradient steps: constants, JSON lines."""

import json

import torch
from sklearn.datasets import load_digits
from torch import nn

LEARNING_RATE = 0.1
MOMENTUM = 0.9
BATCH = 32
UNITS = 64
LAYERS = 1
N_EPOCHS = 10

torch.manual_seed(41)
images = torch.tensor(load_digits().images / 16, dtype=torch.float32)[torch.randperm(1797)][:800]
x, y = images[:, :, :4].flatten(1), images[:, :, 4:].flatten(1)
parts, width = [], 32
for _ in range(LAYERS):
    parts += [nn.Linear(width, UNITS), nn.Tanh()]
    width = UNITS
model = nn.Sequential(*parts, nn.Linear(width, 32))
optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE, momentum=MOMENTUM)
with open("history.jsonl", "w") as log:
    for epoch in range(N_EPOCHS):
        total = 0.0
        for batch in torch.randperm(400).split(BATCH):
            loss = nn.functional.mse_loss(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        with torch.no_grad():
            val = nn.functional.mse_loss(model(x[400:]), y[400:]).item()
        log.write(json.dumps({"epoch": epoch, "loss": total / 400, "val_loss": val}) + "\n")
        log.flush()
