"""Where a blob lies in a noisy picture, by a small U-net: a TOML file, JSON lines."""

import json
import sys
import tomllib

import torch
from torch import nn

with open(sys.argv[1], "rb") as stream:
    settings = tomllib.load(stream)
fit, net = settings["fit"], settings["net"]

torch.manual_seed(101)
axis = torch.linspace(-1, 1, 16)
centre = 1.4 * torch.rand(320, 2, 1, 1) - 0.7
far = (axis[:, None] - centre[:, :1]) ** 2 * (1 + torch.rand(320, 1, 1, 1)) + (axis - centre[:, 1:]) ** 2
inside = (far < 0.1 + 0.3 * torch.rand(320, 1, 1, 1)).float()
picture = inside * (0.5 + torch.rand(320, 1, 1, 1)) + 0.8 * torch.randn(320, 1, 16, 16)
picture = picture + 0.6 * torch.sin(6 * axis + 6 * torch.rand(320, 1, 1, 1))


def double(entering, leaving):
    return nn.Sequential(
        nn.Conv2d(entering, leaving, 3, padding=1), nn.ReLU(),
        nn.Conv2d(leaving, leaving, 3, padding=1), nn.ReLU(),
    )  # fmt: skip


class UNet(nn.Module):
    def __init__(self, base, drop):
        super().__init__()
        self.down, self.deep = double(1, base), double(base, 2 * base)
        self.up, self.out = double(3 * base, base), nn.Conv2d(base, 1, 1)
        self.drop = nn.Dropout2d(drop)

    def forward(self, x):
        fine = self.down(x)
        coarse = self.drop(self.deep(nn.functional.max_pool2d(fine, 2)))
        return self.out(self.up(torch.cat([fine, nn.functional.interpolate(coarse, scale_factor=2.0)], 1)))


unet = UNet(net["base_channels"], net["dropout"])
named = {"sgd": torch.optim.SGD, "adamw": torch.optim.AdamW}
extra = {"momentum": 0.9} if fit["optimizer"] == "sgd" else {}
opt = named[fit["optimizer"]](unet.parameters(), lr=fit["lr"], weight_decay=fit["weight_decay"], **extra)
with open("progress.jsonl", "w") as log:
    for epoch in range(fit["epochs"]):
        unet.train()
        total = 0.0
        for batch in torch.randperm(160).split(fit["batch_size"]):
            loss = nn.functional.binary_cross_entropy_with_logits(unet(picture[batch]), inside[batch])
            opt.zero_grad()
            loss.backward()
            opt.step()
            total += loss.item() * len(batch)
        unet.eval()
        with torch.no_grad():
            val = nn.functional.binary_cross_entropy_with_logits(unet(picture[160:]), inside[160:]).item()
        log.write(json.dumps({"epoch": epoch, "train_loss": total / 160, "val_loss": val}) + "\n")
        log.flush()
