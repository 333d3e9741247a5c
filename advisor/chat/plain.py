"""The conversation line by line on standard input: for pipes, screen readers and plain terminals."""

import shutil
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.chat.conversation import Conversation
from advisor.chat.reply import Open, Paragraph, Quit, Reply
from advisor.errors import INTERRUPTED, AdvisorError
from advisor.text import printable

if TYPE_CHECKING:
    from advisor.session import Session


def converse(session: "Session", paths: Sequence[str] = ()) -> int:
    """Talks until the input ends or the user leaves.

    Args:
        session: What the conversation is about.
        paths: Logs to open first.

    Returns:
        The exit code: 0, or 130 where the user interrupted.
    """
    conversation = Conversation(session, session.language)
    asked = sys.stdin.isatty()
    _show(conversation.perform(Open(tuple(paths))) if paths else conversation.greet())
    try:
        while True:
            if asked:
                sys.stdout.write("> ")
                sys.stdout.flush()
            line = sys.stdin.readline()
            if not line:
                sys.stdout.write("\n" if asked else "")
                return 0
            answer = conversation.reply(line)
            session.language = answer.language
            _show(answer)
            _say_more(conversation, line, answer)
            if isinstance(answer.action, Quit):
                return 0
            if answer.action is not None:
                _show(conversation.perform(answer.action, on_output=_pass_through))
    except KeyboardInterrupt:
        return INTERRUPTED


def _show(answer: Reply) -> None:
    text = answer.plain(min(shutil.get_terminal_size((100, 24)).columns, 100))
    if text:
        sys.stdout.write(printable(text) + "\n\n")
        sys.stdout.flush()


def _say_more(conversation: Conversation, line: str, answer: Reply) -> None:
    """What a language model adds, where the user named one; Ctrl-C ends the waiting and nothing else."""
    stop = threading.Event()
    try:
        wording = conversation.wording(line, answer, stop)
        shown = "" if wording is None else wording.shown(answer.language)
    except KeyboardInterrupt:
        stop.set()
        return
    except AdvisorError as error:
        shown = error.in_(answer.language)
    _show(Reply((Paragraph(shown),) if shown else (), None, answer.language))


def _pass_through(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
