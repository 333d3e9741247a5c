"""Loads the vocabulary's YAML files, once and only when they are needed."""

from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_FOLDER = Path(__file__).resolve().parent


@cache
def load(name: str, kind: type[T]) -> T:
    """The data file `name`, checked against the structure `kind`."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    tree: Any = yaml.load((_FOLDER / name).read_bytes(), Loader=loader)
    return msgspec.convert(tree, kind, strict=False)
