"""Commands about what is remembered: `compare`, `history`."""

import sys
from typing import TYPE_CHECKING

import click

from advisor.cli.common import open_session, told_journal, width
from advisor.cli.echo import echo
from advisor.cli.group import cli, journal_option, language_option
from advisor.cli.opening import language_of
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
        echo(ranking_text(runs, loaded, session.language), nl=False)
    else:
        before, after = runs or (None, None)
        show_comparison(session, before, after)
        loaded = session.compared
    if chart or (chart is None and sys.stdout.isatty()):
        echo(overlay_text(loaded, session.language, width()), nl=False)
    return 0


@cli.command(short_help="List the runs and what was changed between them.")
@click.option("--limit", default=20, show_default=True)
@click.option("--tree", is_flag=True, help="Each run under the one that it was compared with.")
@click.option(
    "--learned", is_flag=True, help="What this project's own outcomes do to the chances that are told."
)
@language_option
@journal_option
def history(limit: int, tree: bool, learned: bool, lang: str | None) -> int:
    """List the runs of this project and what was changed between them."""
    from advisor.journal.records import parents
    from advisor.report.history import history_table
    from advisor.report.past import history_tree, standing_text

    session = open_session(lang)
    if learned:
        echo(_own(session), nl=False)
        return 0
    rows = session.history_told(limit)
    if tree and rows:
        known = parents(session.journal, str(session.project))
        echo(history_tree(rows, known, session.language), nl=False)
        return 0
    standing = session.journal.applied(str(session.project), limit=10)
    echo(history_table(rows, session.language, width()), nl=False)
    echo(standing_text(standing, session.language), nl=False)
    return 0


def _own(session: "Session") -> str:
    """What the outcomes of the project do to the advice on its last run."""
    from advisor.journal.lessons import own_outcomes
    from advisor.report.own import own_text

    outcomes = own_outcomes(session.journal, str(session.project))
    last = session.remembered() if outcomes and session.learned else None
    changes = () if last is None else last.changes
    return own_text(outcomes, changes, session.language, on=session.learned)


def show_comparison(session: "Session", before: str | None, after: str | None) -> None:
    """Print what came of the change between two runs."""
    from advisor.report.history import comparison_text

    echo()
    echo(comparison_text(session.compare(before, after), session.language, width()), nl=False)


@cli.command(short_help="Print every path that advisor keeps something at.")
@language_option
@journal_option
def where(lang: str | None) -> int:
    """Print where the journal, the settings, the cache and the rules stand, and which of them exist."""
    from pathlib import Path

    from advisor.diagnosis.loader import user_rules_folder
    from advisor.journal import journal_path
    from advisor.journal.folder import project_of
    from advisor.journal.store import data_folder
    from advisor.kept import cache_folder, settings_file
    from advisor.report.tables import table
    from advisor.resources import shipped
    from advisor.text import clean_line

    chinese = language_of(lang) == "zh"
    project = project_of(Path.cwd())
    journal = journal_path(project, told_journal()) or data_folder() / "journal.sqlite3"
    places = (
        ("project", "项目", project),
        ("journal", "记录", journal),
        ("captured outputs", "保存的输出", journal.parent / "captures"),
        ("settings", "设置", settings_file()),
        ("cache", "缓存", cache_folder()),
        ("rules", "规则", shipped("rules")),
        ("your rules", "你的规则", user_rules_folder()),
        ("rules of this project", "本项目的规则", project / ".advisor" / "rules"),
    )
    yes, no = ("有", "没有") if chinese else ("exists", "not there")
    header = ("内容", "路径", "") if chinese else ("what", "path", "")
    rows = [
        (zh if chinese else en, clean_line(str(p), 1_000), yes if p.exists() else no) for en, zh, p in places
    ]
    echo("\n".join(table(header, rows)))
    return 0
