"""Which kind of optimizer the run states: what is a large learning rate for one is small for another."""

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
    stated = view.run.hyperparameter("optimizer")
    if stated is None:
        return None
    name = str(stated.value).lower().replace("_", "").replace("-", "")
    if any(word in name for word in _ADAPTIVE):
        return 1.0
    return 0.0 if any(word in name for word in _PLAIN) else None
