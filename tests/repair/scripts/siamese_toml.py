"""Which two digits are the same, by a siamese net with a contrastive loss: a TOML file, CSV."""

import csv
import sys
import tomllib

import torch
from sklearn.datasets import load_digits
from torch import nn

with open(sys.argv[1], "rb") as stream:
    config = tomllib.load(stream)

torch.manual_seed(75)
digits = load_digits()
order = torch.randperm(1797)
x, y = torch.tensor(digits.data / 16.0).float()[order], torch.tensor(digits.target)[order]
x = x + 0.15 * torch.randn_like(x)


def pairs(first, last, count):
    one, other = (torch.randint(first, last, (8 * count,)) for _ in range(2))
    same = y[one] == y[other]
    wanted = torch.cat([same.nonzero()[: count // 2, 0], (~same).nonzero()[: count // 2, 0]])
    wanted = wanted[torch.randperm(len(wanted))]
    return x[one[wanted]], x[other[wanted]], same[wanted].float()


train, held_out = pairs(0, 400, 800), pairs(900, 1797, 600)
net = nn.Sequential(
    nn.Linear(64, config["width"]), nn.ReLU(), nn.Dropout(config["dropout"]),
    nn.Linear(config["width"], config["embed_dim"]),
)  # fmt: skip


def contrastive(one, other, same):
    apart = (nn.functional.normalize(net(one)) - nn.functional.normalize(net(other))).norm(dim=1)
    return (same * apart**2 + (1 - same) * torch.relu(config["margin"] - apart) ** 2).mean()


optimizer = torch.optim.SGD(net.parameters(), lr=config["learning_rate"], momentum=config["momentum"])
with open("metrics.csv", "w", newline="") as stream:
    log = csv.writer(stream)
    log.writerow(["epoch", "loss", "val_loss"])
    for epoch in range(1, config["num_epochs"] + 1):
        net.train()
        total = 0.0
        for batch in torch.randperm(len(train[0])).split(config["batch_size"]):
            loss = contrastive(*(part[batch] for part in train))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        net.eval()
        with torch.no_grad():
            log.writerow([epoch, total / len(train[0]), contrastive(*held_out).item()])
        stream.flush()
