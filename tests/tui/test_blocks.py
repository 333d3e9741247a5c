"""Tables that fit into the conversation whatever its width."""

from pathlib import Path

import pytest

from advisor.report.wrapping import display_width
from advisor.tui.blocks import NarrowingTable

SAMPLES = Path(__file__).resolve().parents[2] / "sample_logs"
NAMES = [f"spelling-of-many-words-experiment.log run {n} of 3" for n in (1, 2, 3)]
TABLE = NarrowingTable(
    ("", "run", "ended", "best", "verdict"),
    tuple(
        (str(n), name, "as logged", "0.84 val_loss", "学习率太高，损失发散") for n, name in enumerate(NAMES)
    ),
    dispensable=(2,),
    shortened=((1, 16), (4, 8), (3, 5), (1, 6), (4, 3)),
)


@pytest.mark.parametrize("width", [120, 80, 54, 36, 28])
def test_a_table_fits_and_its_rows_stay_apart(width):
    shown = TABLE.in_(width)
    widest = [
        max(display_width(cell) for cell in column) for column in zip(shown.header, *shown.rows, strict=True)
    ]
    assert sum(widest) + 2 * (len(widest) - 1) <= width
    assert len({row[1] for row in shown.rows}) == 3
    assert all("0.84" in " ".join(row) for row in shown.rows)


def test_what_fits_is_left_whole():
    assert TABLE.in_(200).rows == TABLE.rows


def test_a_chart_of_several_runs_draws_each_under_its_name():
    from advisor.chat.reply import ChartBlock
    from advisor.readers import read_paths
    from advisor.tui.blocks import shown_block

    names = ("starter-default", "starter-rate-too-low")
    first, second = read_paths([str(SAMPLES / name / "console.log") for name in names])
    block = ChartBlock(("val loss",), "caption", runs=names)
    drawn = shown_block(block, first, [(names[1], second)])
    assert [curve.name.partition(":")[0] for curve in drawn.panel.curves] == list(names)
    assert drawn.panel.runs == (first, second)
