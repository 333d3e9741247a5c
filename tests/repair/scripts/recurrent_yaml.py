"""The adding problem with a GRU: a nested YAML file, a log of JSON lines."""

import json
import sys

import torch
import yaml
from torch import nn

with open(sys.argv[1]) as stream:
    config = yaml.safe_load(stream)

torch.manual_seed(6)
values, marks = torch.rand(600, 8), torch.zeros(600, 8)
for row in marks:
    row[torch.randperm(8)[:2]] = 1
x, y = torch.stack([values, marks], -1), (values * marks).sum(1, keepdim=True) - 1


class Adder(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.rnn = nn.GRU(2, hidden, batch_first=True)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x):
        return self.out(self.rnn(x)[0][:, -1])


model = Adder(config["model"]["hidden_size"])
settings = config["optimizer"]
kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[settings["name"]]
optimizer = kind(model.parameters(), lr=settings["lr"])
with open("train.jsonl", "w") as log:
    for epoch in range(config["train"]["epochs"]):
        total = 0.0
        for batch in torch.randperm(350).split(config["train"]["batch_size"]):
            loss = nn.functional.mse_loss(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), settings["grad_clip"])
            optimizer.step()
            total += loss.item() * len(batch)
        with torch.no_grad():
            val = nn.functional.mse_loss(model(x[350:]), y[350:]).item()
        log.write(json.dumps({"epoch": epoch + 1, "loss": total / 350, "val_loss": val}) + "\n")
        log.flush()
