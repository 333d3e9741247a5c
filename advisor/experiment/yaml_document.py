"""Values of a YAML file with their places, from the parser's own marks; nothing is ever constructed."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import yaml

from advisor.experiment.documents import DocumentError, Leaf, splice
from advisor.experiment.scalars import parse_scalar, plain_text
from advisor.patterns import regex
from advisor.run import Scalar

LAST_WINS = True
edit = splice

_PROPERTIES = regex(r"(?:(?:&[^\s,\[\]{}]+|![^\s]*)\s+)+")
_RESOLVED = "tag:yaml.org,2002:"
_MERGE = _RESOLVED + "merge"
_SHARED = "is shared through an anchor; a change there would change other settings too."


def find_leaves(text: str) -> list[Leaf]:
    """Every scalar of the file. See `documents.Language`."""
    # The parser in Python, since the one in C has no limit on depth and would end the process.
    try:
        loader = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        raise DocumentError(f"is not YAML: it holds the character U+{error.character:04X}") from None
    documents: list[yaml.Node] = []
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is not None and node.start_mark.index < node.end_mark.index:
                documents.append(node)
    except yaml.YAMLError as error:
        raise DocumentError(_words(error)) from None
    finally:
        loader.dispose()
    uses: Counter[int] = Counter()
    for node in documents:
        _count_uses(node, uses)
    found = [list(_leaves(node, (), "", _Walk(text, uses, set()))) for node in documents]
    return [leaf for leaves in _told_apart(found) for leaf in sorted(leaves, key=lambda leaf: leaf.start)]


def _told_apart(documents: Sequence[Sequence[Leaf]]) -> Iterator[list[Leaf]]:
    """The values of each document, under its number, from 0, where another document has the same keys."""
    count = Counter(keys for leaves in documents for keys in {leaf.keys for leaf in leaves})
    for number, leaves in enumerate(documents):
        yield [
            leaf
            if len(documents) == 1 or (count[leaf.keys] == 1 and leaf.keys and not leaf.keys[0].isdigit())
            else replace(leaf, keys=(str(number), *leaf.keys))
            for leaf in leaves
        ]


def write_value(value: Scalar, old: Leaf) -> str:
    """See `documents.Language`."""
    if old.quote == "'":
        return "'" + plain_text(value).replace("'", "''") + "'"
    if old.quote:
        return json.dumps(plain_text(value), ensure_ascii=False)
    written = plain_text(value)
    if isinstance(value, str) and not _stays_text(value):
        written = json.dumps(value, ensure_ascii=False)
    # `key:` without a value ends at its colon.
    return written if old.text else " " + written


def _stays_text(value: str) -> bool:
    """Whether a word needs no quotes: plain, on one line, and no number or truth value to any reader."""
    return bool(re.fullmatch(r"[A-Za-z_][\w./-]*", value)) and _scalar(value, _resolve(value)) == value


def _resolve(value: str) -> str:
    return str(yaml.SafeLoader("").resolve(yaml.ScalarNode, value, (True, False)))  # type: ignore[no-untyped-call]


class _Walk:
    def __init__(self, text: str, uses: Counter[int], visited: set[int]) -> None:
        self.text = text
        self.uses = uses
        self.visited = visited


def _count_uses(root: yaml.Node, uses: Counter[int]) -> None:
    """How often each node is referred to; each node is opened once, so that aliases cost nothing."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        uses[id(node)] += 1
        if uses[id(node)] == 1:
            waiting += _children(node)


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _leaves(node: yaml.Node, keys: tuple[str, ...], fixed: str, walk: _Walk) -> Iterator[Leaf]:
    if walk.uses[id(node)] > 1:
        fixed = fixed or _SHARED
    if isinstance(node, yaml.ScalarNode):
        yield _leaf(node, keys, fixed, walk)
        return
    if id(node) in walk.visited:
        return
    walk.visited.add(id(node))
    if not node.value:
        yield _place(node, keys, "", walk.text, fixed or "is an empty list or table.")
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            merged = "is merged into other settings. Edit it by hand." if key.tag == _MERGE else ""
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            yield from _leaves(value, (*keys, name), fixed or merged, walk)
    else:
        for position, value in enumerate(node.value):
            yield from _leaves(value, (*keys, str(position)), fixed, walk)


def _leaf(node: yaml.ScalarNode, keys: tuple[str, ...], fixed: str, walk: _Walk) -> Leaf:
    if node.style in ("|", ">"):
        fixed = fixed or "is a block of text. Edit it by hand."
    elif "\n" in walk.text[node.start_mark.index : node.end_mark.index]:
        fixed = fixed or "runs over several lines. Edit it by hand."
    elif not node.tag.startswith(_RESOLVED):
        fixed = fixed or f"has a tag of its own ({node.tag[:40]}). Edit it by hand."
    elif "${" in node.value:
        fixed = fixed or "refers to another setting. Edit it by hand."
    quote = node.style if node.style in ("'", '"') else ""
    value = node.value if quote else _scalar(node.value, node.tag)
    return _place(node, keys, value, walk.text, fixed, quote)


def _place(
    node: yaml.Node, keys: tuple[str, ...], value: Scalar, text: str, fixed: str, quote: str = ""
) -> Leaf:
    start, end = node.start_mark.index, node.end_mark.index
    properties = _PROPERTIES.match(text, start, end)
    if properties is not None:
        start = properties.end()
    line = node.start_mark.line + 1
    return Leaf(keys, value, text[start:end], start, end, line, quote, fixed, shared=fixed == _SHARED)


def _scalar(word: str, tag: str) -> Scalar:
    """A plain word as PyYAML reads it; `1e-3`, which it takes for text, as the number that was meant."""
    kind = tag.removeprefix(_RESOLVED)
    if kind == "null":
        return None
    if kind in ("int", "float", "bool"):
        constructor = yaml.SafeLoader("")
        node = yaml.ScalarNode(tag, word)
        try:
            read = getattr(constructor, f"construct_yaml_{kind}")(node)
        except (ValueError, KeyError, IndexError):
            return word
        return read if isinstance(read, bool | int | float) else word
    meant = parse_scalar(word)
    return meant if isinstance(meant, int | float) and not isinstance(meant, bool) else word


def _words(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "it cannot be read"
    where = "" if mark is None else f", line {mark.line + 1}"
    return f"is not valid YAML: {problem}{where}"
