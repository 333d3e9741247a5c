"""What is too large to be searched for settings is said, and costs nothing."""

import sys

import pytest

from advisor.experiment.documents import SIZE_LIMITS, DocumentError, read_document


@pytest.mark.fault("G10")
@pytest.mark.parametrize("name", ["c.yaml", "c.json", "c.toml", "c.ini", "c.py"])
def test_a_configuration_over_its_limit_is_refused_with_the_limit(tmp_path, name, monkeypatch):
    path = tmp_path / name
    language = {"py": "python"}.get(path.suffix[1:], path.suffix[1:])
    limit = SIZE_LIMITS[language]
    with path.open("wb") as file:
        file.truncate(limit + 1)
    monkeypatch.setattr(type(path), "read_bytes", lambda _: sys.exit("it was read"))
    with pytest.raises(DocumentError, match=f"larger than {limit // 1024} KiB"):
        read_document(path, name)
