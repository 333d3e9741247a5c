"""A dense net on the digits whose author prints in Chinese."""

import argparse

import tasks
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--lr", type=float, default=0.1)
    parser.add_argument("--momentum", type=float, default=0.0)
    parser.add_argument("--samples", type=int)
    parser.add_argument("--label-noise", type=float, default=0.0)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)

    arrays = tasks.load("digits", args.samples, args.label_noise, args.seed)
    x, y, x_val, y_val = (torch.from_numpy(a) for a in arrays)
    loader = DataLoader(TensorDataset(x, y), batch_size=args.batch_size, shuffle=True)
    model = nn.Sequential(nn.Linear(64, args.hidden), nn.ReLU(), nn.Linear(args.hidden, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=args.momentum)
    print(f"开始训练：学习率 {args.lr}，批大小 {args.batch_size}，共 {args.epochs} 轮")
    for epoch in range(1, args.epochs + 1):
        total = 0.0
        for batch_x, batch_y in loader:
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(batch_x), batch_y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch_x)
        with torch.no_grad():
            logits = model(x_val)
        val_loss = nn.functional.cross_entropy(logits, y_val).item()
        accuracy = 100 * (logits.argmax(dim=1) == y_val).float().mean().item()
        train_loss = total / len(x)
        print(
            f"第 {epoch} 轮 训练损失：{train_loss:.4f} 验证损失：{val_loss:.4f} 验证准确率：{accuracy:.1f}%"
        )
    print("训练结束")


if __name__ == "__main__":
    main()
