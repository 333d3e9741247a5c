"""The terminal program: composition, messages, and nothing that a room below could say."""

import asyncio
import contextlib
import gc
import select
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, partial
from inspect import isawaitable
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.containers import Horizontal
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widget import MountError
from textual.widgets import OptionList

from advisor.errors import AdvisorError
from advisor.kept import settings_file
from advisor.text import Language
from advisor.tui import hangup
from advisor.tui.actions import ACTIONS, ASK, BY_ID, Action, State
from advisor.tui.faults import record_fault
from advisor.tui.frame import Frame
from advisor.tui.keymap import bound_keys, remapped
from advisor.tui.news import FirstLook, LiveNews
from advisor.tui.open_runs import OpenRuns
from advisor.tui.panes import Panes
from advisor.tui.safe import PlainText
from advisor.tui.settings import wants_no_motion
from advisor.tui.turns import Turns
from advisor.tui.widgets.chart import Chart
from advisor.tui.widgets.conversation import ConversationView
from advisor.tui.widgets.evidence import Evidence
from advisor.tui.widgets.findings import Findings
from advisor.tui.widgets.prompt import Completions, Prompt, Question
from advisor.tui.widgets.status import KeyLine, StatusLine
from advisor.tui.words import say
from advisor.tui.work import WorkEnded

if TYPE_CHECKING:
    from advisor.session import Session
    from advisor.tui.commands import Commands
    from advisor.tui.left import Left
    from advisor.tui.live import Live

_SIGNALS = ("SIGTERM", "SIGHUP", "SIGQUIT")
_QUIT_SECONDS = 2.0
_BRIEF_SECONDS = 3.0
_SEARCHES = (5_000, 4, 50)
"""Python's thresholds of a search for garbage: so few objects that none stops the screen for 30 ms."""


def _bindings() -> list[BindingType]:
    # Textual binds the palette's own key; ctrl+c must win over the prompt's own copying.
    bound: list[BindingType] = [
        Binding(bound_keys(action), f"act('{action.id}')", show=False, id=action.id)
        for action in ACTIONS
        if action.id != "commands"
    ]
    return [Binding("ctrl+c", "interrupt", show=False, priority=True, id="interrupt"), *bound]


class AdvisorApp(App[int], inherit_bindings=False):
    """The screen: findings, conversation, evidence, prompt.

    Args:
        session: The work on one project.
        paths: Logs to open at once.
        ascii_only: Whether charts must do without braille.
        left: What was left in this project, whose runs `paths` are; None where they are opened anew.
    """

    TITLE = "advisor"
    CSS_PATH = "app.tcss"
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-narrow"),
        (70, "-medium"),
        (100, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (28, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = _bindings()

    def __init__(
        self,
        session: "Session",
        paths: Sequence[str],
        *,
        ascii_only: bool = False,
        left: "Left | None" = None,
    ) -> None:
        super().__init__()
        self.session = session
        self.panes = Panes(self)
        self.view = ConversationView(Frame(80, False, session.language, ascii_only))
        self.completions = Completions()
        self.prompt = Prompt(self.completions, session.language)
        self.question = Question()
        self.turns = Turns(self)
        self.runs = OpenRuns(self)
        self.live: Live | None = None
        self.actions, self._keys_wrong = remapped(ACTIONS, settings_file(), session.language)
        self._paths = tuple(paths)
        self.left = left
        if wants_no_motion(settings_file()):
            self.animation_level = "none"
            self.prompt.cursor_blink = False
        self.evidence = Evidence(ascii_only=ascii_only)
        self._quit_armed = False
        self._leaving = False
        self.said_at_end: list[tuple[bool, str]] = []
        self.fault_file = ""
        self.ended = threading.Event()

    @cached_property
    def _commands(self) -> "Commands":
        """What the actions do; loaded with the first of them, after the screen stands."""
        from advisor.tui.commands import Commands

        return Commands(self)

    @property
    def language(self) -> Language:
        """Of every text of the screen."""
        return self.session.language

    def compose(self) -> ComposeResult:
        """Status, the three panes, the prompt, the keys."""
        yield StatusLine()
        yield PlainText(id="findings-line")
        with Horizontal(id="body", classes="-blank"):
            yield Findings()
            yield self.view
            yield self.evidence
        yield self.completions
        yield self.prompt
        yield self.question
        yield KeyLine()

    def on_load(self) -> None:
        """Before the terminal is taken over: see to it that it is given back."""
        self._catch_signals()

    async def on_mount(self) -> None:
        """Show the screen at once; reading begins when it stands."""
        self.set_keymap({a.id: bound_keys(a) for a in self.actions if a.id != "commands"})
        await self.set_language()
        self.prompt.focus()
        self.set_interval(0.2, self._tick)
        self.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        if self._leaving:
            return
        # What is loaded by now stays; searching it for garbage would stop the screen again and again.
        gc.freeze()
        gc.set_threshold(*_SEARCHES)
        from advisor.chat.reply import Open, Paragraph
        from advisor.memory import share_one_heap
        from advisor.tui.left import look_as_left, read_left, say_again

        share_one_heap()
        left = self.left or read_left(self.session)
        if left is not None:
            look_as_left(self, left)
        if self.left is not None:
            say_again(self, self.left)
        for warning in filter(None, (self.session.warning, *self._keys_wrong)):
            self.view.say_blocks([Paragraph(warning)], classes="note")
        if self._paths:
            self.turns.perform(Open(self._paths))
        elif self.session.command is not None and self.session.history(1):
            self.turns.resume()
        else:
            await self._commands.welcome()

    @property
    def state(self) -> State:
        """What decides which actions are possible."""
        current = self.session.current
        return State(
            run=current is not None,
            runs=len(self.session.assessments),
            changes=bool(current and current.changes),
            command=self.session.command is not None,
            busy=self.turns.busy is not None,
            asking=self.turns.asking,
        )

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The command palette: every action that is possible now and needs no argument."""
        del screen
        state = self.state
        for action in ACTIONS:
            if not (action.obstacle(state) or action.needs_argument or action.id == "commands"):
                title, explained = action.title.in_(self.language), action.help.in_(self.language)
                yield SystemCommand(title, explained, lambda a=action: self.act(a))

    # -- saying ---------------------------------------------------------------------------------------------

    def tell(self, key: str, **values: object) -> None:
        """A short note in the conversation."""
        from advisor.chat.reply import Paragraph

        self.view.say_blocks([Paragraph(say(key, self.language, **values))], classes="note")

    def tell_briefly(self, key: str, **values: object) -> None:
        """A note that goes away by itself: what a key has just set."""
        self.notify(say(key, self.language, **values), timeout=_BRIEF_SECONDS, markup=False)

    def tell_fault(self, error: BaseException) -> None:
        """What went wrong, in place; the program goes on."""
        from advisor.chat.reply import Paragraph

        if isinstance(error, AdvisorError):
            words = list(error.parts_in(self.language))
        else:
            words = [say("failed", self.language, what=type(error).__name__, where=record_fault(error))]
        self.view.say_blocks([Paragraph(text) for text in words if text], classes="fault")

    def alert(self, text: str) -> None:
        """Tell whoever looks at another window, as the settings have it."""
        from advisor.tui.notify import mode_of, sequence

        written = sequence(text, mode_of(settings_file()))
        if written and self._driver is not None:
            self._driver.write(written)

    async def set_language(self) -> None:
        """Bring every text of the screen to the session's language."""
        self.view.set_language(self.language)
        self.prompt.language = self.language
        self.prompt.placeholder = say("prompt", self.language)
        self.query_one(KeyLine).tell([action for action in self.actions if action.in_footer], self.language)
        await self.panes.show_current()

    # -- messages -------------------------------------------------------------------------------------------

    @on(Prompt.Asked)
    def _on_asked(self, event: Prompt.Asked) -> None:
        self._quit_armed = False
        self._commands.take(event.text)

    @on(Prompt.Pasted)
    def _on_pasted(self, event: Prompt.Pasted) -> None:
        self._commands.take_log(event.text)

    @on(Question.Answered)
    def _on_answered(self, event: Question.Answered) -> None:
        self.turns.answer(event.answer)

    @on(WorkEnded)
    async def _on_work_ended(self, event: WorkEnded) -> None:
        with self._unless_leaving():
            await self._take_result(event)

    @on(FirstLook)
    async def _on_first_look(self, event: FirstLook) -> None:
        with self._unless_leaving():
            await self.panes.show_first_look(event)

    @on(LiveNews)
    async def _on_live_news(self, event: LiveNews) -> None:
        with self._unless_leaving():
            await event.live.take(event)

    @contextlib.contextmanager
    def _unless_leaving(self) -> Iterator[None]:
        """A result may arrive while the screen is being taken down; then there is nowhere to show it."""
        try:
            yield
        except (MountError, NoMatches):
            if not self._leaving:
                raise

    async def _take_result(self, event: WorkEnded) -> None:
        self.turns.ended(event.work)
        if event.error is not None:
            self.tell_fault(event.error)
        else:
            told = event.work.then(event.result)
            if isawaitable(told):
                await told
        await self.panes.end_first_look()
        self.panes.refresh_status()
        self.turns.ask_next()

    @on(OptionList.OptionSelected, "#findings")
    def _on_finding_chosen(self, event: OptionList.OptionSelected) -> None:
        self.panes.show_finding(event.option_index)

    @on(Chart.Opened)
    def _on_chart_opened(self, event: Chart.Opened) -> None:
        event.chart.focus()
        self.act(BY_ID["full"])

    def on_key(self, event: events.Key) -> None:
        """What is typed while a list or a question has the focus belongs in the prompt."""
        bound = event.key in self.screen.active_bindings
        typed = event.character if event.is_printable and not bound else None
        if typed and len(self.screen_stack) == 1 and not self.prompt.has_focus:
            event.stop()
            self.turns.question.show_prompt()
            self.prompt.insert(typed)

    def act(self, action: Action, argument: str = "") -> None:
        """Do an action, or say why it is not possible."""
        obstacle = action.obstacle(self.state)
        if obstacle:
            why = say(obstacle, self.language)
            self.tell("unavailable", what=action.slash or action.id, why=why)
        elif action.handler == ASK:
            self.turns.ask(f"/{action.slash} {argument}".strip())
        else:
            self._commands.do(action, argument)

    def action_command_palette(self) -> None:
        """Open the palette, which asks in the language of the screen."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=say("search", self.language)))

    def action_act(self, name: str) -> None:
        """Do an action by its id, for keys."""
        self.act(BY_ID[name])

    def action_interrupt(self) -> None:
        """Copy what is selected; else stop a training; twice in a row, quit."""
        selected = self.screen.get_selected_text()
        if selected:
            self.copy_to_clipboard(selected)
            self.screen.clear_selection()
            return
        if self._quit_armed:
            self.leave()
            return
        self.turns.training.stop()
        self._quit_armed = True
        self.set_timer(_QUIT_SECONDS, self._disarm)
        self.notify(say("quit twice", self.language), timeout=_QUIT_SECONDS, markup=False)

    def leave(self, code: int = 0) -> None:
        """End the program; a training that runs is stopped first by whoever started the app."""
        self._leaving = True
        # The screen is taken down before what was left is written.
        self.said_at_end = self.view.last_turns()
        if self.live is not None:
            self.live.stop()
        self.turns.stop_reading()
        self.turns.training.stop()
        self.exit(code, return_code=code)

    def on_unmount(self) -> None:
        """However the program ends, no thread goes on following a log."""
        if self.live is not None:
            self.live.stop()

    def _fatal_error(self) -> None:
        # Textual would print the traceback with the values of all variables, a log's and a user's among them.
        if self._exception is not None:
            self.fault_file = record_fault(self._exception)
        self._close_messages_no_wait()

    def _disarm(self) -> None:
        self._quit_armed = False

    def _tick(self) -> None:
        if self._leaving:
            return
        if self.turns.busy is not None:
            self.turns.training.refresh_output()
            self.panes.refresh_status()
        elif self.live is not None and self.live.is_news():
            self.panes.refresh_status()

    def _catch_signals(self) -> None:
        # Textual restores the terminal after an exit or an exception, but not after these signals.
        if self.is_headless:
            return
        loop = asyncio.get_running_loop()
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None:
                with contextlib.suppress(NotImplementedError):
                    loop.add_signal_handler(number, self.leave, 128 + number)
        if hasattr(select, "poll") and sys.stdin.isatty():
            hangup.watch(sys.stdin.fileno(), partial(loop.call_soon_threadsafe, self.leave), self.ended)
