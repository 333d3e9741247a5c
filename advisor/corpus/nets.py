"""Small nets of which many of one shape are computed at once.

The weights of all nets stand in one matrix, a net a row, so that an optimizer steps over plain slices; each
layer sees its columns as a tensor of shape (nets, ...) and works with batched matrix products.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from advisor.corpus.generators import SIDE
from advisor.corpus.setting import Shape

Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class Part:
    """One parameter: its name, its shape within one net, and what its initial size depends on.

    Attributes:
        name: `<layer>.<weight | bias | gain | place>`.
        shape: Within one net.
        fan_in: Inputs of the layer.
        fan_out: Outputs of the layer.
    """

    name: str
    shape: tuple[int, ...]
    fan_in: int
    fan_out: int

    @property
    def kind(self) -> str:
        """What it is: weight, bias, gain or place."""
        return self.name.rsplit(".", 1)[1]


@dataclass
class Mode:
    """How a forward pass is to behave.

    Attributes:
        training: Whether units drop out and batch statistics are used.
        kept: Share of hidden units that each net keeps, shape (nets, 1, 1); None where all keep all.
        running: Mean and variance of each batch normalisation, of use outside training.
    """

    training: bool = True
    kept: Tensor | None = None
    running: dict[str, tuple[Tensor, Tensor]] = field(default_factory=dict)


ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "leaky_relu": nn.functional.leaky_relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": nn.functional.gelu,
}
_MOMENTUM, _TINY = 0.1, 1e-5


class Net:
    """The architecture of a shape for inputs of one form; it holds no weights itself.

    Args:
        shape: What the nets have in common.
        inputs: Form of one sample: (columns,), (positions, channels).
        outputs: Classes, or 1 for a value.
    """

    def __init__(self, shape: Shape, inputs: tuple[int, ...], outputs: int) -> None:
        self.shape, self.inputs, self.outputs = shape, inputs, outputs
        self._act = ACTIVATIONS[shape.activation]
        self.parts: list[Part] = []
        plans: dict[str, tuple[Callable[[], None], Callable[[Weights, Tensor, Mode], Tensor]]] = {
            "mlp": (self._plan_mlp, self._mlp),
            "conv": (self._plan_conv, self._conv),
            "gru": (self._plan_gru, self._gru),
            "attention": (self._plan_attention, self._attention),
        }
        plan, self._body = plans[shape.net]
        plan()
        self.size = sum(math.prod(part.shape) for part in self.parts)

    def __call__(self, weights: Weights, x: Tensor, mode: Mode) -> tuple[Tensor, Tensor]:
        """Outputs (nets, batch, outputs) and the last hidden layer (nets, batch, units).

        Args:
            weights: By the name of their part, shape (nets, *part.shape).
            x: Inputs, shape (nets, batch, *inputs).
            mode: How to behave.
        """
        hidden = self._body(weights, x, mode)
        return _linear(weights, "head", hidden), hidden

    def views(self, flat: Tensor) -> dict[str, Tensor]:
        """The columns of a matrix (nets, size) as the parts, without copying."""
        views, at = {}, 0
        for part in self.parts:
            n = math.prod(part.shape)
            views[part.name] = flat[:, at : at + n].view(len(flat), *part.shape)
            at += n
        return views

    def _add(self, layer: str, fan_in: int, fan_out: int, norm: bool = False) -> None:
        self.parts.append(Part(f"{layer}.weight", (fan_in, fan_out), fan_in, fan_out))
        self.parts.append(Part(f"{layer}.bias", (1, fan_out), fan_in, fan_out))
        if norm and self.shape.normalisation != "none":
            self.parts.append(Part(f"{layer}.gain", (1, fan_out), fan_in, fan_out))

    def _plan_mlp(self) -> None:
        hidden = self.shape.hidden_units
        width = math.prod(self.inputs)
        for layer in range(self.shape.layers):
            self._add(f"hidden{layer}", width, hidden, norm=True)
            width = hidden
        self._add("head", width, self.outputs)

    def _mlp(self, w: Weights, x: Tensor, mode: Mode) -> Tensor:
        h = x.flatten(2)
        for layer in range(self.shape.layers):
            h = self._hidden(w, f"hidden{layer}", h, mode)
        return h

    def _hidden(self, w: Weights, layer: str, h: Tensor, mode: Mode) -> Tensor:
        """Linear, normalisation, activation, dropout."""
        z = _linear(w, layer, h)
        if self.shape.normalisation == "layer":
            z = nn.functional.layer_norm(z, z.shape[-1:]) * w[f"{layer}.gain"]
        elif self.shape.normalisation == "batch":
            z = _batch_norm(z, layer, mode) * w[f"{layer}.gain"]
        return _drop(self._act(z), mode)

    def _plan_conv(self) -> None:
        channels, hidden = self.inputs[-1], self.shape.hidden_units
        taps = 9 if self._is_image else 3
        for layer in range(self.shape.layers):
            self._add(f"hidden{layer}", taps * channels, hidden, norm=True)
            channels = hidden
        side = SIDE // 2 ** min(self.shape.layers, 2)
        self._add("head", hidden * side * side if self._is_image else hidden, self.outputs)

    @property
    def _is_image(self) -> bool:
        return self.inputs == (SIDE * SIDE, 1)

    def _conv(self, w: Weights, x: Tensor, mode: Mode) -> Tensor:
        """Kernels of 3 (x 3); over images the first two layers move in steps of two."""
        nets, batch, positions = x.shape[:3]
        side = SIDE
        for layer in range(self.shape.layers):
            if self._is_image:
                near = _neighbours(side, side, stride := 2 if layer < 2 else 1)
                side //= stride
            else:
                near = _neighbours(1, positions)
            padded = nn.functional.pad(x, (0, 0, 0, 1))
            windows = padded[:, :, near].view(nets, batch * near.shape[0], -1)
            x = self._hidden(w, f"hidden{layer}", windows, mode).view(nets, batch, near.shape[0], -1)
        return x.flatten(2) if self._is_image else x.amax(2)

    def _plan_gru(self) -> None:
        width, hidden = self.inputs[-1], self.shape.hidden_units
        for layer in range(self.shape.layers):
            self._add(f"input{layer}", width, 3 * hidden)
            self._add(f"inner{layer}", hidden, 3 * hidden)
            width = hidden
        self._add("head", hidden, self.outputs)

    def _gru(self, w: Weights, x: Tensor, mode: Mode) -> Tensor:
        """Gated recurrent units (Cho et al., 2014); dropout before the head only."""
        nets, batch, steps = x.shape[:3]
        for layer in range(self.shape.layers):
            given = _linear(w, f"input{layer}", x.flatten(1, 2)).view(nets, batch, steps, -1)
            state = x.new_zeros(nets, batch, self.shape.hidden_units)
            states = []
            for time in range(steps):
                reset_a, update_a, new_a = given[:, :, time].chunk(3, -1)
                reset_b, update_b, new_b = _linear(w, f"inner{layer}", state).chunk(3, -1)
                update = torch.sigmoid(update_a + update_b)
                new = torch.tanh(new_a + torch.sigmoid(reset_a + reset_b) * new_b)
                state = new + update * (state - new)
                states.append(state)
            x = torch.stack(states, 2)
        return _drop(state, mode)

    def _plan_attention(self) -> None:
        steps, width = self.inputs
        hidden = self.shape.hidden_units
        self._add("embed", width, hidden)
        self.parts.append(Part("embed.place", (1, steps, hidden), 25, hidden))
        for layer in range(self.shape.layers):
            self._add(f"mix{layer}", hidden, 3 * hidden)
            self._add(f"up{layer}", hidden, 2 * hidden)
            self._add(f"down{layer}", 2 * hidden, hidden)
        self._add("head", hidden, self.outputs)

    def _attention(self, w: Weights, x: Tensor, mode: Mode) -> Tensor:
        """Pre-normalised blocks of one head of attention and a feed-forward part, averaged over the steps."""
        nets, batch, steps = x.shape[:3]
        h = _linear(w, "embed", x.flatten(1, 2)).view(nets, batch, steps, -1) + w["embed.place"]
        for layer in range(self.shape.layers):
            mixed = _linear(w, f"mix{layer}", _standard(h).flatten(1, 2)).view(nets, batch, steps, -1)
            query, key, value = mixed.chunk(3, -1)
            attend = torch.softmax(query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5, -1)
            h = h + attend @ value
            up = self._act(_linear(w, f"up{layer}", _standard(h).flatten(1, 2)))
            h = h + _linear(w, f"down{layer}", _drop(up, mode)).view(nets, batch, steps, -1)
        return h.mean(2)


def _linear(w: Weights, layer: str, x: Tensor) -> Tensor:
    return torch.baddbmm(w[f"{layer}.bias"], x, w[f"{layer}.weight"])


def _standard(x: Tensor) -> Tensor:
    return nn.functional.layer_norm(x, x.shape[-1:])


def _drop(h: Tensor, mode: Mode) -> Tensor:
    if not mode.training or mode.kept is None:
        return h
    return h * (torch.rand_like(h) < mode.kept) / mode.kept


def _batch_norm(z: Tensor, layer: str, mode: Mode) -> Tensor:
    """Ioffe and Szegedy, 2015; the running statistics move by a tenth with each batch."""
    if mode.training:
        mean, variance = z.mean(1, keepdim=True), z.var(1, keepdim=True, unbiased=False)
        old = mode.running.get(layer)
        now = (mean.detach(), variance.detach())
        blend = now if old is None else tuple(a.lerp(b, _MOMENTUM) for a, b in zip(old, now, strict=True))
        mode.running[layer] = (blend[0], blend[1])
    else:
        mean, variance = mode.running[layer]
    return (z - mean) * (variance + _TINY).rsqrt()


def _neighbours(rows: int, columns: int, stride: int = 1) -> Tensor:
    """For each place of a kernel of 3 (x 3) the positions under it; one past the last is the padding."""
    grid = torch.full((rows + 2, columns + 2), rows * columns)
    grid[1:-1, 1:-1] = torch.arange(rows * columns).view(rows, columns)
    shifts = range(3) if rows > 1 else (1,)
    taps = [
        grid[r : r + rows : stride, c : c + columns : stride].reshape(-1) for r in shifts for c in range(3)
    ]
    return torch.stack(taps, 1)
