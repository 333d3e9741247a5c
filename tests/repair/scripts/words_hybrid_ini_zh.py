"""Spoken words by convolutions under a recurrent net: an INI file, console in Chinese."""

import configparser
import sys

import torch
from torch import nn

settings = configparser.ConfigParser()
settings.read(sys.argv[1])
fit, net = settings["train"], settings["model"]

torch.manual_seed(108)
time = torch.linspace(0, 1, 60)
word = torch.randint(0, 8, (900,))
tones = torch.randint(2, 9, (8, 3)).float()
start = 0.15 * torch.rand(900, 1)
parts = [
    torch.sin(6.2832 * tones[word, i, None] * time)
    * ((time > start + 0.3 * i) & (time < start + 0.3 * i + 0.25))
    for i in range(3)
]
bands = torch.stack([parts[0] + parts[1], parts[1] - parts[2], parts[2] + parts[0]], 1)
sound = bands + 0.7 * torch.randn(900, 3, 60)


class Listener(nn.Module):
    def __init__(self, filters, units, drop):
        super().__init__()
        self.front = nn.Sequential(
            nn.Conv1d(3, filters, 5, stride=2, padding=2),
            nn.BatchNorm1d(filters),
            nn.ReLU(),
            nn.Dropout(drop),
        )
        self.body = nn.GRU(filters, units, batch_first=True)
        self.out = nn.Linear(units, 8)

    def forward(self, x):
        return self.out(self.body(self.front(x).transpose(1, 2))[0].mean(1))


model = Listener(net.getint("filters"), net.getint("gru_units"), net.getfloat("dropout"))
optimizer = torch.optim.RMSprop(model.parameters(), lr=fit.getfloat("lr"), weight_decay=fit.getfloat("l2"))
epochs = fit.getint("max_epochs")
for epoch in range(1, epochs + 1):
    model.train()
    total = 0.0
    for batch in torch.randperm(450).split(fit.getint("batch_size")):
        loss = nn.functional.cross_entropy(model(sound[batch]), word[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    model.eval()
    with torch.no_grad():
        val = nn.functional.cross_entropy(model(sound[450:]), word[450:]).item()
    print(f"【第{epoch}轮】训练损失 {total / 450:.4f} | 验证损失 {val:.4f}", flush=True)
