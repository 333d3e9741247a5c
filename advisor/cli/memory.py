"""Commands about what is remembered: `compare`, `history`."""

from typing import TYPE_CHECKING

import click

from advisor.cli.common import open_session, width
from advisor.cli.group import cli, language_option
from advisor.errors import UsageError

if TYPE_CHECKING:
    from advisor.session import Session


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
    show_comparison(open_session(lang), before, after)
    return 0


@cli.command(short_help="List the runs and what was changed between them.")
@click.option("--limit", default=20, show_default=True)
@language_option
def history(limit: int, lang: str | None) -> int:
    """List the runs of this project and what was changed between them."""
    from advisor.report import history_table

    session = open_session(lang)
    click.echo(history_table(session.history(limit), session.language), nl=False)
    return 0


def show_comparison(session: "Session", before: str | None, after: str | None) -> None:
    """Print what came of the change between two runs."""
    from advisor.report import comparison_text

    click.echo()
    click.echo(comparison_text(session.compare(before, after), session.language, width()), nl=False)
