"""Writes a file so that at every moment it is either the old one or the new one, whole."""

import os
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path

from advisor.errors import EditError
from advisor.text import clean_line

_STALE_SECONDS = 3_600


def replace_file(path: Path, expected: bytes, new: bytes) -> None:
    """Put `new` in the place of a file that holds `expected`.

    Written to a new file in the same folder, synced, and renamed over the old one (the protocol whose every
    crash state is old or new: Pillai et al., OSDI 2014). Mode, owner and extended attributes are kept; a
    symbolic link is followed and stays.

    Raises:
        EditError: the file does not hold `expected` (any more), or cannot be written; it is as it was.
    """
    try:
        target = path.resolve(strict=True)
        before = target.stat()
        _refuse_odd_files(path, before)
        _remove_stale(target)
        temporary = target.with_name(f".{target.name}.advisor-{secrets.token_hex(4)}")
        try:
            _write_new(temporary, new, stat.S_IMODE(before.st_mode))
            _copy_attributes(target, temporary, before)
            if read_bytes(target) != expected:
                shown = clean_line(str(path))
                raise EditError(
                    f"{shown} was changed by something else in the meantime; it was left as it is.",
                    "Look at it, then ask again.",
                )
            temporary.rename(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        with suppress(OSError):
            # Some file systems cannot sync a folder; the file itself is whole either way.
            sync_folder(target.parent)
    except OSError as error:
        raise EditError(
            f"{clean_line(str(path))} cannot be written ({error.strerror or error}); it was left as it is.",
            "Check its permissions and the free space.",
        ) from None


def write_new_file(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write a file that does not exist yet, whole and synced.

    Raises:
        OSError: as the system says it.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _write_new(temporary, data, mode)
        temporary.rename(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def read_bytes(path: Path) -> bytes:
    """All bytes of a file."""
    with path.open("rb") as stream:
        return stream.read()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_new(path: Path, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        path.chmod(mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_attributes(source: Path, target: Path, before: os.stat_result) -> None:
    made = target.stat()
    if (made.st_uid, made.st_gid) != (before.st_uid, before.st_gid):
        os.chown(target, before.st_uid, before.st_gid)
        target.chmod(stat.S_IMODE(before.st_mode))
    if not hasattr(os, "listxattr"):
        return
    try:
        names = os.listxattr(source)
    except OSError:
        return  # a file system without such attributes has none to keep
    for name in names:
        os.setxattr(target, name, os.getxattr(source, name))


def _refuse_odd_files(path: Path, before: os.stat_result) -> None:
    shown = clean_line(str(path))
    if not stat.S_ISREG(before.st_mode):
        raise EditError(f"{shown} is no regular file.", "Edit it by hand.")
    if before.st_nlink > 1:
        raise EditError(
            f"{shown} is one of {before.st_nlink} hard links to one file, which a safe write would part.",
            "Edit it by hand.",
        )
    if not os.access(path, os.W_OK):
        raise EditError(f"{shown} is read-only.", "Make it writable or edit it by hand.")


def _remove_stale(target: Path) -> None:
    """Remove what an interrupted write left beside the file long ago."""
    prefix = f".{target.name}.advisor-"
    for entry in os.scandir(target.parent):
        if entry.name.startswith(prefix) and entry.stat().st_mtime < time.time() - _STALE_SECONDS:
            with suppress(OSError):
                Path(entry.path).unlink()
