"""Which kind of optimizer the run states: what is a large learning rate for one is small for another."""

import math

from advisor.run import Role
from advisor.signals.registry import of_run
from advisor.signals.view import View

# Kingma and Ba (2015) and its relatives divide each step by the gradient's own size.
_ADAPTIVE = (
    "adam",
    "rmsprop",
    "adagrad",
    "adadelta",
    "adafactor",
    "adamax",
    "lion",
    "lamb",
    "yogi",
    "shampoo",
    "soap",
)
_PLAIN = ("sgd", "momentum", "nesterov", "gradientdescent")
_DECOUPLED = ("adamw", "sgdw", "lion", "lamb", "muon", "adafactor")
_COUPLED = ("adam", "nadam", "radam", "adamax", "adagrad", "adadelta", "rmsprop")


def _optimizer(view: View) -> str | None:
    stated = view.run.hyperparameter("optimizer")
    return None if stated is None else str(stated.value).lower().replace("_", "").replace("-", "")


@of_run(
    "hyper.adaptive",
    unit="flag",
    low=0,
    high=1,
    en="1 where the optimizer scales its steps by the gradient's own size (Adam and its relatives), "
    "0 where it does not (SGD).",
    zh="优化器按梯度自身大小缩放步长 (Adam 一类) 时为 1, 不缩放 (SGD) 时为 0。",
)
def adaptive(view: View) -> float | None:
    """Absent where the run states no optimizer, or one that is not known here."""
    name = _optimizer(view)
    if name is None:
        return None
    if any(word in name for word in _ADAPTIVE):
        return 1.0
    return 0.0 if any(word in name for word in _PLAIN) else None


@of_run(
    "hyper.decoupled_decay",
    unit="flag",
    low=0,
    high=1,
    en="1 where the optimizer takes weight decay apart from the gradient, times the learning rate (AdamW and "
    "its relatives); 0 where the decay is part of the gradient (Adam, SGD): the same figure does far more.",
    zh="优化器把权重衰减与梯度分开、再乘以学习率 (AdamW 一类) 时为 1; 衰减是梯度的一部分 (Adam, SGD) 时为 0, "
    "同样的数值作用大得多。",
)
def decoupled_decay(view: View) -> float | None:
    """Absent where the run states no optimizer, or one unknown here (Loshchilov and Hutter, 2019)."""
    name = _optimizer(view)
    if name is None or (kind := adaptive(view)) is None:
        return None
    if any(word in name for word in _DECOUPLED):
        return 1.0
    return None if kind and name.rpartition(".")[2] not in _COUPLED else 0.0


_USUAL_RATE = {1.0: 0.001, 0.0: 0.05}
"""Where a search usually ends: Adam's default (Kingma and Ba, 2015), and 0.1 to 0.01 for momentum."""


@of_run(
    "hyper.rate_beside_usual",
    unit="powers of ten",
    low=-30,
    high=30,
    en="The learning rate beside the usual one for the optimizer, 0.001 for Adam and its relatives and 0.05 "
    "for SGD, in powers of ten: 2 is a hundred times as much. Compares with a constant.",
    zh="学习率与该优化器常用值 (Adam 一类 0.001, SGD 0.05) 之比, 以 10 的幂计; 2 即一百倍。",
)
def rate_beside_usual(view: View) -> float | None:
    """The stated rate, else the highest logged one; absent where the optimizer is not known."""
    kind = adaptive(view)
    rate = view.run.number("learning_rate")
    curve = view.curve(Role.LEARNING_RATE)
    if rate is None and curve is not None and curve.size:
        rate = curve.highest
    if kind is None or rate is None or rate <= 0 or not math.isfinite(rate):
        return None
    return min(30.0, max(-30.0, math.log10(rate / _USUAL_RATE[kind])))
