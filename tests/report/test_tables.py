"""Tables: columns that stand under each other, whatever is written in them."""

import pytest

from advisor.report.tables import table
from advisor.report.wrapping import display_width

ROWS = {
    "en": (
        "2",
        "yolo8-03/results.csv",
        "batch 8 -> 4; save_dir runs/detect/train105 -> runs/detect/train101",
    ),
    "zh": ("2", "基线", "学习率从零点一改成零点零一，批大小从三十二改成六十四，预热从零改成百分之五"),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_the_last_column_goes_on_under_itself_where_it_does_not_fit(row):
    lines = table(("", "run", "differs"), [row], " ", width=56)
    begin = display_width(lines[1][: lines[1].index(row[2][:3])])
    assert len(lines) > 2
    assert all(display_width(line) <= 56 for line in lines)
    assert all(line[:begin].isspace() and not line[begin].isspace() for line in lines[2:])
    told = "".join(line.strip() for line in [lines[1].partition(row[2][:3])[2], *lines[2:]])
    assert told.replace(" ", "") == row[2][3:].replace(" ", "")


def test_without_a_width_nothing_is_broken():
    assert table(("a", "b"), [("1", "x " * 200)]) == ["a  b", "1  " + ("x " * 200).rstrip()]
