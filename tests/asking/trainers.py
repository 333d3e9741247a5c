"""The trainings behind the tasks: well under a second each, on data that comes with scikit-learn."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Outcome:
    """What a training came to: its value, None where it failed, and its validation curve by name."""

    value: float | None
    curves: dict[str, list[float]]

    def alone(self) -> "Outcome":
        """The value without its curve."""
        return Outcome(self.value, {})


def _value(value: float) -> Outcome:
    return Outcome(value if math.isfinite(value) else None, {})


@cache
def data(name: str) -> tuple[Any, Any, Any, Any]:
    """Inputs and targets to train on and to validate on, standardised: float64 arrays."""
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    loaded = {
        "digits": datasets.load_digits, "wine": datasets.load_wine,
        "diabetes": datasets.load_diabetes, "cancer": datasets.load_breast_cancer,
    }[name]()  # fmt: skip
    x, y = loaded.data, loaded.target
    if name == "diabetes":
        y = (y - y.mean()) / y.std()
    elif name in ("wine", "cancer"):
        # Noise keeps these two from being solved by any configuration at all.
        x = x + 1.5 * x.std(0) * np.random.default_rng(0).standard_normal(x.shape)
    x = (x - x.mean(0)) / (x.std(0) + 1e-9)
    xt, xv, yt, yv = train_test_split(x, y, test_size=0.5, random_state=0)
    return xt[:400], yt[:400], xv, yv


def net(
    name: str, curve: str, lr: float, batch: int = 32, units: int = 32, dropout: float = 0.0,
    decay: float = 0.0, optimizer: str = "adam", momentum: float = 0.9, beta: float = 0.9, layers: int = 1,
    epochs: int = 8,
) -> Outcome:  # fmt: skip
    """A dense net. Its value is the last point of the curve; accuracy where the curve's name says so."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    xt, yt, xv, yv = (torch.tensor(part) for part in data(name))
    xt, xv = xt.float(), xv.float()
    regression = name == "diabetes"
    if regression:
        yt, yv = yt.float(), yv.float()
    parts: list[nn.Module] = []
    width = xt.shape[1]
    for _ in range(layers):
        parts += [nn.Linear(width, units), nn.ReLU(), nn.Dropout(dropout)]
        width = units
    model = nn.Sequential(*parts, nn.Linear(width, 1 if regression else int(yt.max()) + 1))
    loss_of = (lambda out, y: ((out[:, 0] - y) ** 2).mean()) if regression else nn.functional.cross_entropy
    weights = model.parameters()
    if optimizer == "sgd":
        steps: Any = torch.optim.SGD(weights, lr, momentum, weight_decay=decay)
    else:
        steps = torch.optim.Adam(weights, lr, (beta, 0.999), weight_decay=decay)
    points = []
    for _ in range(epochs):
        model.train()
        for part in torch.randperm(len(xt)).split(batch):
            steps.zero_grad()
            loss_of(model(xt[part]), yt[part]).backward()
            steps.step()
        model.eval()
        with torch.no_grad():
            out = model(xv)
            right = "accuracy" in curve
            points.append(float((out.argmax(1) == yv).float().mean() if right else loss_of(out, yv)))
    return Outcome(points[-1] if math.isfinite(points[-1]) else None, {curve: points})


def sequence(lr: float, units: int, clip: float, batch: int) -> Outcome:
    """A recurrent net that adds the marked numbers of a sequence."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    x = torch.rand(500, 8, 2)
    x[:, :, 1] = (torch.rand(500, 8) < 0.3).float()
    y = (x[:, :, 0] * x[:, :, 1]).sum(1, keepdim=True)
    body, head = nn.GRU(2, units, batch_first=True), nn.Linear(units, 1)
    weights = [*body.parameters(), *head.parameters()]
    steps = torch.optim.Adam(weights, lr)
    points = []
    for _ in range(8):
        for part in torch.randperm(250).split(batch):
            steps.zero_grad()
            ((head(body(x[part])[1][0]) - y[part]) ** 2).mean().backward()
            nn.utils.clip_grad_norm_(weights, clip)
            steps.step()
        with torch.no_grad():
            points.append(float(((head(body(x[250:])[1][0]) - y[250:]) ** 2).mean()))
    return Outcome(points[-1] if math.isfinite(points[-1]) else None, {"valid": points})


def kernel_machine(c: float, gamma: float) -> Outcome:
    """A support vector machine; its value is the validation error."""
    from sklearn.svm import SVC

    xt, yt, xv, yv = data("digits")
    return _value(1.0 - SVC(C=c, gamma=gamma).fit(xt[:300], yt[:300]).score(xv, yv))


def boosted(config: dict[str, Any]) -> Outcome:
    """Boosted trees; the value is the validation loss."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import log_loss

    xt, yt, xv, yv = data("cancer")
    model = HistGradientBoostingClassifier(**config, early_stopping=False, random_state=0).fit(xt, yt)
    return _value(log_loss(yv, model.predict_proba(xv)))


def linear(config: dict[str, Any]) -> Outcome:
    """A linear classifier by stochastic gradients; the value is the validation error."""
    from sklearn.linear_model import SGDClassifier

    xt, yt, xv, yv = data("digits")
    model = SGDClassifier(
        **config, loss="log_loss", learning_rate="invscaling", max_iter=20, tol=None, random_state=0
    )
    try:
        return _value(1.0 - model.fit(xt[:300], yt[:300]).score(xv, yv))
    except ValueError:  # weights that overflowed
        return Outcome(None, {})


def forest(config: dict[str, Any]) -> Outcome:
    """Random trees; the value is the validation accuracy."""
    from sklearn.ensemble import RandomForestClassifier

    xt, yt, xv, yv = data("digits")
    return _value(RandomForestClassifier(**config, random_state=0).fit(xt[:300], yt[:300]).score(xv, yv))


def ridge(alpha: float, gamma: float) -> Outcome:
    """Kernel ridge regression; the value is the validation R squared."""
    from sklearn.kernel_ridge import KernelRidge

    xt, yt, xv, yv = data("diabetes")
    return _value(KernelRidge(alpha=alpha, kernel="rbf", gamma=gamma).fit(xt, yt).score(xv, yv))
