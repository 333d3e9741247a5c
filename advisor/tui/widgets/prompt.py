"""Where the user types, the commands offered while typing, and the question that takes its place."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from advisor.text import Language, clean_line
from advisor.tui.actions import Action, State, completions
from advisor.tui.frame import MUTED
from advisor.tui.safe import PlainText
from advisor.tui.words import say

LONGEST = 2_000
_LOG_LINES = 20
"""Beyond so many lines, what is pasted is a log and not a question."""


class Completions(OptionList, can_focus=False):
    """The commands that begin with what is typed."""

    def __init__(self) -> None:
        super().__init__(id="completions", markup=False)
        self._offered: list[Action] = []

    def offer(self, actions: Sequence[Action], state: State, language: Language) -> None:
        """Replace what is offered; nothing hides the list."""
        self._offered = list(actions)
        self.display = bool(actions)
        self.clear_options()
        self.add_options([Option(_entry(action, state, language)) for action in actions])
        if actions:
            self.highlighted = 0

    @property
    def chosen(self) -> Action | None:
        """The highlighted command, or None where nothing is offered."""
        if not self.display or self.highlighted is None:
            return None
        return self._offered[self.highlighted]


def _entry(action: Action, state: State, language: Language) -> Content:
    obstacle = action.obstacle(state)
    note = f"  ({say(obstacle, language)})" if obstacle else ""
    name = action.usage(language).ljust(18)
    return Content.assemble((name, MUTED if obstacle else "bold"), (action.title.in_(language) + note, MUTED))


class Prompt(Input):
    """One line of text with a history; a slash offers the commands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "older", show=False),
        Binding("down", "newer", show=False),
        Binding("tab", "complete", show=False),
    ]

    class Asked(Message):
        """The user sent a line.

        Attributes:
            text: One line, without control characters, not empty.
        """

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Pasted(Message):
        """A log was pasted.

        Attributes:
            text: As it came, its lines ended by line feeds.
        """

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, offered: Completions, language: Language) -> None:
        super().__init__(id="prompt", max_length=LONGEST, select_on_focus=False)
        self._offered = offered
        self._history: list[str] = []
        self._at = 0
        self._draft = ""
        self._offered_for = ""
        self.state = State()
        self.language: Language = language
        self.placeholder = say("prompt", language)

    @property
    def lines(self) -> list[str]:
        """What was sent, the newest last."""
        return self._history

    def recall(self, lines: Sequence[str]) -> None:
        """Offer lines of an earlier session before those of this one."""
        self._history = [*lines, *self._history]
        self._at = len(self._history)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer the commands that begin with what is typed."""
        event.stop()
        self._offer(event.value)

    def _offer(self, typed: str) -> None:
        wanted = typed.startswith("/") and " " not in typed
        self._offered_for = typed
        self._offered.offer(list(completions(typed, self.state)) if wanted else [], self.state, self.language)

    def _chosen(self) -> Action | None:
        """The command offered for what stands there now: keys may outrun the news that they were pressed."""
        if self._offered_for != self.value:
            self._offer(self.value)
        return self._offered.chosen

    async def key_enter(self, event: events.Key) -> None:
        """Send the line at once: by way of the binding, what is typed ahead would be sent with it."""
        event.stop()
        event.prevent_default()
        await self.action_submit()

    async def action_submit(self) -> None:
        """Send the line, or take the command that is offered."""
        chosen = self._chosen()
        text = clean_line(self.value, LONGEST).strip()
        if chosen is not None:
            if chosen.needs_argument:
                self.action_complete()
                return
            text = f"/{chosen.slash}"
        if text:
            self._history = [*(line for line in self._history if line != text), text]
            self._at = len(self._history)
            self.value = ""
            self.post_message(self.Asked(text))

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text is cleaned, made one line, and never sent by itself; many lines are a log."""
        event.stop()
        event.prevent_default()
        # Terminals send a carriage return for each line end of what is pasted.
        lines = event.text.replace("\r\n", "\n").replace("\r", "\n")
        if lines.count("\n") > _LOG_LINES:
            self.post_message(self.Pasted(lines))
            return
        self.insert_text_at_cursor(clean_line(event.text[: 2 * LONGEST], LONGEST))

    def action_complete(self) -> None:
        """Take the command that is offered; without one, go to the next part of the screen."""
        chosen = self._chosen()
        if chosen is None:
            self.screen.focus_next()
            return
        self.value = f"/{chosen.slash} " if chosen.argument else f"/{chosen.slash}"
        self.cursor_position = len(self.value)

    def action_older(self) -> None:
        """The command above, or the line sent before."""
        if self._offered.display:
            self._offered.action_cursor_up()
        elif self._at > 0:
            if self._at == len(self._history):
                self._draft = self.value
            self._recall(self._at - 1)

    def action_newer(self) -> None:
        """The command below, or the line sent after."""
        if self._offered.display:
            self._offered.action_cursor_down()
        elif self._at < len(self._history):
            self._recall(self._at + 1)

    def _recall(self, at: int) -> None:
        self._at = at
        with self.prevent(Input.Changed):
            self.value = self._history[at] if at < len(self._history) else self._draft
        self._offered_for = self.value
        self.cursor_position = len(self.value)


class Question(PlainText, can_focus=True):
    """Takes the prompt's place while a yes or no is asked; one key answers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer('yes')", show=False),
        Binding("enter", "answer('yes')", show=False),
        Binding("r", "answer('rerun')", show=False),
        Binding("n", "answer('no')", show=False),
    ]

    class Answered(Message):
        """The user pressed a key.

        Attributes:
            answer: `yes`, `rerun` (yes, and train again) or `no`.
        """

        def __init__(self, answer: str) -> None:
            super().__init__()
            self.answer = answer

    def __init__(self) -> None:
        super().__init__(id="question")
        self._may_rerun = False

    def ask(self, language: Language, *, applies: bool, may_rerun: bool) -> None:
        """Show the keys for a question.

        Args:
            language: Of the labels.
            applies: Whether yes applies a change.
            may_rerun: Whether to offer training again in the same step.
        """
        self._may_rerun = may_rerun
        answers = [("y", say("answer apply" if applies else "answer yes", language))]
        if may_rerun:
            answers.append(("r", say("answer rerun", language)))
        answers.append(("n", say("answer no", language)))
        pieces = [Content.assemble((f" {key} ", "bold reverse"), f" {label}") for key, label in answers]
        self.show(Content("    ").join(pieces))

    def action_answer(self, answer: str) -> None:
        """Answer the question."""
        if answer != "rerun" or self._may_rerun:
            self.post_message(self.Answered(answer))
