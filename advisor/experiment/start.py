"""Starts a command in a session of its own, and says in words why it cannot be started."""

import fcntl
import os
import pty as pseudo_terminal
import shutil
import struct
import subprocess
import termios
from collections.abc import Sequence
from pathlib import Path

from advisor.errors import UsageError
from advisor.experiment.processes import MARK
from advisor.experiment.script import ASSIGNMENT
from advisor.text import clean_line


def start(command: Sequence[str], folder: Path, output: int, mark: str) -> "subprocess.Popen[bytes]":
    """Start a command whose output goes to a descriptor; assignments before it are put in its environment.

    Raises:
        UsageError: it cannot be started; says why.
    """
    if not command or not command[0]:
        raise UsageError("There is no command to run.", "For example: advisor run -- python train.py")
    if not folder.is_dir():
        raise UsageError(f"The folder {clean_line(str(folder))} does not exist.", "")
    if ASSIGNMENT.fullmatch(command[0]):
        command = ("env", *command)  # as a shell takes `LR=0.1 python train.py`
    environment = {"PYTHONUNBUFFERED": "1", **os.environ, MARK: mark}
    program = clean_line(command[0])
    try:
        return subprocess.Popen(
            list(command),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise UsageError(
            f"The program '{program}' was not found.", _where_to_look(command[0], folder)
        ) from None
    except PermissionError:
        raise UsageError(
            f"'{program}' may not be executed.", "Make it executable, or name its interpreter before it."
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"'{program}' cannot be started ({reason or error}).", "") from None


def _where_to_look(program: str, folder: Path) -> str:
    if program.endswith(".py") and (folder / program).is_file():
        return f"Did you mean 'python {clean_line(program)}'?"
    if "/" in program:
        return "A script needs an existing interpreter in its first line; check the path too."
    return "Is its environment active? 'advisor run -- python train.py' runs a script."


def terminal_pair() -> tuple[int, int]:
    """Our end and the command's end of a pseudo-terminal of our own size that passes bytes untouched."""
    ours, theirs = pseudo_terminal.openpty()
    attributes = termios.tcgetattr(theirs)
    attributes[1] &= ~termios.OPOST
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(theirs, termios.TCSANOW, attributes)
    size = shutil.get_terminal_size((80, 24))
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size.lines, size.columns, 0, 0))
    return ours, theirs
