"""Trains a small GAN on the 8 by 8 digits and prints its losses as PyTorch's DCGAN example does.

`python train.py > train.log` made the log beside it.
"""

import argparse

import torch
from sklearn.datasets import load_digits


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--d-lr", type=float, default=1e-2)
    parser.add_argument("--g-lr", type=float, default=1e-4)
    parser.add_argument("--epochs", type=int, default=12)
    options = parser.parse_args()
    torch.manual_seed(0)
    images = torch.tensor(load_digits().data, dtype=torch.float32) / 8 - 1
    generator = torch.nn.Sequential(
        torch.nn.Linear(16, 64), torch.nn.ReLU(), torch.nn.Linear(64, 64), torch.nn.Tanh()
    )
    discriminator = torch.nn.Sequential(
        torch.nn.Linear(64, 128), torch.nn.LeakyReLU(0.2), torch.nn.Linear(128, 1)
    )
    criterion = torch.nn.BCEWithLogitsLoss()
    slow = torch.optim.Adam(generator.parameters(), lr=options.g_lr, betas=(0.5, 0.999))
    fast = torch.optim.Adam(discriminator.parameters(), lr=options.d_lr, betas=(0.5, 0.999))
    ones, zeros, batches = torch.ones(64, 1), torch.zeros(64, 1), len(images) // 64
    print(options)
    for epoch in range(options.epochs):
        order = torch.randperm(len(images))
        for i in range(batches):
            fake = generator(torch.randn(64, 16))
            real_says = discriminator(images[order[i * 64 : (i + 1) * 64]])
            fake_says = discriminator(fake.detach())
            loss_d = criterion(real_says, ones) + criterion(fake_says, zeros)
            fast.zero_grad()
            loss_d.backward()
            fast.step()
            fooled = discriminator(fake)
            loss_g = criterion(fooled, ones)
            slow.zero_grad()
            loss_g.backward()
            slow.step()
            if i % 9 == 0:
                print(
                    f"[{epoch}/{options.epochs}][{i}/{batches}] Loss_D: {loss_d.item():.4f} "
                    f"Loss_G: {loss_g.item():.4f} D(x): {real_says.sigmoid().mean():.4f} "
                    f"D(G(z)): {fake_says.sigmoid().mean():.4f} / {fooled.detach().sigmoid().mean():.4f}",
                    flush=True,
                )


main()
