"""Joins what one record was broken into: dictionaries over several lines, boxes of `| name | value |`."""

import re
from collections.abc import Iterable, Iterator

from advisor.readers.lines import Line

_BOXED = re.compile(r"\s*[|│](?P<name>[^|│]*)[|│](?P<value>[^|│]*)[|│]\s*")
_BOX_VALUE = re.compile(r"[-+]?(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]*)?(?:e[-+]?[0-9]+)?|nan|inf)", re.IGNORECASE)
_OPENED = re.compile(r"^\s*\{|\{\s*['\"][^'\"]+['\"]\s*:")
_DICT_LINES = 20
_DICT_CHARACTERS = 8_000


def join_records(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines as they are, but a broken dictionary and a box as one line each, with the number of its first."""
    return _join_boxes(_join_dicts(lines))


def _join_dicts(lines: Iterable[Line]) -> Iterator[Line]:
    held: list[Line] = []
    depth = 0
    size = 0
    for line in lines:
        text = line.text
        if not held and not ("{" in text and _OPENED.search(text) and text.count("{") > text.count("}")):
            yield line
            continue
        held.append(line)
        depth += text.count("{") - text.count("}")
        size += len(text)
        if depth <= 0:
            yield Line(held[0].number, " ".join(part.text.strip() for part in held))
        elif len(held) >= _DICT_LINES or size > _DICT_CHARACTERS:
            yield from held
        else:
            continue
        held, depth, size = [], 0, 0
    yield from held


def _join_boxes(lines: Iterable[Line]) -> Iterator[Line]:
    box: list[str] = []
    first = 0
    section = ""
    for line in lines:
        match = _BOXED.fullmatch(line.text) if "|" in line.text or "│" in line.text else None
        name, value = (match["name"], match["value"].strip()) if match else ("", "")
        if match and not value and name.strip().endswith("/"):
            section = name.strip()
            continue
        if match and _BOX_VALUE.fullmatch(value) and any(c.isalpha() for c in name):
            first = first or line.number
            inner = name.startswith("    ") and section
            box.append(f"{section if inner else ''}{name.strip()}: {value}")
            continue
        if box:
            yield Line(first, ", ".join(box))
            box, first = [], 0
        section = ""
        yield line
    if box:
        yield Line(first, ", ".join(box))
