"""The rules and sample logs are found from a checkout and from a wheel."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from advisor.resources import shipped

PROGRAM = """
from advisor.resources import shipped
from advisor.diagnosis import load_rulebook
print(shipped("rules"))
print(shipped("sample_logs"))
print(len(load_rulebook().rules))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, repository):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(folder),
            str(repository),
        ],
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return path


def where(pythonpath: Path, folder: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"PYTHONPATH": str(pythonpath)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_from_a_checkout(repository, tmp_path):
    rules, samples, count = where(repository, tmp_path)
    assert (Path(rules), Path(samples)) == (repository / "rules", repository / "sample_logs")
    assert int(count) > 0


def test_from_a_wheel(wheel, tmp_path, repository):
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    rules, samples, count = where(site, tmp_path)
    assert Path(rules).is_relative_to(site)
    assert Path(samples).is_relative_to(site)
    assert int(count) == int(where(repository, tmp_path)[2])


def test_the_wheel_holds_every_rule_and_sample(wheel, repository):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("rules", "sample_logs"):
        tracked = subprocess.run(
            ["git", "ls-files", folder], cwd=repository, capture_output=True, text=True, check=False
        ).stdout.split("\n")
        missing = [name for name in tracked if name and f"advisor/shipped/{name}" not in names]
        assert not missing


def test_an_incomplete_installation_says_so():
    with pytest.raises(FileNotFoundError, match="install tuning-advisor again"):
        shipped("no such folder")
