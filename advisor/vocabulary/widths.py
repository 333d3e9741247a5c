"""The widths of a network's layers where a configuration lists them, as in `hidden: [256, 256]`."""

from advisor.patterns import regex
from advisor.run import Run, Scalar
from advisor.vocabulary.hyperparameters import hyperparameter_role

WIDTHS = "layer_widths"
_HOLD_WIDTHS = ("hidden_units", "layers", WIDTHS)
_LIST = regex(r"[\[(]\s*[1-9]\d*(?:\s*,\s*[1-9]\d*)*\s*,?\s*[\])]")
_NUMBER = regex(r"\d+")


def widths_role(name: str, value: Scalar) -> str | None:
    """The role of a list that may hold the widths of layers; None where it holds something else."""
    holds = isinstance(value, str) and _LIST.fullmatch(value) is not None
    return WIDTHS if holds and hyperparameter_role(name) in _HOLD_WIDTHS else None


def layer_widths(run: Run) -> tuple[int, ...]:
    """Units of each layer, in their order; empty where the run lists none."""
    found = run.hyperparameter(WIDTHS)
    if found is None or not isinstance(found.value, str) or not _LIST.fullmatch(found.value):
        return ()
    return tuple(int(number) for number in _NUMBER.findall(found.value))


def from_widths(run: Run, role: str) -> int | None:
    """The number of `layers`, or the `hidden_units` of each where they are alike; None where not known."""
    widths = layer_widths(run)
    if role == "layers" and widths:
        return len(widths)
    return widths[0] if role == "hidden_units" and len(set(widths)) == 1 else None
