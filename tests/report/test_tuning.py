"""The table of a tuning, in both languages."""

import pytest

from advisor.report.tuning import tuning_table
from advisor.report.wrapping import display_width
from advisor.text import Bilingual
from advisor.tune.metric import Metric
from advisor.tune.outcome import Outcome, Row

FIRST = Bilingual(en="the others are measured by it", zh="其余各轮与它相比")
ROWS = (
    Row(0, 0.5, (), None, False, FIRST),
    Row(
        1,
        0.25,
        (("学习率", 0.1, 0.2),),
        0.5,
        True,
        Bilingual(en="it overfits; early", zh="它过拟合；提前停止"),
    ),
    Row(2, None, (("学习率", 0.1, 3.0),), None, False, FIRST),
)
OUTCOME = Outcome(Metric("验证损失", "min"), ROWS, {"学习率": 0.2}, ("python",), "")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_columns_stand_below_each_other_whatever_the_script(language):
    head, *lines = tuning_table(OUTCOME, language, 100).splitlines()
    place = display_width(head[: head.index("改动" if language == "zh" else "changed")])
    assert display_width(lines[0][: lines[0].index(FIRST.in_(language))]) == place
    assert [display_width(line[: line.index("学习率")]) for line in lines[1:]] == [place, place]
    assert lines[1].endswith(f"学习率 0.1 -> 0.2 ({ROWS[1].note.in_(language)})")
    assert ("失败" if language == "zh" else "failed") in lines[2]


def test_a_long_row_is_broken_under_its_own_column():
    rows = (Row(1, 0.25, tuple((f"setting{n}", 1.0, 2.0) for n in range(9)), 0.5, True, FIRST),)
    _, *lines = tuning_table(Outcome(OUTCOME.metric, rows, {}, (), ""), "en", 80).splitlines()
    assert len(lines) > 2
    assert all(display_width(line) <= 80 for line in lines)
