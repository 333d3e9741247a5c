import gzip

import pytest

from advisor.errors import UnreadableError
from advisor.readers import read_paths

LINES = [f"10:{i:02d}:00 INFO epoch {i} loss {2 / i:.4f} val_loss {2.2 / i:.4f}\n" for i in range(1, 31)]
OTHERS = [f"10:{i:02d}:00 INFO epoch {i} loss {3 / i:.4f} val_loss {3.3 / i:.4f}\n" for i in range(1, 13)]


def log(folder, *parts, name="train.log"):
    """Writes the parts of a log, oldest first."""
    for number, lines in zip(range(len(parts) - 1, -1, -1), parts, strict=True):
        (folder / (f"{name}.{number}" if number else name)).write_text("".join(lines), "utf-8")
    return folder / name


def epochs(path):
    (run,) = read_paths([path])
    return [int(x) for x in run.series[0].x]


def test_parts_that_were_rotated_away_are_read_before_the_rest(tmp_path):
    path = log(tmp_path, LINES[:10], LINES[10:20], LINES[20:])
    assert epochs(path) == list(range(1, 31))
    (run,) = read_paths([path])
    assert any("'train.log.2'" in event.text for event in run.events)
    assert run.source == str(path)


def test_so_are_they_in_a_folder(tmp_path):
    log(tmp_path, LINES[:20], LINES[20:])
    assert epochs(tmp_path) == list(range(1, 31))


def test_a_packed_part_is_one_too(tmp_path):
    path = log(tmp_path, LINES[20:])
    (tmp_path / "train.log.1.gz").write_bytes(gzip.compress("".join(LINES[:20]).encode()))
    assert epochs(path) == list(range(1, 31))


def test_a_last_part_without_a_point_is_no_reason_to_refuse(tmp_path):
    path = log(tmp_path, LINES, ["10:31:00 INFO saved\n"])
    assert epochs(path) == list(range(1, 31))


def test_a_part_that_is_missing_ends_them(tmp_path):
    path = log(tmp_path, LINES[:10], LINES[10:20], LINES[20:])
    (tmp_path / "train.log.1").unlink()
    assert epochs(path) == list(range(21, 31))


def test_a_training_of_its_own_that_was_rotated_away_stays_away(tmp_path):
    assert epochs(log(tmp_path, LINES, OTHERS)) == list(range(1, 13))


def test_what_is_no_log_and_no_text_is_refused_as_before(tmp_path):
    path = log(tmp_path, ["nothing\n"], ["nothing at all\n"])
    with pytest.raises(UnreadableError):
        read_paths([path])
    (tmp_path / "train.log.1").write_bytes(bytes(range(256)) * 40)
    path.write_text("".join(LINES), "utf-8")
    assert epochs(path) == list(range(1, 31))
