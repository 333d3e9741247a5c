"""Starts the terminal program; when it ends, the terminal is whole and the findings are in its scrollback."""

import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.text import clean_line
from advisor.tui.standard_error import standard_error_set_aside
from advisor.tui.words import say
from advisor.without import without

with without("ssl"):  # asyncio would load it, which opens no connection here
    from advisor.tui.app import AdvisorApp

if TYPE_CHECKING:
    from advisor.session import Session
    from advisor.tui.left import Left

INNER_FAULT = 70
"""Exit code where the program itself failed (EX_SOFTWARE of sysexits.h)."""

_STOP_SECONDS = 20.0
_WIPED = "\r\x1b[K"
"""Back to the beginning of the line, and nothing on it."""


def launch(session: "Session", paths: Sequence[str], left: "Left | None" = None) -> int:
    """Run the program until it is left; the exit code is 128 + n where a signal n ended it."""
    app = AdvisorApp(session, paths, ascii_only=_ascii_only(), left=left)
    if _few_colours():
        app.theme = "ansi-dark"
    with standard_error_set_aside(_print_error):
        app.run()
    from advisor.tui.left import keep_left

    _print(_WIPED, end="")
    app.ended.set()
    code = INNER_FAULT if app.fault_file else app.return_code or 0
    if not app.turns.training.wait(0.0):
        _print(say("still stopping", session.language))
        app.turns.training.wait(_STOP_SECONDS)
    if not app.turns.wait_for_journal(0.0):
        _print(say("still keeping", session.language))
        app.turns.wait_for_journal(_STOP_SECONDS)
    for line in summary(session, paths):
        _print(line)
    if session.current is not None and keep_left(app):
        _print(f"{say('resume as left', session.language)} advisor resume")
    if app.fault_file:
        _print(say("fatal", session.language, where=app.fault_file))
    return code


def summary(session: "Session", paths: Sequence[str]) -> list[str]:
    """What is left in the scrollback: the findings of the current run, and how to open it again."""
    from advisor.report.as_text import run_headline
    from advisor.report.parts import SEVERITY_GLYPH, SEVERITY_WORD, probability_note

    current, language = session.current, session.language
    if current is None:
        return []
    lines = [run_headline(current.run)]
    for finding in current.findings:
        mark = f"{SEVERITY_GLYPH[finding.severity]} {SEVERITY_WORD[finding.severity].in_(language)}"
        title = clean_line(finding.title.in_(language)) + probability_note(finding.probability, language)
        lines.append(f"  {mark}  {title}  {finding.code}")
    if not current.findings:
        lines.append(f"  {say('clean', language)}")
    # A run that was trained here goes by its command; the program opens on it by itself.
    logs = list(paths) or [path for path in (current.run.source,) if Path(path).exists()]
    lines.append(clean_line(f"{say('resume', language)} {shlex.join(['advisor', *logs])}", 1_000))
    return lines


def _print(line: str, end: str = "\n") -> None:
    # After SIGHUP the terminal may be gone; there is no one left to tell.
    try:
        print(line, end=end, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115


def _print_error(line: str) -> None:
    with suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def _ascii_only() -> bool:
    return "utf" not in (sys.stdout.encoding or "").lower()


def _few_colours() -> bool:
    """Whether the terminal states no more than 16 colours; theme colours would be rounded to ugly ones."""
    rich = os.environ.get("COLORTERM", "") in ("truecolor", "24bit")
    return not rich and "256" not in os.environ.get("TERM", "")
