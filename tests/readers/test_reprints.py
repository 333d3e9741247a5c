import pytest

from advisor.readers import read_paths

HEADINGS = ("| epoch | train_loss | val_loss |\n|---|---|---|\n", "epoch train_loss val_loss\n")
ROWS = ("| {} | {:.4f} | {:.4f} |\n", "{} {:.4f} {:.4f}\n")


def tables(folder, lengths, heading, row, between=""):
    """Writes a table of the first rows of one training for each of some lengths."""
    text = ""
    for length in lengths:
        rows = (row.format(i, 2 / i, 2.2 / i) for i in range(1, length + 1))
        text += between + heading + "".join(rows)
    path = folder / "train.log"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("between", ["", "\n", "training ...\n"])
@pytest.mark.parametrize(("heading", "row"), list(zip(HEADINGS, ROWS, strict=True)))
def test_a_table_that_is_printed_anew_each_epoch_is_one_training(tmp_path, heading, row, between):
    (run,) = read_paths([tables(tmp_path, range(1, 9), heading, row, between)])
    assert {len(curve) for curve in run} == {8}
    assert [event.count for event in run.events if "anew" in event.text] == [7]


def test_trainings_of_one_seed_that_end_elsewhere_stay_apart(tmp_path):
    assert len(read_paths([tables(tmp_path, (5, 8), HEADINGS[0], ROWS[0])])) == 2
    assert len(read_paths([tables(tmp_path, (8, 8, 8), HEADINGS[0], ROWS[0])])) == 3
    assert len(read_paths([tables(tmp_path, (8, 5, 3), HEADINGS[0], ROWS[0])])) == 3
