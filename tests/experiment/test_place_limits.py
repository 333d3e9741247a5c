"""What is too large to be searched for settings is said, and costs nothing."""

import sys

import pytest

from advisor.experiment.documents import DocumentError, read_document

KIB = {"c.yaml": 256, "c.json": 1_024, "c.toml": 1_024, "c.ini": 1_024, "c.py": 2_048, "c.sh": 256}
COMMENTED = {"c.json": (b'{"a": 1}//', "a"), "c.yaml": (b"a: 1 #", "a"), "c.sh": (b"a 1 #", "1")}


@pytest.mark.fault("G10")
@pytest.mark.parametrize("name", KIB)
def test_a_configuration_over_its_limit_is_refused_with_the_limit(tmp_path, name, monkeypatch):
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(KIB[name] * 1_024 + 1)
    monkeypatch.setattr(type(path), "read_bytes", lambda _: sys.exit("it was read"))
    with pytest.raises(DocumentError, match=f"larger than {KIB[name]} KiB"):
        read_document(path, name, "shell" if name == "c.sh" else None)


@pytest.mark.parametrize("name", KIB)
def test_a_configuration_as_large_as_its_limit_is_read(tmp_path, name):
    text, key = COMMENTED.get(name, (b"a = 1 #", "a"))
    path = tmp_path / name
    path.write_bytes(text.ljust(KIB[name] * 1_024, b"x"))
    found = read_document(path, name, "shell" if name == "c.sh" else None)
    assert {leaf.name: leaf.value for leaf in found.leaves}[key] == 1


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a = [1, 2, 3, 4, 5, 6, 7, 8]", list(range(1, 9))),
        ("a = [1, 2, 3, 4, 5, 6, 7, 8, 9]", []),
        ("a = 2**64", [2**64]),
        ("a = 2**65", ["2**65"]),
        ("a = 2**-64", [2**-64]),
        ("a = 1000000**2", [10**12]),
        ("a = 1000001**2", ["1000001**2"]),
    ],
)
def test_a_program_is_computed_and_listed_as_far_as_a_person_writes(tmp_path, text, values):
    (tmp_path / "c.py").write_text(text, "utf-8")
    assert [leaf.value for leaf in read_document(tmp_path / "c.py", "c.py").leaves] == values
