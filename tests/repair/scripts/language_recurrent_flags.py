"""A language model of characters with an LSTM: flags, a CSV log."""

import argparse
import csv

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.003)
parser.add_argument("--bsz", type=int, default=16)
parser.add_argument("--nhid", type=int, default=32)
parser.add_argument("--dropout", type=float, default=0.0)
parser.add_argument("--clip", type=float, default=1.0)
parser.add_argument("--epochs", type=int, default=6)
args = parser.parse_args()

torch.manual_seed(7)
steps = torch.distributions.Dirichlet(torch.full((14,), 0.1)).sample((14,))
text = [0]
for _ in range(6000):
    text.append(torch.multinomial(steps[text[-1]], 1).item())
lines = torch.tensor(text[:6000]).view(-1, 20)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(14, args.nhid)
        self.rnn = nn.LSTM(args.nhid, args.nhid, batch_first=True)
        self.drop = nn.Dropout(args.dropout)
        self.out = nn.Linear(args.nhid, 14)

    def forward(self, x):
        return self.out(self.drop(self.rnn(self.embed(x))[0])).flatten(0, 1)


model = Model()
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
train, val = lines[:200], lines[200:]
with open("history.csv", "w", newline="") as stream:
    log = csv.writer(stream)
    log.writerow(["epoch", "loss", "val_loss"])
    for epoch in range(1, args.epochs + 1):
        model.train()
        total = 0.0
        for batch in torch.randperm(200).split(args.bsz):
            rows = train[batch]
            loss = nn.functional.cross_entropy(model(rows[:, :-1]), rows[:, 1:].flatten())
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), args.clip)
            optimizer.step()
            total += loss.item() * len(batch)
        model.eval()
        with torch.no_grad():
            held_out = nn.functional.cross_entropy(model(val[:, :-1]), val[:, 1:].flatten()).item()
        log.writerow([epoch, total / 200, held_out])
        stream.flush()
