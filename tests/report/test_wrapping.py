"""Text in columns: what is longer than a line is broken where its signs part it."""

import pytest

from advisor.report.wrapping import display_width, wrap


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a train_loss.final_position_of_best ends", ["a train_loss.final_", "position_of_best", "ends"]),
        ("x" * 45, ["x" * 20, "x" * 20, "x" * 5]),
        ("运行 train_loss.final_position 到头", ["运行 train_loss.", "final_position 到头"]),
        ("要么这个模型在这些数据上已到极限。其余", ["要么这个模型在这些数", "据上已到极限。其余"]),
    ],
)
def test_a_word_longer_than_a_line_is_broken_behind_a_sign(text, lines):
    assert wrap(text, 20) == lines
    assert all(display_width(line) <= 20 for line in lines)
