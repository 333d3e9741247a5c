"""Turns what a user names (a file, `-`) into the source to read; folders are searched in `folders`."""

import bz2
import gzip
import importlib
import lzma
import stat
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from advisor.errors import UnreadableError
from advisor.readers.base import Source
from advisor.readers.foreign import refusal
from advisor.readers.opening import check_regular, refuse
from advisor.run import EventKind, LogEvent
from advisor.text import clean_line

MAX_STDIN_BYTES = 1 << 29
MAX_UNPACKED_BYTES = 1 << 29
_BLOCK = 1 << 18

PACKED = {
    ".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\x00", ".zst": b"\x28\xb5\x2f\xfd",
}  # fmt: skip


def _zstd(raw: BinaryIO) -> Any:
    """A zstd stream: by Python's own module (from 3.14 on), else by the `zstandard` package of the extra.

    Raises:
        UnreadableError: neither is there.
    """
    try:
        return importlib.import_module("compression.zstd").ZstdFile(raw)
    except ImportError:
        pass
    try:
        package = importlib.import_module("zstandard")
        return package.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
    except ImportError:
        pass
    raise UnreadableError(
        "A .zst file needs the package zstandard, which is not installed.",
        "Install it (pip install 'tuning-advisor[zst]'), or unpack the file first: unzstd FILE.",
    )


def _damage() -> tuple[type[BaseException], ...]:
    """What damaged packed data raises; a package for it is only asked where it was loaded."""
    loaded = (sys.modules.get(name) for name in ("compression.zstd", "zstandard"))
    zstd: list[type[BaseException]] = [module.ZstdError for module in loaded if module is not None]
    return (OSError, EOFError, lzma.LZMAError, zlib.error, *zstd)


_UNPACKERS: dict[str, Callable[[BinaryIO], Any]] = {
    ".gz": lambda raw: gzip.GzipFile(fileobj=raw),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
    ".zst": _zstd,
}


def from_stdin(stream: BinaryIO) -> Source:
    """Everything that comes through standard input.

    Raises:
        UnreadableError: nothing came, or more than `MAX_STDIN_BYTES`.
    """
    data = stream.read(MAX_STDIN_BYTES + 1)
    if len(data) > MAX_STDIN_BYTES:
        raise UnreadableError(
            f"Standard input is longer than {MAX_STDIN_BYTES >> 20} MiB.",
            "Save it to a file and name the file, or send a part of it.",
        )
    if not data:
        raise UnreadableError(
            "Standard input is empty.", "Send a log into it: some-command | advisor diagnose -"
        )
    return unpacked(Source("-", content=data))


def unpacked(source: Source) -> Source:
    """The source itself, or what a gzip, bzip2 or xz file holds.

    Raises:
        UnreadableError: the file is damaged, or holds more than `MAX_UNPACKED_BYTES`.
    """
    packing = next((suffix for suffix, magic in PACKED.items() if source.head.startswith(magic)), None)
    if packing is None:
        return source
    shown = clean_line(source.label)
    data = bytearray()
    events: tuple[LogEvent, ...] = ()
    with source.open() as raw, _UNPACKERS[packing](raw) as stream:
        try:
            while block := stream.read1(_BLOCK):
                data += block
                if len(data) > MAX_UNPACKED_BYTES:
                    raise UnreadableError(
                        f"'{shown}' holds more than {MAX_UNPACKED_BYTES >> 20} MiB once unpacked.",
                        "Unpack it yourself.",
                    )
        except _damage() as error:
            if not data:
                raise UnreadableError(f"'{shown}' is a damaged {packing} file.") from error
            events = (LogEvent(EventKind.TRUNCATED, f"The {packing} file is cut or damaged: {error}."),)
    return Source(source.label, content=bytes(data), events=(*source.events, *events))


def from_file(path: Path, label: str) -> Source:
    """One file, looked at but not yet read.

    Raises:
        UnreadableError: it is missing, no regular file, empty, or of a kind that is no log.
    """
    return accepted(Source(label, path))


def accepted(source: Source) -> Source:
    """The source, or what it holds where it is packed.

    Raises:
        UnreadableError: it is damaged, too large once unpacked, or of a kind that is no log.
    """
    source = unpacked(source)
    foreign = refusal(source.head, source.label)
    if foreign is not None:
        raise foreign
    return source


def is_folder(name: str) -> bool:
    """Whether a name is that of a folder.

    Raises:
        UnreadableError: there is nothing of that name, or it may not be looked at.
    """
    try:
        mode = Path(name).stat().st_mode
    except ValueError as error:
        raise UnreadableError(f"'{clean_line(name)}' is not a path.") from error
    except OSError as error:
        raise refuse(name, error) from error
    if stat.S_ISDIR(mode):
        return True
    check_regular(name, mode)
    return False
