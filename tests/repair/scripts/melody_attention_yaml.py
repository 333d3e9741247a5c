"""The next note of made-up melodies by a small causal transformer: a YAML file, CSV."""

import csv
import sys

import torch
import yaml
from torch import nn

with open(sys.argv[2]) as file:
    config = yaml.safe_load(file)

torch.manual_seed(33)
motifs = torch.randint(0, 14, (8, 4))
songs = motifs[torch.randint(0, 8, (360, 5))].flatten(1)
lifted = (songs + torch.randint(0, 3, (360, 1))) % 16
songs = torch.where(torch.rand(360, 20) < 0.08, torch.randint(0, 16, (360, 20)), lifted)
dim = config["model"]["dim"]


class Composer(nn.Module):
    def __init__(self):
        super().__init__()
        self.notes, self.places = nn.Embedding(16, dim), nn.Embedding(19, dim)
        block = nn.TransformerEncoderLayer(
            dim, 2, 2 * dim, config["model"]["dropout"], batch_first=True, norm_first=True
        )
        self.blocks = nn.TransformerEncoder(block, config["model"]["layers"], enable_nested_tensor=False)
        self.out = nn.Linear(dim, 16)

    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1])
        return self.out(self.blocks(self.notes(x) + self.places.weight[: x.shape[1]], mask=mask))


def loss_of(model, rows):
    return nn.functional.cross_entropy(model(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())


model = Composer()
optimizer = torch.optim.Adam(model.parameters(), lr=config["train"]["learning_rate"])
with open("log.csv", "w", newline="") as file:
    log = csv.writer(file)
    log.writerow(["epoch", "train_loss", "eval_loss"])
    for epoch in range(config["train"]["num_epochs"]):
        model.train()
        total = 0.0
        for rows in songs[:220][torch.randperm(220)].split(config["train"]["batch_size"]):
            loss = loss_of(model, rows)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        model.eval()
        with torch.no_grad():
            log.writerow([epoch + 1, total / 220, loss_of(model, songs[220:]).item()])
        file.flush()
