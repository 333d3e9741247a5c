"""Bytes to text: the encodings that logs are written in."""

import codecs
from dataclasses import dataclass

from advisor.errors import UnreadableError
from advisor.patterns import regex
from advisor.readers.base import Source
from advisor.run import EventKind, LogEvent
from advisor.text import clean_line

MAX_TEXT_BYTES = 1 << 30
_PROBE = 4_096
# Those that no program writes into a log.
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\x08\x0b\x0c\x1b"))
_CHINESE = regex(r"[\u4e00-\u9fff，。：；（）、％]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded log.

    Attributes:
        text: Its characters; bytes that are none are U+FFFD.
        encoding: What it was read as.
        events: What was odd about it.
    """

    text: str
    encoding: str
    events: tuple[LogEvent, ...] = ()


def _without_mark(data: bytes) -> str | None:
    """The encoding of bytes without a byte order mark where their pattern shows it, else None."""
    probe = data[:_PROBE]
    if len(probe) < 4:
        return None
    even, odd = probe[::2].count(0), probe[1::2].count(0)
    half = len(probe) // 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _guess(data: bytes) -> tuple[str, bytes]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :]
    return _without_mark(data) or "utf-8", data


def _chinese(data: bytes) -> str | None:
    """The bytes as GBK where that gives Chinese text, else None."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    foreign = [character for character in text if not character.isascii()]
    return text if len(_CHINESE.findall(text)) >= 0.8 * len(foreign) else None


def decode(data: bytes) -> Text:
    """Text in UTF-8, UTF-16 or UTF-32 (by its mark or its pattern), or GBK; never fails.

    Trailing NUL bytes (a block that was set aside and never written) are cut off. Bytes that are no
    character become U+FFFD and are counted in an event.
    """
    encoding, body = _guess(data)
    events = []
    if encoding == "utf-8":
        whole = len(body)
        body = body.rstrip(b"\x00")
        if len(body) < whole:
            note = f"The file ends in {whole - len(body)} NUL bytes, which were left out."
            events.append(LogEvent(EventKind.TRUNCATED, note))
    try:
        return Text(body.decode(encoding), encoding, tuple(events))
    except UnicodeDecodeError:
        pass
    if encoding == "utf-8":
        chinese = _chinese(body)
        if chinese is not None:
            events.append(LogEvent(EventKind.NOTE, "The text is not UTF-8; it was read as GBK."))
            return Text(chinese, "gb18030", tuple(events))
    text = body.decode(encoding, errors="replace")
    bad = max(text.count("\ufffd") - body.count("\ufffd".encode(encoding)), 1)
    note = f"{bad} places are no valid {encoding.upper()} and are shown as '\ufffd'."
    events.append(LogEvent(EventKind.UNREADABLE, note, count=bad))
    return Text(text, encoding, tuple(events))


def read_text(source: Source) -> Text:
    """The whole source as text.

    Raises:
        UnreadableError: it is larger than `MAX_TEXT_BYTES`, or can no longer be opened.
    """
    with source.open() as stream:
        data = stream.read(MAX_TEXT_BYTES + 1)
    if len(data) > MAX_TEXT_BYTES:
        raise too_large(source, f"is larger than {MAX_TEXT_BYTES >> 30} GiB")
    return decode(data)


def too_large(source: Source, why: str) -> UnreadableError:
    """That a source cannot be read as a whole: `why` goes on after its name."""
    return UnreadableError(
        f"'{clean_line(source.label)}' {why}.", "Give a part of it: tail -n 1000000 FILE | advisor diagnose -"
    )


def looks_binary(head: bytes) -> bool:
    """Whether the first bytes are neither text in a known encoding nor nearly so."""
    encoding, body = _guess(head)
    if encoding != "utf-8":
        return False
    body = body.rstrip(b"\x00")[:_PROBE]
    if not body:
        return True
    control = len(body) - len(body.translate(None, _CONTROL))
    return control > 0.05 * len(body)
