"""The question that is open: one key answers it, or a line while the prompt stands in for its keys."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from advisor.tui.app import AdvisorApp


class OpenQuestion:
    """Whether a question is open, and which of its keys and the prompt is shown.

    Attributes:
        is_open: Whether one is.
        own: What a yes does where the screen asked by itself; None where the conversation did.
    """

    def __init__(self, app: "AdvisorApp") -> None:
        self._app = app
        self.is_open = False
        self.own: Callable[[], str] | None = None

    def ask(self, *, applies: bool, may_rerun: bool, own: Callable[[], str] | None = None) -> None:
        """Open one.

        Args:
            applies: Whether yes applies a change.
            may_rerun: Whether to offer training again in the same step.
            own: What a yes does, where the screen asks by itself.
        """
        app = self._app
        self.is_open, self.own = True, own
        app.question.ask(app.language, applies=applies, may_rerun=may_rerun)
        # A key that was meant for the line that is being typed must not answer.
        if not app.prompt.value:
            self.show_keys()

    def close(self) -> None:
        """Bring the prompt back where a question is open; it is then neither answered yes nor no."""
        if self.is_open:
            self.is_open, self.own = False, None
            self.show_prompt()

    def show_prompt(self) -> None:
        """Let a line be typed: an answer in words, or another question."""
        self._app.question.display, self._app.prompt.display = False, True
        self._app.prompt.focus()

    def show_keys(self) -> None:
        """Let the question that is open be answered by one key."""
        self._app.prompt.display, self._app.question.display = False, True
        self._app.question.focus()


def in_words(text: str) -> str:
    """`yes` or `no` where a line says so and nothing else, or an empty text."""
    from advisor.chat.intents.accept import YES
    from advisor.chat.intents.reject import NO
    from advisor.chat.understand import understand

    told = understand(text).folded
    return "yes" if YES.fullmatch(told) else "no" if NO.fullmatch(told) else ""
