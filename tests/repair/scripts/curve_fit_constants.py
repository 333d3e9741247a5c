"""A bent surface from noisy points by a dense net with a choice of activations: constants, JSON lines."""

import json

import torch
from torch import nn

LR = 0.003
OPTIMIZER = "adam"
BATCH_SIZE = 32
HIDDEN_UNITS = 64
ACTIVATION = "relu"
NUM_EPOCHS = 20

torch.manual_seed(8)
points = 2 * torch.rand(700, 2) - 1
height = torch.sin(5 * points[:, 0]) * torch.cos(4 * points[:, 1]) + (points**2).sum(1)
height = (height - height.mean()) / height.std() + 0.1 * torch.randn(700)
activation = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[ACTIVATION]
model = nn.Sequential(
    nn.Linear(2, HIDDEN_UNITS), activation(), nn.Linear(HIDDEN_UNITS, HIDDEN_UNITS), activation(),
    nn.Linear(HIDDEN_UNITS, 1),
)  # fmt: skip
if OPTIMIZER == "sgd":
    optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9)
else:
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)

with open("metrics.jsonl", "w") as log:
    for epoch in range(NUM_EPOCHS):
        total = 0.0
        for index in torch.randperm(450).split(BATCH_SIZE):
            loss = ((model(points[index])[:, 0] - height[index]) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(index)
        with torch.no_grad():
            val = ((model(points[450:])[:, 0] - height[450:]) ** 2).mean().item()
        log.write(json.dumps({"epoch": epoch, "train_mse": total / 450, "val_mse": val}) + "\n")
        log.flush()
