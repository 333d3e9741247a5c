"""The file that keeps what a training printed."""

import os
from pathlib import Path

from advisor.errors import UsageError
from advisor.text import clean_line

CAPTURE_LIMIT = 2**30
"""Bytes of output that are kept; what comes after is shown but not captured."""


class Capture:
    """The file that keeps the output; a full disk costs the rest of the file, never the training."""

    def __init__(self, path: Path) -> None:
        self.warnings: tuple[str, ...] = ()
        self._left = CAPTURE_LIMIT
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise UsageError(
                f"The output cannot be kept in {clean_line(str(path))} ({error.strerror or error}).",
                "Make that folder writable, or name another with ADVISOR_HOME.",
            ) from None

    def __enter__(self) -> "Capture":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def write(self, data: bytes) -> None:
        """Keep a piece of output, as far as there is room."""
        if self.warnings:
            return
        kept, self._left = data[: self._left], self._left - len(data)
        try:
            while kept:
                kept = kept[os.write(self._descriptor, kept) :]
        except OSError as error:
            self.warnings = (f"The output is kept only in part: {error.strerror or error}.",)
        if self._left < 0:
            self.warnings = (f"Only the first {CAPTURE_LIMIT // 2**20} MiB of the output are kept.",)
