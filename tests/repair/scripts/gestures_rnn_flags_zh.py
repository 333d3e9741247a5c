"""手势识别：双向 LSTM，命令行参数，中文 CSV 日志。"""

import argparse
import csv

import numpy as np
import torch
from torch import nn

解析 = argparse.ArgumentParser()
解析.add_argument("--lr", type=float, default=0.01)
解析.add_argument("--optimizer", choices=["sgd", "adam", "adamw"], default="adam")
解析.add_argument("--batch_size", type=int, default=32)
解析.add_argument("--hidden_size", type=int, default=32)
解析.add_argument("--num_layers", type=int, default=1)
解析.add_argument("--dropout", type=float, default=0.1)
解析.add_argument("--weight_decay", type=float, default=1e-4)
解析.add_argument("--epochs", type=int, default=8)
参数 = 解析.parse_args()

随机 = np.random.default_rng(21)
时间 = np.linspace(0, 2 * np.pi, 30)
形状 = [
    (np.cos, np.sin), (np.cos, lambda t: np.sin(2 * t)), (np.sin, lambda t: np.abs(np.cos(t))),
    (lambda t: t / 3 - 1, np.sin), (lambda t: np.sign(np.sin(t)), np.cos),
]  # fmt: skip
特征, 标签 = [], []
for _ in range(900):
    类 = 随机.integers(0, 5)
    移 = 随机.uniform(0, 2)
    轨迹 = np.stack([f(时间 * 随机.uniform(0.7, 1.3) + 移) for f in 形状[类]], 1)
    角 = 随机.normal(0, 0.5)
    转 = np.array([[np.cos(角), -np.sin(角)], [np.sin(角), np.cos(角)]])
    特征.append(轨迹 @ 转 + 0.45 * 随机.standard_normal((30, 2)))
    标签.append(类)
特征 = torch.tensor(np.array(特征), dtype=torch.float32)
标签 = torch.tensor(标签)

torch.manual_seed(21)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(2, 参数.hidden_size, 参数.num_layers, batch_first=True, bidirectional=True)
        self.drop = nn.Dropout(参数.dropout)
        self.fc = nn.Linear(2 * 参数.hidden_size, 5)

    def forward(self, x):
        return self.fc(self.drop(self.rnn(x)[0].mean(1)))


模型 = Net()
类型 = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[参数.optimizer]
优化器 = 类型(模型.parameters(), lr=参数.lr, weight_decay=参数.weight_decay)
with open("日志.csv", "w", newline="", encoding="utf-8") as 文件:
    表 = csv.writer(文件)
    表.writerow(["轮次", "训练损失", "验证损失", "验证准确率"])
    for 轮 in range(1, 参数.epochs + 1):
        模型.train()
        合计 = 0.0
        for 批 in torch.randperm(500).split(参数.batch_size):
            损失 = nn.functional.cross_entropy(模型(特征[批]), 标签[批])
            优化器.zero_grad()
            损失.backward()
            优化器.step()
            合计 += 损失.item() * len(批)
        模型.eval()
        with torch.no_grad():
            输出 = 模型(特征[500:])
            验证 = nn.functional.cross_entropy(输出, 标签[500:]).item()
            准确 = (输出.argmax(1) == 标签[500:]).float().mean().item()
        表.writerow([轮, f"{合计 / 500:.5f}", f"{验证:.5f}", f"{准确:.4f}"])
        文件.flush()
