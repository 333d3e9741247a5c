"""Lines of a log that speak to an assistant or to the terminal: named by their place, never repeated."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from advisor.chat.safety import addresses_assistant
from advisor.run import Run

_MOST_BYTES = 1 << 21
_CONTROLS = re.compile(rb"\x1b[\]P_^]|\x1b\[2J|\x1b\[H|\xc2\x9d|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
_WORTH_A_LOOK = re.compile(
    rb"assistant|advisor|agent|instruction|</?(?:system|user|tool)|previous|\[/?inst|<\||" + "忽略".encode(),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """Numbers of the lines that speak to an assistant, and of those that give the terminal orders."""

    addressing: tuple[int, ...] = ()
    controlling: tuple[int, ...] = ()


def hostile_lines(run: Run) -> Hostile:
    """What the text of a run's log holds beside its curves; nothing for what is no plain text file.

    Only the first 2 MiB are looked at.
    """
    try:
        path = Path(run.source)
        told = path.stat()
        if not path.is_file():
            return Hostile()
        return _found(str(path), told.st_size, told.st_mtime_ns)
    except (OSError, ValueError):
        return Hostile()


@lru_cache(maxsize=32)
def _found(path: str, size: int, changed: int) -> Hostile:
    with Path(path).open("rb") as file:
        data = file.read(_MOST_BYTES)
    if b"\x00" in data[:4096]:
        return Hostile()
    addressing, controlling = [], []
    for number, line in enumerate(data.splitlines(), start=1):
        if _WORTH_A_LOOK.search(line) and addresses_assistant(line.decode(errors="replace")):
            addressing.append(number)
        if _CONTROLS.search(line):
            controlling.append(number)
    return Hostile(tuple(addressing), tuple(controlling))
