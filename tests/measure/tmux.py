"""A program in a real terminal multiplexer: keys go in by tmux, the screen comes out as tmux shows it."""

import os
import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


class Tmux:
    """One program in a window of a tmux server of its own, which reads no configuration.

    Args:
        command: The argument vector.
        folder: Where it runs, and where the server's socket stands.
        environment: What it sees beside this process's own.
        columns: Of the window.
        rows: Of the window.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], columns: int, rows: int
    ) -> None:
        self._socket = folder / "tmux"
        self._environment = {k: v for k, v in os.environ.items() if k not in ("TMUX", "COLUMNS", "LINES")}
        self._environment |= {"LANG": "C.UTF-8", **environment}
        size = ("-x", str(columns), "-y", str(rows))
        # The shell stays behind the program, so that what it leaves in the scrollback can be seen.
        shell = f"{shlex.join(command)}; echo left with $?; exec cat"
        self._tmux("-u", "-f", os.devnull, "new-session", "-d", *size, "-c", str(folder), shell)

    def type(self, text: str) -> None:
        """Press the keys of a text, as typed."""
        self._tmux("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names: Enter, Escape, F3, C-c."""
        self._tmux("send-keys", *keys)

    def ask(self, text: str) -> None:
        """Type a line and send it."""
        self.type(text)
        self.press("Enter")

    def shown(self) -> str:
        """What the window shows."""
        return self._tmux("capture-pane", "-p")

    def wait_for(self, text: str, seconds: float = 60.0) -> str:
        """Wait until the window shows a text; returns all that it shows then.

        Raises:
            TimeoutError: it did not within `seconds`.
        """
        end = time.monotonic() + seconds
        while text not in (shown := self.shown()):
            if time.monotonic() > end:
                raise TimeoutError(f"{text!r} never came:\n{shown}")
            time.sleep(0.05)
        return shown

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def process(self) -> int:
        """The process id of what stands first in the window: the shell of the program."""
        return int(self._tmux("display-message", "-p", "#{pane_pid}"))

    def kill(self) -> None:
        """End the window with all that is in it, as closing a terminal does."""
        subprocess.run(["tmux", "-S", str(self._socket), "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", str(self._socket), *arguments]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, encoding="utf-8", check=True
        )
        return done.stdout
