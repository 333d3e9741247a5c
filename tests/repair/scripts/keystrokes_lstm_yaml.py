"""Who types, by the pauses between keys, by an LSTM: a YAML file, console."""

import argparse

import torch
import yaml
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--cfg", required=True)
with open(parser.parse_args().cfg) as file:
    cfg = yaml.safe_load(file)

torch.manual_seed(41)
who = torch.randint(0, 4, (600,))
habits = torch.rand(4, 16) + 0.3
pauses = habits[who].roll(1, 1) * (1 + 0.5 * torch.randn(600, 16)) + 0.2 * torch.randn(600, 1)
pauses = pauses[:, :, None]
rnn = nn.LSTM(1, cfg["rnn"]["units"], cfg["rnn"]["layers"], batch_first=True)
head = nn.Sequential(nn.Dropout(cfg["rnn"]["dropout"]), nn.Linear(cfg["rnn"]["units"], 4))
params = [*rnn.parameters(), *head.parameters()]
if cfg["optim"]["name"] == "sgd":
    opt = torch.optim.SGD(params, lr=cfg["optim"]["lr"])
else:
    opt = torch.optim.Adam(params, lr=cfg["optim"]["lr"])
for epoch in range(cfg["optim"]["epochs"]):
    head.train()
    total = 0.0
    for rows in torch.randperm(400).split(cfg["optim"]["batch_size"]):
        loss = nn.functional.cross_entropy(head(rnn(pauses[rows])[0][:, -1]), who[rows])
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(params, cfg["optim"]["clip_norm"])
        opt.step()
        total += loss.item() * len(rows)
    head.eval()
    with torch.no_grad():
        out = head(rnn(pauses[400:])[0][:, -1])
    val = nn.functional.cross_entropy(out, who[400:]).item()
    acc = (out.argmax(1) == who[400:]).float().mean().item()
    print(f"epoch {epoch:02d} | loss {total / 400:.4f} | val_loss {val:.4f} | val_acc {acc:.3f}", flush=True)
