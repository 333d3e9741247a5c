"""A property of small graphs by passing messages: flags, TensorBoard."""

import argparse

import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

parser = argparse.ArgumentParser(description="graph regression")
parser.add_argument("--learning_rate", type=float, default=1e-3)
parser.add_argument("--hid_dim", type=int, default=32)
parser.add_argument("--num_rounds", type=int, default=2)
parser.add_argument("--dropout_p", type=float, default=0.1)
parser.add_argument("--l2", type=float, default=1e-5)
parser.add_argument("--bs", type=int, default=32)
parser.add_argument("--n_epochs", type=int, default=10)
opts = parser.parse_args()

torch.manual_seed(102)
n, atoms = 900, 10
kind = torch.randint(0, 4, (n, atoms))
edges = (torch.rand(n, atoms, atoms) < 0.22).float()
edges = ((edges + edges.transpose(1, 2)) > 0).float() * (1 - torch.eye(atoms))
charge = torch.tensor([-1.0, 0.5, 1.0, 2.0])[kind]
around = (edges @ charge[:, :, None])[:, :, 0]
target = (charge * torch.tanh(around)).sum(1) + 0.3 * (edges.sum(2) * (kind == 3)).sum(1)
target = (target - target.mean()) / target.std() + 0.1 * torch.randn(n)


class Round(nn.Module):
    def __init__(self, wide):
        super().__init__()
        self.own, self.others = nn.Linear(wide, wide), nn.Linear(wide, wide, bias=False)

    def forward(self, h, edges):
        return h + torch.relu(self.own(h) + self.others(edges @ h))


class Graphs(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Embedding(4, opts.hid_dim)
        self.rounds = nn.ModuleList(Round(opts.hid_dim) for _ in range(opts.num_rounds))
        self.out = nn.Sequential(
            nn.Linear(opts.hid_dim, opts.hid_dim), nn.ReLU(), nn.Dropout(opts.dropout_p),
            nn.Linear(opts.hid_dim, 1),
        )  # fmt: skip

    def forward(self, kind, edges):
        h = self.first(kind)
        for part in self.rounds:
            h = part(h, edges)
        return self.out(h.sum(1))[:, 0]


model = Graphs()
optim = torch.optim.Adam(model.parameters(), lr=opts.learning_rate, weight_decay=opts.l2)
board = SummaryWriter("tb")
for epoch in range(opts.n_epochs):
    model.train()
    for batch in torch.randperm(500).split(opts.bs):
        loss = nn.functional.l1_loss(model(kind[batch], edges[batch]), target[batch])
        optim.zero_grad()
        loss.backward()
        optim.step()
    model.eval()
    with torch.no_grad():
        fitted = nn.functional.l1_loss(model(kind[:500], edges[:500]), target[:500]).item()
        held = nn.functional.l1_loss(model(kind[500:], edges[500:]), target[500:]).item()
    board.add_scalar("train/loss", fitted, epoch)
    board.add_scalar("valid/loss", held, epoch)
board.close()
