"""Commands about logs: the terminal program, `diagnose`, `watch`, `read`."""

import sys
from typing import TYPE_CHECKING

import click

from advisor.cli.common import (
    exit_code,
    open_session,
    say_error,
    show,
    show_progress,
    take_roles,
    told_roles,
    warn_of_unknown,
)
from advisor.cli.echo import echo
from advisor.cli.group import (
    cli,
    fail_option,
    journal_option,
    language_option,
    learned_option,
    llm_option,
    role_options,
)
from advisor.cli.opening import converse

if TYPE_CHECKING:
    from advisor.report.listing import Order

# More whole reports than this are no longer read from the top to the bottom.
_MOST_REPORTS = 10

plain_option = click.option("--plain", is_flag=True, help="Line by line, without a full screen.")


@cli.command("open", hidden=True)
@click.argument("paths", nargs=-1)
@plain_option
@language_option
@journal_option
@learned_option
@llm_option
def open_(paths: tuple[str, ...], plain: bool, lang: str | None) -> int:
    """Open the terminal program."""
    return converse(open_session(lang), paths, plain=plain)


@cli.command(short_help="Talk about runs; --plain goes line by line.")
@click.argument("paths", nargs=-1)
@plain_option
@language_option
@journal_option
@learned_option
@llm_option
def chat(paths: tuple[str, ...], plain: bool, lang: str | None) -> int:
    """Talk about the runs in PATH... (or the last one): the terminal program, or line by line with --plain.

    Line by line it reads questions from standard input and answers on standard output: for screen readers,
    pipes and tests.
    """
    return converse(open_session(lang), paths, plain=plain)


@cli.command(short_help="Open the terminal program as it was last left here.")
@language_option
@journal_option
@learned_option
def resume(lang: str | None) -> int:
    """Open the logs that were open when the terminal program was last left in this project.

    The run that was talked about, the baseline, axes, smoothing, colours and what was typed come back.
    """
    from advisor.tui import resume as open_again

    return open_again(open_session(lang))


@cli.command(short_help="Say what is wrong with runs and what to change.")
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text")
@click.option("--full", is_flag=True, help="The whole report of each run, however many there are.")
@role_options
@language_option
@journal_option
@learned_option
@fail_option
def diagnose(
    paths: tuple[str, ...],
    form: str,
    full: bool,
    lang: str | None,
    fail_on: str | None,
    **roles: str | tuple[str, ...] | None,
) -> int:
    """Say what is wrong with the runs in PATH... and what to change ('-' reads standard input).

    Of more than ten runs each has one line, the worst last; --full writes every report.
    """
    session = open_session(lang)
    show_progress(session)
    told = told_roles(roles)
    session.open(paths, on_error=say_error)
    take_roles(session, told, [item.run for item in session.assessments])
    if form == "text" and not full and len(session.assessments) > _MOST_REPORTS:
        from advisor.report.overview import overview_text

        echo(overview_text(session.assessments, session.language), nl=False)
    else:
        show(session, session.assessments, form)
    return exit_code(session.assessments, fail_on)


@cli.command("list", short_help="List runs: how each ended, and its best value.")
@click.argument("paths", nargs=-1, required=True)
@click.option("--sort", type=click.Choice(["opened", "best", "name"]), default="opened", show_default=True)
@click.option(
    "--filter", "text", default="", metavar="TEXT", help="Words, and conditions such as 'best<0.3'."
)
@language_option
@journal_option
def list_(paths: tuple[str, ...], sort: "Order", text: str, lang: str | None) -> int:
    """List the runs in PATH..., one to a line, without a diagnosis.

    --filter takes words of a run's name, curve and end, and conditions on its best value ('best<0.3') or on a
    hyperparameter ('lr=0.1'); each has to hold.
    """
    from advisor.report.overview import listing_text

    session = open_session(lang)
    show_progress(session)
    runs = session.read(paths, say_error)
    echo(listing_text(runs, session.language, sort, text), nl=False)
    return 0


@cli.command(short_help="Follow a log while it is written.")
@click.argument("path")
@click.option(
    "--interval",
    type=click.FloatRange(0.01, 3_600),
    default=0.1,
    show_default=True,
    help="Seconds between two looks at the file.",
)
@role_options
@language_option
@journal_option
@learned_option
@fail_option
def watch(
    path: str,
    interval: float,
    lang: str | None,
    fail_on: str | None,
    **roles: str | tuple[str, ...] | None,
) -> int:
    """Follow the log PATH while it is written; Ctrl-C ends with the report, and with exit code 0."""
    from advisor.narrator import follow

    session = open_session(lang)
    # The log may not say anything yet, so a name is only looked for in what there is at the end.
    if told := told_roles(roles):
        session.correct(told)
    follow(session, path, interval, click.echo, lambda items: show(session, items, "text"))
    warn_of_unknown(told, session)
    echo()
    show(session, session.assessments, "text")
    return exit_code(session.assessments, fail_on)


@cli.command(short_help="Show what is read: curves, hyperparameters, events.")
@click.argument("path")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table")
@role_options
@click.option(
    "--forget", metavar="NAME", help="Forget what was said of the curve NAME ('all': of every one)."
)
@language_option
@journal_option
def read(
    path: str, form: str, forget: str | None, lang: str | None, **roles: str | tuple[str, ...] | None
) -> int:
    """Show what is read from PATH: its curves, hyperparameters and events."""
    from advisor.report.as_json import runs_json
    from advisor.report.tables import runs_csv, runs_table

    session = open_session(lang)
    if forget is not None:
        session.forget_correction(None if forget == "all" else forget)
    runs = session.read([path])
    if told := told_roles(roles):
        take_roles(session, told, runs)
        runs = [session.corrected(run) for run in runs]
    if form == "table":
        echo(runs_table(runs, session.language), nl=False)
    elif form == "csv":
        runs_csv(runs, sys.stdout)
    else:
        echo(runs_json(runs))
    return 0
