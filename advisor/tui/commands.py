"""What each action of the registry does on the screen; `do_<handler>` takes the argument as typed."""

from pathlib import Path

from advisor.chat.reply import Open, Paragraph
from advisor.errors import AdvisorError
from advisor.resources import shipped
from advisor.text import Language, clean_line
from advisor.tui.actions import BY_ID, Action, by_slash, nearest
from advisor.tui.chart_commands import ChartCommands
from advisor.tui.clipboard import copy
from advisor.tui.run_commands import RunCommands
from advisor.tui.screens.help import HelpScreen
from advisor.tui.trial_commands import TrialCommands
from advisor.tui.widgets.prompt import LONGEST
from advisor.tui.widgets.welcome import OFFERED, Choice, Choices, welcome_text
from advisor.tui.words import say

_RECENT = 4
_TOUR_LOG = "pytorch-oscillating"
_TOUR = ("tour panes", "tour ask", "tour change", "tour keys")


class Commands(ChartCommands, RunCommands, TrialCommands):
    """The handlers of all actions."""

    def take(self, text: str) -> None:
        """A line from the prompt: a path that exists is opened, a slash is a command, the rest is talk."""
        app, path = self._app, _as_path(text)
        if path is not None:
            app.turns.leave_question()
            app.view.say_user(text)
            app.turns.perform(Open((path,)))
        elif text.startswith("/") and "/" not in text[1:].partition(" ")[0]:
            self._slash(text)
            if app.turns.asking:
                app.turns.question.show_keys()
        elif not app.turns.answer_in_words(text):
            app.turns.ask(text)

    def take_log(self, text: str) -> None:
        """A log that was pasted: kept beside the captured outputs, and read like any other."""
        app = self._app
        path = app.session.journal.new_capture().with_suffix(".pasted.log")
        # A last line without an end would be taken for one that is still being written.
        text = text.rstrip("\n") + "\n"
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", errors="replace")
        except OSError as error:
            app.tell_fault(AdvisorError(f"{clean_line(str(path))}: {error.strerror}", ""))
            return
        app.tell("pasted", n=text.count("\n"), where=clean_line(str(path)))
        app.turns.perform(Open((str(path),)))

    def do(self, action: Action, argument: str) -> None:
        """Carry an action out."""
        try:
            getattr(self, f"do_{action.handler}")(argument)
        except AdvisorError as error:
            self._app.tell_fault(error)

    async def welcome(self) -> None:
        """What is shown where no log was named: what this is, sample logs, recent runs."""
        app = self._app
        await app.view.query(OFFERED).remove()
        what, how = welcome_text(app.language)
        app.view.say_blocks([Paragraph(text) for text in what])
        app.view.say_blocks([Paragraph(how)], classes=OFFERED.removeprefix("."))
        samples = _samples(app.language)
        tour = [Choice("tour", say("tour name", app.language), "")] if samples else []
        choices = [*self._recent(), *tour, *samples]
        if choices:
            await app.view.mount(Choices(choices, app.language, self._open_chosen))

    def do_welcome(self, argument: str) -> None:
        """Offer recent runs and sample logs again."""
        del argument
        self._app.call_later(self.welcome)

    def _open_chosen(self, choice: Choice) -> None:
        self._app.prompt.focus()
        if choice.kind == "tour":
            self.do_tour("")
        else:
            self._app.turns.perform(Open((choice.path,)))

    def do_tour(self, argument: str) -> None:
        """Open a sample log, and say what can be done with it."""
        del argument
        app = self._app
        try:
            sample = shipped("sample_logs") / _TOUR_LOG
        except FileNotFoundError:
            app.tell("no samples")
            return
        steps = [Paragraph(say(step, app.language)) for step in _TOUR]
        app.turns.open((str(sample),), after=lambda: app.view.say_blocks(steps))

    def do_open(self, argument: str) -> None:
        """Read a log."""
        if argument:
            self._app.turns.perform(Open((_as_path(argument) or argument,)))
        else:
            self._app.prompt.value = "/open "
            self._app.prompt.focus()

    def do_go(self, argument: str) -> None:
        """In a question: yes, and train again. Else propose the best change, or training again."""
        del argument
        app = self._app
        if app.turns.asking:
            app.question.action_answer("rerun")
        elif app.state.changes:
            app.act(BY_ID["apply"], "1")
        else:
            app.act(BY_ID["rerun"])

    def do_stop(self, argument: str) -> None:
        """Hide what is offered, close a question, stop a training, clear the prompt: the first of these."""
        del argument
        app = self._app
        if app.completions.display:
            app.completions.display = False
        elif app.turns.asking and app.prompt.display:
            app.turns.question.show_keys()
        elif app.turns.asking:
            app.turns.answer("no")
        elif app.turns.stop_waiting() or app.turns.stop_reading() or app.turns.training.stop():
            app.panes.refresh_status()
        elif app.turns.busy is not None:
            app.tell("cannot stop", what=app.turns.busy.title)
        else:
            app.prompt.value = ""
            app.prompt.focus()

    def do_describe(self, argument: str) -> None:
        """Every chart in words."""
        del argument
        app = self._app
        if not app.panes.panels:
            app.tell("no charts")
            return
        app.view.say_blocks([Paragraph(panel.as_text(app.language)) for panel in app.panes.panels])

    def do_page_up(self, argument: str) -> None:
        """The conversation, a page up."""
        del argument
        self._app.view.scroll_page_up()

    def do_page_down(self, argument: str) -> None:
        """The conversation, a page down."""
        del argument
        self._app.view.scroll_page_down()

    def do_theme(self, argument: str) -> None:
        """Choose a theme."""
        del argument
        self._app.search_themes()

    def do_language(self, argument: str) -> None:
        """English and Chinese, in turn, or the one that is named; the screen follows the answer."""
        chinese = argument == "zh" or (argument != "en" and self._app.language == "en")
        self._app.turns.ask(f"/language {'zh' if chinese else 'en'}", echo=False)

    def do_copy(self, argument: str) -> None:
        """Copy the last answer."""
        del argument
        answer = self._app.view.last_answer()
        if answer is None:
            self._app.tell("nothing to copy")
            return
        copy(self._app, answer.plain)

    def do_help(self, argument: str) -> None:
        """Show every key and command."""
        del argument
        self._app.push_screen(HelpScreen(self._app.language, self._app.actions))

    def do_commands(self, argument: str) -> None:
        """Open the command palette."""
        del argument
        self._app.action_command_palette()

    def do_quit(self, argument: str) -> None:
        """End the program."""
        del argument
        self._app.leave()

    def _slash(self, text: str) -> None:
        name, _, argument = text.partition(" ")
        action = by_slash(name)
        if action is not None:
            self._app.act(action, argument.strip())
            return
        self._app.view.say_user(text)
        near = nearest(name)
        hint = say("did you mean", self._app.language, what=f"/{near.slash}") if near else ""
        self._app.tell("unknown command", what=name, near=hint)

    def _recent(self) -> list[Choice]:
        recent: dict[str, Choice] = {}
        for row in self._app.session.history(_RECENT):
            name = row.source if row.command is None else "$ " + " ".join(row.command)
            if Path(row.source).exists():
                recent.setdefault(row.source, Choice("recent", name, row.source))
        return list(recent.values())


def _samples(language: Language) -> list[Choice]:
    try:
        folder = shipped("sample_logs")
    except FileNotFoundError:
        return []
    cases = sorted(folder.glob("*/expected.yaml"))
    return [Choice("sample", case.parent.name, str(case.parent), _shows(case, language)) for case in cases]


def _shows(expected: Path, language: Language) -> str:
    """What a sample log shows, in the words of its own notes."""
    import yaml

    try:
        notes = yaml.safe_load(expected.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return ""
    shows = notes.get("shows") if isinstance(notes, dict) else None
    return str(shows.get(language, "")) if isinstance(shows, dict) else ""


def _as_path(text: str) -> str | None:
    """The path that a line names, without the quotes that a terminal puts round a dropped file, or None."""
    bare = text.strip().strip("'\"")
    try:
        path = Path(bare).expanduser()
        return str(path) if 0 < len(bare) < LONGEST and path.exists() else None
    except (OSError, ValueError, RuntimeError):
        return None
