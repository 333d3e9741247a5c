"""Where a test's journal stands, and one that is open."""

import pytest

from advisor.journal import Journal


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "journal.sqlite3"


@pytest.fixture
def journal(path):
    with Journal.open(path) as opened:
        yield opened
