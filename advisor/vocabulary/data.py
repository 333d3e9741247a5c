"""Loads the vocabulary's YAML files, once and only when they are needed."""

from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from advisor.kept import kept

T = TypeVar("T")

_FOLDER = Path(__file__).resolve().parent


@cache
def load(name: str, kind: type[T]) -> T:
    """The data file `name`, checked against the structure `kind`."""
    text = (_FOLDER / name).read_bytes()
    sources = {name: text, "parser": Path(__file__).read_bytes() if Path(__file__).is_file() else b""}
    return msgspec.convert(kept(Path(name).stem, sources, lambda: _parsed(text)), kind, strict=False)


def _parsed(text: bytes) -> Any:
    import yaml

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
