"""Which names mean which role, as data: `series.yaml` for curves, `hyperparameters.yaml` for settings."""

from typing import TYPE_CHECKING

from advisor.lazily import offered

if TYPE_CHECKING:
    from advisor.vocabulary.hyperparameters import hyperparameter_role, hyperparameter_roles, role_title
    from advisor.vocabulary.quantities import is_result, split_of, x_rank
    from advisor.vocabulary.roles import assign_roles
else:
    __getattr__ = offered(
        __name__,
        {
            "assign_roles": "roles",
            "hyperparameter_role": "hyperparameters",
            "hyperparameter_roles": "hyperparameters",
            "is_result": "quantities",
            "role_title": "hyperparameters",
            "split_of": "quantities",
            "x_rank": "quantities",
        },
    )

__all__ = [
    "assign_roles",
    "hyperparameter_role",
    "hyperparameter_roles",
    "is_result",
    "role_title",
    "split_of",
    "x_rank",
]
