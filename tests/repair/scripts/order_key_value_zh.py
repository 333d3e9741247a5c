"""Which of two signals came first, told by a GRU: key=value words, console in Chinese; its length is fixed."""

import sys

import torch
from torch import nn

settings = {"lr": "0.003", "bs": "32", "rnn_units": "32", "depth": "1", "p_drop": "0.1", "clipnorm": "1.0"}
settings.update(word.split("=", 1) for word in sys.argv[1:])

torch.manual_seed(15)
x = 0.3 * torch.randn(700, 14, 3)
first, second = torch.randint(0, 7, (700,)), torch.randint(7, 14, (700,))
kinds = torch.randint(0, 2, (700, 2))
x[torch.arange(700), first, kinds[:, 0]] += 1.2
x[torch.arange(700), second, kinds[:, 1]] += 1.2
y = 2 * kinds[:, 0] + kinds[:, 1]


class Reader(nn.Module):
    def __init__(self, units, depth, dropout):
        super().__init__()
        self.rnn = nn.GRU(3, units, depth, batch_first=True)
        self.drop = nn.Dropout(dropout)
        self.out = nn.Linear(units, 4)

    def forward(self, x):
        return self.out(self.drop(self.rnn(x)[0][:, -1]))


model = Reader(int(settings["rnn_units"]), int(settings["depth"]), float(settings["p_drop"]))
optimizer = torch.optim.Adam(model.parameters(), lr=float(settings["lr"]))
for epoch in range(1, 11):
    model.train()
    total = 0.0
    for batch in torch.randperm(400).split(int(settings["bs"])):
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), float(settings["clipnorm"]))
        optimizer.step()
        total += loss.item() * len(batch)
    model.eval()
    with torch.no_grad():
        held_out = nn.functional.cross_entropy(model(x[400:]), y[400:]).item()
    print(f"第 {epoch} 轮 训练损失: {total / 400:.4f} 验证损失: {held_out:.4f}", flush=True)
