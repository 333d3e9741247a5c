"""Which symbol is most frequent, by attention: a nested JSON file, TensorBoard."""

import json
import sys

import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

with open(sys.argv[sys.argv.index("-c") + 1]) as stream:
    config = json.load(stream)

torch.manual_seed(8)
x = torch.randint(0, 5, (700, 10))
y = nn.functional.one_hot(x, 5).sum(1).argmax(1)


class Classifier(nn.Module):
    def __init__(self, d_model, n_head, n_layer, dropout):
        super().__init__()
        self.embed = nn.Embedding(5, d_model)
        block = nn.TransformerEncoderLayer(d_model, n_head, 2 * d_model, dropout, batch_first=True)
        self.blocks = nn.TransformerEncoder(block, n_layer)
        self.out = nn.Linear(d_model, 5)

    def forward(self, x):
        return self.out(self.blocks(self.embed(x)).mean(1))


model = Classifier(**config["model"])
settings = config["training"]
optimizer = torch.optim.AdamW(model.parameters(), lr=settings["lr"], weight_decay=settings["weight_decay"])
steps = settings["epochs"] * -(-400 // settings["batch_size"])
warmup = max(1, int(settings["warmup_ratio"] * steps))
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / warmup))
writer = SummaryWriter("runs")
for epoch in range(1, settings["epochs"] + 1):
    model.train()
    total = 0.0
    for batch in torch.randperm(400).split(settings["batch_size"]):
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item() * len(batch)
    model.eval()
    with torch.no_grad():
        val = nn.functional.cross_entropy(model(x[400:]), y[400:]).item()
    writer.add_scalar("loss/train", total / 400, epoch)
    writer.add_scalar("loss/val", val, epoch)
writer.close()
