"""Settings of a probe: from a file, then from the command line, which wins."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

import yaml

from advisor.errors import UsageError
from advisor.experiment.scalars import parse_scalar
from advisor.readers.beside import flatten
from advisor.run import Scalar
from advisor.text import clean_line


def read_settings(config: Path | None, given: Sequence[str]) -> dict[str, Scalar]:
    """Settings by name.

    Args:
        config: A YAML, JSON or TOML file; nested mappings are named with dots.
        given: `NAME=VALUE` each.

    Raises:
        UsageError: the file cannot be read, or a word is no `NAME=VALUE`.
    """
    settings = {} if config is None else _named(_parsed(config))
    for word in given:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(f"'{clean_line(word)}' sets nothing.", "Write --set lr=0.01.")
        settings[name] = parse_scalar(value)
    return settings


def _parsed(path: Path) -> object:
    name = clean_line(str(path))
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".toml":
            return tomllib.loads(text)
        return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except OSError as error:
        raise UsageError(f"{name} cannot be read ({error.strerror}).", "") from None
    except (ValueError, yaml.YAMLError) as error:
        raise UsageError(f"{name} is not understood: {clean_line(str(error))}", "") from None


def _named(tree: object) -> dict[str, Scalar]:
    if not isinstance(tree, dict):
        raise UsageError("A file of settings holds names and values.", "For example: lr: 0.01")
    return dict(flatten(tree))
