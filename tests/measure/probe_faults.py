"""Trainings with one planted fault each, over several models, and the problem that a probe has to name."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from advisor.probe import Probe


@dataclass(slots=True)
class Setting:
    """What a training is made of, before it is put together; a fault changes one part."""

    train: tuple[torch.Tensor, torch.Tensor]
    val: tuple[torch.Tensor, torch.Tensor]
    model: nn.Module
    loss: Callable = functional.cross_entropy
    batch_size: int = 32
    shuffle: bool = True
    lr: float = 0.01
    weight_decay: float = 0.0
    trained: Callable[[nn.Module], list] = lambda model: list(model.parameters())
    step: Callable | None = None

    def probe(self) -> Probe:
        generator = torch.Generator().manual_seed(1)
        train = DataLoader(
            TensorDataset(*self.train),
            self.batch_size,
            shuffle=self.shuffle,
            generator=generator,
            drop_last=True,
        )
        optimizer = torch.optim.SGD(
            self.trained(self.model), self.lr, momentum=0.9, weight_decay=self.weight_decay
        )
        made = Probe(self.model, self.loss, train, DataLoader(TensorDataset(*self.val), 128), optimizer)
        if self.step is not None:
            made.train_step = lambda batch: self.step(made, batch)
        return made


class Model(nn.Module):
    """Any body and a head, so that faults can be planted between the two."""

    def __init__(self, body: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.body, self.head = body, head

    def forward(self, x):
        return self.head(self.body(x))


def _digits(count: int = 800):
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    order = torch.randperm(len(pixels), generator=torch.Generator().manual_seed(0))[: count + 200]
    x, y = torch.tensor(pixels, dtype=torch.float32)[order] / 16, torch.tensor(labels)[order]
    return (x[:count], y[:count]), (x[count:], y[count:])


def _table(count: int = 800):
    from sklearn.datasets import make_classification

    inputs, labels = make_classification(
        count + 200, 20, n_informative=12, n_classes=4, class_sep=1.5, random_state=0
    )
    x, y = torch.tensor(inputs, dtype=torch.float32), torch.tensor(labels)
    x = (x - x[:count].mean(0)) / x[:count].std(0)
    return (x[:count], y[:count]), (x[count:], y[count:])


def dense() -> Setting:
    """Two rectified layers on a table of four classes."""
    torch.manual_seed(0)
    body = nn.Sequential(nn.Linear(20, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU())
    return Setting(*_table(), Model(body, nn.Linear(64, 4)))


def convolutional() -> Setting:
    """Two convolutions on handwritten digits."""
    torch.manual_seed(0)
    body = nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.Flatten(),
    )  # fmt: skip
    return Setting(*_digits(), Model(body, nn.Linear(256, 10)), lr=0.05)


MODELS = {"dense": dense, "convolutional": convolutional}


def weight_matrices(model: nn.Module) -> list[nn.Parameter]:
    return [p for p in model.parameters() if p.ndim >= 2]


def _with_body(setting: Setting, wrap: Callable[[nn.Module], nn.Module]) -> Setting:
    setting.model.body = wrap(setting.model.body)
    return setting


def wrong_initial_scale(s: Setting) -> Setting:
    with torch.no_grad():
        for weight in weight_matrices(s.model):
            weight.mul_(8)
    return s


def dead_units(s: Setting) -> Setting:
    with torch.no_grad():
        for module in s.model.body.modules():
            if getattr(module, "bias", None) is not None:
                module.bias.fill_(-6.0)
    return s


def eight_sigmoid_layers(s: Setting) -> Setting:
    layers = [part for _ in range(8) for part in (nn.Linear(64, 64), nn.Sigmoid())]
    features = s.model.head.in_features
    s.model.head = nn.Sequential(nn.Linear(features, 64), *layers, nn.Linear(64, s.model.head.out_features))
    return s


def unscaled_inputs(s: Setting) -> Setting:
    return replace(s, train=(s.train[0] * 300 + 500, s.train[1]), val=(s.val[0] * 300 + 500, s.val[1]))


def labels_shuffled(s: Setting) -> Setting:
    order = torch.randperm(len(s.train[1]), generator=torch.Generator().manual_seed(3))
    return replace(s, train=(s.train[0], s.train[1][order]))


def loss_on_the_wrong_axis(s: Setting) -> Setting:
    def loss(output, target):
        return functional.nll_loss(functional.log_softmax(output, dim=0), target)

    return replace(s, loss=loss)


def _plain_step(probe: Probe, batch, *, zero: bool = True, clip: float | None = None):
    x, y = batch
    if zero:
        probe.optimizer.zero_grad()
    loss = probe.loss(probe.model(x), y)
    loss.backward()
    if clip is not None:
        torch.nn.utils.clip_grad_norm_(probe.model.parameters(), clip)
    probe.optimizer.step()
    return loss.detach()


def missing_zero_grad(s: Setting) -> Setting:
    return replace(s, step=lambda probe, batch: _plain_step(probe, batch, zero=False))


def frozen_layer(s: Setting) -> Setting:
    weight_matrices(s.model)[0].requires_grad_(False)
    return replace(s, trained=lambda model: [p for p in model.parameters() if p.requires_grad])


class Detached(nn.Module):
    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, x):
        return self.body(x).detach()


def detached_branch(s: Setting) -> Setting:
    return _with_body(s, Detached)


def softmax_before_cross_entropy(s: Setting) -> Setting:
    s.model.head = nn.Sequential(s.model.head, nn.Softmax(dim=1))
    return s


class AlwaysDropout(nn.Module):
    def forward(self, x):
        return functional.dropout(x, 0.4, training=True)


def dropout_left_on(s: Setting) -> Setting:
    return _with_body(s, lambda body: nn.Sequential(body, AlwaysDropout()))


def batch_norm_on_one_sample(s: Setting) -> Setting:
    s.model.body = nn.Sequential(s.model.body, nn.Unflatten(1, (4, -1)), nn.BatchNorm1d(4), nn.Flatten())
    return replace(s, batch_size=1)


def unshuffled_loader(s: Setting) -> Setting:
    order = torch.argsort(s.train[1])
    return replace(s, train=(s.train[0][order], s.train[1][order]), shuffle=False)


def validation_overlap(s: Setting) -> Setting:
    return replace(s, val=(torch.cat([s.val[0], s.train[0][:150]]), torch.cat([s.val[1], s.train[1][:150]])))


def target_leakage(s: Setting) -> Setting:
    def leaked(x, y):
        x = x.clone()
        x[:, 0] = y.float() + 0.01 * torch.randn(len(y), generator=torch.Generator().manual_seed(0))
        return x, y

    return replace(s, train=leaked(*s.train), val=leaked(*s.val))


def rate_100_times_too_high(s: Setting) -> Setting:
    return replace(s, lr=s.lr * 100)


def rate_300_times_too_low(s: Setting) -> Setting:
    return replace(s, lr=s.lr / 300)


def clipping_too_tight(s: Setting) -> Setting:
    return replace(s, step=lambda probe, batch: _plain_step(probe, batch, clip=0.001))


def weight_decay_too_strong(s: Setting) -> Setting:
    return replace(s, weight_decay=3.0)


class Half(nn.Module):
    """Computes in half precision, where figures above 65,504 are infinite."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body
        self.scale = nn.LayerNorm(1, elementwise_affine=False)
        self.out = nn.Identity()

    def forward(self, x):
        return self.out((self.body(x) * 1e6).half()).float()


def float16_overflow(s: Setting) -> Setting:
    return _with_body(s, Half)


class Reshaped(nn.Module):
    """A view where a transpose was meant: samples lend each other their features."""

    def forward(self, x):
        return x.reshape(x.shape[1], x.shape[0]).t()


def samples_mixed(s: Setting) -> Setting:
    return _with_body(s, lambda body: nn.Sequential(body, Reshaped()))


def layer_not_given_to_the_optimizer(s: Setting) -> Setting:
    return replace(s, trained=lambda model: list(model.head.parameters()))


def validation_scaled_apart(s: Setting) -> Setting:
    return replace(s, val=(s.val[0] * 2 + 1, s.val[1]))


FAULTS: dict[Callable[[Setting], Setting], set[str]] = {
    wrong_initial_scale: {"bad_initialisation", "exploding_gradients"},
    dead_units: {"dead_units"},
    eight_sigmoid_layers: {"vanishing_gradients"},
    unscaled_inputs: {"unscaled_inputs"},
    labels_shuffled: {"label_noise"},
    loss_on_the_wrong_axis: {"loss_setup"},
    missing_zero_grad: {"wiring"},
    frozen_layer: {"no_gradient"},
    detached_branch: {"no_gradient"},
    softmax_before_cross_entropy: {"loss_setup"},
    dropout_left_on: {"evaluation"},
    batch_norm_on_one_sample: {"wiring"},
    unshuffled_loader: {"unshuffled"},
    validation_overlap: {"validation_leakage"},
    target_leakage: {"target_leakage"},
    rate_100_times_too_high: {"lr_too_high"},
    rate_300_times_too_low: {"lr_too_low"},
    clipping_too_tight: {"clipping"},
    weight_decay_too_strong: {"over_regularised"},
    float16_overflow: {"non_finite"},
    samples_mixed: {"wiring"},
    layer_not_given_to_the_optimizer: {"no_gradient"},
    validation_scaled_apart: {"validation_shift"},
}
"""Each fault, and the problems of which a probe has to name one."""

CONSEQUENCES: dict[Callable[[Setting], Setting], set[str]] = {
    unscaled_inputs: {"bad_initialisation"},
    dead_units: {"vanishing_gradients", "not_learning"},
    eight_sigmoid_layers: {"not_learning"},
    # Batch normalisation of one figure a channel raises an error in PyTorch.
    batch_norm_on_one_sample: {"not_learning", "crashed"},
    float16_overflow: {"not_learning"},
    weight_decay_too_strong: {"not_learning"},
    samples_mixed: {"loss_setup"},
}
"""What else is true of a training with the fault: a rule that says so is right."""
