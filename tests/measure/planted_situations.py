"""What is planted: the tasks, the situations, and what may be said of each. Data, no machinery."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.measure.planted_trainer import REGRESSIONS, Setting

SEEDS = (0, 1, 2)
HEALTHY_SEEDS = tuple(range(12))
"""More than for a fault, so that a quarter of all runs is healthy: a rule's worth depends on the mix."""
RATES = {
    "adam": (0.0003, 0.001, 0.003, 0.01, 0.03),
    "adamw": (0.0003, 0.001, 0.003, 0.01, 0.03),
    "sgd": (0.003, 0.01, 0.03, 0.1, 0.3),
}
"""Learning rates among which the healthy setting of a task is found, per optimizer."""

TUNING = (
    Setting("wine", hidden_units=64, epochs=60),
    Setting("moons", hidden_units=32, layers=2, optimizer="sgd", epochs=40),
    Setting("diabetes", hidden_units=64, epochs=60),
    Setting("mixture", hidden_units=128, optimizer="adamw", epochs=40),
    Setting("circles", hidden_units=64, layers=2, epochs=40),
    Setting("friedman2", hidden_units=64, optimizer="sgd", epochs=40),
)
"""Tasks on which thresholds of rules may be looked at; their figures are never the ones that are reported."""

HELD_OUT = (
    Setting("digits", hidden_units=128, epochs=40),
    Setting("digits", net="cnn", hidden_units=8, epochs=40),
    Setting("breast_cancer", hidden_units=32, layers=3, optimizer="sgd", epochs=50),
    Setting("blobs", hidden_units=96, layers=2, optimizer="adamw", epochs=40),
    Setting("blobs", hidden_units=48, layers=3, activation="tanh", optimizer="sgd", epochs=40),
    Setting("friedman1", hidden_units=48, layers=2, epochs=60),
    Setting("rhythms", net="gru", hidden_units=16, epochs=50),
)
"""Tasks whose data sets and nets no threshold has seen; `epochs` is the longest training considered."""


@dataclass(frozen=True)
class Situation:
    """One way to train.

    Attributes:
        name: Short and stable.
        plant: The healthy setting of a task -> the planted one; None where it cannot be planted there.
        names: Problems that name the fault itself.
        also: Problems that are a true consequence of it, so that a finding of them is right.
    """

    name: str
    plant: Callable[[Setting], Setting | None]
    names: frozenset[str]
    also: frozenset[str] = frozenset()

    @property
    def right(self) -> frozenset[str]:
        """Every problem that is true of this situation; any other is counted as wrong."""
        return self.names | self.also


def _nan(base: Setting) -> Setting:
    if base.data in REGRESSIONS:
        return replace(base, optimizer="sgd", learning_rate=1.0, momentum=0.9)
    return replace(base, loss_with_log=True, learning_rate=base.learning_rate * 100)


def _stuck(base: Setting) -> Setting | None:
    if base.net != "mlp":
        return None
    return replace(base, layers=8, activation="sigmoid", optimizer="sgd", learning_rate=0.01)


def _dead(base: Setting) -> Setting | None:
    return replace(base, dead_bias=True) if base.net != "gru" and base.activation == "relu" else None


def _rare(base: Setting) -> Setting | None:
    return None if base.data in REGRESSIONS else replace(base, rare_positives=True)


def _over_regularised(base: Setting) -> Setting:
    return replace(base, weight_decay=0.3) if base.net == "gru" else replace(base, dropout=0.8)


def _set(*names: str) -> frozenset[str]:
    return frozenset(names)


UNSTABLE = _set(
    "diverged", "non_finite", "oscillating", "loss_spikes", "exploding_gradients", "noisy_gradients"
)
UNJUDGED = _set("healthy", "validation_better", "schedule", "noisy_gradients")
"""Problems for which no plain fact says whether they are true of a training.

Healthy: how often that is right follows from how many of the trainings are. A validation loss below the
training loss, a schedule that should have decayed, and gradients that are noisy are ways to put what the
curves show; no test set says whether they were worth a word. How often their changes help is still measured.
"""
NOT_FAR = _set("underfitting", "not_learning")
LATE_DAMAGE = _set("overfitting", "past_best")

SITUATIONS = (
    Situation("healthy", lambda s: s, _set("healthy")),
    Situation(
        "rate x30",
        lambda s: replace(s, learning_rate=s.learning_rate * 30),
        _set("lr_too_high", "diverged"),
        UNSTABLE | NOT_FAR | _set("schedule", "dead_units"),
    ),
    Situation(
        "rate x300",
        lambda s: replace(s, learning_rate=s.learning_rate * 300),
        _set("lr_too_high", "diverged"),
        UNSTABLE | NOT_FAR | _set("schedule", "dead_units"),
    ),
    Situation(
        "rate /20",
        lambda s: replace(s, learning_rate=s.learning_rate / 20),
        _set("lr_too_low", "slow_convergence"),
        _set("still_improving", "underfitting", "too_short"),
    ),
    Situation(
        "rate /250",
        lambda s: replace(s, learning_rate=s.learning_rate / 250),
        _set("lr_too_low", "slow_convergence"),
        _set("still_improving", "underfitting", "not_learning", "too_short"),
    ),
    Situation(
        "few samples",
        lambda s: replace(s, train_share=0.06, hidden_units=s.hidden_units * 4, epochs=s.epochs * 4),
        _set("overfitting", "past_best"),
        LATE_DAMAGE,
    ),
    Situation(
        "label noise",
        lambda s: replace(s, label_noise=0.5, hidden_units=s.hidden_units * 2, epochs=s.epochs * 3),
        _set("label_noise", "overfitting", "past_best"),
        LATE_DAMAGE | _set("validation_better", "underfitting"),
    ),
    Situation(
        "too few epochs",
        lambda s: replace(s, epochs=max(4, s.epochs * 15 // 100)),
        _set("still_improving", "too_short"),
        _set("underfitting"),
    ),
    Situation(
        "deep sigmoid",
        _stuck,
        _set("not_learning", "vanishing_gradients"),
        NOT_FAR | _set("bad_initialisation", "dead_units", "slow_convergence", "lr_too_low"),
    ),
    Situation(
        "dead units",
        _dead,
        _set("not_learning", "dead_units", "bad_initialisation"),
        NOT_FAR | _set("vanishing_gradients", "slow_convergence"),
    ),
    Situation(
        "nan",
        _nan,
        _set("non_finite"),
        _set("diverged", "exploding_gradients", "lr_too_high"),
    ),
    Situation(
        "unscaled inputs",
        lambda s: replace(s, input_scale=100.0),
        _set("unscaled_inputs"),
        UNSTABLE | NOT_FAR | LATE_DAMAGE | _set("lr_too_high"),
    ),
    Situation(
        "tiny batch",
        lambda s: replace(s, batch_size=4, learning_rate=s.learning_rate * 3),
        _set("noisy_gradients", "oscillating"),
        UNSTABLE | _set("lr_too_high", "schedule"),
    ),
    Situation(
        "too small a net",
        lambda s: replace(s, hidden_units=1, layers=1),
        _set("underfitting", "capacity"),
        _set("not_learning"),
    ),
    Situation(
        "rare positives",
        _rare,
        _set("class_imbalance"),
        _set("label_noise"),
    ),
    Situation(
        "over-regularised",
        _over_regularised,
        _set("over_regularised", "underfitting"),
        _set("validation_better", "not_learning"),
    ),
)
