"""The turns of the conversation: lines go in, replies are shown, and what they ask for is carried out."""

import shlex
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.redact import redact_words
from advisor.text import clean_line
from advisor.translation import with_place
from advisor.tui.actions import BY_ID
from advisor.tui.asking import OpenQuestion, in_words
from advisor.tui.tail import OutputTail
from advisor.tui.training import Training
from advisor.tui.wording import Wordings
from advisor.tui.words import say
from advisor.tui.work import Work

if TYPE_CHECKING:
    from advisor.chat.conversation import Conversation
    from advisor.chat.reply import Action, Reply
    from advisor.experiment.plan import Plan
    from advisor.tui.app import AdvisorApp
    from advisor.tui.blocks import Shown
    from advisor.tui.opening import Opening


class Turns:
    """Puts lines to the conversation and does what its replies ask for.

    One short piece of work (an answer, a file to read, an edit) and one training may go on at a time, so that
    questions are answered while a training runs.

    Attributes:
        question: The one that is open, if one is.
        training: The one that goes on, if one does.
        read_from: Size and time of each file as they were before it was read.
    """

    def __init__(self, app: "AdvisorApp") -> None:
        self._app = app
        self._building = threading.Lock()
        self._built: Conversation | None = None
        self._short: Work | None = None
        self._lines: deque[str] = deque()
        self._then_rerun = self._several = False
        self._opening: Opening | None = None
        self._wordings = Wordings(app)
        self.question = OpenQuestion(app)
        self.training = Training(app)
        self.read_from: dict[str, tuple[int, int] | None] = {}

    @property
    def _conversation(self) -> "Conversation":
        """What answers; made by the first work that needs it, since loading it would hold up the screen."""
        with self._building:
            if self._built is None:
                from advisor.chat.conversation import Conversation

                self._built = Conversation(self._app.session, self._app.session.language)
            return self._built

    @property
    def asking(self) -> bool:
        """Whether a question is open."""
        return self.question.is_open

    @property
    def busy(self) -> Work | None:
        """What is going on, the training before anything else."""
        return self.training.work or self._short or self._wordings.busy

    @property
    def model_host(self) -> str:
        """The host of the language model that the user named; empty where there is none."""
        return "" if self._built is None else self._built.model_host

    @property
    def answering(self) -> bool:
        """Whether an answer, a reading or an edit is being worked on."""
        return self._short is not None

    def ask(self, text: str, *, echo: bool = True) -> None:
        """Put a line to the conversation, instead of an answer to its question; one waits for the other."""
        self.question.close()
        if echo:
            self._app.view.say_user(text)
        self._lines.append(text)
        self.ask_next()

    def ask_next(self) -> None:
        """Put the line that waits longest, if nothing stands before it."""
        if self._short is None and self._lines:
            text = self._lines.popleft()
            self._wordings.cancel()

            async def show(reply: "Reply") -> None:
                await self._show(reply)
                self._wordings.begin(self._conversation, text, reply)

            def reply(_: threading.Event) -> "Reply":
                self._conversation.dialogue.live = self.training.live
                return self._conversation.reply(text)

            self._start_short("thinking", reply, show)

    def answer(self, answer: str) -> None:
        """Answer the question that is open: `yes`, `no`, or `rerun` for yes and then training again."""
        if not self.asking:
            return
        own = self.question.own
        self.question.close()
        if own is None:
            self._then_rerun = answer == "rerun"
            self.ask("no" if answer == "no" else "yes", echo=False)
        elif answer != "no":
            key = "applied all" if self._several else "applied"
            self._start_short("applying", lambda _: own(), lambda what: self._app.tell(key, what=what))

    def answer_in_words(self, text: str) -> bool:
        """Answer the question that the screen itself asked; whether the line did."""
        if self.question.own is None or not (answer := in_words(text)):
            return False
        self._app.view.say_user(text)
        self.answer(answer)
        return True

    def leave_question(self) -> None:
        """Turn to something else; a yes that is said later means nothing."""
        if self.asking and self._built is not None:
            self._built.dialogue.waiting = None
        self.question.close()

    def offer(self, apply: Callable[[], str], *, several: bool = False) -> None:
        """Ask whether to apply what was just shown; `apply` does it after a yes, and says what was done."""
        self._several = several
        self.question.ask(applies=True, may_rerun=False, own=apply)

    def perform(self, action: "Action") -> None:
        """Carry out what a reply asked for, or what a key or a choice asks for."""
        # The words of the conversation are loaded with the first turn, after the screen stands.
        from advisor.chat.reply import Apply, Launch, Open, Quit, Rerun, Save, Stop, Train, Undo

        session = self._app.session
        match action:
            case Quit():
                self._app.leave()
            case Rerun():
                self._train(action, session.command or (), again=True)
            case Train(command, again):
                self._train(action, command, again=again)
            case Apply(plan):
                self._start_short("applying", lambda _: session.apply(plan), lambda _: self._applied(plan))
            case Launch((name, *words)):
                # As the command does it: with its progress, its charts, and what comes of it.
                self._app.act(BY_ID[name], shlex.join(words))
            case Stop():
                if not self.training.stop():
                    self._app.tell("ended already")
            case Save():
                self._start_short("writing", lambda _: self._conversation.perform(action), self._show)
            case Undo():
                self._start_short("undoing", lambda _: self._conversation.perform(action), self._show)
            case Open(paths):
                self.open(paths)

    def open(self, paths: Sequence[str], after: Callable[[], object] = bool) -> None:
        """Read logs and tell what is wrong with them; `after` is done once that is told."""
        from advisor.tui.opening import Opening

        async def show(reply: "Reply | None") -> None:
            if reply is None:
                self._app.tell("stopped reading")
                return
            await self._show_run(reply)
            for error in opening.unread:
                self._app.tell_fault(error)
            after()

        opening = Opening(self._app, paths, lambda: self._conversation)
        what = clean_line(", ".join(Path(path).name or path for path in paths), 60)
        if self._start_short("reading", opening.read, show, what=what):
            self._opening = opening

    def resume(self) -> None:
        """Take up the last run of this project where it was left."""
        session = self._app.session

        def remember(_: threading.Event) -> "Reply":
            session.remembered()
            return self._conversation.greet()

        what = clean_line(" ".join(session.command or ()), 60)
        self._start_short("reading", remember, self._show_run, what=what)

    def open_remembered(self, number: int) -> None:
        """Speak of a run of the journal."""
        session = self._app.session

        def remember(_: threading.Event) -> "Reply":
            item = session.assessed(number)
            session.assessments, session.current = [item, *session.assessments], item
            return self._conversation.reply("/diagnose")

        self._start_short("reading", remember, self._show, what=str(number))

    def stop_waiting(self) -> bool:
        """No longer wait for a language model; whether it was waited for."""
        return self._wordings.cancel()

    def stop_reading(self) -> bool:
        """Read a large log no further; whether one was being read."""
        if self._short is None or self._opening is None or not self._opening.reading:
            return False
        self._short.stop.set()
        return True

    def wait_for_journal(self, seconds: float) -> bool:
        """Wait until a large log that was read is remembered; whether it is."""
        return self._opening is None or self._opening.wait(seconds)

    def ended(self, work: Work) -> None:
        """A piece of work is over, well or not."""
        self._wordings.ended(work)
        if work is self._short:
            self._short = None
        self.training.ended(work)

    def _start_short(
        self,
        key: str,
        function: Callable[[threading.Event], Any],
        then: Callable[[Any], object],
        **values: object,
    ) -> bool:
        """Begin a short piece of work, unless one goes on; whether it was begun."""
        if self._short is not None:
            self._app.tell("busy", what=self._short.title)
            return False

        def work(stop: threading.Event) -> Any:
            result = function(stop)
            self._app.panes.make_ready()
            return result

        self._short = Work(say(key, self._app.language, **values), work, then)
        self._short.start(self._app)
        self._app.view.say_waiting(self._short.title)
        self._app.panes.refresh_status()
        return True

    async def _show(self, reply: "Reply", *, listed: bool = False) -> None:
        """A reply: the panes first where it is about another run, then its words, then what it asks for.

        Args:
            reply: What is said.
            listed: Whether it is about what was just read: the open runs are listed above it where there are
                several, and there is a chart with it.
        """
        from advisor.chat.comparing import called
        from advisor.chat.reply import Apply, ChartBlock, FindingBlock
        from advisor.tui.blocks import shown_block

        app = self._app
        if reply.language != app.session.language:
            app.session.language = reply.language
            await app.set_language()
        if app.session.current is not app.panes.shown:
            await app.panes.show_current()
        run = app.session.current.run if app.session.current else None
        shown: list[Shown] = app.runs.in_words() if listed and len(app.session.assessments) > 1 else []
        for block in reply.blocks:
            named = called(app.session.assessments, block.runs) if isinstance(block, ChartBlock) else ()
            others = [(name, item.run) for name, item in named if item is not app.session.current]
            shown.append(shown_block(block, run, others))
        if listed or any(isinstance(block, FindingBlock) for block in shown):
            shown += app.panes.narrow_chart(app.panes.panels)
        app.view.say_blocks(shown)
        if reply.waiting is not None:
            applies = isinstance(reply.waiting, Apply)
            self.question.ask(applies=applies, may_rerun=applies and app.session.command is not None)
        if reply.action is not None:
            self.perform(reply.action)

    def _applied(self, plan: "Plan") -> None:
        from advisor.chat.reply import Rerun

        self._app.tell("applied", what=with_place(plan.headline, self._app.session.language))
        if self._then_rerun:
            self._then_rerun = False
            self.perform(Rerun())

    async def _show_run(self, reply: "Reply") -> None:
        """A reply about runs that are newly read or trained, and how many there are."""
        left, self._app.left = self._app.left, None
        if left is not None:
            self._app.runs.take_up(left)
        await self._show(reply, listed=True)

    def _train(self, action: "Action", command: Sequence[str], *, again: bool) -> None:
        """Run a training, its output on the screen; the reply diagnoses it.

        Args:
            action: What was said yes to.
            command: What that runs.
            again: Whether the run before is drawn behind, and compared with.
        """
        app = self._app

        def train(work: Work, tail: OutputTail) -> "Reply":
            try:
                return self._conversation.perform(action, tail.feed, work.stop)
            finally:
                if app.session.finished is not None:
                    work.ending = app.session.finished.ending.in_(app.language)

        shown = " ".join(redact_words(command))
        before = app.session.current if again else None

        async def trained(reply: "Reply") -> None:
            after = app.session.current
            if before is not None and after is not None and after is not before:
                app.runs.before = before.run, after.run
            await self._show_run(reply)

        self.training.start("training", shown, train, trained, follow=True, before=before)
