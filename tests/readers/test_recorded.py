"""Every kept log is read as it was, whole and damaged."""

import difflib

import pytest

from advisor.readers import alike_lines, assembly
from tests.readers.as_read import as_read
from tests.readers.recorded import RECORD, record, small_logs


def test_every_log_is_read_as_it_was():
    before, now = RECORD.read_text("utf-8").splitlines(), record().splitlines()
    changed = list(difflib.unified_diff(before, now, "recorded", "now", lineterm="", n=1))
    shown = "\n".join(changed[:40])
    assert not changed, f"If that is meant: python -m tests.readers.recorded\n{shown}"


@pytest.mark.parametrize("window", [1, 300, 1 << 20])
def test_small_logs_read_the_same_line_by_line_and_in_columns(monkeypatch, window):
    consoles = [(reader, log) for reader, log in small_logs() if reader.name == "console-text"]
    singly = [as_read(reader, log.label, log.content) for reader, log in consoles]
    monkeypatch.setattr(alike_lines, "LEARNT_AT_ONCE", 1)
    monkeypatch.setattr(alike_lines, "WINDOW_BYTES", window)
    monkeypatch.setattr(assembly, "_FEW_ROWS", 2)
    for (reader, log), read in zip(consoles, singly, strict=True):
        assert as_read(reader, log.label, log.content) == read, log.content
