"""Copying text out of the terminal: what can be done, and saying why where it cannot be known to work."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import TYPE_CHECKING

from advisor.tui.words import say

if TYPE_CHECKING:
    from advisor.tui.app import AdvisorApp

_TOOLS = (
    ("wl-copy", "WAYLAND_DISPLAY"),
    ("xclip", "DISPLAY"),
    ("xsel", "DISPLAY"),
    ("pbcopy", ""),
    ("clip.exe", ""),
)
_ARGUMENTS = {"xclip": ("-selection", "clipboard"), "xsel": ("--clipboard", "--input")}
_TOOL_SECONDS = 2.0
# Terminals ask for a limit; beyond this, several drop the sequence without a word.
_LONGEST = 74_000


def copy(app: "AdvisorApp", text: str) -> None:
    """Give text to the terminal (OSC 52) and to the desktop's own tool, and say what came of it."""
    app.copy_to_clipboard(text)
    key = "copied" if _by_tool(text, os.environ) else doubt(text, os.environ)
    app.notify(say(key, app.language), markup=False)


def doubt(text: str, environment: Mapping[str, str]) -> str:
    """Key of what to say of a copy that only the terminal was asked for.

    VTE terminals (GNOME's and relatives) and Apple's Terminal do not take OSC 52; tmux takes it where its
    option `set-clipboard` is on.
    """
    if len(text.encode()) > _LONGEST:
        return "copied long"
    if environment.get("TERM_PROGRAM") == "Apple_Terminal" or "VTE_VERSION" in environment:
        return "copied refused"
    return "copied tmux" if "TMUX" in environment else "copied asked"


def _by_tool(text: str, environment: Mapping[str, str]) -> bool:
    """Whether a tool of the desktop took the text; over ssh its clipboard is not the user's."""
    if "SSH_CONNECTION" in environment:
        return False
    for name, needed in _TOOLS:
        path = shutil.which(name)
        if path is None or (needed and not environment.get(needed)):
            continue
        try:
            done = subprocess.run(
                [path, *_ARGUMENTS.get(name, ())],
                input=text.encode(),
                timeout=_TOOL_SECONDS,
                check=False,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0:
            return True
    return False
