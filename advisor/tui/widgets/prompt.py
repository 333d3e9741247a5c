"""Where the user types, the commands offered while typing, and the question that takes its place."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, TextArea
from textual.widgets.option_list import Option

from advisor.report.wrapping import fitted
from advisor.text import Language, clean
from advisor.tui.actions import Action, State, completions
from advisor.tui.frame import MUTED
from advisor.tui.safe import PlainText
from advisor.tui.words import say

LONGEST = 2_000
_USAGE_COLUMNS = 26
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
    name = fitted(action.usage(language), _USAGE_COLUMNS) + "  "
    return Content.assemble((name, MUTED if obstacle else "bold"), (action.title.in_(language) + note, MUTED))


_NEW_LINE = frozenset({"ctrl+j", "shift+enter", "alt+enter"})
_NOT_OURS = frozenset({"up", "down", "pageup", "pagedown", "ctrl+c,super+c"})
"""Keys of a text area that have another meaning here: the history, the conversation, the program itself."""


class Prompt(TextArea, inherit_bindings=False):
    """What is typed, with a history: enter sends it, ctrl+j begins a line, a slash offers commands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "older", show=False),
        Binding("down", "newer", show=False),
        Binding("tab", "complete", show=False),
        *(one for one in TextArea.BINDINGS if isinstance(one, Binding) and one.key not in _NOT_OURS),
    ]

    class Asked(Message):
        """The user sent a line.

        Attributes:
            text: Without control characters but line feeds, not empty.
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
        super().__init__(id="prompt", highlight_cursor_line=False, placeholder=say("prompt", language))
        self._offered = offered
        self._history: list[str] = []
        self._at = 0
        self._draft = ""
        self._offered_for = ""
        self.state = State()
        self.language: Language = language

    @property
    def value(self) -> str:
        """What stands there."""
        return self.text

    @value.setter
    def value(self, text: str) -> None:
        self.text = text
        self.move_cursor(self.document.end)

    @property
    def lines(self) -> list[str]:
        """What was sent, the newest last."""
        return self._history

    def recall(self, lines: Sequence[str]) -> None:
        """Offer lines of an earlier session before those of this one."""
        self._history = [*lines, *self._history]
        self._at = len(self._history)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Offer the commands that begin with what is typed."""
        event.stop()
        self._offer(self.value)

    def _offer(self, typed: str) -> None:
        wanted = typed.startswith("/") and " " not in typed
        self._offered_for = typed
        self._offered.offer(list(completions(typed, self.state)) if wanted else [], self.state, self.language)

    def _chosen(self) -> Action | None:
        """The command offered for what stands there now: keys may outrun the news that they were pressed."""
        if self._offered_for != self.value:
            self._offer(self.value)
        return self._offered.chosen

    async def on_key(self, event: events.Key) -> None:
        """Send at once on enter: by way of a binding, what is typed ahead would be sent with it."""
        if event.key == "enter":
            event.prevent_default()
            event.stop()
            await self.action_submit()
        elif event.key in _NEW_LINE:
            event.prevent_default()
            event.stop()
            self.insert("\n")

    async def action_submit(self) -> None:
        """Send the line, or take the command that is offered."""
        chosen = self._chosen()
        text = clean(self.value, LONGEST).strip()
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
        """Pasted text is cleaned and never sent by itself; many lines are a log."""
        event.stop()
        event.prevent_default()
        # Terminals send a carriage return for each line end of what is pasted.
        lines = event.text.replace("\r\n", "\n").replace("\r", "\n")
        if lines.count("\n") > _LOG_LINES:
            self.post_message(self.Pasted(lines))
            return
        room = max(LONGEST - len(self.value), 0)
        self.insert(clean(lines[: 2 * LONGEST], LONGEST)[:room])

    def action_complete(self) -> None:
        """Take the command that is offered; without one, go to the next part of the screen."""
        chosen = self._chosen()
        if chosen is None:
            self.screen.focus_next()
            return
        self.value = f"/{chosen.slash} " if chosen.argument else f"/{chosen.slash}"

    def action_older(self) -> None:
        """The command above, the line above, or what was sent before."""
        if self._offered.display:
            self._offered.action_cursor_up()
        elif not self.cursor_at_first_line:
            self.action_cursor_up()
        elif self._at > 0:
            if self._at == len(self._history):
                self._draft = self.value
            self._recall(self._at - 1)

    def action_newer(self) -> None:
        """The command below, the line below, or what was sent after."""
        if self._offered.display:
            self._offered.action_cursor_down()
        elif not self.cursor_at_last_line:
            self.action_cursor_down()
        elif self._at < len(self._history):
            self._recall(self._at + 1)

    def _recall(self, at: int) -> None:
        self._at = at
        with self.prevent(TextArea.Changed):
            self.value = self._history[at] if at < len(self._history) else self._draft
        self._offered_for = self.value


class Question(PlainText, can_focus=True):
    """Takes the prompt's place while a yes or no is asked; one key answers, any other begins a line."""

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

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that answers nothing here begins a line, as any other does."""
        return action != "answer" or parameters != ("rerun",) or self._may_rerun

    def action_answer(self, answer: str) -> None:
        """Answer the question."""
        self.post_message(self.Answered(answer))
