"""A yes or no from a table with categories, by a dense net with embeddings: a YAML file, CSV."""

import csv
import sys

import torch
import yaml
from torch import nn

with open(sys.argv[1].removeprefix("--config=")) as stream:
    config = yaml.safe_load(stream)
model_, optim_, loop = config["model"], config["optim"], config["loop"]

torch.manual_seed(73)
sizes = (12, 30, 7)
category = torch.stack([torch.randint(0, size, (1600,)) for size in sizes], 1)
number = torch.randn(1600, 6)
worth = [0.8 * torch.randn(size) for size in sizes]
score = sum(w[c] for w, c in zip(worth, category.T, strict=True))
score += number[:, 0] * worth[0][category[:, 0]] + number[:, 1] - 0.7 * number[:, 2].abs()
label = (score + 0.5 * torch.randn(1600) > 0).float()


class Net(nn.Module):
    def __init__(self, emb, hidden, layers, dropout):
        super().__init__()
        self.embeddings = nn.ModuleList(nn.Embedding(size, emb) for size in sizes)
        wide, parts = 3 * emb + 6, []
        for _ in range(layers):
            parts += [nn.Linear(wide, hidden), nn.ReLU(), nn.Dropout(dropout)]
            wide = hidden
        self.dense = nn.Sequential(*parts, nn.Linear(wide, 1))

    def forward(self, category, number):
        known = [e(c) for e, c in zip(self.embeddings, category.T, strict=True)]
        return self.dense(torch.cat([*known, number], 1))[:, 0]


net = Net(model_["embedding_dim"], model_["hidden"], model_["n_layers"], model_["dropout"])
named = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adagrad": torch.optim.Adagrad}
optimizer = named[optim_["name"]](net.parameters(), lr=optim_["lr"], weight_decay=optim_["weight_decay"])
judge = nn.BCEWithLogitsLoss()
with open("history.csv", "w", newline="") as stream:
    log = csv.writer(stream)
    log.writerow(["epoch", "train_loss", "valid_loss", "valid_accuracy"])
    for epoch in range(loop["epochs"]):
        net.train()
        total = 0.0
        for batch in torch.randperm(800).split(loop["batch_size"]):
            loss = judge(net(category[batch], number[batch]), label[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        net.eval()
        with torch.no_grad():
            out = net(category[800:], number[800:])
        right = ((out > 0) == (label[800:] > 0.5)).float().mean().item()
        log.writerow([epoch, total / 800, judge(out, label[800:]).item(), right])
        stream.flush()
