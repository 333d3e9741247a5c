"""What one training of the corpus is made of."""

from dataclasses import dataclass, fields
from typing import Literal

NetKind = Literal["mlp", "conv", "gru", "attention"]


@dataclass(frozen=True)
class Conditions:
    """What the user of a run does not choose, or does not know.

    Attributes:
        data: Name of the data set (`advisor.corpus.datasets.NAMES`).
        train_size: Training samples; the data set may hold fewer.
        label_noise: Share of training targets that are drawn anew.
        imbalance: Frequency of the rarest class beside the commonest; 1 leaves the classes as they are.
        draw: Which sample of the data set.
    """

    data: str
    train_size: int = 400
    label_noise: float = 0.0
    imbalance: float = 1.0
    draw: int = 0


@dataclass(frozen=True)
class Shape:
    """What all nets that train at once have in common."""

    conditions: Conditions
    net: NetKind
    hidden_units: int
    layers: int
    activation: str
    normalisation: str
    batch_size: int
    epochs: int


@dataclass(frozen=True)
class Setting:
    """One training; the hyperparameters have the names of the advisor's roles.

    Attributes:
        shape: What it shares with the nets beside which it trains.
        initialisation: default (PyTorch's uniform), he, xavier, small, large.
        optimizer: sgd, adam, adamw, rmsprop.
        learning_rate: The highest rate of the schedule.
        momentum: Of sgd; ignored by the others.
        nesterov: Whether sgd looks ahead (Nesterov, 1983).
        weight_decay: Decoupled for adamw, L2 for the others.
        scheduler: constant, cosine, linear, step (a tenth after two thirds).
        warmup_ratio: Share of the steps over which the rate rises from 0.
        gradient_clipping: Highest norm of the gradient; 0 for none.
        dropout: Share of hidden units left out.
        label_smoothing: Share of the target spread over all classes.
        inputs: `standard` or `unscaled`.
        seed: Of the initial weights and the order of the samples.
    """

    shape: Shape
    initialisation: str = "default"
    optimizer: str = "adam"
    learning_rate: float = 0.001
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    scheduler: str = "constant"
    warmup_ratio: float = 0.0
    gradient_clipping: float = 0.0
    dropout: float = 0.0
    label_smoothing: float = 0.0
    inputs: str = "standard"
    seed: int = 0


SHAPE_FIELDS = tuple(f.name for f in fields(Shape) if f.name != "conditions")
CONDITION_FIELDS = tuple(f.name for f in fields(Conditions))
OWN_FIELDS = tuple(f.name for f in fields(Setting) if f.name != "shape")


def value_of(setting: Setting, name: str) -> bool | int | float | str:
    """One field of a setting, of its shape or of its conditions.

    Raises:
        AttributeError: there is no such field.
    """
    for part in (setting, setting.shape, setting.shape.conditions):
        if hasattr(part, name):
            value: bool | int | float | str = getattr(part, name)
            return value
    raise AttributeError(f"A setting has no field '{name}'.")
