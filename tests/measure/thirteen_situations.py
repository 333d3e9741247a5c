"""The thirteen situations: tasks, what is planted in them, and the problem that names it. Data only."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.measure.thirteen_data import is_regression
from tests.measure.thirteen_trainer import Shape, Training

SEEDS = (0, 1, 2)
HEALTHY_SEEDS = tuple(range(6))
_ADAPTIVE = (0.0005, 0.0015, 0.005, 0.015)
RATES = {
    "adam": _ADAPTIVE,
    "adamw": _ADAPTIVE,
    "rmsprop": (0.0002, 0.0006, 0.002, 0.006),
    "sgd": (0.005, 0.015, 0.05, 0.15),
    "plain": (0.03, 0.1, 0.3, 1.0),
}
"""Learning rates among which the healthy one of a task is found."""

TUNING = (
    Shape("wine", hidden_units=32, batch_size=16, epochs=40),
    Shape("moons", hidden_units=32, layers=2, optimizer="sgd", epochs=40),
    Shape("circles", hidden_units=64, layers=2, epochs=40),
    Shape("mixture", hidden_units=128, optimizer="sgd", epochs=30),
    Shape("mixture", hidden_units=48, layers=2, activation="gelu", batch_size=64, epochs=40),
    Shape("clusters", hidden_units=96, layers=2, epochs=30),
    Shape("clusters", hidden_units=64, optimizer="sgd", batch_size=20, epochs=25),
    Shape("quantiles", hidden_units=64, layers=2, batch_size=25, epochs=40),
    Shape("diabetes", hidden_units=64, batch_size=16, epochs=40),
    Shape("friedman2", hidden_units=64, layers=2, optimizer="sgd", epochs=40),
    Shape("plane", hidden_units=48, layers=2, epochs=40),
    Shape("patterns", net="conv", hidden_units=6, epochs=20),
    Shape("patterns", hidden_units=128, layers=2, optimizer="sgd", epochs=25),
    Shape("drifts", net="gated", hidden_units=16, epochs=20),
    Shape("spirals", hidden_units=80, layers=2, optimizer="adamw", epochs=50),
    Shape("spirals", net="residual", hidden_units=32, layers=3, batch_size=64, schedule="cosine", epochs=40),
    Shape("textures", net="cnn", hidden_units=8, epochs=30),
    Shape("textures", net="conv", hidden_units=12, optimizer="sgd", batch_size=64, epochs=25),
    Shape("topics", hidden_units=64, optimizer="adamw", epochs=25),
    Shape("topics", hidden_units=96, layers=2, optimizer="plain", batch_size=20, epochs=40),
    Shape("many", net="normalised", hidden_units=112, layers=2, optimizer="sgd", epochs=30),
    Shape("many", hidden_units=160, optimizer="rmsprop", batch_size=50, epochs=25),
    Shape("bursts", net="attention", hidden_units=20, optimizer="adamw", batch_size=40, epochs=40),
    Shape("bursts", hidden_units=64, layers=3, activation="tanh", schedule="cosine", epochs=30),
    Shape("orders", net="gated", hidden_units=24, optimizer="rmsprop", epochs=30),
    Shape("orders", net="attention", hidden_units=32, schedule="step", epochs=40),
    Shape("hills", hidden_units=64, layers=2, epochs=40),
    Shape("hills", hidden_units=40, layers=3, activation="tanh", optimizer="sgd", batch_size=24, epochs=40),
    Shape("hastie", hidden_units=64, layers=2, optimizer="sgd", schedule="cosine", epochs=30),
    Shape(
        "hastie", net="normalised", hidden_units=48, layers=3, optimizer="adamw", batch_size=100, epochs=40
    ),
    Shape("sparse", hidden_units=128, optimizer="adamw", batch_size=64, epochs=40),
    Shape("sparse", net="residual", hidden_units=48, layers=2, optimizer="plain", epochs=30),
    Shape(
        "patterns", net="cnn", hidden_units=10, optimizer="adamw", batch_size=16, schedule="step", epochs=20
    ),
    Shape("drifts", net="attention", hidden_units=16, optimizer="sgd", batch_size=20, epochs=25),
)
FORMER = (
    Shape("digits", net="conv", hidden_units=10, optimizer="adamw", batch_size=25, epochs=25),
    Shape("digits", net="residual", hidden_units=48, layers=2, optimizer="sgd", epochs=30),
    Shape("breast_cancer", net="normalised", hidden_units=32, layers=2, batch_size=16, epochs=40),
    Shape("glyphs", hidden_units=112, layers=2, optimizer="sgd", schedule="cosine", epochs=30),
    Shape("tree", hidden_units=80, layers=2, optimizer="plain", batch_size=20, epochs=40),
    Shape("tree", net="normalised", hidden_units=64, layers=2, optimizer="rmsprop", batch_size=64, epochs=40),
    Shape("chains", net="attention", hidden_units=24, optimizer="adamw", epochs=30),
    Shape("checker", hidden_units=96, layers=2, batch_size=40, epochs=50),
    Shape("roll", hidden_units=48, layers=3, activation="tanh", optimizer="sgd", epochs=40),
    Shape("tides", hidden_units=80, layers=2, optimizer="adamw", epochs=40),
    Shape("low_rank", hidden_units=64, optimizer="sgd", batch_size=50, epochs=40),
)
"""The held-out half until 30 November 2026: looked at too often to be one any longer."""
HELD_OUT = (
    Shape("motifs", net="temporal", hidden_units=24, optimizer="adamw", batch_size=40, epochs=40),
    Shape("motifs", net="gated", hidden_units=20, batch_size=25, epochs=40),
    Shape("melodies", net="mixer", hidden_units=24, batch_size=50, epochs=40),
    Shape("melodies", hidden_units=96, layers=2, optimizer="sgd", schedule="cosine", epochs=40),
    Shape("echoes", net="connected", hidden_units=48, layers=2, optimizer="adamw", epochs=50),
    Shape("blobs", net="cnn", hidden_units=8, optimizer="sgd", batch_size=20, epochs=30),
    Shape("blobs", net="conv", hidden_units=8, optimizer="rmsprop", batch_size=64, epochs=30),
    Shape("survey", net="switched", hidden_units=48, optimizer="adamw", batch_size=64, epochs=40),
    Shape("survey", hidden_units=64, layers=2, optimizer="plain", batch_size=25, epochs=40),
    Shape("spectra", net="connected", hidden_units=32, layers=3, optimizer="sgd", batch_size=50, epochs=40),
    Shape("spectra", hidden_units=80, schedule="step", epochs=40),
    Shape("prices", net="residual", hidden_units=40, layers=2, batch_size=24, epochs=40),
    Shape("gears", net="switched", hidden_units=64, layers=2, batch_size=40, epochs=50),
    Shape("gears", hidden_units=64, layers=3, activation="tanh", optimizer="sgd", batch_size=30, epochs=50),
)
"""Data sets, nets and seeds that set no threshold; `epochs` is the longest training considered.

Temporal, mixer, connected and switched nets stand in no other task.
"""


@dataclass(frozen=True)
class Part:
    """Tasks of one half.

    Attributes:
        tasks: Each a shape; its epochs are the longest training considered.
        first_seed: Where the seeds of its trainings start.
        margin: Whether its good rates need a margin, as `thirteen_healthy` says.
    """

    tasks: tuple[Shape, ...]
    first_seed: int
    margin: bool


HALVES = {
    "tuning": (Part(TUNING, 0, margin=False), Part(FORMER, 900, margin=True)),
    "held-out": (Part(HELD_OUT, 1_800, margin=True),),
}


@dataclass(frozen=True)
class Situation:
    """One of the thirteen.

    Attributes:
        name: Short and stable.
        answers: Problems of which one has to be named first; the plainest one stands first.
        plant: The healthy training -> the planted one; None where it cannot be planted there.
    """

    name: str
    answers: tuple[str, ...]
    plant: Callable[[Training], Training | None]


def _pick(training: Training, *choices: float) -> float:
    return choices[training.seed % len(choices)]


def _pick_shape(training: Training, *choices: float) -> float:
    """The same for every seed of a task, so that its nets train together."""
    return choices[training.shape.hidden_units // 16 % len(choices)]


def _few_samples(t: Training) -> Training | None:
    wide = _pick_shape(t, 4, 1, 2)
    shape = replace(
        t.shape,
        train_samples=100,
        hidden_units=int(t.shape.hidden_units * wide),
        epochs=t.shape.epochs * 3,
    )
    return None if t.shape.data in ("wine", "iris") else replace(t, shape=shape)


def _label_noise(t: Training) -> Training:
    epochs = int(t.shape.epochs * _pick_shape(t, 1, 2, 3))
    return replace(t, label_noise=0.5, shape=replace(t.shape, epochs=epochs))


def _unscaled(t: Training) -> Training:
    return replace(t, input_scale=_pick(t, 60, 16, 120, 250), input_offset=_pick(t, 0, 1.5, 1))


def _dead(t: Training) -> Training | None:
    if t.shape.net not in ("mlp", "conv", "cnn") or t.shape.activation != "relu":
        return None
    return replace(t, hidden_bias=_pick(t, -4, -10, -6))


def _sigmoids(t: Training) -> Training:
    shape = replace(t.shape, net="mlp", layers=8, activation="sigmoid", hidden_units=64)
    return replace(t, shape=shape)


def _exploding(t: Training) -> Training:
    if t.shape.net == "mlp" and _pick_shape(t, 0, 1):
        return replace(t, init_gain=_pick(t, 5, 4, 3), shape=replace(t.shape, layers=8))
    return replace(t, init_gain=_pick(t, 8, 5, 12) if t.shape.net == "mlp" else 10.0)


def _permuted(t: Training) -> Training | None:
    return None if is_regression(t.shape.data) else replace(t, validation="permuted")


SITUATIONS = (
    Situation("healthy", ("healthy",), lambda t: t),
    Situation(
        "rate x30",
        ("lr_too_high", "diverged", "non_finite"),
        lambda t: replace(t, learning_rate=30 * t.learning_rate),
    ),
    Situation(
        "rate /250",
        ("lr_too_low", "slow_convergence"),
        lambda t: replace(t, learning_rate=t.learning_rate / 250),
    ),
    Situation("100 samples", ("overfitting",), _few_samples),
    Situation("label noise", ("label_noise",), _label_noise),
    Situation("unshuffled", ("unshuffled",), lambda t: replace(t, sorted_by_class=True)),
    Situation("unscaled inputs", ("unscaled_inputs",), _unscaled),
    Situation("dead units", ("dead_units",), _dead),
    Situation("eight sigmoids", ("vanishing_gradients",), _sigmoids),
    Situation("exploding start", ("bad_initialisation", "exploding_gradients"), _exploding),
    Situation(
        "shifted validation",
        ("validation_shift",),
        lambda t: replace(t, validation="shifted", validation_shift=_pick(t, 3, 1.5, 2)),
    ),
    Situation("leaked validation", ("validation_leakage",), lambda t: replace(t, validation="leaked")),
    Situation("permuted labels", ("validation_labels",), _permuted),
)
