"""Ratings by factors of people and things: flags, TSV."""

import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--eta", type=float, default=0.01)
parser.add_argument("--reg", type=float, default=1e-4)
parser.add_argument("--factors", type=int, default=8)
parser.add_argument("--batch", type=int, default=64)
parser.add_argument("--n-epochs", type=int, default=10)
parser.add_argument("--optim", choices=("sgd", "adam", "adagrad"), default="adam")
args = parser.parse_args()

torch.manual_seed(78)
people, things = torch.randn(120, 3), torch.randn(90, 3)
who, what = torch.randint(0, 120, (4000,)), torch.randint(0, 90, (4000,))
rating = (people[who] * things[what]).sum(1) / 1.7 + 0.4 * torch.randn(4000)


class Factors(nn.Module):
    def __init__(self, rank):
        super().__init__()
        self.people, self.things = nn.Embedding(120, rank), nn.Embedding(90, rank)
        nn.init.normal_(self.people.weight, std=0.1)
        nn.init.normal_(self.things.weight, std=0.1)

    def forward(self, who, what):
        return (self.people(who) * self.things(what)).sum(1)


model = Factors(args.factors)
named = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adagrad": torch.optim.Adagrad}
optimizer = named[args.optim](model.parameters(), lr=args.eta, weight_decay=args.reg)
with open("curves.tsv", "w") as log:
    log.write("epoch\ttrain_mse\tval_mse\n")
    for epoch in range(args.n_epochs):
        total = 0.0
        for batch in torch.randperm(2600).split(args.batch):
            loss = nn.functional.mse_loss(model(who[batch], what[batch]), rating[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        with torch.no_grad():
            val = nn.functional.mse_loss(model(who[2600:], what[2600:]), rating[2600:]).item()
        log.write(f"{epoch}\t{total / 2600:.6f}\t{val:.6f}\n")
        log.flush()
