"""Tells the user who looks at another window: a notification where the terminal shows them, else its bell."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from advisor.text import clean_line
from advisor.tui.settings import told

Mode = Literal["auto", "bell", "off"]

MODES: Final[tuple[Mode, ...]] = ("auto", "bell", "off")
_BELL = "\a"
_LONGEST = 120
_OSC_9 = ("iTerm.app", "WezTerm", "ghostty")
"""What TERM_PROGRAM says in terminals that show what follows OSC 9; kitty is known by TERM alone."""


def mode_of(settings: Path) -> Mode:
    """What `notify` in the settings says; "auto" where it says nothing that is known.

    Args:
        settings: The file, which need not exist.
    """
    wanted = told(settings, "notify")
    if wanted is False:
        return "off"
    return next((mode for mode in MODES if mode == wanted), "auto")


def sequence(text: str, mode: Mode, environment: Mapping[str, str] = os.environ) -> str:
    """What to write to the terminal; empty where nothing is wanted.

    A multiplexer shows no notifications of the programs in it but passes a bell on.
    """
    if mode == "off":
        return ""
    if (
        mode == "bell"
        or environment.get("TMUX")
        or environment.get("TERM", "").startswith(("screen", "tmux"))
    ):
        return _BELL
    # The text ends where a control character stands, and OSC 777 parts its fields by semicolons.
    shown = clean_line(text, _LONGEST).replace(";", ",")
    if environment.get("TERM_PROGRAM") in _OSC_9 or environment.get("TERM") == "xterm-kitty":
        return f"\x1b]9;{shown}{_BELL}{_BELL}"
    if environment.get("VTE_VERSION") or environment.get("TERM", "").startswith("rxvt"):
        return f"\x1b]777;notify;advisor;{shown}{_BELL}{_BELL}"
    return _BELL
