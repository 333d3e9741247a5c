"""Digits by a convolutional net, SGD and a schedule of steps: flags, TensorBoard."""

import argparse

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.tensorboard import SummaryWriter

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=0.05)
parser.add_argument("--momentum", type=float, default=0.9)
parser.add_argument("--wd", type=float, default=5e-4)
parser.add_argument("--batch-size", type=int, default=32)
parser.add_argument("--channels", type=int, default=8)
parser.add_argument("--dropout", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=8)
args = parser.parse_args()

torch.manual_seed(4)
digits = load_digits()
x = torch.tensor(digits.images, dtype=torch.float32)[:, None] / 16
x, y = x + 0.35 * torch.randn(x.shape), torch.tensor(digits.target)
net = nn.Sequential(
    nn.Conv2d(1, args.channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(args.channels, 2 * args.channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Dropout(args.dropout), nn.Linear(8 * args.channels, 10),
)  # fmt: skip
optimizer = torch.optim.SGD(net.parameters(), lr=args.lr, momentum=args.momentum, weight_decay=args.wd)
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, max(1, args.epochs // 2), gamma=0.2)
with SummaryWriter("runs") as writer:
    for epoch in range(args.epochs):
        net.train()
        total = 0.0
        for rows in torch.randperm(600).split(args.batch_size):
            loss = nn.functional.cross_entropy(net(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        scheduler.step()
        net.eval()
        with torch.no_grad():
            val = nn.functional.cross_entropy(net(x[600:1200]), y[600:1200]).item()
        writer.add_scalar("Loss/train", total / 600, epoch)
        writer.add_scalar("Loss/validation", val, epoch)
