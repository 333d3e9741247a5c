"""去噪自编码器：TOML 配置，中文控制台日志。"""

import sys
import tomllib

import torch
from sklearn.datasets import load_digits
from torch import nn

with open(sys.argv[sys.argv.index("--config") + 1], "rb") as stream:
    config = tomllib.load(stream)

torch.manual_seed(11)
x = torch.tensor(load_digits().data / 16, dtype=torch.float32)[torch.randperm(1797)][:900]
noisy = x + 0.3 * torch.randn_like(x)
act = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU}[config["activation"]]
h = config["hidden"]
model = nn.Sequential(
    nn.Linear(64, h), act(), nn.Linear(h, 16), act(), nn.Linear(16, h), act(), nn.Linear(h, 64)
)
optimizer = torch.optim.SGD(model.parameters(), lr=config["lr"], momentum=config["momentum"])
for epoch in range(1, config["epochs"] + 1):
    total = 0.0
    for batch in torch.randperm(500).split(config["batch_size"]):
        loss = nn.functional.mse_loss(model(noisy[batch]), x[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    with torch.no_grad():
        val = nn.functional.mse_loss(model(noisy[500:]), x[500:]).item()
    print(f"轮次 {epoch}/{config['epochs']}，训练损失 {total / 500:.6f}，验证损失 {val:.6f}")
