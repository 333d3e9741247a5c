"""One training of a tiny net from one `Setting`, in one file: data, nets, loop.

Everything follows from the setting, its seed included: the same setting gives the same curves.
"""

import itertools
import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn

torch.set_num_threads(1)


@dataclass(frozen=True)
class Setting:
    """What one training is made of; hyperparameters have the names of the advisor's roles."""

    data: str
    net: str = "mlp"
    hidden_units: int = 64
    layers: int = 1
    activation: str = "relu"
    normalisation: str = "none"
    initialisation: str = "default"
    optimizer: str = "adam"
    learning_rate: float = 0.001
    momentum: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    scheduler: str = "constant"
    warmup_steps: int = 0
    warmup_ratio: float = 0.0
    batch_size: int = 32
    epochs: int = 30
    patience: int = 0
    dropout: float = 0.0
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    gradient_clipping: float = 0.0
    # What a user does not know or did not choose: the faults that a log has to give away.
    train_share: float = 1.0
    label_noise: float = 0.0
    rare_positives: bool = False
    input_scale: float = 1.0
    loss_with_log: bool = False
    dead_bias: bool = False
    seed: int = 0


@dataclass(frozen=True)
class Data:
    """Training, validation and test set; `classes` is 0 for a regression."""

    x: tuple[Tensor, Tensor, Tensor]
    y: tuple[Tensor, Tensor, Tensor]
    classes: int


SAMPLES = 1_200
"""Most samples of a data set; half of them are for training."""


def _rhythms(samples: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Noisy waves of 10 steps in 3 channels; the class is the frequency, one of six, whatever the phase."""
    y = random.integers(6, size=samples)
    phase = random.uniform(0, 2 * np.pi, (samples, 1, 3))
    time = np.arange(10)[None, :, None] / 10
    x = np.sin(2 * np.pi * (1 + 0.6 * y[:, None, None]) * time + phase) + random.normal(
        0, 0.5, (samples, 10, 3)
    )
    return x.reshape(samples, -1), y


def _scikit(name: str, samples: int = SAMPLES) -> tuple[np.ndarray, np.ndarray]:
    makers = {
        "moons": lambda: datasets.make_moons(samples, noise=0.25, random_state=0),
        "circles": lambda: datasets.make_circles(samples, noise=0.12, factor=0.6, random_state=0),
        "blobs": lambda: datasets.make_blobs(samples, 12, centers=10, cluster_std=8, random_state=0),
        "mixture": lambda: datasets.make_classification(
            samples, 20, n_informative=8, n_classes=4, class_sep=1.2, random_state=0
        ),
        "friedman1": lambda: datasets.make_friedman1(samples, noise=1.0, random_state=0),
        "friedman2": lambda: datasets.make_friedman2(samples, noise=50.0, random_state=0),
        "rhythms": lambda: _rhythms(samples, np.random.default_rng(0)),
        "digits": lambda: datasets.load_digits(return_X_y=True),
        "wine": lambda: datasets.load_wine(return_X_y=True),
        "breast_cancer": lambda: datasets.load_breast_cancer(return_X_y=True),
        "diabetes": lambda: datasets.load_diabetes(return_X_y=True),
    }
    return makers[name]()


REGRESSIONS = {"friedman1", "friedman2", "diabetes"}


def guess_loss(data: Data) -> float:
    """The loss of a model that knows nothing: ln K, or the variance of a standardised target."""
    return math.log(data.classes) if data.classes else 1.0


@cache
def load(name: str) -> Data:
    """A data set, shuffled, standardised, split: half to train, a quarter each to validate and to test."""
    raw_x, raw_y = _scikit(name)
    order = np.random.default_rng(1).permutation(len(raw_x))[:SAMPLES]
    x, y = raw_x[order].astype("float32"), raw_y[order]
    half, three = len(x) // 2, 3 * len(x) // 4
    # One spread for all pixels: a pixel that is nearly always 0 must not be blown up.
    spread = x[:half].std() if name == "digits" else x[:half].std(axis=0)
    x = (x - x[:half].mean(axis=0)) / spread
    if name in REGRESSIONS:
        y = ((y - y[:half].mean()) / y[:half].std()).astype("float32")
    tensor_x, tensor_y = (
        torch.from_numpy(x),
        torch.from_numpy(y if name in REGRESSIONS else y.astype("int64")),
    )
    parts = (slice(None, half), slice(half, three), slice(three, None))
    classes = 0 if name in REGRESSIONS else int(y.max()) + 1
    return Data(tuple(tensor_x[p] for p in parts), tuple(tensor_y[p] for p in parts), classes)


RARE_SHARE = 0.05
"""Share of positives where they are rare."""


def data_of(setting: Setting) -> Data:
    """The data that a setting trains on.

    With rare positives a sample is positive only where its class was 0, and even there by a draw: as with
    clicks or defaults, no input makes the rare answer the likelier one.
    """
    data = load(setting.data)
    return rare(data) if setting.rare_positives else data


def rare(data: Data) -> Data:
    """The same inputs with two classes, of which class 1 has 5 % of the samples."""
    zeros = sum(int((y == 0).sum()) for y in data.y) / sum(len(y) for y in data.y)
    generator = torch.Generator().manual_seed(2)
    drawn = (torch.rand(len(y), generator=generator) < RARE_SHARE / zeros for y in data.y)
    return Data(data.x, tuple(((y == 0) & lucky).long() for y, lucky in zip(data.y, drawn, strict=True)), 2)


class Recurrent(nn.Module):
    """A gated recurrent net over a flat sequence of steps of `width` values."""

    def __init__(self, width: int, hidden: int, layers: int, outputs: int) -> None:
        super().__init__()
        self.width = width
        self.rnn = nn.GRU(width, hidden, num_layers=layers, batch_first=True)
        self.head = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.rnn(x.view(len(x), -1, self.width))[0][:, -1])


ACTIVATIONS = {
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "leaky_relu": nn.LeakyReLU,
    "gelu": nn.GELU,
}
NORMALISATIONS = {"none": lambda n: nn.Identity(), "batch": nn.BatchNorm1d, "layer": nn.LayerNorm}


def build(setting: Setting, inputs: int, outputs: int) -> nn.Module:
    """The net of a setting, with its initialisation."""
    hidden, activation = setting.hidden_units, ACTIVATIONS[setting.activation]
    if setting.net == "gru":
        return Recurrent(3 if setting.data == "rhythms" else 8, hidden, setting.layers, outputs)
    if setting.net == "cnn":
        first = [
            nn.Unflatten(1, (1, 8, 8)),
            nn.Conv2d(1, hidden, 3, padding=1),
            activation(),
            nn.MaxPool2d(2),
        ]
        blocks = [
            *first,
            nn.Conv2d(hidden, hidden, 3, padding=1),
            activation(),
            nn.MaxPool2d(2),
            nn.Flatten(),
        ]
        net = nn.Sequential(*blocks, nn.Dropout(setting.dropout), nn.Linear(4 * hidden, outputs))
    else:
        widths = [inputs] + [hidden] * setting.layers
        blocks = []
        for n_in, n_out in itertools.pairwise(widths):
            blocks += [nn.Linear(n_in, n_out), NORMALISATIONS[setting.normalisation](n_out)]
            blocks += [activation(), nn.Dropout(setting.dropout)]
        net = nn.Sequential(*blocks, nn.Linear(widths[-1], outputs))
    for part in net[:-1]:
        if isinstance(part, nn.Linear | nn.Conv2d):
            if setting.initialisation == "he":
                nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
            elif setting.dead_bias:
                nn.init.constant_(part.bias, -10.0)
    return net


def build_optimizer(setting: Setting, parameters: list[nn.Parameter]) -> torch.optim.Optimizer:
    rate, decay = setting.learning_rate, setting.weight_decay
    if setting.optimizer == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=setting.momentum, weight_decay=decay)
    kind = torch.optim.AdamW if setting.optimizer == "adamw" else torch.optim.Adam
    betas = (0.9, setting.beta2)
    return kind(parameters, lr=rate, betas=betas, eps=setting.epsilon, weight_decay=decay, fused=True)


def schedule(setting: Setting, step: int, total: int) -> float:
    """The factor on the learning rate at one step."""
    warmup = max(setting.warmup_steps, round(setting.warmup_ratio * total))
    if step < warmup:
        return (step + 1) / warmup
    done = (step - warmup) / max(1, total - warmup)
    if setting.scheduler == "cosine":
        return 0.5 * (1 + math.cos(math.pi * done))
    if setting.scheduler == "linear":
        return 1 - done
    return 1.0


def loss_function(setting: Setting, classes: int):
    """The training loss; with `loss_with_log` the log of a probability that can be 0, and so NaN."""
    if not classes:
        return lambda output, y: nn.functional.mse_loss(output[:, 0], y)
    if setting.loss_with_log:
        chosen = nn.functional.one_hot
        return lambda output, y: -(chosen(y, classes) * output.softmax(dim=1).log()).sum(dim=1).mean()
    return nn.CrossEntropyLoss(label_smoothing=setting.label_smoothing)


@torch.inference_mode()
def evaluate(net: nn.Module, x: Tensor, y: Tensor, classes: int) -> tuple[float, float]:
    """Plain loss and accuracy (NaN for a regression) of the net as it is."""
    net.eval()
    output = net(x)
    if not classes:
        return nn.functional.mse_loss(output[:, 0], y).item(), math.nan
    return nn.functional.cross_entropy(output, y).item(), (output.argmax(dim=1) == y).float().mean().item()


def _training_data(setting: Setting, data: Data, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    kept = max(8, round(setting.train_share * len(data.x[0])))
    x, y = data.x[0][:kept], data.y[0][:kept].clone()
    noisy = torch.rand(len(y), generator=generator) < setting.label_noise
    if data.classes:
        y[noisy] = torch.randint(data.classes, (int(noisy.sum()),), generator=generator)
    else:
        y[noisy] = y[torch.randperm(len(y), generator=generator)][noisy]
    return x, y


Curves = dict[str, list[float]]


def train(setting: Setting) -> Curves:
    """Trains; one value per epoch for each curve. The test set's are for judging only, no run shows them."""
    torch.manual_seed(setting.seed)
    generator = torch.Generator().manual_seed(setting.seed)
    data = data_of(setting)
    x, y = _training_data(setting, data, generator)
    net = build(setting, x.shape[1], data.classes or 1)
    scale = setting.input_scale
    x, held_out = x * scale, [(data.x[i] * scale, data.y[i]) for i in (1, 2)]
    loss_of = loss_function(setting, data.classes)
    parameters = list(net.parameters())
    optimizer = build_optimizer(setting, parameters)
    batches = math.ceil(len(x) / setting.batch_size)
    total = setting.epochs * batches
    curves: Curves = {}
    step, best, waited = 0, math.inf, 0
    for _ in range(setting.epochs):
        net.train()
        order = torch.randperm(len(x), generator=generator)
        losses, hits, norms = torch.zeros(()), torch.zeros(()), torch.zeros(())
        for rows in order.split(setting.batch_size):
            if setting.normalisation == "batch" and len(rows) == 1:
                continue
            optimizer.param_groups[0]["lr"] = setting.learning_rate * schedule(setting, step, total)
            optimizer.zero_grad()
            output = net(x[rows])
            loss = loss_of(output, y[rows])
            loss.backward()
            norms += nn.utils.clip_grad_norm_(parameters, setting.gradient_clipping or math.inf)
            optimizer.step()
            step += 1
            losses += loss.detach() * len(rows)
            if data.classes:
                hits += (output.argmax(dim=1) == y[rows]).sum()
        val_loss, val_accuracy = evaluate(net, *held_out[0], data.classes)
        test_loss, test_accuracy = evaluate(net, *held_out[1], data.classes)
        row = {
            "train_loss": losses.item() / len(x),
            "train_accuracy": hits.item() / len(x),
            "val_loss": val_loss,
            "val_accuracy": val_accuracy,
            "learning_rate": optimizer.param_groups[0]["lr"],
            "grad_norm": norms.item() / batches,
            "test_loss": test_loss,
            "test_accuracy": test_accuracy,
        }
        for name, value in row.items():
            curves.setdefault(name, []).append(value)
        best, waited = (val_loss, 0) if val_loss < best else (best, waited + 1)
        if setting.patience and waited >= setting.patience:
            break
    return curves
