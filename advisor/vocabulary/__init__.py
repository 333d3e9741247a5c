"""Which names mean which role, as data: `series.yaml` for curves, `hyperparameters.yaml` for settings."""

from advisor.vocabulary.hyperparameters import hyperparameter_role, hyperparameter_roles, role_title
from advisor.vocabulary.quantities import is_result, split_of, x_rank
from advisor.vocabulary.roles import assign_roles

__all__ = [
    "assign_roles",
    "hyperparameter_role",
    "hyperparameter_roles",
    "is_result",
    "role_title",
    "split_of",
    "x_rank",
]
