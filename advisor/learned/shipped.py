"""The fitted arrays that travel with the program."""

from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray


def shipped_arrays(name: str) -> dict[str, NDArray[Any]] | None:
    """The arrays in a file of this folder, by their names; None where there is no such file."""
    file = files("advisor.learned") / name
    if not file.is_file():
        return None
    with as_file(file) as path, np.load(path, allow_pickle=False) as stored:
        return {key: stored[key] for key in stored.files}
