"""Hyperparameters that stand in files beside a log: the tool's own record of the run."""

import json
from pathlib import Path
from typing import Any

from advisor.errors import UnreadableError
from advisor.nesting import line_nested_too_deep
from advisor.readers.opening import open_regular
from advisor.run import Hyperparameter, Scalar, Trust
from advisor.vocabulary import hyperparameter_role
from advisor.vocabulary.widths import widths_role

_NAMES = (
    "hparams.yaml", "hparams.yml", "hparams.json", "args.yaml", "args.yml", "args.json", "opt.yaml",
    "hyp.yaml", "params.json", "params.yaml", "config.json", "config.yaml", "config.yml",
    "training_args.json", "hyperparameters.json", "hyperparameters.yaml",
    "attrs/flags",  # Guild AI
)  # fmt: skip
_MAX_BYTES = 1 << 20
_MAX_NODES = 5_000
_MAX_DEPTH = 8
_MAX_LISTED = 32


def _parse(path: Path, data: bytes) -> Any:
    """The tree in a YAML or JSON file; None where it is damaged."""
    try:
        if path.suffix == ".json":
            return json.loads(data)
        import yaml

        if line_nested_too_deep(data):
            return None
        try:
            # The base loader knows no tags, so one that names a Python type is read as the list or mapping
            # that it tags; and it leaves `1e-3`, a string to YAML 1.1, to be read as the number it is.
            return yaml.load(data, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        except yaml.YAMLError:
            return None
    except (ValueError, RecursionError):
        return None


def _scalar(value: Any) -> Scalar:
    """A YAML or JSON leaf as the value it stands for."""
    if not isinstance(value, str):
        return value if isinstance(value, bool | int | float) else None
    word = value.strip()
    if word.lower() in ("true", "false"):
        return word.lower() == "true"
    if word.lower() in ("", "null", "none", "~"):
        return None
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


def _entries(node: Any) -> list[tuple[str, Any]] | None:
    """The entries of a mapping, also of one written as a list of pairs (an ordered dict); None for a leaf."""
    if isinstance(node, dict):
        return [(str(key), value) for key, value in node.items()]
    if isinstance(node, list) and len(node) == 1 and isinstance(node[0], list):
        node = node[0]
    if isinstance(node, list) and node and all(isinstance(p, list) and len(p) == 2 for p in node):
        return [(str(key), value) for key, value in node]
    return None


def _listed(node: list[Any]) -> str | None:
    """A short list of plain values as JSON, as `[64, 64]`; None for any other."""
    if not 0 < len(node) <= _MAX_LISTED or any(isinstance(value, list | dict) for value in node):
        return None
    return json.dumps([_scalar(value) for value in node], ensure_ascii=False)


def flatten(tree: Any, *, lists: bool = False) -> list[tuple[str, Scalar]]:
    """Leaves of nested mappings as (dotted name, value); lists, and what lies too deep, are left out.

    With `lists` a short list of plain values is one value, as JSON; any other is still left out.

    The form `{name: {desc: ..., value: v}}` that W&B writes is read as `name: v`. The number of nodes
    looked at is capped, since a few YAML aliases can unfold to any size.
    """
    found: list[tuple[str, Scalar]] = []
    waiting = [(name, value, 1) for name, value in reversed(_entries(tree) or [])]
    for _ in range(_MAX_NODES):
        if not waiting:
            break
        name, node, depth = waiting.pop()
        if isinstance(node, dict) and "value" in node and set(node) <= {"value", "desc"}:
            node = node["value"]
        entries = _entries(node)
        if entries is None:
            if not isinstance(node, list | dict):
                found.append((name, _scalar(node)))
            elif lists and isinstance(node, list) and (text := _listed(node)) is not None:
                found.append((name, text))
        elif depth < _MAX_DEPTH:
            waiting += [(f"{name}.{key}", value, depth + 1) for key, value in reversed(entries)]
    return found


def as_hyperparameters(tree: Any, source: str, trust: int) -> tuple[Hyperparameter, ...]:
    """Every leaf of nested mappings as a hyperparameter."""
    return tuple(
        Hyperparameter(name, value, _role(name, value), source, trust)
        for name, value in flatten(tree, lists=True)
    )


def _role(name: str, value: Scalar) -> str | None:
    """A list has no role but that of the widths of layers: `lr: [0.1, 0.01]` is not the learning rate."""
    if isinstance(value, str) and value.startswith("["):
        return widths_role(name, value)
    return hyperparameter_role(name)


def hyperparameters_beside(log: Path) -> tuple[Hyperparameter, ...]:
    """What files such as `args.yaml` and `hparams.yaml` in the folder of a log state.

    A file that is missing, too large or damaged is passed over: it is a help, not the input.
    """
    found: list[Hyperparameter] = []
    for name in _NAMES:
        path = log.parent / name
        if path == log or not path.is_file():
            continue
        try:
            with open_regular(path) as stream:
                data = stream.read(_MAX_BYTES + 1)
        except (UnreadableError, OSError):
            continue
        if len(data) <= _MAX_BYTES:
            found += as_hyperparameters(_parse(path, data), name, Trust.OWN_RECORD)
    return tuple(found)
