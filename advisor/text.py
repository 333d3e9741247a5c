"""Text in two languages, and the one place where foreign text is made safe to show."""

import re
from typing import Literal

import msgspec

from advisor.redact import redact

Language = Literal["en", "zh"]


class Bilingual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in English and in Chinese."""

    en: str
    zh: str

    def in_(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


# ESC-started control strings (OSC, DCS, SOS, PM, APC) end at BEL or ST; one that never ends is
# taken up to the end of its line, so that it cannot swallow the rest of a log.
_CONTROL_STRING = r"(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
_CONTROL_SEQUENCE = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
_TWO_CHARACTER_ESCAPE = r"\x1b[ -/]*[0-~]?"
_ESCAPES = re.compile(f"{_CONTROL_STRING}|{_CONTROL_SEQUENCE}|{_TWO_CHARACTER_ESCAPE}")
# C0 but TAB and LF, DEL, C1, bidirectional controls, invisible formatting, and lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def strip_escapes(text: str) -> str:
    """`text` without terminal escape sequences (ECMA-48 CSI, OSC, DCS and relatives), for parsing."""
    return _ESCAPES.sub("", text) if "\x1b" in text or not text.isascii() else text


def blank_escapes(text: str) -> str:
    """`text` with a space for each character of an escape sequence, so that all others keep their places."""
    if "\x1b" not in text and text.isascii():
        return text
    return _ESCAPES.sub(lambda escape: " " * len(escape[0]), text)


_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")


def printable(text: str) -> str:
    """Text on its way to a terminal: colours, TAB and line feed stay, every other control sequence goes.

    What is shown is cleaned where it is made, with the limits that its place has; this is the last gate.
    """
    if not _UNSAFE.search(text):
        return text
    parts = _COLOUR.split(text)
    parts[::2] = [_UNSAFE.sub("\ufffd", _ESCAPES.sub("", part)) for part in parts[::2]]
    return "".join(parts)


def clean(text: str, limit: int = 2_000) -> str:
    """Foreign text made safe to show: no control sequence, no bidirectional override, no key or password.

    Removes escape sequences, replaces every other unsafe character with U+FFFD, and cuts at
    `limit` characters with an ellipsis. TAB and line feed stay. Markup is not touched: show the result
    only through a widget or print that does not read markup.
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return redact(_UNSAFE.sub("\ufffd", _ESCAPES.sub("", cut)))


def clean_line(text: str, limit: int = 200) -> str:
    """`clean`, on one line: runs of white space become one space."""
    return clean(" ".join(text.split()), limit)


def short_number(value: float) -> str:
    """A number as a person would write it: four significant digits, no exponent where none is needed."""
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.4g}"
