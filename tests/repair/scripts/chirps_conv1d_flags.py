"""Kinds of chirps by a 1-d convolutional net: flags, TensorBoard."""

import argparse

import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.05)
parser.add_argument("--momentum", type=float, default=0.9)
parser.add_argument("--weight-decay", type=float, default=1e-4)
parser.add_argument("--batch-size", type=int, default=32)
parser.add_argument("--width", type=int, default=16)
parser.add_argument("--epochs", type=int, default=8)
args = parser.parse_args()

torch.manual_seed(72)
time = torch.linspace(0, 1, 64)
kind = torch.randint(0, 6, (720,))
base, slope = 3 + 5 * torch.rand(720, 1), torch.tensor([-2.5, 0.0, 2.5])[kind % 3, None]
x = torch.sin(6.28 * (base * time + slope * time**2))
x = torch.where(kind[:, None] >= 3, x * (time - 0.5).abs() * 3, x) + 0.6 * torch.randn(720, 64)
x = x[:, None]
net = nn.Sequential(
    nn.Conv1d(1, args.width, 7, stride=2), nn.ReLU(),
    nn.Conv1d(args.width, args.width, 5, stride=2), nn.ReLU(),
    nn.Conv1d(args.width, 2 * args.width, 3, stride=2), nn.ReLU(),
    nn.AdaptiveAvgPool1d(3), nn.Flatten(), nn.Linear(6 * args.width, 6),
)  # fmt: skip
optimizer = torch.optim.SGD(
    net.parameters(), lr=args.lr, momentum=args.momentum, weight_decay=args.weight_decay
)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, args.epochs)
writer = SummaryWriter("runs")
for epoch in range(args.epochs):
    total = 0.0
    for batch in torch.randperm(480).split(args.batch_size):
        loss = nn.functional.cross_entropy(net(x[batch]), kind[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    schedule.step()
    with torch.no_grad():
        val = nn.functional.cross_entropy(net(x[480:]), kind[480:]).item()
    writer.add_scalar("loss/train", total / 480, epoch)
    writer.add_scalar("loss/val", val, epoch)
writer.close()
