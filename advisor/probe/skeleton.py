"""The example that `advisor probe --init` writes."""

SKELETON = '''"""What `advisor probe` needs to know of a training: fill in the five parts.

    advisor probe THIS_FILE.py:training
    advisor probe THIS_FILE.py:training --set lr=0.01
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from advisor.probe import Probe


def training(lr=0.001, batch_size=32):
    """Returns your training as it begins. Its arguments are the settings that --set and --config may give."""
    # 1. Your model, as it is before training.
    model = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 3))

    # 2. Your loss, called as loss(model(inputs), target). None where the model computes it by itself: a
    #    Lightning module, or a Hugging Face model whose batches hold `labels`.
    loss = nn.CrossEntropyLoss()

    # 3. Your data: anything that yields (inputs, target) batches. Replace these random numbers.
    inputs = torch.randn(1000, 20)
    target = inputs[:, :3].argmax(dim=1)
    train_loader = DataLoader(TensorDataset(inputs[:800], target[:800]), batch_size, shuffle=True)
    val_loader = DataLoader(TensorDataset(inputs[800:], target[800:]), 200)

    # 4. Your optimizer. Leave it out for Adam at 0.001.
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)

    # 5. Your own training step, if it does more than zero_grad, backward and step (clipping, half precision):
    #    Probe(..., train_step=step), a function from a batch to its loss. The probe then looks at it too.
    return Probe(model, loss, train_loader, val_loader, optimizer)
'''
