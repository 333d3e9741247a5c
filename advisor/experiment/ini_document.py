"""Values of an INI file, or of `key = value` lines, with their places; held against configparser."""

import configparser
from collections.abc import Iterator

from advisor.experiment.documents import DocumentError, Leaf, splice
from advisor.experiment.scalars import parse_scalar, plain_text
from advisor.patterns import regex
from advisor.run import Scalar

LAST_WINS = True
edit = splice

_LINE = regex(r"[^\n]*\n?")
_HEADER = regex(r"\[(?P<name>.+)\]")
_OPTION = regex(r"(?P<key>[^\s=:#;\[][^=:]*?)\s*(?P<mark>[=:])[ \t]*(?P<value>[^\r\n]*)")
# The standard library keeps such a comment in the value; a program that reads a number must leave it out.
_COMMENT = regex(r"\s+[#;].*")
_NO_SECTION = "\N{NO-BREAK SPACE}"


def find_leaves(text: str) -> list[Leaf]:
    """Every value of the file. See `documents.Language`."""
    meaning = _meaning(text)
    found = list(_leaves(text))
    lines = {(_section(leaf.keys), leaf.keys[-1].lower()): _whole(text, leaf) for leaf in found}
    if any(meaning.get(key) != value for key, value in lines.items()) or len(lines) != len(meaning):
        raise DocumentError("is INI of a form in which places cannot be told for certain")
    return found


def write_value(value: Scalar, old: Leaf) -> str:
    """See `documents.Language`."""
    written = plain_text(value)
    if any(mark in written for mark in "\r\n"):
        raise DocumentError("holds one line per value")
    if isinstance(old.value, bool) and isinstance(value, bool):
        written = _truth_like(value, old.text)
    # `key =` without a value ends at its mark.
    return old.quote + written + old.quote if old.text else " " + written


def _truth_like(value: bool, like: str) -> str:
    """A truth value in the capitals of the one before: configparser takes any."""
    written = plain_text(value)
    return written.upper() if like.isupper() else written.capitalize() if like[:1].isupper() else written


def _meaning(text: str) -> dict[tuple[str, str], str]:
    """(section, key) -> value as the standard library reads it; keys in small letters."""
    for prefix in ("", f"[{_NO_SECTION}]\n"):
        parser = configparser.RawConfigParser(strict=False, allow_no_value=True, default_section="\0")
        try:
            parser.read_string(prefix + text)
        except configparser.MissingSectionHeaderError:
            continue
        except configparser.Error as error:
            raise DocumentError(f"is not valid INI: {str(error).splitlines()[0]}") from None
        except AttributeError:
            # CPython before 3.13 fails so where a line goes on from a key without a value (gh-117348).
            raise DocumentError("is not valid INI: a line goes on from a key that has no value") from None
        return {
            (section, key): value
            for section in parser.sections()
            for key, value in parser.items(section)
            if value is not None
        }
    raise DocumentError("is not valid INI")


def _leaves(text: str) -> Iterator[Leaf]:
    section = _NO_SECTION
    indent, in_option = 0, False
    number, position = 0, 0
    previous: Leaf | None = None
    for match in _LINE.finditer(text):
        line, position = match.group().rstrip("\r\n"), match.start()
        number += 1
        body = line.strip()
        if not body or body[0] in "#;":
            continue
        own = len(line) - len(line.lstrip())
        if in_option and own > indent:
            if previous is not None:
                previous = _spread(previous, position + len(line.rstrip()))
            continue
        if previous is not None:
            yield previous
        previous, indent, in_option = None, own, False
        header = _HEADER.match(body)
        if header is not None:
            section = header["name"]
            continue
        in_option = True
        option = _OPTION.match(line.lstrip())
        if option is not None:
            keys = (option["key"],) if section == _NO_SECTION else (section, option["key"])
            previous = _leaf(keys, option["value"], position + own + option.start("value"), number)
    if previous is not None:
        yield previous


def _leaf(keys: tuple[str, ...], rest: str, start: int, line: int) -> Leaf:
    comment = _COMMENT.search(rest)
    written = (rest[: comment.start()] if comment is not None else rest).rstrip()
    quote = written[0] if len(written) > 1 and written[0] == written[-1] and written[0] in "\"'" else ""
    inner = written[1:-1] if quote else written
    fixed = ""
    if "%(" in written or "${" in written:
        fixed = "refers to another setting. Edit it by hand."
    value = inner if quote else parse_scalar(inner)
    return Leaf(keys, value, written, start, start + len(written), line, quote, fixed)


def _spread(leaf: Leaf, end: int) -> Leaf:
    return Leaf(
        leaf.keys, leaf.value, leaf.text, leaf.start, end, leaf.line, leaf.quote,
        "runs over several lines. Edit it by hand.",
    )  # fmt: skip


def _section(keys: tuple[str, ...]) -> str:
    return keys[0] if len(keys) > 1 else _NO_SECTION


def _whole(text: str, leaf: Leaf) -> str:
    """What the standard library takes for the value: comments behind it included, following lines too."""
    lines = text[leaf.start : _line_end(text, leaf.end)].splitlines() or [""]
    kept = [line.strip() for line in lines if line.strip()[:1] not in ("#", ";") or line is lines[0]]
    return "\n".join(kept).rstrip()


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end
