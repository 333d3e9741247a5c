"""Small pictures by a net with skips and batch normalisation: a JSON file, JSON lines."""

import json
import math
import sys

import torch
from sklearn.datasets import load_digits
from torch import nn

with open(sys.argv[1]) as stream:
    config = json.load(stream)

torch.manual_seed(93)
pixels, label = load_digits(return_X_y=True)
x = torch.tensor(pixels / 8.0 - 1.0, dtype=torch.float32).view(-1, 1, 8, 8)
x = x + 0.8 * torch.randn_like(x)
y = torch.tensor(label)
width = config["width"]


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width),
        )  # fmt: skip

    def forward(self, x):
        return torch.relu(x + self.body(x))


model = nn.Sequential(
    nn.Conv2d(1, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
    *(Block() for _ in range(config["blocks"])),
    nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(4 * width, 10),
)  # fmt: skip
optimizer = torch.optim.SGD(
    model.parameters(), lr=config["lr"], momentum=config["momentum"], weight_decay=config["weight_decay"]
)
steps = config["epochs"] * math.ceil(700 / config["batch_size"])
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
judge = nn.CrossEntropyLoss(label_smoothing=config["label_smoothing"])
with open("metrics.jsonl", "w") as log:
    for epoch in range(1, config["epochs"] + 1):
        model.train()
        total = 0.0
        for batch in torch.randperm(700).split(config["batch_size"]):
            loss = judge(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        model.eval()
        with torch.no_grad():
            val = nn.functional.cross_entropy(model(x[700:]), y[700:]).item()
        log.write(json.dumps({"epoch": epoch, "train/loss": total / 700, "val/loss": val}) + "\n")
        log.flush()
