"""Finds what travels with the program: from a wheel inside the package, from a checkout beside it."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """The folder `rules` or `sample_logs`.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    for folder in (_PACKAGE / "shipped" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"The installation lacks its folder '{name}'; install tuning-advisor again.")
