"""Forecast of a chaotic series by a recurrent net: a TOML file, console."""

import sys
import tomllib

import torch
from torch import nn

with open(sys.argv[sys.argv.index("-c") + 1], "rb") as stream:
    config = tomllib.load(stream)
model_, train_ = config["model"], config["train"]

torch.manual_seed(51)
series = [0.4]
for _ in range(900):
    series.append(3.82 * series[-1] * (1 - series[-1]))
series = torch.tensor(series) + 0.01 * torch.randn(901)
windows = torch.stack([series[i : i + 10] for i in range(0, 880, 2)])
x, y = windows[:, :8, None], windows[:, 9:]
order = torch.randperm(len(x))
x, y = x[order], y[order]
body = nn.LSTM(1, model_["hidden_size"], batch_first=True)
head = nn.Linear(model_["hidden_size"], 1)
weights = [*body.parameters(), *head.parameters()]
optimizer = torch.optim.RMSprop(weights, lr=train_["lr"])
for epoch in range(train_["epochs"]):
    total = 0.0
    for batch in torch.randperm(280).split(train_["batch_size"]):
        loss = nn.functional.mse_loss(head(body(x[batch])[0][:, -1]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, train_["max_grad_norm"])
        optimizer.step()
        total += loss.item() * len(batch)
    with torch.no_grad():
        val = nn.functional.mse_loss(head(body(x[280:])[0][:, -1]), y[280:]).item()
    print(f"[{epoch + 1:02d}] train loss {total / 280:.6f} | valid loss {val:.6f}", flush=True)
