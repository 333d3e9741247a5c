"""What is said of several open runs."""

import pytest

from advisor.chat.comparing import difference_sentence
from advisor.run import Hyperparameter, Run, Trust


def run(name: str, **values: float) -> Run:
    stated = [
        Hyperparameter(key, value, None, "command line", Trust.COMMAND_LINE) for key, value in values.items()
    ]
    return Run(f"{name}.csv", (), hyperparameters=tuple(stated))


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "h0 1 / 2, and in nothing else"), (4, "and in nothing else"), (6, "and in 2 more")],
)
def test_nothing_else_is_only_said_where_all_differences_are_told(count, said):
    first = run("a", **{f"h{i}": 1 for i in range(count)})
    second = run("b", **{f"h{i}": 2 for i in range(count)})
    assert said in difference_sentence(first, second, "en")
    assert ("只有" in difference_sentence(first, second, "zh")) == (count <= 4)


def test_equal_configurations_are_said_to_be_equal():
    assert "the same" in difference_sentence(run("a", lr=0.1), run("b", lr=0.1), "en")
