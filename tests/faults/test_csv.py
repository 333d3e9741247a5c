"""Odd CSV files; most faults of this section stand beside the reader."""

import pytest

ROWS = [(epoch, round(2 / (epoch + 1), 4)) for epoch in range(12)]
VALUES = [value for _, value in ROWS]


def curves(run):
    return {series.name: series.y.tolist() for series in run}


@pytest.mark.fault("C5")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1", "gbk"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_encoding_and_line_end_reads_the_same(read, encoding, end):
    note = {"latin-1": "é", "gbk": "训练"}.get(encoding, "é训")
    text = end.join(["epoch;val_loss;note", *(f"{e};{v};{note}".replace(".", ",") for e, v in ROWS)]) + end
    (run,) = read("log.csv", text.encode(encoding))
    assert curves(run)["val_loss"] == VALUES
    assert run.series[0].x.tolist() == [epoch for epoch, _ in ROWS]


@pytest.mark.fault("C5")
def test_nul_bytes_in_a_table_cost_no_row(read):
    text = "epoch,loss\n" + "".join(f"{e},{v}\n" for e, v in ROWS) + "\0" * 4096
    (run,) = read("log.csv", text)
    assert curves(run)["loss"] == VALUES
    assert run.damage


@pytest.mark.fault("C7")
def test_a_cell_of_200_kilobytes_is_a_cell(read):
    text = "epoch,loss,note\n" + "".join(f"{e},{v},{'x' * 200_000 if e == 3 else 'a'}\n" for e, v in ROWS)
    (run,) = read("log.csv", text)
    assert curves(run) == {"loss": VALUES}


@pytest.mark.fault("C7")
def test_very_many_columns_are_all_read_or_said_to_be_left_out(read):
    names = [f"norm_{i}" for i in range(20_000)]
    lines = [",".join(["epoch", "loss", *names])]
    lines += [",".join([str(e), str(v), *["0.5"] * len(names)]) for e, v in ROWS[:5]]
    (run,) = read("log.csv", "\n".join(lines) + "\n")
    assert curves(run)["loss"] == VALUES[:5]
    assert len(run.series) + sum(event.count for event in run.damage) == 1 + len(names)


@pytest.mark.fault("C9")
@pytest.mark.parametrize("spelling", ["1_00{}", "{}e3", "900719925474099{}", "{}.0", "+{}"])
def test_a_step_in_any_spelling_is_a_number(read, spelling):
    text = "step,loss\n" + "".join(f"{spelling.format(i)},{2 / (i + 1):.3f}\n" for i in range(2, 9))
    (run,) = read("log.csv", text)
    assert run.series[0].x.tolist() == [float(spelling.format(i).replace("_", "")) for i in range(2, 9)]


@pytest.mark.fault("C6")
def test_an_unclosed_quote_does_not_swallow_the_rest(read):
    rows = [f"{e},{v},ok\n" for e, v in ROWS]
    rows[4] = rows[4].replace("ok", '"never closed')
    (run,) = read("log.csv", "epoch,loss,note\n" + "".join(rows))
    assert len(curves(run)["loss"]) >= len(ROWS) - 1
