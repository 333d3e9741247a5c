import io
from types import SimpleNamespace

import pytest

from advisor.chat.plain import converse
from advisor.chat.reply import ChartBlock, DiffBlock, Paragraph, Reply, TableBlock
from advisor.report.wrapping import display_width

BLOCKS = (
    Paragraph(
        "The training loss swings by 40 % between epochs, and the learning rate of 0.45 is the likely cause."
    ),
    Paragraph(
        "训练损失在相邻两轮之间摆动 40%，学习率 0.45 很可能是原因，建议先把它降到 0.14 再重新训练一次。"
    ),
    DiffBlock("-lr: 0.45\n+lr: 0.14\n", "Apply this change? (yes/no)"),
    ChartBlock(("loss",), "loss was best with 0.139 at epoch 23 and ended with 0.1976 at epoch 30."),
    TableBlock(("命令", "does"), (("open", "打开日志"), ("quit", "退出"))),
)


@pytest.mark.parametrize("width", [40, 80, 100])
def test_plain_text_keeps_its_width_in_both_languages(width):
    text = Reply(BLOCKS, None, "en").plain(width)
    assert all(display_width(line) <= width for line in text.splitlines())
    assert "+lr: 0.14" in text.splitlines()
    assert "0.1976" in text


def test_table_columns_line_up_with_wide_characters():
    lines = Reply((BLOCKS[-1],), None, "zh").plain(80).splitlines()
    assert [
        display_width(line[: line.index(word)])
        for line, word in zip(lines, ("does", "打开", "退出"), strict=True)
    ] == [6, 6, 6]


def test_foreign_text_in_blocks_is_cleaned():
    blocks = (
        Paragraph("a\x1b[2Jb"),
        DiffBlock("+x\x1b]0;t\x07", "q\x1b[1m"),
        TableBlock(("h",), (("\x1b[31mc",),)),
    )
    assert "\x1b" not in Reply(blocks, None, "en").plain(80)


def run_plain(monkeypatch, session, text, paths=()):
    output = SimpleNamespace(buffer=io.BytesIO())
    written = io.StringIO()
    output.write, output.flush = written.write, lambda: None
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))
    monkeypatch.setattr("sys.stdout", output)
    return converse(session, paths), written.getvalue()


def test_line_mode_opens_answers_applies_and_leaves(monkeypatch, session, project, logs):
    log = str(logs / "osc" / "metrics.csv")
    code, text = run_plain(
        monkeypatch, session, "what is the best val loss\napply 1\n好\nquit\nfarewell again\n", [log]
    )
    assert code == 0
    assert "oscillating" in text
    assert "0.139 at epoch 23" in text
    assert "+lr: 0.1" in text
    assert "lr: 0.1" in project.read_text()
    assert "farewell" not in text


def test_line_mode_ends_with_its_input(monkeypatch, session):
    code, text = run_plain(monkeypatch, session, "help\n")
    assert code == 0
    assert "open PATH" in text


def test_a_yes_at_the_end_of_the_input_is_still_a_yes_but_silence_is_none(
    monkeypatch, session, project, logs
):
    before = project.read_text()
    run_plain(monkeypatch, session, "apply 1\n", [str(logs / "osc" / "metrics.csv")])
    assert project.read_text() == before
