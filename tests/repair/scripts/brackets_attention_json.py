"""Whether brackets close, by a small transformer and the mean over its places: a JSON file, CSV."""

import json
import sys

import torch
from torch import nn

with open(sys.argv[1]) as file:
    cfg = json.load(file)
torch.manual_seed(8)
steps = torch.randint(0, 2, (900, 12))
depth = (2 * steps - 1).cumsum(1)
labels = ((depth.min(1).values >= -1) & (depth[:, -1].abs() <= 2)).long()
width = cfg["model"]["d_model"]


class Judge(nn.Module):
    def __init__(self):
        super().__init__()
        self.token, self.place = nn.Embedding(2, width), nn.Embedding(12, width)
        layer = nn.TransformerEncoderLayer(
            width, cfg["model"]["nhead"], 2 * width, cfg["model"]["dropout"], batch_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, cfg["model"]["num_layers"], enable_nested_tensor=False)
        self.head = nn.Linear(width, 2)

    def forward(self, x):
        return self.head(self.encoder(self.token(x) + self.place.weight).mean(1))


model = Judge()
optimizer = torch.optim.AdamW(model.parameters(), lr=cfg["lr"], weight_decay=cfg["weight_decay"])
with open("history.csv", "w") as log:
    print("epoch,train_loss,val_loss,val_accuracy", file=log)
    for epoch in range(cfg["epochs"]):
        model.train()
        total = 0.0
        for rows in torch.randperm(600).split(cfg["batch_size"]):
            loss = nn.functional.cross_entropy(model(steps[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        model.eval()
        with torch.no_grad():
            out = model(steps[600:])
        val = nn.functional.cross_entropy(out, labels[600:]).item()
        right = (out.argmax(1) == labels[600:]).float().mean().item()
        print(f"{epoch},{total / 600:.5f},{val:.5f},{right:.4f}", file=log, flush=True)
