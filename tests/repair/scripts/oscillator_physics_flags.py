"""A damped oscillation from its equation and a few measurements: flags, CSV."""

import argparse
import csv

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--hidden-dim", type=int, default=32)
parser.add_argument("--num-layers", type=int, default=2)
parser.add_argument("--physics-weight", type=float, default=0.01)
parser.add_argument("--batch-size", type=int, default=32)
parser.add_argument("--epochs", type=int, default=10)
args = parser.parse_args()

torch.manual_seed(91)


def solution(t):
    return torch.exp(-1.5 * t) * torch.cos(12.0 * t)


seen = torch.linspace(0, 0.6, 12)[:, None]
measured = solution(seen) + 0.03 * torch.randn(12, 1)
parts, wide = [], 1
for _ in range(args.num_layers):
    parts += [nn.Linear(wide, args.hidden_dim), nn.Tanh()]
    wide = args.hidden_dim
model = nn.Sequential(*parts, nn.Linear(wide, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=args.lr)
places = torch.rand(192, 1)
grid = torch.linspace(0, 1, 200)[:, None]
with open("history.csv", "w", newline="") as stream:
    log = csv.writer(stream)
    log.writerow(["epoch", "loss", "val_loss"])
    for epoch in range(args.epochs):
        total = 0.0
        for batch in torch.randperm(192).split(args.batch_size):
            t = places[batch].requires_grad_(True)
            u = model(t)
            (first,) = torch.autograd.grad(u.sum(), t, create_graph=True)
            (second,) = torch.autograd.grad(first.sum(), t, create_graph=True)
            residual = second + 3.0 * first + 146.25 * u
            loss = ((model(seen) - measured) ** 2).mean()
            loss = loss + args.physics_weight * (residual / 146.25**0.5).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        with torch.no_grad():
            val = ((model(grid) - solution(grid)) ** 2).mean().item()
        log.writerow([epoch, f"{total / 192:.6f}", f"{val:.6f}"])
        stream.flush()
