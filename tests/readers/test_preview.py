"""A first look at a large log: what it shows is what the whole says at the same places."""

import numpy as np
import pytest

from advisor.errors import UnreadableError
from advisor.readers import read_paths
from advisor.readers.preview import preview

ROWS = 60_000
LOSS = 3.0 / (1.0 + np.arange(ROWS) / 5e3)
FORMS = {
    "log.csv": ["step,loss\n"] + [f"{i},{loss:.5f}\n" for i, loss in enumerate(LOSS)],
    "train.log": [f"[INFO] step {i} | loss: {loss:.5f} | lr: 0.001\n" for i, loss in enumerate(LOSS)],
    "log.jsonl": [f'{{"step": {i}, "loss": {loss:.5f}}}\n' for i, loss in enumerate(LOSS)],
}


def loss_of(run):
    return next(series for series in run.series if series.name == "loss")


@pytest.mark.parametrize("name", FORMS)
def test_every_point_of_a_first_look_is_one_of_the_log(tmp_path, name):
    file = tmp_path / name
    file.write_text("".join(FORMS[name]))
    seen = preview(file, str(file))
    loss = loss_of(seen.run)
    whole = dict(enumerate(np.round(LOSS, 5)))
    assert seen.share < 0.4
    assert loss.x[0] == 0
    assert loss.x[-1] == ROWS - 1
    assert [whole[int(x)] for x in loss.x] == loss.y.tolist()
    assert np.diff(loss.x).max() < ROWS / 10


def test_without_a_counter_the_place_of_a_point_is_estimated(tmp_path):
    file = tmp_path / "log.csv"
    file.write_text("loss,acc\n" + "".join(f"{loss:.7f},0.5\n" for loss in LOSS))
    seen = preview(file, str(file))
    loss = loss_of(seen.run)
    assert loss.x_kind == "index"
    assert len(loss) < ROWS / 2
    np.testing.assert_allclose(loss.y, np.interp(loss.x, np.arange(ROWS), LOSS), rtol=0.01)


def test_a_small_log_is_looked_at_as_a_whole(tmp_path):
    file = tmp_path / "log.csv"
    file.write_text("".join(FORMS["log.csv"][:500]))
    seen = preview(file, str(file))
    assert seen.share == 1.0
    assert loss_of(seen.run).y.tolist() == loss_of(read_paths([str(file)])[0]).y.tolist()


@pytest.mark.parametrize("content", [b"", b"nothing here\n" * 40_000, b"\x00\x01\x02" * 200_000])
def test_of_what_is_no_log_there_is_no_first_look(tmp_path, content):
    file = tmp_path / "no.log"
    file.write_bytes(content)
    assert preview(file, str(file)) is None


def test_a_file_that_cannot_be_opened_is_refused_in_words(tmp_path):
    with pytest.raises(UnreadableError, match="There is no file"):
        preview(tmp_path / "missing.csv", "missing.csv")
