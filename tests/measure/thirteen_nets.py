"""Nets of the thirteen situations, in plain products, so that many of one shape train at once."""

import itertools

import torch
from torch import Tensor, nn

from tests.measure.planted_trainer import ACTIVATIONS


def dense(widths: list[int], activation: str, normalised: bool = False) -> list[nn.Module]:
    parts: list[nn.Module] = []
    for n_in, n_out in itertools.pairwise(widths[:-1]):
        norm = [nn.LayerNorm(n_out)] if normalised else []
        parts += [nn.Linear(n_in, n_out), *norm, ACTIVATIONS[activation]()]
    return [*parts, nn.Linear(widths[-2], widths[-1])]


class Gated(nn.Module):
    """A gated recurrent net written in plain products, so that many of them train at once."""

    def __init__(self, width: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.width, self.hidden = width, hidden
        self.input = nn.Linear(width, 3 * hidden)
        self.inner = nn.Linear(hidden, 3 * hidden)
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor) -> Tensor:
        steps = self.input(x.unflatten(-1, (-1, self.width)))
        state = x.new_zeros(x.shape[0], self.hidden)
        for time in range(steps.shape[1]):
            reset_a, update_a, new_a = steps[:, time].chunk(3, -1)
            reset_b, update_b, new_b = self.inner(state).chunk(3, -1)
            update = torch.sigmoid(update_a + update_b)
            new = torch.tanh(new_a + torch.sigmoid(reset_a + reset_b) * new_b)
            state = (1 - update) * new + update * state
        return self.head(state)


class Attention(nn.Module):
    """One block of self-attention and a feed-forward part over a flat sequence, averaged over its steps."""

    def __init__(self, width: int, steps: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.width = width
        self.embed = nn.Linear(width, hidden)
        self.place = nn.Parameter(0.1 * torch.randn(steps, hidden))
        self.mix = nn.Linear(hidden, 3 * hidden)
        self.norm, self.last_norm = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.up, self.down = nn.Linear(hidden, 2 * hidden), nn.Linear(2 * hidden, hidden)
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x.unflatten(-1, (-1, self.width))) + self.place
        query, key, value = self.mix(self.norm(x)).chunk(3, -1)
        weight = torch.softmax(query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5, -1)
        x = x + weight @ value
        x = x + self.down(torch.relu(self.up(self.last_norm(x))))
        return self.head(x.mean(-2))


class Residual(nn.Module):
    """Blocks that add a normalised hidden layer to what they got."""

    def __init__(self, inputs: int, hidden: int, outputs: int, blocks: int, activation: str) -> None:
        super().__init__()
        self.first, self.head = nn.Linear(inputs, hidden), nn.Linear(hidden, outputs)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.LayerNorm(hidden), *dense([hidden, hidden, hidden], activation))
            for _ in range(blocks)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        for block in self.blocks:
            x = x + block(x)
        return self.head(x)


class Connected(nn.Module):
    """Hidden layers of which each sees the inputs and all layers before it (Huang and others, 2017)."""

    def __init__(self, inputs: int, hidden: int, outputs: int, layers: int, activation: str) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(inputs + i * hidden, hidden) for i in range(layers))
        self.act = ACTIVATIONS[activation]()
        self.head = nn.Linear(inputs + layers * hidden, outputs)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = torch.cat((x, self.act(layer(x))), -1)
        return self.head(x)


class Switched(nn.Module):
    """Gated linear units (Dauphin and others, 2017): half of each layer opens and shuts the other half."""

    def __init__(self, inputs: int, hidden: int, outputs: int, layers: int) -> None:
        super().__init__()
        widths = [inputs, *[hidden] * layers]
        self.layers = nn.ModuleList(nn.Linear(a, 2 * b) for a, b in itertools.pairwise(widths))
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = nn.functional.glu(layer(x), -1)
        return self.head(x)


class Temporal(nn.Module):
    """Two convolutions along the steps of a flat sequence, the second dilated; then the mean of the steps."""

    def __init__(self, width: int, hidden: int, outputs: int, activation: str) -> None:
        super().__init__()
        self.width, self.act = width, ACTIVATIONS[activation]()
        self.near = nn.Conv1d(width, hidden, 3, padding=1)
        self.far = nn.Conv1d(hidden, hidden, 3, padding=2, dilation=2)
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = x.unflatten(-1, (-1, self.width)).transpose(-1, -2)
        return self.head(self.act(self.far(self.act(self.near(x)))).mean(-1))


class Mixer(nn.Module):
    """Dense layers across the steps and across the channels in turn (Tolstikhin and others, 2021)."""

    def __init__(self, width: int, steps: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.width = width
        self.embed = nn.Linear(width, hidden)
        self.norm, self.last_norm = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.across = nn.Sequential(*dense([steps, 2 * steps, steps], "gelu"))
        self.within = nn.Sequential(*dense([hidden, 2 * hidden, hidden], "gelu"))
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x.unflatten(-1, (-1, self.width)))
        x = x + self.across(self.norm(x).transpose(-1, -2)).transpose(-1, -2)
        x = x + self.within(self.last_norm(x))
        return self.head(x.mean(-2))
