"""Three kinds of wine by a small dense net and SGD: flags, console."""

import argparse

import torch
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

p = argparse.ArgumentParser()
p.add_argument("--learning-rate", type=float, default=0.05)
p.add_argument("--momentum", type=float, default=0.9)
p.add_argument("--weight-decay", type=float, default=1e-4)
p.add_argument("--batch-size", type=int, default=16)
p.add_argument("--hidden-units", type=int, default=32)
p.add_argument("--dropout", type=float, default=0.0)
p.add_argument("--num-epochs", type=int, default=30)
a = p.parse_args()

torch.manual_seed(0)
X, Y = load_wine(return_X_y=True)
# Six of the measurements, and noisy ones: with all of them every net is right.
X = X[:, [0, 1, 2, 3, 4, 10]]
Xtr, Xva, ytr, yva = train_test_split(X, Y, test_size=0.4, random_state=0, stratify=Y)
scaler = StandardScaler().fit(Xtr)
noise = torch.Generator().manual_seed(1)
Xtr, Xva = (torch.tensor(scaler.transform(m), dtype=torch.float32) for m in (Xtr, Xva))
Xtr = Xtr + 0.3 * torch.randn(Xtr.shape, generator=noise)
Xva = Xva + 0.3 * torch.randn(Xva.shape, generator=noise)
ytr, yva = torch.tensor(ytr), torch.tensor(yva)

model = nn.Sequential(
    nn.Linear(6, a.hidden_units), nn.ReLU(), nn.Dropout(a.dropout), nn.Linear(a.hidden_units, 3)
)
opt = torch.optim.SGD(
    model.parameters(), lr=a.learning_rate, momentum=a.momentum, weight_decay=a.weight_decay
)
for epoch in range(a.num_epochs):
    model.train()
    losses = []
    perm = torch.randperm(len(Xtr))
    for i in range(0, len(Xtr), a.batch_size):
        idx = perm[i : i + a.batch_size]
        loss = nn.functional.cross_entropy(model(Xtr[idx]), ytr[idx])
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        logits = model(Xva)
        val_loss = nn.functional.cross_entropy(logits, yva).item()
        acc = (logits.argmax(1) == yva).float().mean().item()
    train_loss = sum(losses) / len(losses)
    print(
        f"epoch {epoch + 1:3d} | train_loss {train_loss:.4f} | val_loss {val_loss:.4f} | val_acc {acc:.4f}",
        flush=True,
    )
