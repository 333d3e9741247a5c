"""A real terminal program on a pseudo-terminal, and what a terminal emulator shows of it."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from pathlib import Path

import pyte


class Screen:
    """Runs a command on a terminal of its own.

    Args:
        command: The argument vector.
        folder: Where it runs.
        environment: What it sees.
        columns: Of the terminal.
        rows: Of the terminal.
    """

    def __init__(
        self, command: list[str], folder: Path, environment: dict[str, str], columns: int, rows: int
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._terminal, inner = pty.openpty()
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment | {"TERM": "xterm-256color"},
            stdin=inner,
            stdout=inner,
            stderr=inner,
            start_new_session=True,
        )
        os.close(inner)

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Wait until the screen shows `text`.

        Raises:
            TimeoutError: it did not within `seconds`.
        """
        end = time.monotonic() + seconds
        while text not in self.text():
            if time.monotonic() > end:
                raise TimeoutError(f"'{text}' never came:\n{self.text()}")
            self._take(0.1)

    def type(self, keys: str) -> None:
        """Press keys, slowly enough to be told apart from a paste."""
        for key in keys:
            os.write(self._terminal, key.encode())
            self._take(0.03)

    def settle(self, seconds: float = 1.0) -> None:
        """Let the screen come to rest."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._take(0.1)

    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def close(self) -> None:
        """End the program."""
        self._process.terminate()
        self._process.wait(timeout=30)
        os.close(self._terminal)

    def _take(self, seconds: float) -> None:
        ready, _, _ = select.select([self._terminal], [], [], seconds)
        if ready:
            try:
                self._stream.feed(os.read(self._terminal, 65_536))
            except OSError:
                time.sleep(seconds)
