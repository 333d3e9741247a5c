"""Digits as a few patches under attention: flags, console."""

import argparse

import torch
from sklearn.datasets import load_digits
from torch import nn

parser = argparse.ArgumentParser(description="a small vision transformer")
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--weight_decay", type=float, default=0.01)
parser.add_argument("--batch_size", type=int, default=32)
parser.add_argument("--patch_size", type=int, default=2, choices=(1, 2, 4))
parser.add_argument("--dim", type=int, default=32)
parser.add_argument("--depth", type=int, default=2)
parser.add_argument("--num_heads", type=int, default=4)
parser.add_argument("--drop", type=float, default=0.1)
parser.add_argument("--epochs", type=int, default=8)
args = parser.parse_args()

torch.manual_seed(107)
pixels, label = load_digits(return_X_y=True)
x = torch.tensor(pixels / 8.0 - 1.0, dtype=torch.float32).view(-1, 8, 8)
x = x + 0.4 * torch.randn_like(x)
y = torch.tensor(label)
side = args.patch_size
x = x.unfold(1, side, side).unfold(2, side, side).flatten(1, 2).flatten(2)


class Patches(nn.Module):
    def __init__(self):
        super().__init__()
        self.enter = nn.Linear(side * side, args.dim)
        self.place = nn.Parameter(0.02 * torch.randn(x.shape[1], args.dim))
        layer = nn.TransformerEncoderLayer(
            args.dim, args.num_heads, 2 * args.dim, args.drop, batch_first=True, norm_first=True
        )
        self.body = nn.TransformerEncoder(layer, args.depth, enable_nested_tensor=False)
        self.out = nn.Linear(args.dim, 10)

    def forward(self, x):
        return self.out(self.body(self.enter(x) + self.place).mean(1))


model = Patches()
optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=args.weight_decay)
schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, args.epochs)
for epoch in range(args.epochs):
    model.train()
    total = 0.0
    for batch in torch.randperm(600).split(args.batch_size):
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    schedule.step()
    model.eval()
    with torch.no_grad():
        val = nn.functional.cross_entropy(model(x[800:]), y[800:]).item()
    print(f"Epoch {epoch}: train_loss {total / 600:.4f}, val_loss {val:.4f}", flush=True)
