"""A YAML file as plain data, with the line of every place in it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from advisor.errors import RuleError

MAX_BYTES = 256 * 1024
_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML file.

    Attributes:
        path: The file.
        data: Mappings, lists and scalars.
    """

    path: Path
    data: Any
    _node: yaml.Node | None

    def line(self, place: str = "$") -> int:
        """The 1-based line of a place (`$.changes[0].because`), or of the nearest place above it."""
        node = self._node
        line = 1 if node is None else node.start_mark.line + 1
        for key, index in _STEP.findall(place):
            below = _child(node, key, index)
            if below is None:
                break
            line, node = below
        return line


def _child(node: yaml.Node | None, key: str, index: str) -> tuple[int, yaml.Node] | None:
    if key and isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return name.start_mark.line + 1, value
    if index and isinstance(node, yaml.SequenceNode) and int(index) < len(node.value):
        value = node.value[int(index)]
        return value.start_mark.line + 1, value
    return None


def read_document(path: Path) -> Document:
    """Reads one YAML file with the safe loader.

    Raises:
        RuleError: the file cannot be read, is no YAML, or uses tags, anchors or a key twice.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise RuleError(f"{path}: a rule file is at most {MAX_BYTES // 1024} KiB.")
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise RuleError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        raise RuleError(f"{path}: is not UTF-8 (byte {error.start}).", "Save it as UTF-8.") from None
    try:
        loader = yaml.CSafeLoader(text)
        try:
            node = loader.get_single_node()
            if node is not None:
                _refuse_tricks(path, node)
            return Document(path, None if node is None else loader.construct_document(node), node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleError(f"{path}:{line}: is no YAML that can be read: {error.problem}.") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise RuleError(f"{path}: is no YAML that can be read.") from None


def _refuse_tricks(path: Path, root: yaml.Node) -> None:
    """Refuses anchors (a short file could unfold into an endless one) and keys that stand twice."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        line = node.start_mark.line + 1
        if id(node) in seen:
            raise RuleError(f"{path}:{line}: anchors are not used in rules.", "Write the text out.")
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise RuleError(f"{path}:{key.start_mark.line + 1}: a key must be a word.")
                if key.value in keys:
                    raise RuleError(f"{path}:{key.start_mark.line + 1}: the key '{key.value}' stands twice.")
                keys.add(key.value)
                waiting.append(value)
