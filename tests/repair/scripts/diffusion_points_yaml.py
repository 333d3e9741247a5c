"""The noise in points of a spiral, at every strength of it: a YAML file, JSON lines."""

import json
import sys

import torch
import yaml
from torch import nn

with open(sys.argv[-1]) as stream:
    cfg = yaml.safe_load(stream)

torch.manual_seed(106)
turn = 3 + 9 * torch.rand(2000, 1).sqrt()
points = torch.cat([turn * torch.cos(turn), turn * torch.sin(turn)], 1) / 8
points = points + 0.03 * torch.randn_like(points)
strengths = torch.linspace(0.02, 0.98, 50)
held_strength = strengths[torch.randint(50, (1000, 1))]
held_noise = torch.randn(1000, 2)


class Denoiser(nn.Module):
    def __init__(self, wide, deep):
        super().__init__()
        layers, entering = [], 2 + 8
        for _ in range(deep):
            layers += [nn.Linear(entering, wide), nn.SiLU()]
            entering = wide
        self.body = nn.Sequential(*layers, nn.Linear(entering, 2))

    def forward(self, x, strength):
        waves = strength * 2.0 ** torch.arange(4)
        return self.body(torch.cat([x, waves.sin(), waves.cos()], 1))


def loss_of(model, clean, strength, noise):
    dirty = (1 - strength).sqrt() * clean + strength.sqrt() * noise
    return ((model(dirty, strength) - noise) ** 2).mean()


model = Denoiser(cfg["model"]["hidden_dim"], cfg["model"]["n_layers"])
opt = torch.optim.AdamW(model.parameters(), lr=cfg["optim"]["lr"])
average = torch.optim.swa_utils.AveragedModel(
    model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(cfg["optim"]["ema_decay"])
)
with open("diffusion.jsonl", "w") as log:
    for epoch in range(cfg["train"]["epochs"]):
        total = 0.0
        for batch in torch.randperm(1000).split(cfg["train"]["batch_size"]):
            strength = strengths[torch.randint(50, (len(batch), 1))]
            loss = loss_of(model, points[batch], strength, torch.randn(len(batch), 2))
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), cfg["optim"]["grad_clip"])
            opt.step()
            average.update_parameters(model)
            total += loss.item() * len(batch)
        with torch.no_grad():
            val = loss_of(average, points[1000:], held_strength, held_noise).item()
        log.write(json.dumps({"epoch": epoch, "loss": total / 1000, "val_loss": val}) + "\n")
        log.flush()
