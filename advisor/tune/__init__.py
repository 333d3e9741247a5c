"""Hyperparameters that get better run by run: an adviser to ask and tell, a sampler, the tuning loop."""

from typing import TYPE_CHECKING, Any

from advisor.tune.advisor import Advice, Advisor

if TYPE_CHECKING:
    from advisor.tune.sampler import AdvisorSampler

__all__ = ["Advice", "Advisor", "AdvisorSampler"]


def __getattr__(name: str) -> Any:
    # The sampler derives from Optuna's base class, and importing Optuna takes most of a second.
    if name == "AdvisorSampler":
        from advisor.tune.sampler import AdvisorSampler

        return AdvisorSampler
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
