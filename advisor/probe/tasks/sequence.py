"""The token after the mark: a generated task that needs memory, for a recurrent and an attention model."""

import torch
from torch import nn

from advisor.probe.target import Probe
from advisor.probe.tasks.building import Tensors, training

LENGTH, VALUES, CLASSES = 16, 10, 10
_MARK = VALUES
_TRAIN, _VALIDATION = 2_048, 512


def _data() -> tuple[Tensors, Tensors]:
    """Sequences of digits; the answer is the digit after the mark, which stands in the first half."""
    generator = torch.Generator().manual_seed(0)
    count = _TRAIN + _VALIDATION
    tokens = torch.randint(VALUES, (count, LENGTH), generator=generator)
    place = torch.randint(LENGTH // 2, (count,), generator=generator)
    samples = torch.arange(count)
    answers = tokens[samples, place + 1].clone()
    tokens[samples, place] = _MARK
    return (tokens[:_TRAIN], answers[:_TRAIN]), (tokens[_TRAIN:], answers[_TRAIN:])


class Recurrent(nn.Module):
    """Embedding, GRU, linear layer on the last state."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VALUES + 1, 16)
        self.recurrent = nn.GRU(16, hidden, batch_first=True)
        self.head = nn.Linear(hidden, CLASSES)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Tokens, shape (batch, length), to logits, shape (batch, classes)."""
        states, _ = self.recurrent(self.embedding(tokens))
        logits: torch.Tensor = self.head(states[:, -1])
        return logits


class Transformer(nn.Module):
    """Embedding with positions, two encoder layers with the norm first, mean over tokens, linear layer."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VALUES + 1, width)
        self.position = nn.Parameter(torch.randn(LENGTH, width) * 0.1)
        layer = nn.TransformerEncoderLayer(
            width, 4, 2 * width, dropout=0.0, batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(width, CLASSES)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Tokens, shape (batch, length), to logits, shape (batch, classes)."""
        states = self.encoder(self.embedding(tokens) + self.position)
        logits: torch.Tensor = self.head(states.mean(dim=1))
        return logits


def recurrent(
    *, lr: float = 0.003, batch_size: int = 64, hidden: int = 48,
    optimizer: str = "adam", momentum: float = 0.9, weight_decay: float = 0.0,
    epochs: int = 20, seed: int = 0,
) -> Probe:  # fmt: skip
    """A gated recurrent network (Cho et al., 2014)."""
    torch.manual_seed(seed)
    model, loss = Recurrent(hidden), nn.CrossEntropyLoss()
    return training(model, loss, *_data(), lr, batch_size, optimizer, momentum, weight_decay, epochs, seed)


def transformer(
    *, lr: float = 0.001, batch_size: int = 64, width: int = 32,
    optimizer: str = "adamw", momentum: float = 0.9, weight_decay: float = 0.01,
    epochs: int = 20, seed: int = 0,
) -> Probe:  # fmt: skip
    """A small encoder with attention (Vaswani et al., 2017)."""
    torch.manual_seed(seed)
    model, loss = Transformer(width), nn.CrossEntropyLoss()
    return training(model, loss, *_data(), lr, batch_size, optimizer, momentum, weight_decay, epochs, seed)
