"""What the actions on runs do: list, choose, pin a baseline, put beside each other, look back."""

from typing import TYPE_CHECKING

from advisor.tui.actions import BY_ID

if TYPE_CHECKING:
    from advisor.run import Run
    from advisor.tui.app import AdvisorApp


class RunCommands:
    """The handlers of the actions on runs."""

    _app: "AdvisorApp"

    def do_runs(self, argument: str) -> None:
        """The open runs on the whole screen, those that the argument filters."""
        from advisor.tui.screens.runs import RunsScreen

        if not isinstance(self._app.screen, RunsScreen):
            self._app.push_screen(RunsScreen(self._app, argument))

    def do_run(self, argument: str) -> None:
        """Speak of another run; what is no number is taken for the command of a training."""
        if argument and not argument.isdecimal():
            self._app.act(BY_ID["train"], argument)
            return
        number = self._number(argument)
        if number is not None:
            self._app.runs.choose(number)

    def do_baseline(self, argument: str) -> None:
        """Pin run N, the current one without a number; `off` takes the pin away."""
        app = self._app
        if argument.lower() in ("off", "no", "-"):
            self._pin(None)
            return
        number = self._number(argument) if argument else None
        if argument and number is None:
            return
        current = app.session.current
        chosen = app.session.assessments[number - 1] if number is not None else current
        if chosen is not None:
            self._pin(chosen.run)

    def do_beside(self, argument: str) -> None:
        """The runs of these numbers; without two, the baseline (or the one before) and the current."""
        app = self._app
        words = argument.replace(",", " ").split()
        numbers = [number for word in words if (number := self._number(word)) is not None]
        if len(numbers) != len(words):
            return
        runs = [item.run for item in app.session.assessments]
        here = next((n for n, run in enumerate(runs, 1) if app.runs.is_current(run)), 1)
        if not numbers:
            numbers = [here]
        if len(numbers) == 1:
            pinned = [n for n, run in enumerate(runs, 1) if app.runs.is_baseline(run)]
            others = [n for n in (*pinned, here, here - 1, here + 1) if 1 <= n <= len(runs)]
            first = next((n for n in others if n not in numbers), None)
            numbers = [first, *numbers] if first is not None else numbers
        if len(set(numbers)) < 2:
            app.tell("beside how")
            return
        app.runs.show_beside(list(dict.fromkeys(numbers)))

    def do_history(self, argument: str) -> None:
        """What was run in this project, what was changed, what came of it."""
        del argument
        from advisor.journal.records import parents
        from advisor.report.past import history_lines
        from advisor.tui.screens.past import PastScreen

        app, session = self._app, self._app.session
        rows = session.history_told(200)
        if not rows:
            app.tell("no history")
            return
        known = parents(session.journal, str(session.project))
        screen = PastScreen(history_lines(rows, known, app.language), app.language)
        app.push_screen(screen, self._open_remembered)

    def _pin(self, run: "Run | None") -> None:
        self._app.call_later(self._app.runs.pin, run)

    def _open_remembered(self, number: int | None) -> None:
        if number is not None:
            self._app.turns.open_remembered(number)

    def _number(self, argument: str) -> int | None:
        """The number of an open run; says so where there is no such run."""
        count = len(self._app.session.assessments)
        if argument.isdecimal() and 1 <= int(argument) <= count:
            return int(argument)
        self._app.tell("no such run", what=argument or "?", n=count)
        return None
