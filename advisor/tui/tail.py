"""The last lines of a program's output, whatever it writes and however much."""

import codecs
import threading
from collections import deque

from advisor.text import clean


class OutputTail:
    """Keeps the last lines of a byte stream; may be fed by one thread and read by another.

    A carriage return starts the line again, so that a progress bar is one line and not a thousand.

    Args:
        lines: How many finished lines are kept.
        longest: Characters of a line that are kept.
    """

    def __init__(self, lines: int = 200, longest: int = 500) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")
        self._lines: deque[str] = deque(maxlen=lines)
        self._longest = longest
        self._open = ""
        self._lock = threading.Lock()
        self._total = 0

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        with self._lock:
            text = self._decode.decode(data).replace("\r\n", "\n")
            first, *rest = text.split("\n")
            self._extend(first)
            for line in rest:
                self._lines.append(self._shown())
                self._total += 1
                self._open = ""
                self._extend(line)

    def last(self, count: int) -> tuple[list[str], int]:
        """The last `count` lines, the unfinished one included, safe to show; and how many came before."""
        with self._lock:
            unfinished = [self._shown()] if self._open.strip("\r") else []
            shown = [*self._lines, *unfinished][-count:]
            above = self._total + len(unfinished) - len(shown)
        return [clean(line, self._longest) for line in shown], above

    def _extend(self, text: str) -> None:
        # A carriage return at the very end may be followed by what overwrites the line, or by a line feed.
        self._open = (self._open + text)[-4 * self._longest :]

    def _shown(self) -> str:
        return self._open.rstrip("\r").rpartition("\r")[2]
