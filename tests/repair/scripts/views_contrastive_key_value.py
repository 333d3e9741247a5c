"""Two noisy views of a thing find each other among others: key=value words, console."""

import sys

import torch
from torch import nn

given = dict(word.split("=", 1) for word in sys.argv[1:])
hidden, embed = int(given["hidden"]), int(given["embed"])
warm = float(given["temperature"])

torch.manual_seed(94)
things = torch.randn(1400, 6) @ torch.randn(6, 24)


def views(rows):
    thing = torch.tanh(things[rows])
    return thing + 0.6 * torch.randn_like(thing), torch.roll(thing, 3, 1) + 0.6 * torch.randn_like(thing)


def tower():
    return nn.Sequential(nn.Linear(24, hidden), nn.ReLU(), nn.Linear(hidden, embed))


one, other = tower(), tower()
weights = [*one.parameters(), *other.parameters()]
optimizer = torch.optim.AdamW(weights, lr=float(given["lr"]), weight_decay=float(given["wd"]))


def near(rows, heat):
    a, b = views(rows)
    a, b = nn.functional.normalize(one(a), dim=1), nn.functional.normalize(other(b), dim=1)
    return nn.functional.cross_entropy(a @ b.T / heat, torch.arange(len(rows)))


epochs = int(given["epochs"])
for epoch in range(epochs):
    total = 0.0
    for batch in torch.randperm(1000).split(int(given["batch_size"])):
        loss = near(batch, warm)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    with torch.no_grad():
        val = sum(near(part, 0.2).item() for part in torch.arange(1000, 1400).split(50)) / 8
    print(f"[{epoch + 1:02d}/{epochs:02d}] train loss {total / 1000:.4f} | val loss {val:.4f}", flush=True)
