"""The command line: one short function per command. Rooms are imported by the commands that need them."""

import difflib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from advisor import __version__
from advisor.errors import AdvisorError, UsageError
from advisor.text import Bilingual, Language

if TYPE_CHECKING:
    from advisor.advice import Assessment
    from advisor.experiment.plan import Plan
    from advisor.session import Session

INTERRUPTED = 130

_APPLIED = Bilingual(
    en="Applied. 'advisor rerun' trains again and compares; 'advisor undo' takes it back.",
    zh="已应用。'advisor rerun' 重新训练并比较；'advisor undo' 撤销。",
)
_ASK = Bilingual(en="Apply this change?", zh="应用这个修改吗？")

HELP = """Reads training logs, says what is wrong with a run, and what to change.

\b
advisor [PATH]              open the terminal program (on a log, a folder, or nothing)
advisor diagnose PATH...    the answer alone, for a terminal, a script or CI
advisor watch PATH          the answer, and what changes while the log is written
advisor run -- COMMAND      run a training, then diagnose it
"""
EPILOG = """Exit codes: 0 done and nothing at or above the asked severity; 1 findings at or above it;
2 wrong usage; 3 unreadable input; 130 interrupted."""


class _Commands(click.Group):
    """Takes `advisor PATH` for `advisor open PATH`, and names the nearest command for a misspelt one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        first = _first_word(args)
        if args[:1] in (["--help"], ["-h"], ["--version"]):
            pass
        elif first is not None and args[first] in self.commands:
            args = [args[first], *args[:first], *args[first + 1 :]]
        else:
            if first is not None:
                self._refuse_misspelt(ctx, args[first])
            args = ["open", *args]
        return super().parse_args(ctx, args)

    def _refuse_misspelt(self, ctx: click.Context, word: str) -> None:
        if word == "-" or Path(word).exists() or "/" in word or "." in word:
            return
        shown = [name for name, command in self.commands.items() if not command.hidden]
        near = difflib.get_close_matches(word, shown, n=1)
        hint = f" Did you mean 'advisor {near[0]}'?" if near else " 'advisor --help' lists the commands."
        raise click.UsageError(f"'{word}' is neither a command nor a file.{hint}", ctx=ctx)


def _first_word(args: Sequence[str]) -> int | None:
    """Where the first word stands that is no option and no option's value."""
    return next(
        (
            i
            for i, arg in enumerate(args)
            if (not arg.startswith("-") or arg == "-") and args[i - 1 : i] != ["--lang"]
        ),
        None,
    )


language_option = click.option(
    "--lang", type=click.Choice(["en", "zh"]), help="Language of the answer [default: from the environment]."
)
fail_option = click.option(
    "--fail-on",
    type=click.Choice(["info", "warning", "critical"]),
    help="Exit with 1 where a finding is at least this severe.",
)


@click.group(
    cls=_Commands,
    help=HELP,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="advisor")
def cli() -> None:
    """The group of all commands; its help is `HELP`."""


@cli.command("open", hidden=True)
@click.argument("paths", nargs=-1)
@click.option("--plain", is_flag=True, help="Line by line, without a full screen.")
@language_option
def open_(paths: tuple[str, ...], plain: bool, lang: str | None) -> int:
    """Open the terminal program."""
    session = _session(lang)
    if plain or not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb":
        from advisor.chat.plain import converse

        if not paths:
            session.remembered()
        return converse(session, paths)
    from advisor.tui import run

    return run(session, paths)


@cli.command(short_help="Say what is wrong with runs and what to change.")
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text")
@language_option
@fail_option
def diagnose(paths: tuple[str, ...], form: str, lang: str | None, fail_on: str | None) -> int:
    """Say what is wrong with the runs in PATH... and what to change ('-' reads standard input)."""
    session = _session(lang)
    assessments = session.open(paths, on_error=_say_error)
    _show(session, assessments, form)
    return _exit_code(assessments, fail_on)


@cli.command(short_help="Follow a log while it is written.")
@click.argument("path")
@click.option(
    "--interval",
    type=click.FloatRange(0.01, 3_600),
    default=0.1,
    show_default=True,
    help="Seconds between two looks at the file.",
)
@language_option
@fail_option
def watch(path: str, interval: float, lang: str | None, fail_on: str | None) -> int:
    """Follow the log PATH while it is written; Ctrl-C ends with the report, and with exit code 0."""
    from advisor.watch import follow

    session = _session(lang)
    follow(session, path, interval, click.echo, lambda items: _show(session, items, "text"))
    click.echo()
    _show(session, session.assessments, "text")
    return _exit_code(session.assessments, fail_on)


@cli.command(short_help="Show what is read: curves, hyperparameters, events.")
@click.argument("path")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table")
@language_option
def read(path: str, form: str, lang: str | None) -> int:
    """Show what is read from PATH: its curves, hyperparameters and events."""
    from advisor.readers import read_paths
    from advisor.report import runs_csv, runs_json, runs_table

    runs = read_paths([path], sys.stdin.buffer)
    if form == "table":
        click.echo(runs_table(runs, _language(lang)), nl=False)
    elif form == "csv":
        runs_csv(runs, sys.stdout)
    else:
        click.echo(runs_json(runs))
    return 0


@cli.command()
@language_option
def rules(lang: str | None) -> int:
    """List the rules: what can be found, and what each needs."""
    from advisor.diagnosis import load_rulebook
    from advisor.report import rules_table

    rulebook = load_rulebook(Path.cwd())
    for problem in rulebook.problems:
        click.echo(f"advisor: {problem}", err=True)
    click.echo(rules_table(rulebook, _language(lang)), nl=False)
    return 0


@cli.command(short_help="Explain a rule, a problem, a signal or a concept.")
@click.argument("name", nargs=-1, required=True)
@language_option
def explain(name: tuple[str, ...], lang: str | None) -> int:
    """Explain a rule, a problem, a signal or a concept (STB201, overfitting, momentum)."""
    from advisor.chat.explain import explain as look_up
    from advisor.chat.explain import suggestions

    asked = " ".join(name)
    language = _language(lang)
    session = _session(lang)
    explanation = look_up(asked, language, session.remembered())
    if explanation is None:
        near = suggestions(asked, language)
        hint = f"Near to it: {', '.join(near)}." if near else "'advisor rules' lists the rules."
        raise UsageError(f"Nothing is known by the name '{asked}'.", hint)
    click.echo(explanation.plain(_width()))
    return 0


@cli.command(
    short_help="Run a training, then diagnose it.", context_settings={"ignore_unknown_options": True}
)
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@language_option
@fail_option
def run(command: tuple[str, ...], lang: str | None, fail_on: str | None) -> int:
    """Run a training (advisor run -- python train.py --lr 0.1), then diagnose it.

    Its output is shown as it comes and kept; it gets no input. Ctrl-C asks it to end, a second one insists.
    """
    session = _session(lang)
    session.run(command, on_output=_pass_through)
    return _after_training(session, fail_on)


@cli.command(short_help="Apply a change of the last diagnosis, after showing the diff.")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@language_option
def apply(number: int, yes: bool, lang: str | None) -> int:
    """Apply change NUMBER of the last diagnosis, after showing the diff."""
    session = _session(lang)
    return _apply(session, session.plan(number), yes)


@cli.command("set", short_help="Set a hyperparameter, after showing the diff.")
@click.argument("name")
@click.argument("value")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@language_option
def set_(name: str, value: str, yes: bool, lang: str | None) -> int:
    """Set the hyperparameter NAME to VALUE where the last command takes it from."""
    session = _session(lang)
    return _apply(session, session.plan_value(name, value), yes)


@cli.command()
@language_option
def undo(lang: str | None) -> int:
    """Take the last applied change back."""
    session = _session(lang)
    click.echo(session.undo())
    return 0


@cli.command(short_help="Run the last command again with the changes, and compare.")
@language_option
@fail_option
def rerun(lang: str | None, fail_on: str | None) -> int:
    """Run the last command again, with the changes applied, and compare."""
    session = _session(lang)
    session.rerun(on_output=_pass_through)
    return _after_training(session, fail_on, compared=True)


@cli.command(short_help="Compare two runs; with nothing, the last two.")
@click.argument("before", required=False)
@click.argument("after", required=False)
@language_option
def compare(before: str | None, after: str | None, lang: str | None) -> int:
    """Compare two runs: logs, numbers from 'advisor history', or (with nothing) the last two."""
    if before is not None and after is None:
        raise UsageError(
            "Two runs are needed to compare.", "Name two logs or two numbers, or none for the last two."
        )
    _compare(_session(lang), before, after)
    return 0


@cli.command()
@click.option("--limit", default=20, show_default=True)
@language_option
def history(limit: int, lang: str | None) -> int:
    """List the runs of this project and what was changed between them."""
    from advisor.report import history_table

    session = _session(lang)
    click.echo(history_table(session.history(limit), session.language), nl=False)
    return 0


def main() -> int:
    """The console script: runs a command and turns every fault into one sentence and an exit code."""
    try:
        return cast(int, cli.main(prog_name="advisor", standalone_mode=False) or 0)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except AdvisorError as error:
        _say_error(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _session(lang: str | None) -> "Session":
    from advisor.session import Session

    session = Session.here(_language(lang))
    if session.warning:
        click.echo(f"advisor: {session.warning}", err=True)
    return session


def _language(lang: str | None) -> Language:
    """The asked language, else ADVISOR_LANG, else Chinese in a Chinese locale."""
    named = lang or os.environ.get("ADVISOR_LANG") or ""
    if named in ("en", "zh"):
        return cast(Language, named)
    locale = next((os.environ[v] for v in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(v)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def _width() -> int:
    import shutil

    return min(shutil.get_terminal_size((100, 24)).columns, 100)


def _colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _show(session: "Session", assessments: "Sequence[Assessment]", form: str) -> None:
    from advisor.report import report_json, report_markdown, report_text

    if form == "json":
        click.echo(report_json(assessments, session.language))
    elif form == "markdown":
        click.echo(report_markdown(assessments, session.language), nl=False)
    else:
        click.echo(report_text(assessments, session.language, colour=_colour()), nl=False)


def _after_training(session: "Session", fail_on: str | None, *, compared: bool = False) -> int:
    """Shows what a training came to; a training that failed keeps its exit code."""
    from advisor.report import ending_text, next_step

    finished = session.finished
    assert finished is not None
    for warning in finished.warnings:
        click.echo(f"advisor: {warning}", err=True)
    click.echo()
    click.echo(ending_text(finished, session.language), nl=False)
    _show(session, session.assessments, "text")
    if compared:
        _compare(session, None, None)
    click.echo(next_step(session.current, session.language), nl=False)
    if finished.failed:
        return INTERRUPTED if finished.interrupted else finished.exit_code
    return _exit_code(session.assessments, fail_on)


def _exit_code(assessments: "Sequence[Assessment]", fail_on: str | None) -> int:
    from advisor.diagnosis.finding import Severity
    from advisor.session import worst_severity

    if fail_on is None:
        return 0
    worst = worst_severity(assessments)
    return int(worst is not None and worst >= Severity[fail_on.upper()])


def _apply(session: "Session", plan: "Plan", yes: bool) -> int:
    click.echo(plan.diff, nl=not plan.diff.endswith("\n"))
    if not yes and not click.confirm(_ASK.in_(session.language), default=True):
        return 0
    session.apply(plan)
    click.echo(_APPLIED.in_(session.language))
    return 0


def _compare(session: "Session", before: str | None, after: str | None) -> None:
    from advisor.report import comparison_text

    click.echo()
    click.echo(comparison_text(session.compare(before, after), session.language, _width()), nl=False)


def _pass_through(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _say_error(error: AdvisorError) -> None:
    from advisor.text import clean

    click.echo(f"advisor: {clean(str(error))}", err=True)
