"""The load of a grid an hour ahead by a recurrent net: a YAML file, a console in Chinese."""

import sys

import torch
import yaml
from torch import nn

with open(sys.argv[sys.argv.index("--cfg") + 1], encoding="utf-8") as stream:
    config = yaml.safe_load(stream)
train, net = config["train"], config["model"]

torch.manual_seed(92)
hours = torch.arange(1300.0)
load = torch.sin(hours * 6.2832 / 24) + 0.5 * torch.sin(hours * 6.2832 / 168 + 1)
load = load * (1 + 0.2 * torch.sin(hours / 60)) + 0.15 * torch.randn(1300)
windows = load.unfold(0, 25, 1)
x, y = windows[:, :24, None], windows[:, 24:]
x, y, held_x, held_y = x[:900], y[:900], x[950:], y[950:]


class Forecast(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.GRU(1, net["cells"], net["stack"], batch_first=True, dropout=0.0)
        self.drop = nn.Dropout(net["dropout"])
        self.head = nn.Linear(net["cells"], 1)

    def forward(self, x):
        return self.head(self.drop(self.body(x)[0][:, -1]))


model = Forecast()
optimizer = torch.optim.AdamW(model.parameters(), lr=train["lr"], weight_decay=train["wd"])
for epoch in range(1, train["epochs"] + 1):
    model.train()
    total = 0.0
    for batch in torch.randperm(900).split(train["batch"]):
        loss = nn.functional.mse_loss(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    model.eval()
    with torch.no_grad():
        val = nn.functional.mse_loss(model(held_x), held_y).item()
    print(f"第 {epoch}/{train['epochs']} 轮 训练损失={total / 900:.5f} 验证损失={val:.5f}", flush=True)
