"""Traffic some steps ahead by dilated causal convolutions: a JSON file, CSV."""

import argparse
import csv
import json

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--conf", required=True)
with open(parser.parse_args().conf) as stream:
    conf = json.load(stream)

torch.manual_seed(105)
steps = torch.arange(1500.0)
flow = torch.relu(torch.sin(steps * 6.2832 / 24)) + 0.4 * torch.sin(steps * 6.2832 / 12 + 0.7)
jam = torch.zeros(1500)
for t in range(3, 1500):
    jam[t] = 0.75 * jam[t - 1] + 0.5 * torch.relu(flow[t - 3] - 0.9) + 0.12 * torch.randn(())
series = flow - jam
series = (series - series.mean()) / series.std()
cut = series.unfold(0, 34, 1)
x, y = cut[:, None, :32], cut[:, 33]


class Causal(nn.Module):
    def __init__(self, entering, leaving, dilation):
        super().__init__()
        self.pad = nn.ConstantPad1d((dilation, 0), 0.0)
        self.conv = nn.utils.parametrizations.weight_norm(nn.Conv1d(entering, leaving, 2, dilation=dilation))
        self.drop = nn.Dropout(conf["drop_rate"])

    def forward(self, x):
        out = self.drop(torch.relu(self.conv(self.pad(x))))
        return out + x if out.shape == x.shape else out


wide = conf["num_filters"]
body = [Causal(1 if i == 0 else wide, wide, 2**i) for i in range(conf["num_levels"])]
model = nn.Sequential(*body)
head = nn.Linear(wide, 1)


def forecast(x):
    return head(model(x)[:, :, -1])[:, 0]


optimizer = torch.optim.SGD(
    [*model.parameters(), *head.parameters()],
    lr=conf["lr"],
    momentum=conf["momentum"],
    weight_decay=conf["l2_reg"],
    nesterov=conf["momentum"] > 0,
)
with open("epochs.csv", "w", newline="") as stream:
    table = csv.DictWriter(stream, ["epoch", "lr", "loss", "val_loss"])
    table.writeheader()
    for epoch in range(conf["max_epochs"]):
        model.train()
        total = 0.0
        for batch in torch.randperm(700).split(conf["train_batch_size"]):
            loss = nn.functional.mse_loss(forecast(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        model.eval()
        with torch.no_grad():
            val = nn.functional.mse_loss(forecast(x[800:]), y[800:]).item()
        table.writerow({"epoch": epoch, "lr": conf["lr"], "loss": total / 700, "val_loss": val})
        stream.flush()
