"""Arrays: what numpy has without what it loads for it, and those that travel with the program."""

from importlib.resources import as_file, files
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Kind = TypeVar("Kind", bound=np.generic)


def distinct(values: NDArray[Kind]) -> NDArray[Kind]:
    """The different values, ascending, shape (m,); what is not a number counts once, at the end.

    `np.unique` loads `numpy.ma` to ask whether there is a mask, a tenth of numpy's own time; where it also
    counts, it does not ask.
    """
    return cast("NDArray[Kind]", np.unique(values, return_counts=True)[0])


def shipped_arrays(package: str, name: str, start: str = "") -> dict[str, NDArray[Any]] | None:
    """The arrays in a file of a package, by their names; None where there is no such file.

    Args:
        package: Whose folder the file stands in.
        name: Of the file.
        start: Only those whose names begin with it are read.
    """
    file = files(package) / name
    if not file.is_file():
        return None
    with as_file(file) as path, np.load(path, allow_pickle=False) as stored:
        return {key: stored[key] for key in stored.files if key.startswith(start)}
