"""Names made to be markup, in a report for a Markdown reader."""

import pytest

NAMES = ["<script>alert(1)</script>", "](javascript:alert(1))", "a|b", "&lt;b&gt;", "![x](http://x.test/y)"]


@pytest.fixture
def log(tmp_path):
    rows = ["epoch,val_loss," + ",".join(f'"{name} loss"' for name in NAMES)]
    rows += [
        ",".join([str(e), f"{0.5 + abs(e - 5) / 20:.3f}", *(f"{2 / e:.3f}" for _ in NAMES)])
        for e in range(1, 31)
    ]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.mark.fault("O2")
def test_markdown_shows_names_and_obeys_none(log, told):
    text = told("diagnose", log, "--format", "markdown")
    for mark in ("<script>", "](javascript:", "![x]("):
        assert mark not in text
