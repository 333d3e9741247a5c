"""Trainings of other kinds than the built-in tasks, on which no check was designed: for measuring alone."""

from collections.abc import Callable

import torch
from torch import nn

from advisor.probe import Probe
from advisor.probe.tasks.building import Tensors, training

_TRAIN = 0.75


def _split(x: torch.Tensor, y: torch.Tensor) -> tuple[Tensors, Tensors]:
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    cut = int(_TRAIN * len(x))
    return (x[order[:cut]], y[order[:cut]]), (x[order[cut:]], y[order[cut:]])


def _scaled(x: torch.Tensor) -> torch.Tensor:
    return (x - x.mean(0)) / x.std(0)


def tumours(*, lr: float = 0.01, seed: int = 0) -> Probe:
    """Batch normalisation, one logit, binary cross-entropy, SGD: breast cancer data."""
    from sklearn.datasets import load_breast_cancer

    inputs, labels = load_breast_cancer(return_X_y=True)
    x, y = torch.tensor(inputs, dtype=torch.float32), torch.tensor(labels, dtype=torch.float32)
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(30, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))
    return training(model, nn.BCEWithLogitsLoss(), *_split(_scaled(x), y), lr, 16, "sgd", 0.9, 1e-3, 20, seed)


def autoencoder(*, lr: float = 0.001, seed: int = 0) -> Probe:
    """Digits through eight tanh units and back, squared error, Adam."""
    from sklearn.datasets import load_digits

    x = torch.tensor(load_digits(return_X_y=True)[0], dtype=torch.float32) / 16
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Linear(64, 48),
        nn.Tanh(),
        nn.Linear(48, 8),
        nn.Tanh(),
        nn.Linear(8, 48),
        nn.Tanh(),
        nn.Linear(48, 64),
    )
    return training(model, nn.MSELoss(), *_split(x, x), lr, 32, "adam", 0.9, 0.0, 15, seed)


class Residual(nn.Module):
    """Two blocks x + f(norm(x)), with GELU."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.head = nn.Linear(20, width), nn.Linear(width, 5)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
            )
            for _ in range(2)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Inputs, shape (batch, 20), to logits, shape (batch, 5)."""
        x = self.first(x)
        for block in self.blocks:
            x = x + block(x)
        return self.head(x)


def residual(*, lr: float = 0.001, seed: int = 0) -> Probe:
    """A residual network with layer normalisation on generated clusters with wrong labels, AdamW."""
    from sklearn.datasets import make_classification

    inputs, labels = make_classification(
        2_000, 20, n_informative=10, n_classes=5, n_clusters_per_class=2, flip_y=0.05, random_state=1
    )
    x, y = torch.tensor(inputs, dtype=torch.float32), torch.tensor(labels)
    torch.manual_seed(seed)
    return training(
        Residual(32), nn.CrossEntropyLoss(), *_split(_scaled(x), y), lr, 32, "adamw", 0.9, 0.05, 8, seed
    )


def waves(*, lr: float = 0.01, seed: int = 0) -> Probe:
    """One-dimensional convolutions on noisy waves of five shapes, SGD."""
    draw = torch.Generator().manual_seed(2)
    count, time = 1_500, torch.linspace(0, 1, 48)
    y = torch.randint(5, (count,), generator=draw)
    phase = torch.rand(count, 1, generator=draw)
    turns = 2 + 2 * torch.rand(count, 1, generator=draw)
    angle = (turns * time + phase) * 2 * torch.pi
    shapes = torch.stack(
        [angle.sin(), angle.sin().sign(), angle.sin().asin(), angle.sin().abs(), angle.sin() ** 3], 1
    )
    x = shapes[torch.arange(count), y] + 0.5 * torch.randn(count, 48, generator=draw)
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Unflatten(1, (1, 48)), nn.Conv1d(1, 12, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(12, 24, 5, padding=2), nn.ReLU(), nn.AdaptiveAvgPool1d(4), nn.Flatten(), nn.Linear(96, 5),
    )  # fmt: skip
    return training(model, nn.CrossEntropyLoss(), *_split(x, y), lr, 32, "sgd", 0.9, 0.0, 10, seed)


def topics(*, lr: float = 0.001, seed: int = 0) -> Probe:
    """A bag of words of eight topics that share most of their vocabulary, Adam."""
    draw = torch.Generator().manual_seed(3)
    words, length, count = 400, 20, 1_600
    y = torch.randint(8, (count,), generator=draw)
    leanings = torch.rand(8, words, generator=draw) ** 4 + 0.15
    x = torch.stack([torch.multinomial(leanings[k], length, True, generator=draw) for k in y])
    torch.manual_seed(seed)
    model = nn.Sequential(nn.EmbeddingBag(words, 24), nn.Dropout(0.2), nn.Linear(24, 8))
    return training(model, nn.CrossEntropyLoss(), *_split(x, y), lr, 32, "adam", 0.9, 0.0, 15, seed)


class Remembering(nn.Module):
    """LSTM, linear layer on its last state."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.recurrent, self.head = nn.LSTM(2, hidden, batch_first=True), nn.Linear(hidden, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Sequences, shape (batch, length, 2), to numbers, shape (batch,)."""
        states, _ = self.recurrent(x)
        return self.head(states[:, -1]).flatten()


def adding(*, lr: float = 0.003, seed: int = 0) -> Probe:
    """The adding problem (Hochreiter and Schmidhuber, 1997) over ten steps, squared error, Adam."""
    draw = torch.Generator().manual_seed(4)
    count, length = 1_600, 10
    marks = torch.zeros(count, length)
    places = torch.stack([torch.randperm(length, generator=draw)[:2] for _ in range(count)])
    marks.scatter_(1, places, 1.0)
    values = torch.rand(count, length, generator=draw)
    x, y = torch.stack([values, marks], 2), (values * marks).sum(1)
    torch.manual_seed(seed)
    return training(Remembering(24), nn.MSELoss(), *_split(x, y), lr, 32, "adam", 0.9, 0.0, 12, seed)


FURTHER: dict[str, Callable[..., Probe]] = {
    "batch norm, SGD": tumours,
    "autoencoder, Adam": autoencoder,
    "residual, AdamW": residual,
    "1-D convolutional, SGD": waves,
    "bag of words, Adam": topics,
    "LSTM, Adam": adding,
}
