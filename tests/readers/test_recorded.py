"""Every kept log is read as it was, whole and damaged."""

import difflib

from tests.readers.recorded import RECORD, record


def test_every_log_is_read_as_it_was():
    before, now = RECORD.read_text("utf-8").splitlines(), record().splitlines()
    changed = list(difflib.unified_diff(before, now, "recorded", "now", lineterm="", n=1))
    shown = "\n".join(changed[:40])
    assert not changed, f"If that is meant: python -m tests.readers.recorded\n{shown}"
