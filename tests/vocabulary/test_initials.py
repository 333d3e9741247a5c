"""Names that shorten the split to a letter."""

import numpy as np
import pytest

from advisor.run import Role, Series
from advisor.vocabulary import assign_roles

TRAIN_LOSS, VAL_LOSS = Role.TRAIN_LOSS, Role.VAL_LOSS
TRAIN_METRIC, VAL_METRIC, OTHER = Role.TRAIN_METRIC, Role.VAL_METRIC, Role.OTHER


def roles(*names: str) -> list[Role]:
    """The roles of curves of a few points each."""
    x = np.arange(5)
    return [c.role for c in assign_roles([Series(name, x.astype(float), 1.0 / (x + 1), x) for name in names])]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("loss", "acc", "v_loss", "v_acc"), [TRAIN_LOSS, TRAIN_METRIC, VAL_LOSS, VAL_METRIC]),
        (("t_loss", "t_acc", "v_loss", "v_acc"), [TRAIN_LOSS, TRAIN_METRIC, VAL_LOSS, VAL_METRIC]),
        (("tloss", "vloss", "vacc", "tacc"), [TRAIN_LOSS, VAL_LOSS, VAL_METRIC, TRAIN_METRIC]),
        (("TL", "TA", "VL", "VA"), [TRAIN_LOSS, TRAIN_METRIC, VAL_LOSS, VAL_METRIC]),
        (("L", "VL", "VA", "VF1"), [TRAIN_LOSS, VAL_LOSS, OTHER, OTHER]),
    ],
)
def test_letter_is_the_split_beside_its_twin(names: tuple[str, ...], expected: list[Role]) -> None:
    found = roles(*names)
    assert [role for role, want in zip(found, expected, strict=True) if want is not OTHER] == [
        want for want in expected if want is not OTHER
    ]


@pytest.mark.parametrize(
    "names", [("loss", "pi_loss", "v_loss"), ("policy_loss", "loss", "v_loss", "entropy"), ("v_loss",)]
)
def test_loss_of_a_value_function_is_not_validation(names: tuple[str, ...]) -> None:
    assert VAL_LOSS not in roles(*names)


def test_reason_is_told() -> None:
    x = np.arange(5)
    curves = assign_roles([Series(n, x.astype(float), 1.0 / (x + 1), x) for n in ("loss", "v_loss")])
    assert "letter" in curves[1].because
