"""Commands about what is remembered: `compare`, `history`."""

import sys
from typing import TYPE_CHECKING

import click

from advisor.cli.common import open_session, width
from advisor.cli.group import cli, journal_option, language_option
from advisor.errors import UsageError

if TYPE_CHECKING:
    from advisor.session import Session


@cli.command(short_help="Compare runs; with nothing, the last two.")
@click.argument("runs", nargs=-1)
@click.option("--chart/--no-chart", default=None, help="Draw the curves [default: on a terminal].")
@language_option
@journal_option
def compare(runs: tuple[str, ...], chart: bool | None, lang: str | None) -> int:
    """Compare runs: logs, numbers from 'advisor history', or (with nothing) the last two; rank three."""
    from advisor.report.comparing import overlay_text, ranking_text

    if len(runs) == 1:
        raise UsageError(
            "Two runs are needed to compare.", "Name two logs or two numbers, or none for the last two."
        )
    session = open_session(lang)
    if len(runs) > 2:
        loaded = session.load(runs)
        click.echo(ranking_text(runs, loaded, session.language), nl=False)
    else:
        before, after = runs or (None, None)
        show_comparison(session, before, after)
        loaded = session.compared
    if chart or (chart is None and sys.stdout.isatty()):
        click.echo(overlay_text(loaded, session.language, width()), nl=False)
    return 0


@cli.command(short_help="List the runs and what was changed between them.")
@click.option("--limit", default=20, show_default=True)
@click.option("--tree", is_flag=True, help="Each run under the one that it was compared with.")
@language_option
@journal_option
def history(limit: int, tree: bool, lang: str | None) -> int:
    """List the runs of this project and what was changed between them."""
    from advisor.journal.records import parents
    from advisor.report.history import history_table
    from advisor.report.past import history_tree, standing_text

    session = open_session(lang)
    rows = session.history(limit)
    if tree and rows:
        known = parents(session.journal, str(session.project))
        click.echo(history_tree(rows, known, session.language), nl=False)
        return 0
    standing = session.journal.applied(str(session.project), limit=10)
    click.echo(history_table(rows, session.language), nl=False)
    click.echo(standing_text(standing, session.language), nl=False)
    return 0


def show_comparison(session: "Session", before: str | None, after: str | None) -> None:
    """Print what came of the change between two runs."""
    from advisor.report.history import comparison_text

    click.echo()
    click.echo(comparison_text(session.compare(before, after), session.language, width()), nl=False)
