"""Settings of a probe: from a file, then from the command line, which wins."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

import yaml

from advisor.errors import UsageError
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
    settings = {} if config is None else _flat(_parsed(config))
    for word in given:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise UsageError(f"'{clean_line(word)}' sets nothing.", "Write --set lr=0.01.")
        settings[name] = scalar(value)
    return settings


def scalar(text: str) -> Scalar:
    """A value as a person types it: a number (`1e-3` too), true or false, else the text itself."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


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


def _flat(tree: object, before: str = "") -> dict[str, Scalar]:
    if not isinstance(tree, dict):
        raise UsageError("A file of settings holds names and values.", "For example: lr: 0.01")
    settings: dict[str, Scalar] = {}
    for key, value in tree.items():
        name = f"{before}{key}"
        if isinstance(value, dict):
            settings |= _flat(value, f"{name}.")
        elif isinstance(value, str):
            settings[name] = scalar(value)  # YAML 1.1 reads 1e-3 as text
        elif value is None or isinstance(value, bool | int | float):
            settings[name] = value
    return settings
