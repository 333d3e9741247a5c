"""A YAML file as plain data, with the line of every place in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from advisor.errors import RuleError

MAX_BYTES = 256 * 1024
_TAG = "tag:yaml.org,2002:"
_MAYBE_NO_TEXT = frozenset("+-.~=<0123456789tTfFnNyYoO")
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
        RuleError: the file cannot be read, is no YAML, or uses tags, anchors, or a key twice.
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
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            return Document(path, None if node is None else _Builder(path).build(node), node)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleError(f"{path}:{line}: is no YAML that can be read: {error.problem}.") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise RuleError(f"{path}: is no YAML that can be read.") from None


class _Loader(yaml.CSafeLoader):
    """The C loader, with a short way for the many values that can be nothing but text."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: tuple[bool, bool]) -> str:
        if kind is yaml.ScalarNode and value and (not implicit[0] or value[0] not in _MAYBE_NO_TEXT):
            return _TAG + "str"
        tag: str = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]
        return tag


class _Builder:
    """Turns a YAML tree into mappings, lists and scalars, refusing what rules have no use for.

    An anchor could let a short file unfold into an endless one; a tag could name a type; of a key that stands
    twice one value would be lost in silence.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: set[int] = set()

    def build(self, node: yaml.Node) -> Any:
        if id(node) in self._seen:
            raise self._fault(node, "anchors are not used in rules.", "Write the text out.")
        self._seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return [self.build(item) for item in node.value]
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._mapping(node)
        raise self._fault(node, f"the tag {node.tag} is not used in rules.")

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._fault(key, "a key must be a word.")
            if key.value in built:
                raise self._fault(key, f"the key '{key.value}' stands twice.")
            built[key.value] = self.build(value)
        return built

    def _scalar(self, node: yaml.ScalarNode) -> str | int | float | bool | None:
        read = _SCALARS.get(node.tag)
        if read is None:
            raise self._fault(node, f"the tag {node.tag} is not used in rules.", "Put the value in quotes.")
        try:
            return read(node.value)
        except (KeyError, ValueError):
            raise self._fault(node, f"'{node.value}' is no plain value.", "Put it in quotes.") from None

    def _fault(self, node: yaml.Node, what: str, hint: str = "") -> RuleError:
        return RuleError(f"{self._path}:{node.start_mark.line + 1}: {what}", hint)


_BOOLEANS = {"true": True, "false": False}
_SCALARS: dict[str, Callable[[str], str | int | float | bool | None]] = {
    _TAG + "str": str,
    _TAG + "int": int,
    _TAG + "float": float,
    _TAG + "bool": lambda text: _BOOLEANS[text.lower()],
    _TAG + "null": lambda text: None,
}
