"""Good or bad, of made-up sentences, by a transformer encoder: a JSON file, JSON lines."""

import json
import random
import sys

import torch
from torch import nn

with open(sys.argv[sys.argv.index("--config") + 1]) as f:
    cfg = json.load(f)

random.seed(3)
torch.manual_seed(3)
GOOD = ["great", "lovely", "excellent", "warm", "clever", "funny", "fresh", "moving", "charming", "superb"]
BAD = ["awful", "dull", "boring", "cold", "silly", "slow", "stale", "weak", "clumsy", "poor"]
FILLER = [
    "the",
    "film",
    "a",
    "story",
    "was",
    "with",
    "its",
    "cast",
    "and",
    "plot",
    "in",
    "this",
    "rather",
    "quite",
    "scene",
    "director",
    "music",
]
WORDS = ["<pad>", "not", *GOOD, *BAD, *FILLER]
INDEX = {w: i for i, w in enumerate(WORDS)}


def sentence():
    words, score = [], 0
    for _ in range(3):
        words += random.sample(FILLER, random.randint(1, 3))
        good, negated = random.random() < 0.5, random.random() < 0.2
        words += ["not"] * negated + [random.choice(GOOD if good else BAD)]
        score += 1 if good != negated else -1
    words = words[:20]
    return [INDEX[w] for w in words] + [0] * (20 - len(words)), int(score > 0)


data = [sentence() for _ in range(2000)]
X, y = torch.tensor([d[0] for d in data]), torch.tensor([d[1] for d in data])
X_train, y_train, X_val, y_val = X[:1500], y[:1500], X[1500:], y[1500:]


class Classifier(nn.Module):
    def __init__(self, dim, heads, layers, dropout):
        super().__init__()
        self.embed = nn.Embedding(len(WORDS), dim, padding_idx=0)
        self.pos = nn.Parameter(0.02 * torch.randn(20, dim))
        layer = nn.TransformerEncoderLayer(dim, heads, 2 * dim, dropout, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.fc = nn.Linear(dim, 2)

    def forward(self, x):
        mask = x == 0
        h = self.encoder(self.embed(x) + self.pos, src_key_padding_mask=mask)
        keep = (~mask).float().unsqueeze(-1)
        return self.fc((h * keep).sum(1) / keep.sum(1))


model = Classifier(cfg["embed_dim"], cfg["num_heads"], cfg["num_layers"], cfg["dropout"])
optimizer = torch.optim.AdamW(model.parameters(), lr=cfg["learning_rate"], weight_decay=cfg["weight_decay"])
with open("log.jsonl", "w") as log:
    for epoch in range(cfg["epochs"]):
        model.train()
        total = 0.0
        for idx in torch.randperm(1500).split(cfg["batch_size"]):
            loss = nn.functional.cross_entropy(model(X_train[idx]), y_train[idx])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(idx)
        model.eval()
        with torch.no_grad():
            logits = model(X_val)
        entry = {
            "epoch": epoch,
            "train": {"loss": total / 1500},
            "val": {
                "loss": nn.functional.cross_entropy(logits, y_val).item(),
                "accuracy": (logits.argmax(1) == y_val).float().mean().item(),
            },
        }
        print(json.dumps(entry), file=log, flush=True)
