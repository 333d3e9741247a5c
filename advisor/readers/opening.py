"""Opens a path only where that is safe: a regular file, never a pipe, a device or a socket."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from advisor.errors import UnreadableError
from advisor.text import clean_line

_KINDS = (
    (stat.S_ISFIFO, "a named pipe (FIFO)"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a character device"),
    (stat.S_ISBLK, "a block device"),
)
_HINT_PIPE = "Give it on standard input instead: some-command | advisor diagnose -"


def refuse(path: Path | str, error: OSError) -> UnreadableError:
    """The sentence for a path that the system does not let us read."""
    shown = clean_line(str(path))
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return UnreadableError(f"There is no file '{shown}'.", "Check the path.")
    if error.errno in (errno.EACCES, errno.EPERM):
        return UnreadableError(f"No permission to read '{shown}'.", "Change its permissions or copy it.")
    if error.errno == errno.ELOOP:
        return UnreadableError(
            f"'{shown}' is a symbolic link that leads back to itself.", "Name the file itself."
        )
    if error.errno == errno.ENXIO:
        return UnreadableError(f"'{shown}' is a socket, not a file.", _HINT_PIPE)
    if error.errno == errno.ENAMETOOLONG:
        return UnreadableError(f"The name '{clean_line(shown, 60)}' is longer than a file name can be.")
    return UnreadableError(f"'{shown}' cannot be read: {error.strerror or error}.")


def check_regular(path: Path | str, mode: int) -> None:
    """Raises unless `mode` is that of a regular file.

    Raises:
        UnreadableError: it is a pipe, a device, a socket or a folder.
    """
    if stat.S_ISREG(mode):
        return
    what = next(
        (name for test, name in _KINDS if test(mode)), "a folder" if stat.S_ISDIR(mode) else "no file"
    )
    raise UnreadableError(f"'{clean_line(str(path))}' is {what}, not a regular file.", _HINT_PIPE)


def size_of(stream: BinaryIO) -> int:
    """How many bytes a stream has; it stands at its end afterwards."""
    return stream.seek(0, os.SEEK_END)


def beginning(path: Path, most: int) -> bytes:
    """The first bytes of a file, `most` of them; none where it cannot be read."""
    try:
        with open_regular(path) as stream:
            return stream.read(most) or b""
    except (UnreadableError, OSError):
        return b""


def open_regular(path: Path) -> BinaryIO:
    """A stream over a regular file.

    The file is opened without blocking and looked at before its first byte is read, so that neither a pipe
    nor a device can be put in its place between the two.

    Raises:
        UnreadableError: it cannot be opened, or is no regular file.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        check_regular(path, path.stat().st_mode)
        descriptor = os.open(path, flags)
    except ValueError as error:
        raise UnreadableError(f"'{clean_line(str(path))}' is not a path.") from error
    except OSError as error:
        raise refuse(path, error) from error
    try:
        check_regular(path, os.fstat(descriptor).st_mode)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise
