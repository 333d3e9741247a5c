"""Which letter leads in the first half of a sequence, by a small transformer: a JSON file, JSON lines."""

import json
import sys

import torch
from torch import nn

with open(sys.argv[1]) as stream:
    config = json.load(stream)
arch, opt = config["arch"], config["opt"]

torch.manual_seed(71)
x = torch.randint(0, 4, (640, 20))
y = nn.functional.one_hot(x[:, :10]).sum(1).argmax(1)
train, held_out = slice(0, 400), slice(400, None)


class Model(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.tokens = nn.Embedding(4, dim)
        self.places = nn.Parameter(0.1 * torch.randn(20, dim))
        layer = nn.TransformerEncoderLayer(
            dim, arch["heads"], 2 * dim, arch["dropout"], batch_first=True, norm_first=True
        )
        self.body = nn.TransformerEncoder(layer, arch["depth"], enable_nested_tensor=False)
        self.head = nn.Linear(dim, 4)

    def forward(self, x):
        return self.head(self.body(self.tokens(x) + self.places).mean(1))


model = Model(arch["dim"])
steps = opt["epochs"] * -(-400 // opt["batch_size"])
optimizer = torch.optim.AdamW(model.parameters(), lr=opt["lr"], weight_decay=opt["weight_decay"])
warm = max(1, int(opt["warmup"] * steps))
schedule = torch.optim.lr_scheduler.LambdaLR(
    optimizer, lambda s: (s + 1) / warm if s < warm else max(0.0, (steps - s) / max(1, steps - warm))
)
with open("log.jsonl", "w") as log:
    for epoch in range(opt["epochs"]):
        model.train()
        total = 0.0
        for batch in torch.randperm(400).split(opt["batch_size"]):
            loss = nn.functional.cross_entropy(model(x[train][batch]), y[train][batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        model.eval()
        with torch.no_grad():
            out = model(x[held_out])
        val = nn.functional.cross_entropy(out, y[held_out]).item()
        right = (out.argmax(1) == y[held_out]).float().mean().item()
        row = {"epoch": epoch, "train_loss": total / 400, "val_loss": val, "val_acc": right}
        log.write(json.dumps(row) + "\n")
        log.flush()
