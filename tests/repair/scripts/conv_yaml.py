"""A small convolutional net on digits: a YAML file, a CSV log."""

import csv
import sys

import torch
import yaml
from sklearn.datasets import load_digits
from torch import nn

with open(sys.argv[sys.argv.index("--config") + 1]) as stream:
    config = yaml.safe_load(stream)

torch.manual_seed(1)
data = load_digits()
images, labels = torch.tensor(data.images / 16, dtype=torch.float32)[:, None], torch.tensor(data.target)
order = torch.randperm(len(images))
images, labels = images[order], labels[order]
width = config["model"]["channels"]
model = nn.Sequential(
    nn.Conv2d(1, width, 3),
    nn.ReLU(),
    nn.MaxPool2d(2),
    nn.Conv2d(width, 2 * width, 2),
    nn.ReLU(),
    nn.Flatten(),
    nn.Dropout(config["model"]["dropout"]),
    nn.Linear(8 * width, 10),
)
optimizer = torch.optim.AdamW(
    model.parameters(), lr=config["optim"]["lr"], weight_decay=config["optim"]["weight_decay"]
)
with open("log.csv", "w", newline="") as stream:
    log = csv.writer(stream)
    log.writerow(["epoch", "train_loss", "val_loss"])
    for epoch in range(config["epochs"]):
        model.train()
        total = 0.0
        for batch in torch.randperm(400).split(config["batch_size"]):
            loss = nn.functional.cross_entropy(model(images[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        model.eval()
        with torch.no_grad():
            val = nn.functional.cross_entropy(model(images[400:800]), labels[400:800]).item()
        log.writerow([epoch, total / 400, val])
        stream.flush()
