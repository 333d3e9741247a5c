"""Which frequency a noisy wave has, by a one-dimensional convolution: key=value words, console."""

import sys

import torch
from torch import nn

config = {
    "lr": 0.003,
    "batch": 32,
    "filters": 8,
    "kernel_size": 5,
    "drop_rate": 0.1,
    "optimizer": "adam",
    "epochs": 6,
}
for word in sys.argv[1:]:
    key, _, value = word.partition("=")
    config[key] = type(config[key])(value)

torch.manual_seed(5)
kinds = torch.randint(0, 4, (700,))
time = torch.linspace(0, 1, 40)
phase = torch.rand(700, 1)
waves = torch.sin(6.283 * ((3 + kinds[:, None]) * time + phase)) + 0.7 * torch.randn(700, 40)
waves = waves[:, None]
k = config["kernel_size"]
model = nn.Sequential(
    nn.Conv1d(1, config["filters"], k, stride=2),
    nn.ReLU(),
    nn.Conv1d(config["filters"], 2 * config["filters"], k, stride=2),
    nn.ReLU(),
    nn.Dropout(config["drop_rate"]),
    nn.AdaptiveAvgPool1d(3),
    nn.Flatten(),
    nn.Linear(6 * config["filters"], 4),
)
if config["optimizer"] == "sgd":
    optimizer = torch.optim.SGD(model.parameters(), lr=config["lr"], momentum=0.9)
else:
    optimizer = torch.optim.Adam(model.parameters(), lr=config["lr"])
for epoch in range(config["epochs"]):
    model.train()
    total = 0.0
    for batch in torch.randperm(400).split(config["batch"]):
        loss = nn.functional.cross_entropy(model(waves[batch]), kinds[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    model.eval()
    with torch.no_grad():
        logits = model(waves[400:])
    val = nn.functional.cross_entropy(logits, kinds[400:]).item()
    print(f"[{epoch + 1}/{config['epochs']}] loss: {total / 400:.4f}  val_loss: {val:.4f}")
