"""A tagger of sequences with attention, AdamW and warm-up steps: flags, a table of tabs by step."""

import argparse

import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--learning-rate", type=float, default=5e-4)
parser.add_argument("--wd", type=float, default=0.01)
parser.add_argument("--warmup-steps", type=int, default=20)
parser.add_argument("--train-batch-size", type=int, default=32)
parser.add_argument("--embed-dim", type=int, default=32)
parser.add_argument("--attn-dropout", type=float, default=0.1)
parser.add_argument("--max-steps", type=int, default=200)
args = parser.parse_args()

torch.manual_seed(13)
x = torch.randint(1, 10, (700, 10))
y = (x > x.roll(1, 1)).long() + 2 * (x > x[:, :1])
y = torch.where(torch.rand(y.shape) < 0.05, torch.randint(0, 4, y.shape), y)


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(10, args.embed_dim)
        self.position = nn.Parameter(0.02 * torch.randn(10, args.embed_dim))
        self.body = nn.TransformerEncoderLayer(
            args.embed_dim, 2, 2 * args.embed_dim, args.attn_dropout, batch_first=True, norm_first=True
        )
        self.out = nn.Linear(args.embed_dim, 4)

    def forward(self, x):
        return self.out(self.body(self.embed(x) + self.position)).flatten(0, 1)


model = Tagger()
optimizer = torch.optim.AdamW(model.parameters(), lr=args.learning_rate, weight_decay=args.wd)
schedule = torch.optim.lr_scheduler.LambdaLR(
    optimizer, lambda s: min((s + 1) / max(args.warmup_steps, 1), max(1 - s / args.max_steps, 0.05))
)
with open("metrics.tsv", "w") as log:
    log.write("step\ttrain_loss\teval_loss\n")
    for step in range(args.max_steps):
        model.train()
        batch = torch.randint(0, 400, (args.train_batch_size,))
        loss = nn.functional.cross_entropy(model(x[batch]), y[batch].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if (step + 1) % 20 == 0:
            model.eval()
            with torch.no_grad():
                held_out = nn.functional.cross_entropy(model(x[400:]), y[400:].flatten()).item()
            log.write(f"{step + 1}\t{loss.item():.6f}\t{held_out:.6f}\n")
            log.flush()
