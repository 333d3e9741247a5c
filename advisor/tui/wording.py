"""What a language model adds below an answer, while the user may already ask the next thing."""

import threading
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError
from advisor.tui.words import say
from advisor.tui.work import Work

if TYPE_CHECKING:
    from advisor.chat.conversation import Conversation
    from advisor.chat.model.helper import Wording
    from advisor.chat.reply import Reply
    from advisor.tui.app import AdvisorApp


class Wordings:
    """Asks the model that the user named, one answer at a time; the next question ends the waiting."""

    def __init__(self, app: "AdvisorApp") -> None:
        self._app = app
        self._work: Work | None = None

    @property
    def busy(self) -> Work | None:
        """What is waited for."""
        return self._work

    def begin(self, conversation: "Conversation", text: str, answer: "Reply") -> None:
        """Ask about an answer that has just been shown; nothing happens where no model is named."""
        self.cancel()
        try:
            endpoint = conversation.endpoint()
        except AdvisorError as error:
            self._app.tell_fault(error)
            return
        if endpoint is None:
            return

        def ask(stop: threading.Event) -> "tuple[Work, Wording | None, Reply]":
            return work, conversation.wording(text, answer, stop), answer

        work = Work(say("wording", self._app.language, host=endpoint.host), ask, self._show)
        self._work = work
        work.start(self._app)
        self._app.panes.refresh_status()

    def cancel(self) -> bool:
        """No longer wait; whether anything was waited for."""
        work, self._work = self._work, None
        if work is not None:
            work.stop.set()
        return work is not None

    def ended(self, work: Work) -> None:
        """A piece of work is over, well or not."""
        if work is self._work:
            self._work = None

    def _show(self, told: "tuple[Work, Wording | None, Reply]") -> None:
        work, wording, answer = told
        from advisor.chat.reply import Paragraph

        # After the next question the words would stand below another answer.
        if wording is not None and not work.stop.is_set():
            self._app.view.say_blocks([Paragraph(wording.shown(answer.language))], classes="note")
