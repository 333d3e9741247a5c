"""Opens the terminal program, or the conversation line by line; needs no parser of the command line."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from advisor.session import Session
    from advisor.text import Language


def are_logs_alone(words: Sequence[str]) -> bool:
    """Whether a command line names nothing but logs, each so written that no command can be meant."""
    asked_to_complete = "_ADVISOR_COMPLETE" in os.environ
    return not asked_to_complete and all(
        not word.startswith("-") and ("/" in word or "." in word) for word in words
    )


def open_logs(paths: Sequence[str]) -> int:
    """What `advisor PATH...` does where no option is given; returns the exit code."""
    from advisor.session import Session
    from advisor.workers import usable_cores

    session = Session.here(language_of(None))
    session.processes = usable_cores()
    if session.warning:
        from advisor.cli.echo import echo

        echo(f"advisor: {session.warning}", err=True)
    return converse(session, paths)


def converse(session: "Session", paths: Sequence[str], *, plain: bool = False) -> int:
    """The terminal program, or line by line where that is asked or no terminal is there.

    Raises:
        UsageError: what is named as a language model is none.
    """
    if os.environ.get("ADVISOR_LLM"):
        from advisor.chat.model.endpoint import named_endpoint

        # What is named wrongly is said now, and not after the first answer.
        named_endpoint()
    if plain or not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb":
        from advisor.chat.plain import converse as line_by_line

        if not paths:
            session.remembered()
        return line_by_line(session, paths)
    from advisor.tui import run

    return run(session, paths)


def language_of(lang: str | None) -> "Language":
    """The asked language, else ADVISOR_LANG, else Chinese in a Chinese locale."""
    named = lang or os.environ.get("ADVISOR_LANG") or ""
    if named in ("en", "zh"):
        return cast("Language", named)
    locale = next((os.environ[v] for v in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(v)), "")
    return "zh" if locale.lower().startswith("zh") else "en"
