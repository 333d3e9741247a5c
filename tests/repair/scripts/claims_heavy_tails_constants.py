"""Claims with heavy tails by a dense net with layer norms: constants in the script, CSV."""

import torch
from torch import nn

LEARNING_RATE = 1e-3
BATCH_SIZE = 32
HIDDEN_UNITS = 64
N_LAYERS = 2
DROPOUT = 0.1
WEIGHT_DECAY = 1e-4
EPOCHS = 10

torch.manual_seed(95)
x = torch.randn(1500, 14)
size = 1.5 * torch.sin(x[:, 0] * x[:, 1]) + x[:, 2].abs() - 0.8 * x[:, 3] + 0.5 * x[:, 4] * x[:, 5].relu()
y = size + 0.4 * torch.distributions.StudentT(2.0).sample((1500,))
y = (y - y.median()) / 1.5
parts, wide = [], 14
for _ in range(N_LAYERS):
    parts += [nn.Linear(wide, HIDDEN_UNITS), nn.LayerNorm(HIDDEN_UNITS), nn.GELU(), nn.Dropout(DROPOUT)]
    wide = HIDDEN_UNITS
model = nn.Sequential(*parts, nn.Linear(wide, 1))
optimizer = torch.optim.RMSprop(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
judge = nn.SmoothL1Loss()
with open("training_log.csv", "w") as log:
    log.write("epoch,train_huber_loss,val_huber_loss\n")
    for epoch in range(EPOCHS):
        model.train()
        total = 0.0
        for batch in torch.randperm(600).split(BATCH_SIZE):
            loss = judge(model(x[batch])[:, 0], y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        model.eval()
        with torch.no_grad():
            val = judge(model(x[600:])[:, 0], y[600:]).item()
        log.write(f"{epoch},{total / 600:.6f},{val:.6f}\n")
        log.flush()
