"""Digits through a dense bottleneck by SGD: flags, TensorBoard."""

import argparse

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.tensorboard import SummaryWriter

parser = argparse.ArgumentParser()
parser.add_argument("--learning-rate", type=float, default=0.5)
parser.add_argument("--momentum", type=float, default=0.9)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--hidden", type=int, default=64)
parser.add_argument("--code-size", type=int, default=16)
parser.add_argument("--init-scale", type=float, default=1.0)
parser.add_argument("--epochs", type=int, default=15)
args = parser.parse_args()

torch.manual_seed(6)
x = torch.tensor(load_digits().data, dtype=torch.float32) / 16
net = nn.Sequential(
    nn.Linear(64, args.hidden), nn.Tanh(), nn.Linear(args.hidden, args.code_size),
    nn.Linear(args.code_size, args.hidden), nn.Tanh(), nn.Linear(args.hidden, 64),
)  # fmt: skip
for weights in net.parameters():
    weights.data *= args.init_scale
optimizer = torch.optim.SGD(net.parameters(), lr=args.learning_rate, momentum=args.momentum)
with SummaryWriter("tb") as writer:
    for epoch in range(args.epochs):
        total = 0.0
        for rows in torch.randperm(800).split(args.batch):
            loss = nn.functional.mse_loss(net(x[rows]), x[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        with torch.no_grad():
            val = nn.functional.mse_loss(net(x[800:]), x[800:]).item()
        writer.add_scalar("train/loss", total / 800, epoch)
        writer.add_scalar("val/loss", val, epoch)
