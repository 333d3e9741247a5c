"""The conversation line by line on standard input: for pipes, screen readers and plain terminals."""

import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.chat.conversation import Conversation
from advisor.chat.reply import Open, Quit, Reply
from advisor.text import printable

if TYPE_CHECKING:
    from advisor.session import Session

INTERRUPTED = 130


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


def _pass_through(data: bytes) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
