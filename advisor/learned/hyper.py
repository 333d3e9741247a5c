"""Hyperparameters by their role as numbers on which a step means the same everywhere."""

import math
from collections.abc import Mapping

import numpy as np

from advisor.run import Floats, Run, Scalar

NAMES = (
    "rate", "adaptive", "momentum", "batch", "epochs", "width", "layers", "dropout", "decay", "smoothing",
    "clipping", "warmup", "annealed", "layer_norm", "batch_norm", "relu", "bounded", "init_he", "init_small",
    "init_large", "standardised",
)  # fmt: skip
"""What `encode` gives, in this order."""
USUAL = {1.0: 0.001, 0.0: 0.05}
"""The learning rate beside which one counts: of optimizers that scale their steps, and of others."""
_ADAPTIVE = ("adam", "rms", "lion", "lamb", "ada")
ROLES = frozenset(
    {
        "learning_rate", "optimizer", "momentum", "batch_size", "epochs", "hidden_units", "layers", "dropout",
        "weight_decay", "label_smoothing", "gradient_clipping", "warmup_ratio", "scheduler", "normalisation",
        "activation", "initialisation",
    }
)  # fmt: skip
"""Roles of which a change can be judged."""
STANDARDISED = "standardised"
"""Stands for 'standardise the inputs', which no hyperparameter holds."""


def stated(run: Run) -> dict[str, Scalar]:
    """What a run states of the roles that can be judged; the most trusted value of each."""
    known = {role: run.hyperparameter(role) for role in ROLES}
    return {role: found.value for role, found in known.items() if found is not None}


def encode(values: Mapping[str, Scalar]) -> Floats:
    """Values by role as numbers, shape (len(NAMES),); NaN where a role that has no default is not stated.

    The learning rate counts beside the usual one of its optimizer, in powers of ten; sizes in powers of two.
    """
    optimizer = _word(values, "optimizer")
    adaptive = float(any(name in optimizer for name in _ADAPTIVE)) if optimizer else math.nan
    rate = _number(values, "learning_rate")
    usual = USUAL.get(adaptive, math.nan)
    norm, activation, init = (_word(values, r) for r in ("normalisation", "activation", "initialisation"))
    scheduler = _word(values, "scheduler") or "constant"
    encoded = {
        "rate": math.log10(rate / usual) if rate > 0 else math.nan,
        "adaptive": adaptive,
        "momentum": _number(values, "momentum", 0.0),
        "batch": _power(values, "batch_size"),
        "epochs": _power(values, "epochs"),
        "width": _power(values, "hidden_units"),
        "layers": _number(values, "layers"),
        "dropout": _number(values, "dropout", 0.0),
        "decay": math.log10(max(1e-6, _number(values, "weight_decay", 0.0))),
        "smoothing": _number(values, "label_smoothing", 0.0),
        "clipping": _clipping(_number(values, "gradient_clipping", 0.0)),
        "warmup": _number(values, "warmup_ratio", 0.0),
        "annealed": float(scheduler not in ("constant", "none", "false")),
        "layer_norm": float(norm.startswith(("layer", "ln", "rms"))),
        "batch_norm": float(norm.startswith(("batch", "bn")) or norm == "true"),
        "relu": float("relu" in activation or activation in ("gelu", "silu", "swish")),
        "bounded": float(activation in ("tanh", "sigmoid", "logistic")),
        "init_he": float(init.startswith(("he", "kaiming"))),
        "init_small": float(init == "small"),
        "init_large": float(init == "large"),
        "standardised": float(bool(values.get(STANDARDISED, False))),
    }
    return np.array([encoded[name] for name in NAMES])


def raw_rate(values: Mapping[str, Scalar]) -> float:
    """The learning rate itself in powers of ten, which needs no optimizer; NaN where it is not stated."""
    rate = _number(values, "learning_rate")
    return math.log10(rate) if rate > 0 else math.nan


def moves(now: Mapping[str, Scalar], after: Mapping[str, Scalar]) -> Floats:
    """By how much a change moves each encoded value, shape (len(NAMES),); 0 where that is not known.

    A learning rate moves as far where its optimizer is not stated.
    """
    moved: Floats = np.nan_to_num(encode(after) - encode(now))
    if now.get("optimizer") == after.get("optimizer"):
        moved[NAMES.index("rate")] = np.nan_to_num(raw_rate(after) - raw_rate(now))
    return moved


def _clipping(limit: float) -> float:
    """How tight a limit on the gradient norm is: 0 for none, 1 at 1, more below."""
    return 0.0 if limit <= 0 else max(0.0, 1 - math.log10(limit))


def _number(values: Mapping[str, Scalar], role: str, otherwise: float = math.nan) -> float:
    value = values.get(role)
    if value is None or isinstance(value, bool):
        return otherwise
    try:
        number = float(value)
    except ValueError:
        return otherwise
    return number if math.isfinite(number) else otherwise


def _power(values: Mapping[str, Scalar], role: str) -> float:
    number = _number(values, role)
    return math.log2(number) if number > 0 else math.nan


def _word(values: Mapping[str, Scalar], role: str) -> str:
    return str(values.get(role) or "").lower().replace("_", "").replace("-", "")
