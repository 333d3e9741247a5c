"""The optimizer that a Lightning module makes for itself."""

from typing import Any


def own_optimizer(model: Any) -> Any:
    """The first optimizer of `configure_optimizers`; None where the model has no such method, or it fails.

    It may return an optimizer, a list of them, lists of optimizers and schedules, a mapping, or mappings. A
    method that asks for its trainer cannot be called without one.
    """
    make = getattr(model, "configure_optimizers", None)
    if make is None:
        return None
    try:
        made = make()
    except Exception:
        return None
    while isinstance(made, list | tuple | dict) and made:
        made = made.get("optimizer") if isinstance(made, dict) else made[0]
    return made if hasattr(made, "param_groups") else None
