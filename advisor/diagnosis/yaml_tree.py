"""The YAML of rule files: a tree with marks, and the plain data that it stands for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from advisor.errors import RuleError
from advisor.nesting import line_nested_too_deep

_TAG = "tag:yaml.org,2002:"
_MAYBE_NO_TEXT = frozenset("+-.~=<0123456789tTfFnNyYoO")


def compose(path: Path, text: str) -> yaml.Node | None:
    """The tree of a text; None of an empty one.

    Raises:
        RuleError: the text is no YAML, or is nested too deep; `path` is named in it.
    """
    if line := line_nested_too_deep(text):
        raise RuleError(f"{path}:{line}: is nested deeper than any rule needs.")
    try:
        loader = _Loader(text)
        try:
            node: yaml.Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleError(f"{path}:{line}: is no YAML that can be read: {error.problem}.") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise RuleError(f"{path}: is no YAML that can be read.") from None
    return node


def plain_data(path: Path, text: str) -> Any:
    """Mappings, lists and scalars.

    Raises:
        RuleError: the text is no YAML, or uses tags, anchors, or a key twice; `path` is named in it.
    """
    node = compose(path, text)
    try:
        return None if node is None else _Builder(path).build(node)
    except RecursionError:
        raise RuleError(f"{path}: is no YAML that can be read.") from None


def line_of(node: yaml.Node | None, steps: list[tuple[str, str]]) -> int:
    """The 1-based line where (key, index) steps lead, or of the nearest place above it."""
    line = 1 if node is None else node.start_mark.line + 1
    for key, index in steps:
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
