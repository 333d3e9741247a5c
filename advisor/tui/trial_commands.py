"""What trains on its own account: a probe and a tuning, each in a process of its own, shown as they go."""

import json
import shlex
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.chat.reply import Paragraph, TableBlock
from advisor.errors import INTERRUPTED
from advisor.redact import command_line
from advisor.text import Language, clean_line, short_number
from advisor.translation import with_place
from advisor.tui.blocks import Drawing, Lines, Shown
from advisor.tui.news import LiveNews
from advisor.tui.tail import OutputTail
from advisor.tui.words import say
from advisor.tui.work import Work

if TYPE_CHECKING:
    from advisor.advice import Assessment
    from advisor.probe.outcome import Outcome
    from advisor.probe.request import Request
    from advisor.tui.app import AdvisorApp

_LOOK = 0.1
_ROUNDS = 5
_MOST_ROUNDS = 1_000


class Measured:
    """Draws the curves that a probe has measured so far."""

    def __init__(self, app: "AdvisorApp", outcome: "Outcome") -> None:
        from advisor.report.probe_panels import probe_panels

        self._app, self._panels = app, probe_panels(outcome)

    async def take(self, _news: LiveNews | None = None) -> None:
        """Show the charts, in the place of the current run's."""
        if self._panels:
            await self._app.panes.show_panels(self._panels)


class TrialCommands:
    """The handlers of `/probe` and `/tune`."""

    _app: "AdvisorApp"

    def do_probe(self, argument: str) -> None:
        """Probe a built-in task or a function of the user's; what was measured becomes the current run."""
        app = self._app
        request = _request(argument)
        if request is None:
            app.tell("probe how")
            return
        shown = f"advisor probe {argument}"
        app.turns.training.start(
            "probing", shown, lambda work, tail: self._probe(request, work, tail), self._probed
        )

    def _probe(self, request: "Request", work: Work, tail: OutputTail) -> "tuple[Outcome, Assessment]":
        from advisor.probe.launch import Launched
        from advisor.probe.outcome import Outcome

        session, outcome, over = self._app.session, Outcome(request.target), threading.Event()
        launched = Launched(request, session.folder)

        def heed() -> None:
            while not over.wait(_LOOK):
                if work.stop.is_set():
                    work.stop.clear()
                    work.ending = say("stopped", self._app.language)
                    launched.stop()

        threading.Thread(target=heed, daemon=True, name="heeds a stop of the probe").start()
        try:
            for told in launched:
                outcome.take(told)
                if told.curves:
                    self._app.post_message(LiveNews(Measured(self._app, outcome), None))
                if told.kind in ("begins", "steps"):
                    tail.feed(f"\r{told.done}/{told.of}  {clean_line(told.check)}   ".encode())
        finally:
            over.set()
        assessment = session.assess(outcome.run())
        session.remember([assessment])
        return outcome, assessment

    async def _probed(self, result: "tuple[Outcome, Assessment]") -> None:
        from advisor.report.probing import measured_lines

        outcome, assessment = result
        app = self._app
        app.session.assessments = [assessment, *app.session.assessments]
        app.session.current = assessment
        app.view.say_blocks([Lines(tuple(measured_lines(outcome, app.language)))])
        await app.panes.show_current()
        await Measured(app, outcome).take()
        app.turns.ask("/diagnose", echo=False)

    def do_tune(self, argument: str) -> None:
        """Tune the training command for some rounds; then what came of them, and the question."""
        app = self._app
        options = _tune_options(argument)
        if not options:
            app.tell("tune how")
            return
        # What goes on knows its command.
        command = () if "--resume" in options else ("--", *(app.session.command or ()))
        shown = command_line(("advisor", "tune", *options, *command))
        app.turns.training.start(
            "tuning", shown, lambda work, tail: self._tune((*options, *command), work, tail), self._tuned
        )

    def _tune(self, asked: tuple[str, ...], work: Work, tail: OutputTail) -> dict[str, Any] | None:
        """What `advisor tune` writes for scripts, and if it was stopped; None where no round has a value."""
        from advisor.experiment.runner import run_command

        session = self._app.session
        with tempfile.TemporaryDirectory(prefix="advisor-") as folder:
            written = Path(folder) / "outcome.json"
            options = ("--json", str(written), "--lang", session.language)
            # A journal in memory has no file that the rounds could be remembered in.
            path = session.journal.path
            kept = ("--journal", str(path)) if path is not None else ()
            command = (sys.executable, "-m", "advisor", "tune", *options, *kept, *asked)
            finished = run_command(
                command, session.folder, session.journal.new_capture(), tail.feed, work.stop, pty=False
            )
            work.ending = finished.ending.in_(session.language)
            if not written.is_file():
                return None
            return {**json.loads(written.read_text("utf-8")), "stopped": finished.exit_code == INTERRUPTED}

    def _tuned(self, outcome: dict[str, Any] | None) -> None:
        app = self._app
        if outcome is None:
            app.tell("tune nothing")
            return
        app.view.say_blocks(_tuning_blocks(outcome, app.language))
        if outcome["stopped"]:
            app.tell("tune goes on")
        values = outcome["values"]
        if not values:
            app.tell("tune as it stands")
            return
        what = ", ".join(f"{clean_line(name, 40)} {_value(value)}" for name, value in values.items())
        app.view.say_blocks([Paragraph(say("tune apply", app.language, what=what))])
        if app.turns.asking:
            # Another question is open; its answer must not be taken for this one.
            return
        app.turns.offer(lambda: self._apply_all(values), several=len(values) > 1)

    def _apply_all(self, values: dict[str, Any]) -> str:
        from advisor.experiment.scalars import plain_text

        session = self._app.session
        plans = []
        for name, value in values.items():
            plan = session.plan_value(name, plain_text(value))
            session.apply(plan)
            plans.append(with_place(plan.headline, session.language))
        return "; ".join(plans)


def _tune_options(argument: str) -> tuple[str, ...]:
    """The options of `[ROUNDS] [--only lr ...]` or of `resume`; empty where it is none of these."""
    try:
        words = shlex.split(argument)
    except ValueError:
        return ()
    if words[:1] in (["resume"], ["--resume"]):
        return ("--resume", *words[1:])
    if not words or words[0].startswith("--"):
        return tuple(words) if "--rounds" in words else ("--rounds", str(_ROUNDS), *words)
    in_range = words[0].isdecimal() and 1 <= int(words[0]) <= _MOST_ROUNDS
    return ("--rounds", *words) if in_range else ()


def _request(argument: str) -> "Request | None":
    """What `TARGET [--budget N] [--only CHECK] [NAME=VALUE ...]` asks; None where it names no target.

    Raises:
        UsageError: a word is none of these.
    """
    from advisor.errors import UsageError
    from advisor.probe.request import Request
    from advisor.probe.settings import read_settings

    try:
        words = shlex.split(argument)
    except ValueError:
        return None
    options: dict[str, list[str]] = {"--budget": [], "--only": []}
    for name, given in options.items():
        while name in words[:-1]:
            at = words.index(name)
            given.append(words[at + 1])
            del words[at : at + 2]
    if not words:
        return None
    budget = options["--budget"][-1] if options["--budget"] else "1000"
    if not budget.isdecimal() or not int(budget):
        raise UsageError(f"'--budget {clean_line(budget, 40)}' is no number of steps.", "Write --budget 500.")
    target, *settings = words
    return Request(target, read_settings(None, settings), tuple(options["--only"]), int(budget))


def _tuning_blocks(outcome: dict[str, Any], language: Language) -> list[Shown]:
    """The rounds as a table, and their values as a chart."""
    # What draws is loaded with the first chart; numpy alone would hold up the first picture.
    import numpy as np

    from advisor.report.panels import panel_of
    from advisor.run import Series

    metric = clean_line(outcome["metric"], 40)
    header = ("round", metric, "changed") if language == "en" else ("轮次", metric, "修改")
    rows = []
    for row in outcome["rounds"]:
        value = "-" if row["value"] is None else short_number(float(row["value"]))
        changed = ", ".join(
            f"{clean_line(name, 30)} {_value(c['before'])} -> {_value(c['after'])}"
            for name, c in row["changed"].items()
        )
        rows.append((f"{row['round']}{' *' if row['best'] else ''}", value, changed))
    valued = [(r["round"], float(r["value"])) for r in outcome["rounds"] if r["value"] is not None]
    x, y = np.array([n for n, _ in valued], float), np.array([v for _, v in valued], float)
    series = Series(metric, y, x, np.arange(len(y)), "index", lower_is_better=outcome["mode"] == "min")
    return [TableBlock(header, tuple(rows)), Drawing(panel_of((series,)))]


def _value(value: object) -> str:
    return short_number(value) if isinstance(value, float) else clean_line(str(value), 40)
