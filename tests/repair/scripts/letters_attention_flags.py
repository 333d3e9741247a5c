"""A language model of letters with attention, in English prose: flags, console."""

import argparse

import torch
from sklearn import datasets
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--batch-size", type=int, default=16)
parser.add_argument("--d-model", type=int, default=32)
parser.add_argument("--ffn-dim", type=int, default=64)
parser.add_argument("--dropout", type=float, default=0.1)
parser.add_argument("--weight-decay", type=float, default=1e-4)
parser.add_argument("--epochs", type=int, default=5)
args = parser.parse_args()

torch.manual_seed(31)
prose = "".join(
    load().DESCR for load in (datasets.load_wine, datasets.load_breast_cancer, datasets.load_iris)
)
letters = [c for c in prose.lower() if c.isalpha() or c == " "]
known = sorted(set(letters))
codes = torch.tensor([known.index(c) for c in letters])[: 240 * 25].view(240, 25)
codes = codes[torch.randperm(240)]
train, held_out = codes[:180], codes[180:]


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(len(known), args.d_model)
        self.position = nn.Parameter(0.02 * torch.randn(24, args.d_model))
        self.block = nn.TransformerEncoderLayer(args.d_model, 4, args.ffn_dim, args.dropout, batch_first=True)
        self.head = nn.Linear(args.d_model, len(known))
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(24))

    def forward(self, x):
        return self.head(self.block(self.embed(x) + self.position, src_mask=self.mask)).flatten(0, 1)


model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=args.lr, weight_decay=args.weight_decay)
for epoch in range(args.epochs):
    model.train()
    total = 0.0
    for batch in torch.randperm(len(train)).split(args.batch_size):
        rows = train[batch]
        loss = nn.functional.cross_entropy(model(rows[:, :-1]), rows[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    model.eval()
    with torch.no_grad():
        val = nn.functional.cross_entropy(model(held_out[:, :-1]), held_out[:, 1:].flatten()).item()
    print(
        f"Epoch {epoch + 1}/{args.epochs} - loss: {total / len(train):.4f} - val_loss: {val:.4f}", flush=True
    )
