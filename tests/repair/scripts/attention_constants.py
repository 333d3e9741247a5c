"""A language model with attention: constants in the script, console."""

import math

import torch
from torch import nn

LEARNING_RATE = 0.003
BATCH_SIZE = 16
N_EMBD = 32
DROPOUT = 0.1
SCHEDULE = "cosine"
EPOCHS = 6

torch.manual_seed(9)
pattern = torch.randint(0, 12, (7,))
text = [0, 1]
for _ in range(5000):
    noise = torch.rand(1).item() < 0.15
    text.append(
        torch.randint(0, 12, (1,)).item() if noise else (text[-1] + pattern[text[-2] % 7].item()) % 12
    )
lines = torch.tensor(text[:4998]).view(-1, 17)


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(12, N_EMBD)
        self.position = nn.Parameter(0.02 * torch.randn(16, N_EMBD))
        self.block = nn.TransformerEncoderLayer(
            N_EMBD, 4, 2 * N_EMBD, DROPOUT, batch_first=True, norm_first=True
        )
        self.out = nn.Linear(N_EMBD, 12)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(16))

    def forward(self, x):
        return self.out(self.block(self.embed(x) + self.position, src_mask=self.mask)).flatten(0, 1)


model = Model()
optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
steps = EPOCHS * math.ceil(200 / BATCH_SIZE)
factors = {"constant": lambda s: 1.0, "cosine": lambda s: 0.5 * (1 + math.cos(math.pi * s / steps))}
schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factors[SCHEDULE])
for epoch in range(1, EPOCHS + 1):
    model.train()
    total = 0.0
    for batch in torch.randperm(200).split(BATCH_SIZE):
        rows = lines[batch]
        loss = nn.functional.cross_entropy(model(rows[:, :-1]), rows[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item() * len(batch)
    model.eval()
    with torch.no_grad():
        val = nn.functional.cross_entropy(model(lines[200:, :-1]), lines[200:, 1:].flatten()).item()
    print(f"epoch {epoch} train_loss {total / 200:.4f} val_loss {val:.4f}", flush=True)
