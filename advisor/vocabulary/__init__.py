"""Which names mean which role, as data: `series.yaml` for curves, `hyperparameters.yaml` for settings."""

from advisor.vocabulary.hyperparameters import hyperparameter_role, role_title, roles
from advisor.vocabulary.quantities import split_of, x_rank
from advisor.vocabulary.roles import assign_roles

__all__ = ["assign_roles", "hyperparameter_role", "role_title", "roles", "split_of", "x_rank"]
