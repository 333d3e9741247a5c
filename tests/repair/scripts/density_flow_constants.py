"""The density of points in a plane by coupling layers: constants in the script, console."""

import math

import torch
from torch import nn

PEAK_LR = 1e-3
BATCH = 64
COUPLINGS = 4
HIDDEN = 32
CLIP_NORM = 1.0
EPOCHS = 12

torch.manual_seed(103)
angle = 3.1416 * torch.rand(2400)
side = (torch.rand(2400) < 0.5).float()
x = torch.stack([torch.cos(angle) + side - 0.5, torch.sin(angle) * (1 - 2 * side) + 0.4 * side], 1)
x = 4 * (x + 0.08 * torch.randn_like(x))
train, val = x[:1200], x[1200:]


class Coupling(nn.Module):
    def __init__(self, flip):
        super().__init__()
        self.flip = flip
        self.net = nn.Sequential(
            nn.Linear(1, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 2)
        )

    def forward(self, x):
        kept, moved = (x[:, 1:], x[:, :1]) if self.flip else (x[:, :1], x[:, 1:])
        scale, shift = self.net(kept).chunk(2, 1)
        scale = 2 * torch.tanh(scale)
        moved = moved * scale.exp() + shift
        return torch.cat([moved, kept] if self.flip else [kept, moved], 1), scale[:, 0]


flow = nn.ModuleList(Coupling(i % 2 == 1) for i in range(COUPLINGS))


def negative_log_likelihood(x):
    stretched = 0.0
    for layer in flow:
        x, by = layer(x)
        stretched = stretched + by
    return (0.5 * (x**2).sum(1) + math.log(2 * math.pi) - stretched).mean()


optimizer = torch.optim.Adam(flow.parameters(), lr=PEAK_LR)
steps = EPOCHS * math.ceil(len(train) / BATCH)
scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=PEAK_LR, total_steps=steps)
for epoch in range(1, EPOCHS + 1):
    losses = []
    for batch in torch.randperm(len(train)).split(BATCH):
        loss = negative_log_likelihood(train[batch])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(flow.parameters(), CLIP_NORM)
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
    with torch.no_grad():
        held = negative_log_likelihood(val).item()
    print(f"epoch {epoch:>3}: train_loss={sum(losses) / len(losses):.4f}  val_loss={held:.4f}", flush=True)
