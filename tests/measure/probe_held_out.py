"""Models and faults on which no check and no rule of the probe was designed, to be measured on alone."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional

from tests.measure.probe_faults import Model, Setting, dense, weight_matrices
from tests.measure.probe_faults import convolutional as digits_convolutional

Tensors = tuple[torch.Tensor, torch.Tensor]


def _halves(inputs, labels) -> tuple[Tensors, Tensors]:
    """Standardised by the training part, a fifth held out."""
    x, y = torch.as_tensor(inputs, dtype=torch.float32), torch.as_tensor(labels)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(5))
    cut = len(x) * 4 // 5
    train, held = order[:cut], order[cut:]
    mean, spread = x[train].mean(0), x[train].std(0).clamp_min(1e-6)
    x = (x - mean) / spread
    return (x[train], y[train]), (x[held], y[held])


def _wine() -> tuple[Tensors, Tensors]:
    from sklearn.datasets import load_wine

    return _halves(*load_wine(return_X_y=True))


def _tumours() -> tuple[Tensors, Tensors]:
    from sklearn.datasets import load_breast_cancer

    return _halves(*load_breast_cancer(return_X_y=True))


def _clusters() -> tuple[Tensors, Tensors]:
    from sklearn.datasets import make_classification

    made = make_classification(1_500, 16, n_informative=10, n_classes=5, class_sep=1.5, random_state=7)
    return _halves(*made)


def _rings() -> tuple[Tensors, Tensors]:
    from sklearn.datasets import make_gaussian_quantiles

    return _halves(*make_gaussian_quantiles(n_samples=1_200, n_features=6, n_classes=3, random_state=7))


def _waves() -> tuple[Tensors, Tensors]:
    draw = torch.Generator().manual_seed(7)
    y = torch.randint(4, (1_200,), generator=draw)
    phase = torch.rand(1_200, 1, generator=draw)
    angle = ((y + 1).unsqueeze(1) * torch.linspace(0, 1, 32) + phase) * 2 * torch.pi
    return _halves(angle.sin() + 0.3 * torch.randn(1_200, 32, generator=draw), y)


def _layers(*widths: int, norm: type[nn.Module] | None = None) -> nn.Sequential:
    made: list[nn.Module] = []
    for before, after in pairwise(widths):
        made += [nn.Linear(before, after), *([norm(after)] if norm else []), nn.ReLU()]
    return nn.Sequential(*made)


def _setting(
    data: Callable[[], tuple[Tensors, Tensors]],
    body: Callable[[], nn.Module],
    out: tuple[int, int],
    lr: float,
) -> Callable[[], Setting]:
    def make() -> Setting:
        torch.manual_seed(1)
        return Setting(*data(), Model(body(), nn.Linear(*out)), batch_size=20, lr=lr)

    return make


def _conv_1d() -> nn.Module:
    return nn.Sequential(
        nn.Unflatten(1, (1, 32)), nn.Conv1d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(8, 8, 5, padding=2), nn.ReLU(), nn.Flatten(),
    )  # fmt: skip


MODELS = {
    "wine, narrow": _setting(_wine, lambda: _layers(13, 32), (32, 3), 0.02),
    "wine, two layers": _setting(_wine, lambda: _layers(13, 64, 32), (32, 3), 0.02),
    "tumours, layer norm": _setting(_tumours, lambda: _layers(30, 64, 64, norm=nn.LayerNorm), (64, 2), 0.01),
    "tumours, wide": _setting(_tumours, lambda: _layers(30, 256), (256, 2), 0.01),
    "clusters, deep": _setting(_clusters, lambda: _layers(16, 48, 48, 48, 48), (48, 5), 0.02),
    "clusters, batch norm": _setting(
        _clusters, lambda: _layers(16, 64, 64, norm=nn.BatchNorm1d), (64, 5), 0.02
    ),
    "rings, three layers": _setting(_rings, lambda: _layers(6, 64, 64, 32), (32, 3), 0.02),
    "rings, wide": _setting(_rings, lambda: _layers(6, 512), (512, 3), 0.02),
    "waves, convolutional": _setting(_waves, _conv_1d, (128, 4), 0.01),
    "waves, dense": _setting(_waves, lambda: _layers(32, 64, 32), (32, 4), 0.02),
}


def nan_among_the_inputs(s: Setting) -> Setting:
    x = s.train[0].clone()
    x[::50, 0] = torch.nan
    return replace(s, train=(x, s.train[1]))


def weights_all_zero(s: Setting) -> Setting:
    with torch.no_grad():
        for weight in weight_matrices(s.model):
            weight.zero_()
    return s


def loss_summed(s: Setting) -> Setting:
    return replace(s, loss=lambda output, target: functional.cross_entropy(output, target, reduction="sum"))


def rare_class(s: Setting) -> Setting:
    keep = (s.train[1] != 0) | (torch.arange(len(s.train[1])) % 60 == 0)
    return replace(s, train=(s.train[0][keep], s.train[1][keep]))


def rate_30_times_too_high(s: Setting) -> Setting:
    return replace(s, lr=s.lr * 30)


class Squashed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.squash = nn.Tanh()

    def forward(self, x):
        return self.squash(x * 50)


def saturated_squashing(s: Setting) -> Setting:
    s.model.body = nn.Sequential(s.model.body, Squashed())
    return s


def sigmoid_before_cross_entropy(s: Setting) -> Setting:
    s.model.head = nn.Sequential(s.model.head, nn.Sigmoid())
    return s


def half_the_labels_random(s: Setting) -> Setting:
    y = s.train[1].clone()
    draw = torch.Generator().manual_seed(2)
    y[::2] = torch.randint(int(y.max()) + 1, (len(y[::2]),), generator=draw)
    return replace(s, train=(s.train[0], y))


def nearly_all_dropped(s: Setting) -> Setting:
    s.model.body = nn.Sequential(s.model.body, nn.Dropout(0.98))
    return s


FAULTS: dict[Callable[[Setting], Setting], set[str]] = {
    nan_among_the_inputs: {"non_finite"},
    weights_all_zero: {"bad_initialisation", "vanishing_gradients", "not_learning", "dead_units"},
    loss_summed: {"loss_setup"},
    rare_class: {"class_imbalance"},
    rate_30_times_too_high: {"lr_too_high"},
    saturated_squashing: {"saturated_units"},
    sigmoid_before_cross_entropy: {"loss_setup"},
    half_the_labels_random: {"label_noise"},
    nearly_all_dropped: {"over_regularised"},
}
"""Each fault, and the problems of which a probe has to name one."""
FAULT_MODELS = {"dense": dense, "convolutional": digits_convolutional}
